"""Numbers of claims in, resampled weights and percentile intervals out: the cluster bootstrap.

Whole claims are drawn, because reports of one claim err together (Davison and Hinkley, Bootstrap Methods
and their Application, 1997, 3.8). Each class is drawn by itself: every draw keeps both, and the prevalence
that is reported at is stated anyway, not estimated.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


class Interval(NamedTuple):
    """The bounds between which a share of the draws lies."""

    lower: float
    upper: float


def draw_counts(
    clusters: npt.NDArray[np.int64], y_true: npt.NDArray[np.int8], n_draws: int, rng: np.random.Generator
) -> FloatArray:
    """Draw clusters with replacement within each class; return how often each row came, (n_draws, n)."""
    counts = np.zeros((n_draws, len(y_true)))
    for label in np.unique(y_true):
        rows = np.flatnonzero(y_true == label)
        distinct, members = np.unique(clusters[rows], return_inverse=True)
        drawn = rng.multinomial(len(distinct), np.full(len(distinct), 1.0 / len(distinct)), size=n_draws)
        counts[:, rows] = drawn[:, members]
    return counts


def take_interval(draws: FloatArray, share: float) -> Interval:
    """Return the percentile interval that holds the middle `share` of the draws.

    >>> take_interval(np.arange(101.0), 0.5)
    Interval(lower=25.0, upper=75.0)
    """
    tail = (1.0 - share) / 2.0
    lower, upper = np.quantile(draws, [tail, 1.0 - tail])
    return Interval(float(lower), float(upper))
