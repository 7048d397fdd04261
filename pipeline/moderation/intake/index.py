"""What `preprocess` found of the distinct texts of a batch, ready to be taken into the store in bulk."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.claims.signature import Signature, facts_from_json


class BatchIndex:
    """WORDINGS by fingerprint, and a name for each component: that of its first claim."""

    def __init__(self, wordings: pd.DataFrame, prepared: pd.DataFrame) -> None:
        self._fingerprints = [bytes.fromhex(written) for written in wordings["fingerprint"]]
        self._rows = {fingerprint: row for row, fingerprint in enumerate(self._fingerprints)}
        self._report_ids = wordings["report_id"].to_list()
        self._wordings = wordings["wording"].to_list()
        self._facts = wordings["facts"].to_list()
        self._keys = _stack(wordings["keys"])
        self._first_in = wordings["first_in"].to_numpy(np.int64)
        self._components = wordings["component"].to_numpy(np.int64)
        self._labels = _label_components(wordings, prepared)

    def __contains__(self, fingerprint: bytes) -> bool:
        return fingerprint in self._rows

    def component_of(self, fingerprints: Iterable[bytes], claim_id: str) -> str:
        """Return the name of the component of a claim's texts; a claim without texts is one of its own."""
        known = (self._rows[one] for one in fingerprints if one in self._rows)
        return next((self._labels[int(self._components[row])] for row in known), claim_id)

    def keys_of(self, fingerprint: bytes) -> list[int]:
        """Return the keys of a text, kept or not."""
        keys: list[int] = self._keys[self._rows[fingerprint]].tolist()
        return keys

    def sign(self, fingerprint: bytes) -> Signature:
        """Return a text as others are compared with it."""
        row = self._rows[fingerprint]
        facts = facts_from_json(self._facts[row])
        return Signature(fingerprint, self._wordings[row], facts, tuple(self.keys_of(fingerprint)))

    def describe(self, fingerprint: bytes, claim_id: str, rank_at: int) -> dict[str, Any]:
        """Return what the store keeps of a text."""
        row = self._rows[fingerprint]
        return {
            "fingerprint": fingerprint,
            "claim_id": claim_id,
            "wording": self._wordings[row],
            "facts": self._facts[row],
            "rank_at": rank_at,
            "rank_id": self._report_ids[row],
            "first_in": int(self._first_in[row]),
            "keys": self.keys_of(fingerprint),
        }


def _stack(keys: "pd.Series[Any]") -> Any:
    return np.stack(keys.to_list()).astype(np.int64) if len(keys) else np.empty((0, 0), np.int64)


def _label_components(wordings: pd.DataFrame, prepared: pd.DataFrame) -> dict[int, str]:
    """Name each component after the smallest name of its claims."""
    claims: Sequence[tuple[int, str]] = list(
        zip(
            wordings["component"].to_list(),
            prepared.set_index("report_id")["claim_id"].reindex(wordings["report_id"]).to_list(),
            strict=True,
        )
    )
    labels: dict[int, str] = {}
    for component, claim_id in claims:
        labels[component] = min(claim_id, labels.get(component, claim_id))
    return labels
