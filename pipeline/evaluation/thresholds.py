"""Scored, labelled texts and what is asked for ("recall >= 0.9") in; the threshold that gives it, or why not, out.

Precision and the share that is read are those at the queue's prevalence.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.config.values import WISH
from pipeline.evaluation.bootstrap import FloatArray, take_interval
from pipeline.evaluation.curves import share_with_interval
from pipeline.evaluation.metrics import (
    Judged,
    Terms,
    draw_in_chunks,
    find_obstacle,
    rank,
    weigh_to_prevalence,
)

RECALL: Final = "recall"
MIN_READ: Final = 10
"""How many claims must stand above a threshold: the first few may be right by luck."""

FIGURES: Final = ("threshold", "recall", "precision", "share_read")


class Asked(NamedTuple):
    """What a threshold shall give, at least."""

    measure: str
    least: float


class Steps(NamedTuple):
    """What reading down to each distinct score gives; shapes (draws, distinct scores), `scores` (distinct scores,)."""

    scores: FloatArray
    n_read: FloatArray
    recall: FloatArray
    precision: FloatArray
    share_read: FloatArray


def read_asked(asked: str) -> Asked:
    """Read what is asked for. Raises ValueError on anything else.

    >>> read_asked("recall >= 0.9")
    Asked(measure='recall', least=0.9)
    """
    found = WISH.fullmatch(asked)
    if not found:
        raise ValueError(f"expected 'recall >= 0.9' or 'precision >= 0.8', found {asked!r}")
    return Asked(found[1], float(found[2]))


def find_thresholds(
    judged: Judged, asked: Sequence[str], terms: Terms, rng: np.random.Generator
) -> dict[str, dict[str, Any]]:
    """Return for each wish the threshold with its interval and what it gives, or None with the reason.

    A text at the threshold or above is read. The threshold's interval chooses it anew in every draw; recall,
    precision and share_read are those of the threshold that stands, and need one row a claim.
    """
    draws = [*draw_in_chunks(judged, terms.bootstraps, rng)] if find_obstacle(judged.y_true) is None else []
    return {wish: _find_threshold(judged, read_asked(wish), terms, draws) for wish in asked}


def _find_threshold(
    judged: Judged, asked: Asked, terms: Terms, draws: Sequence[FloatArray]
) -> dict[str, Any]:
    section: dict[str, Any] = {
        "n_claims": len(judged.y_true),
        "n_misinformation": int(judged.y_true.sum()),
        **{f"{name}{end}": None for name in FIGURES for end in ("", "_lower", "_upper")},
    }
    reason = find_obstacle(judged.y_true)
    if reason:
        return section | {"reason": reason}
    whole = _step_down(judged, np.ones((1, len(judged.y_true))), terms.prevalence)
    place = int(_choose(whole, asked)[0])
    reason = _refuse(whole, asked, place)
    if reason:
        return section | {"reason": reason}
    figures = _measure(judged, asked, terms, draws, whole, place)
    reason = _doubt(figures, asked, terms.prevalence)
    return section | {"reason": reason} | ({} if reason else figures)


def _step_down(judged: Judged, counts: FloatArray, prevalence: float) -> Steps:
    ranking = rank(judged, weigh_to_prevalence(judged.y_true, counts, prevalence))
    read = rank(judged, counts)
    true, share_read = ranking.true[:, 1:], (ranking.true + ranking.false)[:, 1:]
    precision = np.divide(true, share_read, out=np.zeros_like(true), where=share_read > 0)
    n_read = (read.true + read.false)[:, 1:]
    return Steps(-np.unique(-judged.y_score), n_read, true / true[:, -1:], precision, share_read)


def _choose(steps: Steps, asked: Asked) -> npt.NDArray[np.int64]:
    """Return the first place with enough recall, or the last one with enough precision; -1 without one."""
    if asked.measure == RECALL:
        return np.asarray(np.argmax(steps.recall >= asked.least - 1e-12, axis=1), np.int64)
    reached = _precise(steps, asked.least)
    last = reached.shape[1] - 1 - np.argmax(reached[:, ::-1], axis=1)
    return np.asarray(np.where(reached.any(axis=1), last, -1), np.int64)


def _precise(steps: Steps, least: float) -> npt.NDArray[np.bool_]:
    return np.asarray((steps.precision >= least - 1e-12) & (steps.n_read >= MIN_READ), np.bool_)


def _refuse(steps: Steps, asked: Asked, place: int) -> str | None:
    if place < 0:
        best = np.max(np.where(steps.n_read >= MIN_READ, steps.precision, 0.0))
        return f"not reachable: precision is at most {best:.2f} where at least {MIN_READ} claims are read"
    if asked.measure == RECALL and place == steps.recall.shape[1] - 1:
        return "not reachable but by reading everything"
    return None


def _doubt(figures: dict[str, float], asked: Asked, prevalence: float) -> str | None:
    """Say why a precision is not to be believed: too few claims of label 0 to know of false alarms."""
    lower = figures["precision_lower"]
    if asked.measure == RECALL or lower > prevalence:
        return None
    return f"not known: precision may be as low as {lower:.2f}, no better than any order"


def _measure(  # noqa: PLR0913, PLR0917 - a threshold in every draw
    judged: Judged, asked: Asked, terms: Terms, draws: Sequence[FloatArray], whole: Steps, place: int
) -> dict[str, float]:
    chosen = [_choose(_step_down(judged, counts, terms.prevalence), asked) for counts in draws]
    places = np.concatenate(chosen)
    threshold = float(whole.scores[place])
    bounds = take_interval(whole.scores[np.where(places < 0, place, places)], terms.interval)
    figures = {"threshold": threshold, "threshold_lower": bounds.lower, "threshold_upper": bounds.upper}
    return figures | _measure_above(judged, threshold, terms)


def _measure_above(judged: Judged, threshold: float, terms: Terms) -> dict[str, float]:
    """Measure what stands at a threshold or above, with bounds from Wilson's for each class.

    The worst for precision is the least recall with the most false alarms: a bootstrap of a threshold
    without any false alarm would claim to be certain.
    """
    above, share = judged.y_score >= threshold, terms.prevalence
    recall = share_with_interval(above[judged.y_true == 1], terms.interval)
    alarms = share_with_interval(above[judged.y_true == 0], terms.interval)
    read = [share * hit + (1.0 - share) * alarm for hit, alarm in zip(recall, alarms, strict=True)]
    worst = (alarms[0], alarms[2], alarms[1])
    precision = [
        share * hit / (share * hit + (1.0 - share) * alarm) for hit, alarm in zip(recall, worst, strict=True)
    ]
    ends = ("", "_lower", "_upper")
    named = zip(("recall", "precision", "share_read"), (recall, precision, read), strict=True)
    return {f"{name}{end}": value for name, values in named for end, value in zip(ends, values, strict=True)}
