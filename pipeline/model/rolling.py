"""Training examples with times in; what models of earlier pasts make of what came next, and what slope to expect, out.

A calibrator is fitted on one period and used in the next. How much periods differ shows only where more than
one is judged, each by a model of what came before it (rolling origin).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.model.examples import Examples
from pipeline.model.linear import FloatArray

MAX_PERIODS: Final = 4
"""Before the calibration split; each costs a fit."""
TIMELESS: Final = 0
BEFORE_ALL: Final = MAX_PERIODS + 1

Rows = npt.NDArray[np.int64]
Decide = Callable[[Rows, Rows], FloatArray]
"""Fit on the first rows, return the combined logit of each of the second."""


class Period(NamedTuple):
    """Later claims than those of the model that judged them: its logits, labels and masses, of shape (n,)."""

    decisions: FloatArray
    y_true: npt.NDArray[np.int8]
    masses: FloatArray


class Slope(NamedTuple):
    """The slope of the outcome's logit on a model's, as estimated, and the variance of that."""

    value: float
    variance: float


def judge_periods(train: Examples, calibration: Examples, least: int, decide: Decide) -> list[Period]:
    """Judge earlier periods of `train`, the latest first, each by what came before it or has no time.

    Periods that hold fewer than `least` of either class are left out.
    """
    numbers = number_periods(train, calibration)
    periods = []
    for number in range(1, BEFORE_ALL):
        rows = np.flatnonzero(numbers == number)
        if min(np.bincount(train.y_true[rows], minlength=2)) >= least:
            past = np.flatnonzero((numbers == TIMELESS) | (numbers > number))
            periods.append(Period(decide(past, rows), train.y_true[rows], train.masses[rows]))
    return periods


def number_periods(train: Examples, calibration: Examples) -> Rows:
    """Return the number of each example's period, backwards from 1, shape (n,).

    A period holds as many examples of a source as calibrate later; what is left, at least as many, is
    BEFORE_ALL. Sources of which none does, and claims without a time, are TIMELESS.
    """
    numbers = np.full(len(train.prepared), TIMELESS, np.int64)
    if train.first_at is None or calibration.later is None:
        return numbers
    sources = np.array(train.name_sources(), np.str_)
    later = np.flatnonzero(calibration.later).tolist()
    sizes = Counter(calibration.name_sources()[row] for row in later)
    for source, size in sizes.items():
        rows = np.flatnonzero((sources == source) & ~np.isnan(train.first_at))
        times = train.first_at[rows]
        n_after = len(rows) - np.searchsorted(np.sort(times), times, side="right")
        n_periods = min(len(rows) // size - 1, MAX_PERIODS)
        numbers[rows] = np.where(n_after < n_periods * size, n_after // size + 1, BEFORE_ALL)
    return numbers


def predict_slope(slopes: Sequence[Slope]) -> float:
    """Return the expected slope of a period that nobody has seen: the mean of a random-effects meta-analysis.

    The variance between periods is that of DerSimonian and Laird (1986).

    >>> predict_slope([Slope(1.0, 0.1), Slope(1.0, 0.1)]), round(predict_slope([Slope(0.0, 1e-3), Slope(1.0, 0.1)]), 2)
    (1.0, 0.45)
    """
    values, variances = np.array(slopes, np.float64).T
    weights = 1.0 / variances
    excess = np.sum(weights * (values - np.average(values, weights=weights)) ** 2) - (len(values) - 1)
    scale = weights.sum() - np.sum(weights**2) / weights.sum()
    between = max(0.0, excess / scale) if len(values) > 1 else 0.0
    return float(np.average(values, weights=1.0 / (variances + between)))
