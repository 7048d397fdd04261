"""Real, prepared reports in; the trials of the development protocol out: what trains, and what is judged.

| row | what is judged |
|---|---|
| W | the checked messages, half-year by half-year, by what came before |
| R1 | the checked messages from a day on, by what came before |
| H | half of the headlines, whole clusters, by the other half |
| Q | hoaxes of the election year among ordinary election tweets of the same length, none of either in training |

Nothing is judged whose like may train, whatever source that stands in.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.config import Protocol
from pipeline.evaluation.cases import Rows, earliest_rows
from pipeline.evaluation.likeness import Likeness
from pipeline.evaluation.metrics import find_obstacle
from pipeline.evaluation.splits import draw_share

ROLLING: Final = "W"
FORWARD: Final = "R1"
HEADLINES: Final = "H"
QUEUE: Final = "Q"
ROWS: Final = (ROLLING, FORWARD, HEADLINES, QUEUE)

MIN_PER_CLASS: Final = 20
"""Of checked messages before a half-year, for it to be judged: fewer teach nothing about the checker."""

LENGTHS_PER_DOUBLING: Final = 8
"""How finely lengths are matched: texts of one bin differ by at most 9 % in characters."""


class Place(NamedTuple):
    """Where a trial stands in the protocol."""

    row: str
    part: str


class Trial(NamedTuple):
    """Row numbers that may train and that are judged, and the labels of the latter (int8, as `judged`)."""

    row: str
    part: str
    fitted: Rows
    judged: Rows
    y_true: npt.NDArray[np.int8]


class Ground(NamedTuple):
    """What trials are planned on: reports (PREPARED, numbered from 0), their likeness, the choices."""

    table: pd.DataFrame
    likeness: Likeness
    params: Protocol
    verdict_delay_days: float
    seed: int

    def among(self, *sources: str) -> "pd.Series[bool]":
        """Mark the reports of these sources."""
        return self.table["source"].isin(sources)

    def mark(self, rows: Rows) -> "pd.Series[bool]":
        """Mark the reports of these row numbers."""
        return pd.Series(np.isin(np.arange(len(self.table)), rows), self.table.index)

    def draw(self, rows: Rows) -> npt.NDArray[np.float64]:
        """Draw a number in [0, 1) for each row, from its report's id alone."""
        ids = self.table["report_id"].iloc[rows]
        return np.array([draw_share(str(report_id), self.seed) for report_id in ids], np.float64)


def plan_trials(ground: Ground) -> list[Trial]:
    """Plan every row that these reports allow; a row without reports of both classes has no trial."""
    trials = [*_plan_windows(ground), _plan_forward(ground), _plan_headlines(ground), _plan_queue(ground)]
    return [trial for trial in trials if find_obstacle(trial.y_true) is None and len(trial.fitted)]


def _plan_windows(ground: Ground) -> Iterator[Trial]:
    checked = ground.table[ground.among(ground.params.checked) & ground.table["label"].notna()]
    moments = checked["reported_at"].dropna()
    if moments.empty:
        return
    starts = pd.date_range(f"{moments.min().year}-01-01T00:00Z", moments.max(), freq="6MS")
    for start in starts:
        if find_obstacle(checked["label"][moments.index][moments < start].to_numpy(np.int8), MIN_PER_CLASS):
            continue
        part = f"{start.year} {'first' if start.month == 1 else 'second'} half"
        yield _plan_between(ground, Place(ROLLING, part), start, start + pd.DateOffset(months=6))


def _plan_forward(ground: Ground) -> Trial:
    start = pd.Timestamp(ground.params.forward_from)
    place = Place(FORWARD, f"from {start:%Y-%m-%d}")
    return _plan_between(ground, place, start, pd.Timestamp.max.tz_localize("UTC"))


def _plan_between(ground: Ground, place: Place, start: pd.Timestamp, end: pd.Timestamp) -> Trial:
    """Judge the checked claims that begin in [start, end); train on what was known, or has no time."""
    table = ground.table
    first = earliest_rows(table, table["claim_id"].notna())
    begins = table["reported_at"].iloc[first].between(start, end, inclusive="left").to_numpy(np.bool_)
    own = (ground.among(ground.params.checked) & table["label"].notna()).to_numpy(np.bool_)[first]
    later = table["reported_at"] + pd.Timedelta(days=ground.verdict_delay_days) > start
    return _plan(ground, place, ~later, first[begins & own])


def _plan_headlines(ground: Ground) -> Trial:
    """Judge the headlines of half of the clusters; a cluster is what likeness joins, however remotely."""
    own = ground.among(ground.params.headlines) & ground.table["label"].notna()
    rows = np.flatnonzero(own.to_numpy(np.bool_))
    clusters = ground.likeness.group(rows)
    first = np.unique(clusters, return_index=True)[1]
    half = rows[(ground.draw(rows[first]) < 0.5)[clusters]]
    judged = earliest_rows(ground.table, ground.mark(half))
    return _plan(ground, Place(HEADLINES, "half of the clusters"), ~ground.mark(judged), judged)


def _plan_queue(ground: Ground) -> Trial:
    """Judge hoaxes among tweets, as many of each in every bin of length; tweets are presumed ordinary."""
    params, table = ground.params, ground.table
    hoaxes, tweets = ground.among(params.queue_hoaxes), ground.among(*params.queue_chatter)
    presumed = ground._replace(table=table.assign(label=table["label"].mask(tweets, 0)))
    judged = earliest_rows(table, (hoaxes & (table["label"] == 1).fillna(value=False)) | tweets)
    trial = _plan(presumed, Place(QUEUE, "election tweets"), ~(hoaxes | tweets), judged)
    kept = _match_lengths(ground, trial)
    return trial._replace(judged=trial.judged[kept], y_true=trial.y_true[kept])


def _plan(ground: Ground, place: Place, may_train: "pd.Series[bool]", judged: Rows) -> Trial:
    """Keep judged claims out of training, and out of the judged what is nearly the same as training."""
    claims = ground.table["claim_id"]
    fitted = np.flatnonzero((may_train & ~claims.isin(claims.iloc[judged])).to_numpy(np.bool_))
    judged = judged[~ground.likeness.find_near(judged, fitted)]
    return Trial(*place, fitted, judged, ground.table["label"].iloc[judged].to_numpy(np.int8))


def _match_lengths(ground: Ground, trial: Trial) -> npt.NDArray[np.int64]:
    """Return places in `judged`: in every bin of length as many of either class, drawn by id."""
    lengths = ground.table["text"].iloc[trial.judged].str.len().to_numpy(np.float64)
    drawn = pd.DataFrame(
        {
            "bin": np.round(LENGTHS_PER_DOUBLING * np.log2(1.0 + lengths)),
            "label": trial.y_true,
            "draw": ground.draw(trial.judged),
        }
    )
    place = drawn.groupby(["bin", "label"])["draw"].rank(method="first")
    sizes = drawn.groupby(["bin", "label"]).size().unstack("label", fill_value=0)
    room = drawn["bin"].map(sizes.reindex(columns=[0, 1], fill_value=0).min(axis=1))
    return np.flatnonzero((place <= room).to_numpy(np.bool_))
