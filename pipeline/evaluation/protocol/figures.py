"""A sheet of scores in; each row's AUC with its interval, and the paired difference of two sheets, out.

A row of several parts is their mean, weighted by `metrics.weigh_pairs`.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.errors import ModelError
from pipeline.evaluation.bootstrap import FloatArray, take_interval
from pipeline.evaluation.metrics import Judged, Terms, auc, draw_in_chunks, rank, weigh_pairs
from pipeline.evaluation.protocol.trials import QUEUE, ROWS

RECALL: Final = 0.9


class RowFigure(NamedTuple):
    """The AUC of a row, a difference of two, or a share; with its interval, and what it was measured on."""

    value: float
    lower: float
    upper: float
    n_claims: int
    n_misinformation: int


class Drawn(NamedTuple):
    """A figure, and the same in every draw of the bootstrap."""

    value: float
    draws: FloatArray


def measure_rows(sheet: pd.DataFrame, terms: Terms, seed: int) -> dict[str, RowFigure]:
    """Return the AUC of each row of a sheet of `run_trials`, in the protocol's order."""
    drawn = draw_rows(sheet, terms.bootstraps, seed)
    return {row: _bound(sheet, row, drawn[row], terms.interval) for row in drawn}


def compare_sheets(
    first: pd.DataFrame, second: pd.DataFrame, terms: Terms, seed: int
) -> dict[str, RowFigure]:
    """Return for each row the first model's AUC minus the second's, each draw serving both.

    The first is to be preferred on a row when `lower` > 0. Raises ModelError when they judged other reports.
    """
    keys = ["row", "part", "report_id", "y_true"]
    if not first[keys].reset_index(drop=True).equals(second[keys].reset_index(drop=True)):
        raise ModelError(
            "protocol: the two sheets judge other reports; expected one protocol on the same data"
        )
    ours, theirs = (draw_rows(sheet, terms.bootstraps, seed) for sheet in (first, second))
    return {
        row: _bound(
            first,
            row,
            Drawn(ours[row].value - theirs[row].value, ours[row].draws - theirs[row].draws),
            terms.interval,
        )
        for row in ours
    }


def draw_rows(sheet: pd.DataFrame, n_draws: int, seed: int) -> dict[str, Drawn]:
    """Return each row's AUC and its draws; the draws depend on the judged reports and `seed` alone."""
    found = set(sheet["row"])
    rows = [*(row for row in ROWS if row in found), *sorted(found - set(ROWS))]
    return {row: _draw_row(sheet[sheet["row"] == row], n_draws, _seed_row(row, seed)) for row in rows}


def rescale(figures: Mapping[str, RowFigure], ceilings: Mapping[str, float]) -> dict[str, RowFigure]:
    """Return (AUC - .5) / (ceiling - .5) of each row that has a ceiling above .5, bounds likewise.

    >>> rescale({"W": RowFigure(0.6, 0.5, 0.7, 9, 4)}, {"W": 0.7})["W"].value.__round__(2)
    0.5
    """
    known = {row: figure for row, figure in figures.items() if ceilings.get(row, 0.0) > 0.5}
    return {
        row: figure._replace(
            **{
                end: (getattr(figure, end) - 0.5) / (ceilings[row] - 0.5)
                for end in ("value", "lower", "upper")
            }
        )
        for row, figure in known.items()
    }


def share_wrongly_read(sheet: pd.DataFrame, terms: Terms, seed: int) -> RowFigure | None:
    """Return which share of ordinary tweets stands as high as nine tenths of the hoaxes; None without row Q."""
    queue = sheet[sheet["row"] == QUEUE]
    if queue.empty:
        return None
    judged = _judge(queue)
    drawn = [_share_above(judged, counts) for counts in _draw(judged, terms.bootstraps, [seed, len(ROWS)])]
    whole = _share_above(judged, np.ones((1, len(queue))))
    return _bound(sheet, QUEUE, Drawn(float(whole[0]), np.concatenate(drawn)), terms.interval)


def _seed_row(row: str, seed: int) -> list[int]:
    """Give each row of the protocol chance of its own; other rows by their name."""
    return [seed, ROWS.index(row)] if row in ROWS else [seed, *row.encode()]


def _draw_row(own: pd.DataFrame, n_draws: int, seed: list[int]) -> Drawn:
    parts = [_judge(part) for _, part in own.groupby("part", sort=True)]
    weights = np.array([weigh_pairs(part.y_true) for part in parts])
    values = np.array([auc(rank(part, np.ones((1, len(part.y_true)))))[0] for part in parts])
    draws = np.array(
        [
            np.concatenate([auc(rank(part, counts)) for counts in _draw(part, n_draws, [*seed, number])])
            for number, part in enumerate(parts)
        ]
    )
    return Drawn(float(np.average(values, weights=weights)), np.average(draws, axis=0, weights=weights))


def _draw(judged: Judged, n_draws: int, seed: list[int]) -> Iterator[FloatArray]:
    return draw_in_chunks(judged, n_draws, np.random.default_rng(seed))


def _judge(part: pd.DataFrame) -> Judged:
    clusters = pd.factorize(part["claim_id"], sort=True)[0].astype(np.int64)
    return Judged(part["y_true"].to_numpy(np.int8), part["score"].to_numpy(np.float64), clusters)


def _share_above(judged: Judged, counts: FloatArray) -> FloatArray:
    ranking = rank(judged, counts)
    reached = ranking.true >= RECALL * ranking.true[:, -1:] - 1e-9
    draws, end = np.arange(len(counts)), np.argmax(reached, axis=1)
    return np.asarray(ranking.false[draws, end] / ranking.false[:, -1], np.float64)


def _bound(sheet: pd.DataFrame, row: str, drawn: Drawn, interval: float) -> RowFigure:
    own = sheet.loc[sheet["row"] == row, "y_true"]
    return RowFigure(drawn.value, *take_interval(drawn.draws, interval), len(own), int(own.sum()))
