"""Scored, labelled texts in; ranking and probability metrics at the queue's prevalence out, with intervals.

Every metric is a weighted one: class weights move the share of misinformation to the stated prevalence,
and a bootstrap draw is only another row of weights, so that a thousand draws are a few array operations.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.bootstrap import FloatArray, draw_counts, take_interval

BUDGETS: Final = (0.1, 0.2, 0.3)
"""Shares of the queue that might be read."""

WSS_RECALL: Final = 0.95

METRICS: Final = (
    *("auc", "average_precision", "precision_at_capacity", "recall_at_capacity", "lift_at_capacity"),
    *(f"recall_at_{share:.0%}".removesuffix("%") for share in BUDGETS),
    *("wss_at_95", "brier_skill"),
)
CELLS_AT_ONCE: Final = 1_000_000

Figures = dict[str, float | None]


class Judged(NamedTuple):
    """Texts with a label and an out-of-sample probability, (n,) each; `clusters` numbers their claims."""

    y_true: npt.NDArray[np.int8]
    y_score: FloatArray
    clusters: npt.NDArray[np.int64]

    def take(self, rows: npt.NDArray[np.int64]) -> "Judged":
        """Return the texts of these row numbers."""
        return Judged(self.y_true[rows], self.y_score[rows], self.clusters[rows])


class Terms(NamedTuple):
    """What is assumed of the queue, and how the interval is drawn."""

    prevalence: float
    capacity_share: float
    bootstraps: int
    interval: float


class Ranking(NamedTuple):
    """Cumulative weight of each class from the highest score down, a column for each distinct score.

    Shape (draws, distinct scores + 1); the first column is zero, the last ones sum to 1 in each draw.
    """

    true: FloatArray
    false: FloatArray


def measure(judged: Judged, terms: Terms, rng: np.random.Generator) -> Figures:
    """Return every metric with its `_lower` and `_upper` bound; None for all when a class is missing."""
    return measure_parts([judged], terms, rng)


def measure_parts(parts: Sequence[Judged], terms: Terms, rng: np.random.Generator) -> Figures:
    """Return every metric as its mean over parts that were judged by different models, with its bounds.

    Scores of different models are never ranked against each other. A part weighs n1 n0 / (n1 + n0), the
    inverse of its AUC's variance where nothing is known; a part of one class is left out.
    """
    whole = [part for part in parts if find_obstacle(part.y_true) is None]
    if not whole:
        return {name: None for metric in METRICS for name in _names(metric)}
    weights = np.array([weigh_pairs(part.y_true) for part in whole])
    values = [compute_metrics(part, np.ones((1, len(part.y_true))), terms) for part in whole]
    draws = [_draw_metrics(part, terms, rng) for part in whole]
    figures: Figures = {}
    for metric in METRICS:
        value = np.average([part[metric][0] for part in values], weights=weights)
        drawn = np.average([part[metric] for part in draws], axis=0, weights=weights)
        bounds = take_interval(drawn, terms.interval)
        figures |= dict(zip(_names(metric), (float(value), *bounds), strict=True))
    return figures


def weigh_pairs(y_true: npt.NDArray[np.int8]) -> float:
    """Return n1 n0 / (n1 + n0) (from the variance of Mann and Whitney 1947, without its + 1).

    >>> weigh_pairs(np.array([1, 0, 0, 1], np.int8))
    1.0
    """
    n_true = float(np.sum(y_true == 1))
    n_false = len(y_true) - n_true
    return n_true * n_false / (n_true + n_false)


def _draw_metrics(judged: Judged, terms: Terms, rng: np.random.Generator) -> dict[str, FloatArray]:
    chunks = [
        compute_metrics(judged, counts, terms) for counts in draw_in_chunks(judged, terms.bootstraps, rng)
    ]
    return {metric: np.concatenate([chunk[metric] for chunk in chunks]) for metric in METRICS}


def find_obstacle(y_true: npt.NDArray[np.int8], min_per_class: int = 1) -> str | None:
    """Say why nothing can be measured on these labels, or None.

    >>> find_obstacle(np.array([1, 1], np.int8))
    'only label 1'
    """
    present = np.unique(y_true)
    if len(present) == 0:
        return "no labelled claim"
    if len(present) == 1:
        return f"only label {present[0]}"
    for label in (1, 0):
        n_claims = int(np.sum(y_true == label))
        if n_claims < min_per_class:
            return f"only {n_claims} claims of label {label}, fewer than {min_per_class}"
    return None


def compute_metrics(judged: Judged, counts: FloatArray, terms: Terms) -> dict[str, FloatArray]:
    """Return each metric for each row of `counts` (draws, n), how often each text was drawn."""
    weights = weigh_to_prevalence(judged.y_true, counts, terms.prevalence)
    ranking = rank(judged, weights)
    precision = catch_at_capacity(ranking, terms.capacity_share) / terms.capacity_share
    recalls = [catch_at_capacity(ranking, share) / terms.prevalence for share in BUDGETS]
    values = (
        auc(ranking),
        average_precision(ranking),
        precision,
        precision * terms.capacity_share / terms.prevalence,
        precision / terms.prevalence,
        *recalls,
        1.0 - read_to_catch(ranking, WSS_RECALL) - (1.0 - WSS_RECALL),
        brier_skill(judged, weights, terms.prevalence),
    )
    return dict(zip(METRICS, values, strict=True))


def weigh_to_prevalence(y_true: npt.NDArray[np.int8], counts: FloatArray, prevalence: float) -> FloatArray:
    """Scale the weights of each class so that they sum to 1 and label 1 has `prevalence` of them.

    >>> weigh_to_prevalence(np.array([1, 0, 0], np.int8), np.ones((1, 3)), 0.1).tolist()
    [[0.1, 0.45, 0.45]]
    """
    is_true = y_true == 1
    of_true, of_false = counts * is_true, counts * ~is_true
    share_true = prevalence / of_true.sum(axis=1, keepdims=True)
    return np.asarray(
        of_true * share_true + of_false * ((1.0 - prevalence) / of_false.sum(axis=1, keepdims=True)),
        np.float64,
    )


def rank(judged: Judged, weights: FloatArray) -> Ranking:
    """Accumulate `weights` (draws, n) in the order of falling scores, equal scores together."""
    order = np.argsort(-judged.y_score, kind="stable")
    scores, is_true = judged.y_score[order], judged.y_true[order] == 1
    ends = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))
    return Ranking(
        _accumulate(weights[:, order] * is_true, ends), _accumulate(weights[:, order] * ~is_true, ends)
    )


def auc(ranking: Ranking) -> FloatArray:
    """P(a random misinforming claim stands above a random other), ties counting half (Mann-Whitney)."""
    below = ranking.false[:, -1:] - (ranking.false[:, 1:] + ranking.false[:, :-1]) / 2.0
    pairs = np.sum(np.diff(ranking.true, axis=1) * below, axis=1)
    return np.asarray(pairs / (ranking.true[:, -1] * ranking.false[:, -1]), np.float64)


def average_precision(ranking: Ranking) -> FloatArray:
    """Sum of precision times gain in recall over the distinct scores, without interpolation.

    As scikit-learn's `average_precision_score`.
    """
    read = ranking.true[:, 1:] + ranking.false[:, 1:]
    precision = np.divide(ranking.true[:, 1:], read, out=np.zeros_like(read), where=read > 0)
    return np.asarray(
        np.sum(np.diff(ranking.true, axis=1) * precision, axis=1) / ranking.true[:, -1], np.float64
    )


def catch_at_capacity(ranking: Ranking, capacity_share: float) -> FloatArray:
    """Return the weight of misinformation among the first `capacity_share` of all weight.

    Texts of one score are read in random order: of the group that straddles the line, the share that fits.
    """
    read = ranking.true + ranking.false
    reached = read >= capacity_share
    reached[:, -1] = True
    draws, end = np.arange(len(read)), np.argmax(reached, axis=1)
    start = end - 1
    fits = (capacity_share - read[draws, start]) / (read[draws, end] - read[draws, start])
    gain = ranking.true[draws, end] - ranking.true[draws, start]
    return np.asarray(ranking.true[draws, start] + np.minimum(fits, 1.0) * gain, np.float64)


def read_to_catch(ranking: Ranking, recall: float) -> FloatArray:
    """Return which share of all weight is read from the top until `recall` of the misinformation is found.

    Work saved over sampling is 1 - this - (1 - recall) (Cohen et al. 2006, doi:10.1197/jamia.M1929). Texts of
    one score are read in random order: of the group that straddles the line, the share that is needed.
    """
    found = ranking.true / ranking.true[:, -1:]
    draws, end = np.arange(len(found)), np.argmax(found >= recall - 1e-12, axis=1)
    start = end - 1
    needed = (recall - found[draws, start]) / (found[draws, end] - found[draws, start])
    read = (ranking.true + ranking.false) / (ranking.true + ranking.false)[:, -1:]
    return np.asarray(read[draws, start] + needed * (read[draws, end] - read[draws, start]), np.float64)


def brier_skill(judged: Judged, weights: FloatArray, prevalence: float) -> FloatArray:
    """1 - Brier / Brier of saying `prevalence` every time; 0 = no better, 1 = perfect (Murphy 1973)."""
    errors = (judged.y_score - judged.y_true) ** 2
    constant = prevalence * (1.0 - prevalence)
    return np.asarray(1.0 - np.sum(weights * errors, axis=1) / constant, np.float64)


def _accumulate(weights: FloatArray, ends: npt.NDArray[np.int64]) -> FloatArray:
    return np.pad(np.cumsum(weights, axis=1)[:, ends], ((0, 0), (1, 0)))


def draw_in_chunks(judged: Judged, n_draws: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Draw counts for the bootstrap, a bounded number of draws at a time."""
    at_once = max(1, CELLS_AT_ONCE // len(judged.y_true))
    for start in range(0, n_draws, at_once):
        yield draw_counts(judged.clusters, judged.y_true, min(at_once, n_draws - start), rng)


def replace_nan(record: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row of a table as JSON can hold it: None where there is no value."""
    return {str(name): None if value != value else value for name, value in record.items()}  # noqa: PLR0124


def _names(metric: str) -> tuple[str, str, str]:
    return metric, f"{metric}_lower", f"{metric}_upper"
