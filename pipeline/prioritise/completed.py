"""The rows of any scored file in, SCORED reports out, and what the queue has to do without."""

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.errors import SchemaError
from pipeline.schema.frames import SCORED, check_frame

DONE_WITHOUT: Final = {
    "claim_id": "claim_id (every report is a claim of its own)",
    "views": "views (all claims count as equally far-reaching)",
    "reported_at": "reported_at (ties go by report_id)",
    "text": "text",
    "model_version": "model_version",
}
"""What a scored file may lack, and what that means for its queue."""

MOMENTS: Final = ("reported_at", "observed_at", "labelled_at")
NUMBERS: Final = ("score", "views", "shares", "label", "weight")


class Completed(NamedTuple):
    """SCORED reports made of what a file holds, and what the queue had to do without."""

    reports: pd.DataFrame
    missing: list[str]


def complete_scored(rows: pd.DataFrame, where: str) -> Completed:
    """Give any scored rows the columns of SCORED; only `score` is needed.

    Without claim_id every report is a claim of its own, without views all have reached as many people.
    Raises SchemaError when there is no score, or a column holds what it cannot.
    """
    if "score" not in rows.columns:
        raise SchemaError(f"{where}: has no column 'score'; expected a file that `saring score` wrote")
    given = {name for name in rows.columns if rows[name].notna().any()}
    report_ids = _text(rows, "report_id").fillna(
        pd.Series(range(1, len(rows) + 1), rows.index).map("row-{:09}".format)
    )
    made = {
        "report_id": report_ids,
        "claim_id": _text(rows, "claim_id").fillna(report_ids),
        "source": _text(rows, "source").fillna("file"),
        "text": _text(rows, "text").fillna(""),
        "model_version": _text(rows, "model_version").fillna("unknown"),
        "words": _words(rows),
    }
    others = {name: rows[name] if name in given else None for name in SCORED.columns if name not in made}
    moments = {name: _moments(others[name], f"{where}: column {name!r}") for name in MOMENTS}
    numbers = {name: _numbers(others[name], f"{where}: column {name!r}") for name in NUMBERS}
    frame = pd.DataFrame(others | made | moments | numbers, index=rows.index)[list(SCORED.columns)]
    missing = [what for name, what in DONE_WITHOUT.items() if name not in given]
    return Completed(check_frame(frame.reset_index(drop=True), SCORED, where), missing)


def _text(rows: pd.DataFrame, name: str) -> "pd.Series[str]":
    """Return a column as text; an empty cell is a missing one."""
    if name not in rows.columns:
        return pd.Series(None, rows.index, "str")
    column = rows[name].astype("str")
    return column.mask(rows[name].isna() | (column == ""))


def _words(rows: pd.DataFrame) -> "pd.Series[Any]":
    """Return lists of words; a CSV holds them joined by blanks."""
    if "words" not in rows.columns:
        return pd.Series([[] for _ in range(len(rows))], rows.index, object)
    return rows["words"].map(
        lambda words: words.split() if isinstance(words, str) else list(words) if np.ndim(words) else []
    )


def _moments(column: Any, where: str) -> Any:
    try:
        return column if column is None else pd.to_datetime(column.replace("", None), utc=True)
    except (ValueError, TypeError) as error:
        raise SchemaError(f"{where} holds no times; expected such as 2026-10-01T00:00:00+07:00") from error


def _numbers(column: Any, where: str) -> Any:
    try:
        return column if column is None else pd.to_numeric(column.replace("", None))
    except (ValueError, TypeError) as error:
        raise SchemaError(f"{where} holds no numbers; expected numbers or nothing") from error
