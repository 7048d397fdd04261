"""What `saring replay` reads: past reports with score and truth, and what was counted of their views."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.cli.console import warn
from pipeline.cli.rowfiles import read_rows
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError, SchemaError
from pipeline.model.registry import Registry
from pipeline.moderation.replay.cases import Report
from pipeline.moderation.replay.scene import Points
from pipeline.score import score_texts
from pipeline.storage import read_frame

NAMES: Final = {
    "reporter": "reporter_id",
    "type": "reported_type",
    "label": "truth",
    "y_true": "truth",
}
"""Other names that a column may have."""
SHEET: Final = {"row", "part", "y_true"}
"""Columns of the sheet that `saring evaluate --protocol` writes: the same claims under several models."""


def read_source(workspace: Workspace, source: Path | None, row: str | None = None) -> pd.DataFrame:
    """Read the file, of a protocol's sheet one row, or the claims that the last evaluation held out."""
    rows = _read_held_out(workspace) if source is None else read_rows(source)
    where = str(source or workspace.evaluation)
    rows = _choose_row(rows, row, where)
    rows = rows.rename(columns={old: new for old, new in NAMES.items() if new not in rows.columns})
    for needed in ("report_id", "truth"):
        if needed not in rows.columns:
            raise SchemaError(f"{where}: lacks column {needed!r}; expected report_id, truth, score (or text)")
    return rows if "score" in rows.columns else _add_scores(workspace, rows, where)


def read_replayed(rows: pd.DataFrame, where: str) -> Iterator[Report]:
    """Yield the rows as reports. Raises SchemaError for a column that holds what it cannot."""
    frame = pd.DataFrame(
        {
            "report_id": _text(rows, "report_id"),
            "claim_id": _text(rows, "claim_id"),
            "reported_at": _moments(rows, "reported_at", where),
            "score": _numbers(rows, "score", where, (0.0, 1.0)),
            "truth": _numbers(rows, "truth", where, (0.0, 1.0)),
            "views": _numbers(rows, "views", where, (0.0, np.inf)),
        }
        | {
            name: _text(rows, name)
            for name in ("reported_type", "reporter_id", "cohort", "reporter_group", "platform")
        }
    )
    strange = frame["truth"].notna() & ~frame["truth"].isin([0, 1])
    if strange.any():
        raise SchemaError(
            f"{where}: column 'truth' holds {frame.loc[strange, 'truth'].iloc[0]:g}; expected 0 or 1"
        )
    for row in frame.to_dict("records"):
        known: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in row.items()}
        moment, truth = known.pop("reported_at"), known.pop("truth")
        known["claim_id"] = known["claim_id"] or known["report_id"]
        yield Report(
            reported_at=moment.to_pydatetime() if moment is not None else None,
            truth=None if truth is None else int(truth),
            **known,
        )


def read_observations(path: Path | None, reports: pd.DataFrame) -> Points:
    """Return what was counted of each claim: hours since its first report, and views that never fall."""
    if path is None:
        return {}
    rows = read_rows(path)
    missing = {"seen_at", "views"} - set(rows.columns)
    if missing or not {"claim_id", "report_id"} & set(rows.columns):
        raise SchemaError(
            f"{path}: holds {sorted(rows.columns)}; expected claim_id (or report_id), seen_at, views"
        )
    own = _text(reports, "claim_id").fillna(_text(reports, "report_id"))
    claim_of = dict(zip(_text(reports, "report_id"), own, strict=True))
    claims = _text(rows, "claim_id").fillna(_text(rows, "report_id").map(claim_of))
    first = _moments(reports, "reported_at", "the replayed file").groupby(own).min()
    seen = pd.DataFrame(
        {
            "claim": claims,
            "at": _moments(rows, "seen_at", str(path)),
            "views": _numbers(rows, "views", str(path), (0.0, np.inf)),
        }
    ).dropna()
    seen = seen.assign(hours=(seen["at"] - seen["claim"].map(first)).dt.total_seconds() / 3600).dropna()
    if seen.empty:
        raise SchemaError(
            f"{path}: no row belongs to a replayed claim with a time; expected claim_id (or report_id)"
        )
    counted = seen.groupby(["claim", "hours"])["views"].max().reset_index()
    return {
        str(claim): (of_claim["hours"].to_numpy(float), of_claim["views"].cummax().to_numpy(float))
        for claim, of_claim in counted.groupby("claim")
    }


def count_per_day(rows: pd.DataFrame) -> float:
    """Return how many claims arrive a day by the file's own times. Raises ConfigError where they do not say."""
    moments = _moments(rows, "reported_at", "the replayed file").dropna()
    days = (moments.max() - moments.min()).total_seconds() / 86_400 if len(moments) else 0.0
    if days < 1.0:
        raise ConfigError(
            "--staff: the file's times do not say how many claims arrive a day; expected --per-day"
        )
    return float(_text(rows, "claim_id").fillna(_text(rows, "report_id")).nunique() / days)


def _choose_row(rows: pd.DataFrame, row: str | None, where: str) -> pd.DataFrame:
    """Return one row of a protocol's sheet; anything else as it is. Raises ConfigError where --row is wrong."""
    is_sheet = SHEET.issubset(rows.columns)
    if row is None and not is_sheet:
        return rows
    if not is_sheet:
        raise ConfigError(f"--row: {where} is no sheet of `saring evaluate --protocol`; expected none")
    names = _text(rows, "row")
    if row not in set(names):
        found = ", ".join(sorted({*names.dropna()}))
        raise ConfigError(f"--row: holds {row!r}; expected one of those of {where}: {found}")
    return rows[names == row]


def _read_held_out(workspace: Workspace) -> pd.DataFrame:
    """Return all reports of the claims that the last evaluation judged, with the score of a model that saw none."""
    judged = (
        read_frame(workspace.evaluation / "predictions.parquet")
        .drop_duplicates("claim_id")
        .set_index("claim_id")
    )
    reports = read_frame(workspace.prepared)
    held_out = reports[reports["claim_id"].isin(judged.index)].drop(columns="label")
    return held_out.assign(
        score=held_out["claim_id"].map(judged["score"]), truth=held_out["claim_id"].map(judged["y_true"])
    )


def _add_scores(workspace: Workspace, rows: pd.DataFrame, where: str) -> pd.DataFrame:
    if "text" not in rows.columns:
        raise SchemaError(f"{where}: lacks column 'score'; expected it, or 'text' to score with the champion")
    bundle = Registry(workspace.models).load_champion()
    warn(f"{where}: scored with the champion {bundle.version}; claims that it was trained on flatter it")
    scores = score_texts(bundle, rows["text"].fillna("").astype(str).tolist()).score
    return rows.assign(score=pd.Series(scores, rows.index, float))


def _text(rows: pd.DataFrame, name: str) -> "pd.Series[str]":
    if name not in rows.columns:
        return pd.Series(None, rows.index, "str")
    column = rows[name].astype("str")
    return column.mask(rows[name].isna() | (column.str.strip() == ""))


def _numbers(rows: pd.DataFrame, name: str, where: str, bounds: tuple[float, float]) -> "pd.Series[float]":
    if name not in rows.columns:
        return pd.Series(np.nan, rows.index, float)
    try:
        column = pd.to_numeric(rows[name].replace("", None)).astype(float)
    except (ValueError, TypeError) as error:
        raise SchemaError(
            f"{where}: column {name!r} holds no numbers; expected numbers or nothing"
        ) from error
    outside = column.notna() & ~column.between(*bounds)
    if outside.any():
        raise SchemaError(
            f"{where}: column {name!r} holds {column[outside].iloc[0]:g}; expected {bounds[0]:g} to {bounds[1]:g}"
        )
    return column


def _moments(rows: pd.DataFrame, name: str, where: str) -> Any:
    if name not in rows.columns:
        return pd.Series(pd.NaT, rows.index, "datetime64[us, UTC]")
    try:
        return pd.to_datetime(rows[name].replace("", None), utc=True, format="ISO8601")
    except (ValueError, TypeError) as error:
        raise SchemaError(
            f"{where}: column {name!r} holds no times; expected such as 2026-10-01T00:00:00+07:00"
        ) from error
