"""Two models' scores of the same claims, or one figure a subject, in; differences with intervals out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.evaluation.bootstrap import FloatArray, take_interval
from pipeline.evaluation.metrics import Judged, Terms, auc, draw_in_chunks, rank


class Figure(NamedTuple):
    """A figure with its interval; all None where there is nothing to measure on."""

    value: float | None
    lower: float | None
    upper: float | None

    def named(self, name: str) -> dict[str, float | None]:
        """Return the three as flat keys: NAME, NAME_lower, NAME_upper."""
        return {name: self.value, f"{name}_lower": self.lower, f"{name}_upper": self.upper}


NOTHING = Figure(None, None, None)


def measure_auc_change(before: Judged, after: FloatArray, terms: Terms, rng: np.random.Generator) -> Figure:
    """Return how much the AUC changes when the same claims get the scores `after`, shape (n,).

    A paired cluster bootstrap: each draw of claims serves both, so that what they have in common does not
    widen the interval. Both classes must be there.
    """
    changed = before._replace(y_score=after)

    def change(counts: FloatArray) -> FloatArray:
        return np.asarray(auc(rank(changed, counts)) - auc(rank(before, counts)), np.float64)

    value = float(change(np.ones((1, len(after))))[0])
    drawn = [change(counts) for counts in draw_in_chunks(before, terms.bootstraps, rng)]
    return Figure(value, *take_interval(np.concatenate(drawn), terms.interval))


def measure_mean(
    values: FloatArray, subjects: Sequence[str], terms: Terms, rng: np.random.Generator
) -> Figure:
    """Return the mean of `values`, its interval by drawing whole subjects: cases of one err together."""
    if not len(values):
        return NOTHING
    distinct, members = np.unique(np.asarray(subjects, dtype=object).astype(str), return_inverse=True)
    sums, sizes = np.bincount(members, values), np.bincount(members)
    n = len(distinct)
    counts = rng.multinomial(n, np.full(n, 1.0 / n), size=terms.bootstraps)
    return Figure(float(np.mean(values)), *take_interval((counts @ sums) / (counts @ sizes), terms.interval))
