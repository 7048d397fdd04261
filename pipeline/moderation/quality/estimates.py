"""Audit members in, what is true of all claims that arrived out; beside it what was read in the queue's order.

A member was drawn by lot when it arrived and is read whatever its score, so its verdict stands for as many
claims as arrived for each member of its rate that was read (stratified by the stored rate, Cochran 1977, 5).
What was read in the queue's order was chosen because it looked bad: its figures are biased, and are shown as such.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.bootstrap import take_interval
from pipeline.evaluation.calibration import fit_intercept, fit_slope
from pipeline.model.linear import logit
from pipeline.moderation.quality.shares import BoolArray, FloatArray, Share, estimate_share

MIN_OF_EACH: Final = 10
"""Of either outcome so many members are needed before a slope says anything."""


class Read(NamedTuple):
    """Claims with a verdict, (n,) each: `harm` when they were first ranked, `score` NaN where the model abstained."""

    is_misinformation: BoolArray
    harm: FloatArray
    score: FloatArray
    weight: FloatArray

    def take(self, rows: BoolArray) -> "Read":
        """Return some of them."""
        return Read(self.is_misinformation[rows], self.harm[rows], self.score[rows], self.weight[rows])


class Depth(NamedTuple):
    """What reading the first `share` of the queue finds: how much of it is misinformation, and how much of all."""

    share: float
    precision: Share | None
    found: Share | None


class Misses(NamedTuple):
    """How many of the claims that arrived are misinformation, how many of these were ruled so, how many were not."""

    expected: float
    lower: float
    upper: float
    n_found: int
    missed: float
    missed_lower: float
    missed_upper: float


class Bin(NamedTuple):
    """Claims of like scores: the mean score, and what share was misinformation."""

    score: float
    observed: Share


class Calibration(NamedTuple):
    """Whether scores mean what they say: overall, by bins, and as slope (1) and intercept (0) of the logit."""

    score: float | None
    observed: Share | None
    bins: list[Bin]
    slope: tuple[float, float, float] | None
    intercept: tuple[float, float, float] | None
    reason: str | None


class Scope(NamedTuple):
    """How figures are made: the confidence of intervals, the depths, bins of scores, draws of the bootstrap."""

    interval: float
    depths: Sequence[float]
    bins: int
    bootstraps: int
    seed: int


def weigh_members(rates: FloatArray, arrived: FloatArray) -> FloatArray:
    """Return how many claims each member that was read stands for; `arrived` holds the rate of every claim.

    >>> weigh_members(np.array([0.1, 0.1, 0.5]), np.array([0.1] * 30 + [0.5] * 4)).tolist()
    [15.0, 15.0, 4.0]
    """
    known, counts = np.unique(arrived, return_counts=True)
    strata, member_of, n_read = np.unique(rates, return_inverse=True, return_counts=True)
    n_arrived = counts[np.searchsorted(known, strata)]
    return np.asarray((n_arrived / n_read)[member_of], np.float64)


def measure_depths(read: Read, arrived: FloatArray, scope: Scope) -> list[Depth]:
    """Return what each depth of the queue holds; `arrived` is the harm by which every claim was first ranked."""
    if len(arrived) == 0:
        return [Depth(share, None, None) for share in scope.depths]
    bounds = np.quantile(arrived, 1.0 - np.asarray(scope.depths))
    return [
        Depth(share, *_measure_depth(read, read.harm >= bound, scope.interval))
        for share, bound in zip(scope.depths, bounds, strict=True)
    ]


def _measure_depth(read: Read, above: BoolArray, interval: float) -> tuple[Share | None, Share | None]:
    hits = read.is_misinformation
    return (
        estimate_share(hits[above], read.weight[above], interval),
        estimate_share(above[hits], read.weight[hits], interval),
    )


def measure_misses(prevalence: Share, n_arrived: int, n_found: int) -> Misses:
    """Return how much misinformation arrived and how much of it nobody has ruled so.

    What was found is counted, not estimated, so the interval is that of what arrived.
    """
    value, lower, upper = (
        n_arrived * bound for bound in (prevalence.value, prevalence.lower, prevalence.upper)
    )
    missed, least, most = (max(0.0, one - n_found) for one in (value, lower, upper))
    return Misses(value, lower, upper, n_found, missed, least, most)


def measure_calibration(read: Read, scope: Scope) -> Calibration:
    """Compare scores with what was found, where the model gave one."""
    judged = read.take(~np.isnan(read.score))
    hits, weights = judged.is_misinformation, judged.weight
    if len(hits) == 0:
        return Calibration(None, None, [], None, None, "no claim with a score was read")
    mean = float(np.average(judged.score, weights=weights))
    overall = estimate_share(hits, weights, scope.interval)
    bins = _cut_bins(judged, scope)
    if min(hits.sum(), (~hits).sum()) < MIN_OF_EACH:
        reason = f"fewer than {MIN_OF_EACH} of either outcome"
        return Calibration(mean, overall, bins, None, None, reason)
    slope, intercept = _fit_line(judged, scope)
    return Calibration(mean, overall, bins, slope, intercept, None)


def _cut_bins(judged: Read, scope: Scope) -> list[Bin]:
    order = np.argsort(judged.score, kind="stable")
    bins = []
    for rows in np.array_split(order, min(scope.bins, len(order))):
        observed = estimate_share(judged.is_misinformation[rows], judged.weight[rows], scope.interval)
        assert observed is not None
        bins.append(Bin(float(np.average(judged.score[rows], weights=judged.weight[rows])), observed))
    return bins


def _fit_line(judged: Read, scope: Scope) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Fit the logit of the outcome on that of the score (Cox 1958); claims are drawn anew for the bounds."""
    n = len(judged.score)
    drawn = np.random.default_rng(scope.seed).multinomial(n, np.full(n, 1 / n), size=scope.bootstraps)
    weights = np.vstack([np.ones(n), drawn]) * judged.weight / judged.weight.mean()
    logits, outcome = logit(judged.score), judged.is_misinformation.astype(np.int8)
    slopes, intercepts = fit_slope(logits, outcome, weights), fit_intercept(logits, outcome, weights)
    return _bound(slopes, scope.interval), _bound(intercepts, scope.interval)


def _bound(values: npt.NDArray[np.float64], interval: float) -> tuple[float, float, float]:
    bounds = take_interval(values[1:], interval)
    return float(values[0]), bounds.lower, bounds.upper
