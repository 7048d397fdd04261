"""A bench in; what wrong labels and disguised words do to the ranking out."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.evaluation.adversary.brigade import measure_brigade
from pipeline.evaluation.adversary.obfuscation import measure_obfuscation
from pipeline.evaluation.cases import Bench
from pipeline.evaluation.metrics import replace_nan
from pipeline.text.chain import TextChain


class Adversary(NamedTuple):
    """The tables of `measure_brigade` and `measure_obfuscation`."""

    brigade: pd.DataFrame
    obfuscation: pd.DataFrame

    def to_json(self) -> dict[str, Any]:
        """Return a section for each attack and each kind of disguise."""
        return {
            "brigade": _nest(self.brigade, "attack"),
            "obfuscation": _nest(self.obfuscation, "kind"),
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The two tables under the names of their files."""
        return self._asdict()


def measure_adversary(bench: Bench, chain: TextChain, rng: np.random.Generator) -> Adversary:
    """Attack training by wrong labels, and scoring by disguised words; trains some dozen models."""
    for_brigade, for_obfuscation = rng.spawn(2)
    return Adversary(
        measure_brigade(bench, chain, for_brigade), measure_obfuscation(bench, chain, for_obfuscation)
    )


def _nest(table: pd.DataFrame, key: str) -> dict[str, Any]:
    return {str(row.pop(key)): replace_nan(row) for row in table.to_dict("records")}
