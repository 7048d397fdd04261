"""The curves of an evaluation in, two pictures without a font or a pixel of their own out."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.evaluation.outcome import Evaluation
from pipeline.evaluation.report.shapes import Line, Note, Part, Picture, Whisker, count, percent

MOST_POINTS = 200


def describe_curves(evaluation: Evaluation) -> Part:
    """Draw how much is found against how much is read for it, and what probabilities came true."""
    headline = evaluation.metrics["headline"]
    blocks: list[Any] = [Note(f"Not computable: {headline.get('reason')}.")]
    if headline.get("auc") is not None:
        blocks = [draw_finding(evaluation), draw_reliability(evaluation)]
    return Part(
        "curves",
        "What is found, and do the probabilities hold?",
        f"Forward in time: {count(headline)}.",
        blocks,
    )


def draw_finding(evaluation: Evaluation) -> Picture:
    """Draw precision against recall: the honest split, the flattering one, and no order at all."""
    terms, curves = evaluation.metrics["terms"], evaluation.curves.precision_recall
    prevalence = terms["prevalence"]
    lines = [
        Line(name, style, _thin(curves[curves["split"] == split]))
        for split, style, name in (
            ("random", "faint", "random split (flattering)"),
            ("test", "ink", "forward in time"),
        )
        if len(curves[curves["split"] == split])
    ]
    level = Line(
        "no order at all", "dashed", [(0.0, 100 * (1 - prevalence)), (100.0, 100 * (1 - prevalence))]
    )
    headline = evaluation.metrics["headline"]
    recall, precision = (headline[f"{name}_at_capacity"] for name in ("recall", "precision"))
    bounds = [headline[f"precision_at_capacity_{end}"] for end in ("upper", "lower")]
    mark = Whisker(
        *(round(value, 2) for value in (100 * recall, *(100 * (1 - y) for y in (precision, *bounds))))
    )
    return Picture(
        "How much of what is read first is misinformation?",
        "share of all misinformation found",
        "share of misinformation in what was read",
        "100 %",
        "50 %",
        [*lines, level],
        [mark],
        f"when the first {percent(terms['capacity_share'])} are read, with its interval",
    )


def draw_reliability(evaluation: Evaluation) -> Picture:
    """Draw what was predicted against what came, at the queue's prevalence."""
    bins = evaluation.curves.reliability
    end = min(1.0, 1.08 * float(bins[["predicted", "upper"]].to_numpy().max()))
    placed = 100.0 / end * bins[["predicted", "observed", "upper", "lower"]].to_numpy(np.float64)
    whiskers = [Whisker(x, *(round(100.0 - y, 2) for y in ys)) for x, *ys in placed.round(2).tolist()]
    return Picture(
        "Does a probability mean what it says?",
        "probability that the model gave",
        "share that was misinformation",
        percent(end),
        percent(end / 2),
        [Line("as it should be", "dashed", [(0.0, 100.0), (100.0, 0.0)])],
        whiskers,
        f"bins of about {int(bins['n_claims'].min())} claims, with their interval",
    )


def _thin(curve: pd.DataFrame) -> list[tuple[float, float]]:
    """Return at most MOST_POINTS points of a curve, its ends among them."""
    step = max(1, len(curve) // MOST_POINTS)
    kept = curve.iloc[sorted({*range(0, len(curve), step), len(curve) - 1})]
    return [
        (round(100 * recall, 2), round(100 * (1 - precision), 2))
        for recall, precision in zip(kept["recall"], kept["precision"], strict=True)
    ]
