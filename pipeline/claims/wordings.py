"""Clusters in, the table of distinct texts out: what a store needs to take the next report as a batch would."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.claims.agreement import Facts
from pipeline.claims.candidates import Flags
from pipeline.claims.clusters import Clusters
from pipeline.claims.nodes import WORDLESS
from pipeline.claims.shingles import Rows
from pipeline.claims.signature import facts_to_json, take_fingerprint


def list_wordings(
    clusters: Clusters, report_ids: Sequence[str], wordings: Sequence[str], facts: Sequence[Facts]
) -> pd.DataFrame:
    """Return WORDINGS of reports that were grouped in this order."""
    first_rows = _find_first_rows(clusters.text_of)
    return pd.DataFrame(
        {
            "fingerprint": [take_fingerprint(wordings[row], facts[row]).hex() for row in first_rows],
            "report_id": [report_ids[row] for row in first_rows],
            "wording": [wordings[row] for row in first_rows],
            "facts": [facts_to_json(facts[row]) for row in first_rows],
            "keys": pd.Series(list(clusters.texts.keys.view(np.int64)), dtype=object),
            "first_in": pack_bits(clusters.texts.is_first),
            "component": clusters.partition.components[: len(first_rows)],
        }
    )


def pack_bits(flags: Flags) -> Rows:
    """Return each row of flags, shape (rows, at most 63), as a mask of bits.

    >>> pack_bits(np.array([[True, False, True]])).tolist()
    [5]
    """
    weights = np.int64(1) << np.arange(flags.shape[1], dtype=np.int64)
    packed: Rows = flags @ weights
    return packed


def _find_first_rows(text_of: Rows) -> list[int]:
    numbers, rows = np.unique(text_of, return_index=True)
    first_rows: list[int] = rows[numbers != WORDLESS].tolist()
    return first_rows
