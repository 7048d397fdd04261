"""Scored, labelled texts in; the points of the precision-recall curve and of the reliability plot out."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.intervals import wilson_interval
from pipeline.evaluation.metrics import Judged, Terms, find_obstacle, rank, weigh_to_prevalence
from pipeline.schema.columns import TEST

MOST_BINS: Final = 10
LEAST_PER_BIN: Final = 10


class Curves(NamedTuple):
    """What the plots show, at the queue's prevalence; frames without rows where not computable.

    `precision_recall` holds split, recall and precision, a row for each distinct score from the highest;
    `reliability` predicted, observed, lower, upper and n_claims, a row for each bin of equal n.
    """

    precision_recall: pd.DataFrame
    reliability: pd.DataFrame


def trace_curves(headline: Judged, random: Judged, terms: Terms) -> Curves:
    """Trace the forward test, and the random split beside it."""
    traced = [
        trace_precision_recall(judged, split, terms.prevalence)
        for split, judged in ((TEST, headline), ("random", random))
    ]
    filled = [curve for curve in traced if len(curve)] or traced[:1]
    return Curves(
        pd.concat(filled, ignore_index=True), bin_reliability(headline, terms.prevalence, terms.interval)
    )


def trace_precision_recall(judged: Judged, split: str, prevalence: float) -> pd.DataFrame:
    """Return precision and recall when reading down to each distinct score."""
    columns = ["split", "recall", "precision"]
    if find_obstacle(judged.y_true):
        return pd.DataFrame([], columns=columns)
    ranking = rank(judged, weigh_to_prevalence(judged.y_true, np.ones((1, len(judged.y_true))), prevalence))
    true, false = ranking.true[0, 1:], ranking.false[0, 1:]
    return pd.DataFrame({"split": split, "recall": true / true[-1], "precision": true / (true + false)})


def bin_reliability(judged: Judged, prevalence: float, interval: float) -> pd.DataFrame:
    """Return, for bins of neighbouring scores, what was predicted and what came, with Wilson's interval."""
    if find_obstacle(judged.y_true):
        return pd.DataFrame([], columns=["predicted", "observed", "lower", "upper", "n_claims"])
    n_claims = len(judged.y_true)
    weights = weigh_to_prevalence(judged.y_true, np.ones((1, n_claims)), prevalence)[0]
    order = np.argsort(judged.y_score, kind="stable")
    bins = np.array_split(order, max(1, min(MOST_BINS, n_claims // LEAST_PER_BIN)))
    shares = np.array([np.mean(judged.y_true[rows]) for rows in bins])
    bounds = [
        wilson_interval(float(share), len(rows), interval) for share, rows in zip(shares, bins, strict=True)
    ]
    odds_ratio = prevalence / (1.0 - prevalence) / (np.mean(judged.y_true == 1) / np.mean(judged.y_true == 0))
    observed = shift_odds(np.column_stack([shares, bounds]), float(odds_ratio))
    return pd.DataFrame(
        {
            "predicted": [np.average(judged.y_score[rows], weights=weights[rows]) for rows in bins],
            "observed": observed[:, 0],
            "lower": observed[:, 1],
            "upper": observed[:, 2],
            "n_claims": [len(rows) for rows in bins],
        }
    )


def shift_odds(shares: FloatArray, odds_ratio: float) -> FloatArray:
    """Move shares to another prevalence: multiply their odds (Saerens, Latinne and Decaestecker 2002).

    >>> shift_odds(np.array([0.0, 0.5, 1.0]), 1 / 9).round(3).tolist()
    [0.0, 0.1, 1.0]
    """
    return np.asarray(shares * odds_ratio / (shares * odds_ratio + 1.0 - shares), np.float64)


def share_with_interval(marked: npt.NDArray[np.bool_], interval: float) -> tuple[float, float, float]:
    """Return the share that is marked with Wilson's interval; NaN without any."""
    if not len(marked):
        return (np.nan, np.nan, np.nan)
    share = float(np.mean(marked))
    return (share, *wilson_interval(share, len(marked), interval))
