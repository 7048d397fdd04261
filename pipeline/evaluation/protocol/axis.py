"""Trials and weights of ordinary talk in; each row's AUC at each weight out, as a table and a picture.

The weight is the axis between the model's two questions. W and R1 ask whether a claim is false, Q also asks
whether a text is a claim at all, and what one wins the other may lose.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from pipeline.config import Params
from pipeline.evaluation.metrics import Terms
from pipeline.evaluation.plots import draw_rows
from pipeline.evaluation.protocol.figures import RowFigure, measure_rows
from pipeline.evaluation.protocol.outcome import fit_as_train
from pipeline.evaluation.protocol.run import Corpus, run_trials
from pipeline.evaluation.protocol.trials import ROWS, Trial


class AxisPoint(NamedTuple):
    """A weight of `train.background`, and what a model with it reaches on each row."""

    weight: float
    figures: dict[str, RowFigure]


def measure_point(
    corpus: Corpus, trials: Sequence[Trial], params: Params, weight: float, terms: Terms
) -> AxisPoint:
    """Fit as `train` does, but for the weight, on every trial."""
    changed = params.change_train({"background": {"weight": weight}})
    sheet = run_trials(corpus, trials, fit_as_train(changed))
    return AxisPoint(weight, measure_rows(sheet, terms, params.run.seed))


def axis_to_json(points: Iterable[AxisPoint]) -> list[dict[str, Any]]:
    """Return the rows of each weight as JSON can hold them."""
    return [
        {"weight": point.weight, "rows": {row: point.figures[row]._asdict() for row in point.figures}}
        for point in points
    ]


def draw_axis(points: Sequence[AxisPoint], chosen: float) -> bytes:
    """Draw each row's AUC over the weights, the chosen one marked, as a PNG."""
    rows = [row for row in ROWS if all(row in point.figures for point in points)]
    bounds = {
        row: np.array([point.figures[row][:3] for point in points], np.float64).reshape(-1, 3) for row in rows
    }
    return draw_rows([point.weight for point in points], bounds, chosen)
