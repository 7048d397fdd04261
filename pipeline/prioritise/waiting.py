"""Prepared reports in, those of the claims that wait for a verdict out."""

import pandas as pd


def select_waiting(reports: pd.DataFrame, now: pd.Timestamp, window_days: float) -> pd.DataFrame:
    """Take all reports of the claims that wait: none of their reports is labelled, and one is in the window.

    A report without a time counts as new.
    """
    decided = set(reports.loc[reports["label"].notna(), "claim_id"])
    opened = now - pd.Timedelta(days=window_days)
    recent = reports["reported_at"].isna() | (reports["reported_at"] >= opened)
    waiting = set(reports.loc[recent, "claim_id"]) - decided
    return reports[reports["claim_id"].isin(waiting)]
