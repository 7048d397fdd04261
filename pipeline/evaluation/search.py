"""Prepared reports and contestants in, what each reaches inside the training data out.

The test split takes no part, so that its figure stays honest whatever is chosen here. Trials are the
development protocol's where `evaluate.protocol` names its rows, else each source forward in time.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.config import Params
from pipeline.errors import ModelError
from pipeline.evaluation.cases import Rows, earliest_rows, read_terms
from pipeline.evaluation.likeness import Likeness
from pipeline.evaluation.metrics import find_obstacle
from pipeline.evaluation.protocol import (
    Corpus,
    Fit,
    Trial,
    compare_sheets,
    measure_rows,
    plan_trials,
    run_trials,
)
from pipeline.evaluation.protocol.figures import RowFigure
from pipeline.evaluation.protocol.trials import Ground
from pipeline.evaluation.sources import rows_before
from pipeline.evaluation.splits import describe_claims
from pipeline.schema.columns import CALIBRATION, TEST, TRAIN

STANDING: Final = "train as it stands"
MIN_PER_CLASS: Final = 5
"""Claims of either class that a part must judge."""

CHANCE: Final = 0.5


class Standing(NamedTuple):
    """Where a contestant stands: its AUC by row, its difference to the first one, its smallest share.

    A row's share is (AUC - .5) / (the best AUC that any contestant has there - .5). `changes` are paired.
    """

    name: str
    auc: dict[str, RowFigure]
    changes: dict[str, RowFigure]
    weakest_share: float


def find_training_rows(table: pd.DataFrame, params: Params) -> Rows:
    """Return the rows of PREPARED that a search may see.

    Left out: what the test judges, repeats, unlabelled reports of claims that have a label, and, where one
    moment divides all sources, what nobody judged and came when the test had begun.
    """
    labelled = table["label"].notna()
    learns = labelled & table["split"].isin([TRAIN, CALIBRATION]) & ~table["repeats"]
    talk = ~labelled & ~table["claim_id"].isin(table.loc[labelled, "claim_id"])
    if params.preprocess.split_by == "time":
        talk &= ~(table["reported_at"] >= table.loc[table["split"] == TEST, "reported_at"].min())
    return np.flatnonzero((learns | talk).to_numpy(np.bool_))


def plan_search(corpus: Corpus, params: Params) -> list[Trial]:
    """Plan the trials of a search on the reports of `find_training_rows`. Raises ModelError when there are none."""
    likeness, choices = Likeness(corpus.prepared), params.evaluate.protocol
    delay = params.evaluate.verdict_delay_days
    if choices is not None:
        trials = plan_trials(Ground(corpus.table, likeness, choices, delay, params.run.seed))
    else:
        trials = plan_folds(corpus.table, likeness, delay, params.search.folds)
    if not trials:
        raise ModelError(
            "search: no source has later claims of both classes to judge; expected one with at least "
            f"{MIN_PER_CLASS} of each; import more labels"
        )
    return trials


def plan_folds(table: pd.DataFrame, likeness: Likeness, delay_days: float, n_folds: int) -> list[Trial]:
    """Judge each source of two classes in `n_folds` later parts, each by what came and was known before.

    A source without times is left out as a whole and judged by the others. Nothing is judged whose like trains.
    """
    known_at = describe_claims(table, delay_days)["known_at"].reindex(table["claim_id"]).to_numpy()
    known = table.assign(known_at=known_at)
    sources = sorted(known.loc[known["label"].notna(), "source"].astype(str).unique())
    return [trial for source in sources for trial in _plan_source(known, likeness, source, n_folds)]


def judge_contestant(corpus: Corpus, trials: Sequence[Trial], fit: Fit) -> pd.DataFrame:
    """Return a sheet as `run_trials` does, without the trials on which the contestant cannot be fitted."""
    sheets = []
    for trial in trials:
        try:
            sheets.append(run_trials(corpus, [trial], fit))
        except ModelError:
            continue
    if not sheets:
        raise ModelError("search: no trial has both classes to fit on; expected one; import more labels")
    return pd.concat(sheets, ignore_index=True)


def rank_contestants(sheets: Mapping[str, pd.DataFrame], params: Params) -> list[Standing]:
    """Rank contestants by their smallest share; only parts that every one has judged count.

    The first is what the others are compared with.
    """
    terms, seed = read_terms(params), params.run.seed
    shared = _keep_common(sheets)
    figures = {name: measure_rows(sheet, terms, seed) for name, sheet in shared.items()}
    first = next(iter(shared.values()))
    best = {row: max(own[row].value for own in figures.values()) for row in next(iter(figures.values()))}
    standings = [
        Standing(
            name,
            figures[name],
            {} if sheet is first else compare_sheets(sheet, first, terms, seed),
            _find_weakest(figures[name], best),
        )
        for name, sheet in shared.items()
    ]
    return sorted(standings, key=lambda standing: -standing.weakest_share)


def _plan_source(table: pd.DataFrame, likeness: Likeness, source: str, n_folds: int) -> Iterator[Trial]:
    own = earliest_rows(table, (table["source"] == source) & table["label"].notna())
    parts = [*_cut_in_time(table, own, n_folds)]
    planned = [_plan(table, likeness, source, part, rows) for part, rows in parts]
    kept = [trial for trial in planned if _can_be_judged(trial, table)]
    if not kept:
        kept = [_leave_out(table, likeness, source, own)]
    yield from (trial for trial in kept if _can_be_judged(trial, table))


def _cut_in_time(table: pd.DataFrame, own: Rows, n_folds: int) -> Iterator[tuple[str, Rows]]:
    """Cut the dated claims of a source into n + 1 parts of a size, and yield all but the first."""
    times = table["reported_at"].iloc[own]
    dated = own[times.notna().to_numpy(np.bool_)]
    if not len(dated):
        return
    times = times.dropna()
    starts = times.sort_values().iloc[[len(times) * fold // (n_folds + 1) for fold in range(1, n_folds + 1)]]
    part = np.searchsorted(starts.to_numpy(), times.to_numpy(), side="right")
    for number, start in enumerate(starts, 1):
        yield f"from {start:%Y-%m-%d}", dated[part == number]


def _plan(table: pd.DataFrame, likeness: Likeness, source: str, part: str, judged: Rows) -> Trial:
    fitted = rows_before(table, judged, judged) if len(judged) else judged
    return _judge(table, likeness, Trial(source, part, fitted, judged, np.empty(0, np.int8)))


def _leave_out(table: pd.DataFrame, likeness: Likeness, source: str, own: Rows) -> Trial:
    others = (table["source"] != source) & ~table["claim_id"].isin(table["claim_id"].iloc[own])
    fitted = np.flatnonzero(others.to_numpy(np.bool_))
    return _judge(table, likeness, Trial(source, "left out of training", fitted, own, np.empty(0, np.int8)))


def _judge(table: pd.DataFrame, likeness: Likeness, trial: Trial) -> Trial:
    """Leave out what is nearly the same as training, and note the labels."""
    judged = trial.judged[~likeness.find_near(trial.judged, trial.fitted)]
    return trial._replace(judged=judged, y_true=_labels(table, judged))


def _can_be_judged(trial: Trial, table: pd.DataFrame) -> bool:
    labels = table["label"].iloc[trial.fitted].dropna().to_numpy(np.int8)
    return find_obstacle(trial.y_true, MIN_PER_CLASS) is None and find_obstacle(labels) is None


def _labels(table: pd.DataFrame, rows: Rows) -> npt.NDArray[np.int8]:
    return table["label"].iloc[rows].to_numpy(np.int8)


def _keep_common(sheets: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Keep the parts that every sheet has."""
    parts = [set(zip(sheet["row"], sheet["part"], strict=True)) for sheet in sheets.values()]
    common = set.intersection(*parts)
    if not common:
        raise ModelError("search: no trial could be fitted by every candidate; expected one; try fewer")
    return {
        name: sheet[[pair in common for pair in zip(sheet["row"], sheet["part"], strict=True)]]
        for name, sheet in sheets.items()
    }


def _find_weakest(figures: Mapping[str, RowFigure], best: Mapping[str, float]) -> float:
    """Return the smallest share; rows on which nobody is better than chance tell nothing."""
    told = [row for row in figures if best[row] > CHANCE]
    return min(((figures[row].value - CHANCE) / (best[row] - CHANCE) for row in told), default=0.0)
