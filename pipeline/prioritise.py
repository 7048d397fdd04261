"""Scored reports in, claims in the order of work out: expected harm first, every term stored."""

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.claims.reach import count_views, estimate_views
from pipeline.errors import SchemaError
from pipeline.schema.flow import Flow
from pipeline.schema.frames import CLAIMS, SCORED, check_frame

SEVERITY = 1.0
"""Until reports carry a type that has been weighed, every claim is as severe as any other."""


DONE_WITHOUT: Final = {
    "claim_id": "claim_id (every report is a claim of its own)",
    "views": "views (all claims count as equally far-reaching)",
    "reported_at": "reported_at (ties go by report_id)",
    "text": "text",
    "model_version": "model_version",
}
"""What a scored file may lack, and what that means for its queue."""

MOMENTS: Final = ("reported_at", "observed_at", "labelled_at")
NUMBERS: Final = ("score", "views", "shares", "label")


class Prioritised(NamedTuple):
    """The queue, and how many reports became how many claims."""

    claims: pd.DataFrame
    flow: Flow


def select_waiting(reports: pd.DataFrame, now: pd.Timestamp, window_days: float) -> pd.DataFrame:
    """Take all reports of the claims that wait: none of their reports is labelled, and one is in the window.

    A report without a time counts as new.
    """
    decided = set(reports.loc[reports["label"].notna(), "claim_id"])
    opened = now - pd.Timedelta(days=window_days)
    recent = reports["reported_at"].isna() | (reports["reported_at"] >= opened)
    waiting = set(reports.loc[recent, "claim_id"]) - decided
    return reports[reports["claim_id"].isin(waiting)]


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


class Scale(NamedTuple):
    """What priorities are measured by: p where a model abstained, and the harm that counts as 100."""

    prevalence: float
    u_ref: float


def guess_scale(scored: pd.DataFrame) -> Scale:
    """Take the mean score and the 99.9th percentile of score * views, where there is no model to ask."""
    prevalence = scored["score"].mean()
    prevalence = 0.5 if np.isnan(prevalence) else float(prevalence)
    views = scored["views"].astype("float64").fillna(1.0)
    harm = scored["score"].fillna(prevalence) * views
    return Scale(prevalence, max(1.0, float(harm.quantile(0.999))) if len(harm) else 1.0)


def order_claims(scored: pd.DataFrame, prevalence: float, u_ref: float) -> Prioritised:
    """Order claims by U = severity * p * views, the views that a claim is known to have.

    Takes SCORED, gives CLAIMS. A claim's score is that of its earliest text; where the model abstained,
    p is the queue's prevalence. Views are the largest per url, summed over distinct urls; without urls
    the largest; unknown, the median of the platform's known claims (of all, or 1). Priority is
    100 * log(1 + U) / log(1 + u_ref), rounded, at most 100; ties go to the earlier, then the smaller id.
    """
    reports = check_frame(scored, SCORED, "prioritise")
    earliest = reports.sort_values(["reported_at", "report_id"], na_position="last")
    claims = _describe_claims(earliest)
    views, views_source = estimate_views(count_views(earliest).reindex(claims.index), claims["platform"])
    probability = claims["score"].fillna(prevalence).to_numpy(dtype=float)
    harm = SEVERITY * probability * views.to_numpy(dtype=float)
    terms = claims.assign(
        severity=SEVERITY,
        probability=probability,
        views=views,
        views_source=views_source,
        expected_harm=harm,
        priority=np.minimum(100, np.round(100 * np.log1p(harm) / np.log1p(u_ref))).astype(np.int64),
    ).reset_index()
    ordered = _rank(terms)
    merged = len(reports) - len(ordered)
    return Prioritised(
        check_frame(ordered, CLAIMS, "prioritise"), Flow.balanced(len(reports), len(ordered), merged)
    )


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


def _describe_claims(earliest: pd.DataFrame) -> pd.DataFrame:
    """Take what a claim shows from its earliest report, and count its reports and reporters."""
    groups = earliest.groupby("claim_id", sort=True)
    shown = ["score", "abstain_reason", "platform", "model_version", "words", "text"]
    first = earliest.drop_duplicates("claim_id").set_index("claim_id").sort_index()
    return first[shown].assign(
        text=_shown_text(first),
        first_reported_at=first["reported_at"],
        n_reports=groups.size(),
        n_reporters=groups["reporter_id"].nunique(),
    )


def _shown_text(reports: pd.DataFrame) -> "pd.Series[str]":
    """Show the caption, or what was heard or read where there is none."""
    spoken = reports["transcript"].fillna(reports["ocr_text"]).fillna("")
    return reports["text"].where(reports["text"].str.strip() != "", spoken)


def _rank(terms: pd.DataFrame) -> pd.DataFrame:
    ordered = terms.sort_values(
        ["expected_harm", "first_reported_at", "claim_id"], ascending=[False, True, True], na_position="last"
    )
    ranked = ordered.assign(rank=np.arange(1, len(ordered) + 1))
    return ranked[list(CLAIMS.columns)].reset_index(drop=True)
