"""Labelled texts, what each weighs, and which of them came later than others."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.model.linear import FloatArray
from pipeline.text.chain import PreparedText


class Examples(NamedTuple):
    """Labelled texts: `y_true` int8 0/1 and `weights` float64 > 0, of shape (n,), and the source of each.

    The source says which claims are weighed against which, and is no feature. None: all are of one source.
    `later` marks those that were reported when all that trains of their source had been; None: not told.
    `importance` is for how many claims that of each stands (`spread_importance`); None: for itself alone.
    `first_at` is when its claim was first reported, in days, NaN where nobody knows; None: not told.
    """

    prepared: Sequence[PreparedText]
    y_true: npt.NDArray[np.int8]
    weights: FloatArray
    sources: Sequence[str] | None = None
    later: npt.NDArray[np.bool_] | None = None
    importance: FloatArray | None = None
    first_at: FloatArray | None = None

    @property
    def masses(self) -> FloatArray:
        """How many claims each example stands for, shape (n,); what is fitted and counted on goes by these."""
        return self.weights if self.importance is None else self.weights * self.importance

    def name_sources(self) -> Sequence[str]:
        """Return the source of each example."""
        return self.sources if self.sources is not None else [""] * len(self.prepared)

    def number_groups(self) -> npt.NDArray[np.int64]:
        """Give each group, the claims of one source and label, a number; shape (n,)."""
        pairs = zip(self.name_sources(), self.y_true.tolist(), strict=True)
        numbers: dict[tuple[str, int], int] = {}
        return np.array([numbers.setdefault(pair, len(numbers)) for pair in pairs], np.int64)

    def number_sources(self) -> npt.NDArray[np.int64]:
        """Give each source a number; shape (n,)."""
        return np.unique(np.array(self.name_sources(), np.str_), return_inverse=True)[1].astype(np.int64)

    def take_later(self, least: int) -> "Examples":
        """Return the examples marked as later, or all where fewer than `least` of either class are."""
        if self.later is None or min(np.bincount(self.y_true[self.later], minlength=2)) < least:
            return self
        return self.take(np.flatnonzero(self.later))

    def take(self, rows: npt.NDArray[np.int64]) -> "Examples":
        """Return some of the examples, in the order of `rows`."""
        chosen = rows.tolist()
        return Examples(
            [self.prepared[row] for row in chosen],
            self.y_true[rows],
            self.weights[rows],
            self.sources and [self.sources[row] for row in chosen],
            None if self.later is None else self.later[rows],
            None if self.importance is None else self.importance[rows],
            None if self.first_at is None else self.first_at[rows],
        )


def weigh_claims(claim_ids: Sequence[str]) -> FloatArray:
    """Let every claim weigh 1: each of its n reports weighs 1/n. Shape (reports,).

    >>> weigh_claims(["a", "b", "b"]).tolist()
    [1.0, 0.5, 0.5]
    """
    sizes = Counter(claim_ids)
    return np.array([1.0 / sizes[claim_id] for claim_id in claim_ids], np.float64)


def spread_importance(given: FloatArray, parts: FloatArray) -> FloatArray:
    """Return for how many claims that of each report stands, so that claims whose weight is given average 1.

    `given` is 1 / P(the claim was read), or NaN where nobody chose what to read by the model's order; `parts` are
    the reports' parts of a claim, of shape (n,) both. Verdicts so weigh as many claims as they are, beside
    imports and under the same C, and only against each other by how rarely their like was read.

    >>> spread_importance(np.array([np.nan, 1.0, 3.0]), np.ones(3)).tolist()
    [1.0, 0.5, 1.5]
    """
    known = ~np.isnan(given)
    if not known.any():
        return np.ones(len(given))
    mean = np.average(given[known], weights=parts[known])
    return np.where(known, given / mean, 1.0)
