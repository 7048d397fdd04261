"""Scored reports in, claims in the order of work out: expected harm first, every term stored."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.claims.reach import count_views, estimate_views
from pipeline.schema.flow import Flow
from pipeline.schema.frames import CLAIMS, SCORED, check_frame

SEVERITY = 1.0
"""Until reports carry a type that has been weighed, every claim is as severe as any other."""


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
