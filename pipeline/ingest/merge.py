"""Rows that repeat report_ids in, one row for each report out: every choice by values, none by position."""

from typing import Final, Literal, NamedTuple

import pandas as pd

from pipeline.schema.columns import REPORT_COLUMNS, VERDICT

OBSERVED: Final = ["views", "shares", "observed_at"]
LABELLED: Final = ["label", "label_source", "label_detail", "labelled_at", "weight"]


class Merged(NamedTuple):
    """One row a report, sorted by report_id, and how many have labels that contradict each other."""

    reports: pd.DataFrame
    n_contradicted: int


def merge_repeats(rows: pd.DataFrame) -> Merged:
    """Make one row of the rows of each report_id.

    The earliest reported_at gives the row, then the smallest digest of the text; the latest label
    the label, a verdict before any import; the latest known counts the counts. Labels that differ with
    the same right to stand leave the label empty. A verdict that was withdrawn later gives none.
    """
    rows = withdraw_verdicts(rows)
    repeats = rows["report_id"].duplicated(keep=False)
    again = _sort(rows[repeats], ["report_id", "reported_at", "digest"])
    first = again.drop_duplicates("report_id").set_index("report_id")
    labels = _choose_labels(again)
    chosen = (
        first.drop(columns=[*OBSERVED, *LABELLED]).join([_choose_counts(again), labels.chosen]).reset_index()
    )
    reports = pd.concat([rows[~repeats], chosen.astype(rows.dtypes.to_dict())[list(rows.columns)]])
    ordered = reports.sort_values("report_id", ignore_index=True)
    return Merged(ordered[list(REPORT_COLUMNS)], labels.n_contradicted)


def withdraw_verdicts(rows: pd.DataFrame) -> pd.DataFrame:
    """Take away the verdicts of a report up to the time of its last withdrawal, and what withdraws them.

    Imported labels stay: what moderators took back is their own. A withdrawal without a time takes none.
    """
    said = rows["label_source"] == VERDICT
    withdraws = said & rows["label"].isna()
    if not withdraws.any():
        return rows
    latest = rows.loc[withdraws].groupby("report_id")["labelled_at"].max()
    until = rows["report_id"].map(latest)
    gone = withdraws | (said & until.notna() & (rows["labelled_at"].isna() | (rows["labelled_at"] <= until)))
    return rows.assign(**{name: rows[name].mask(gone) for name in LABELLED})


class _Labels(NamedTuple):
    chosen: pd.DataFrame
    n_contradicted: int


def _choose_labels(rows: pd.DataFrame) -> _Labels:
    rank = ["report_id", "is_verdict", "labelled_at"]
    known = _prefer(rows, rows["label"].notna()).assign(
        is_verdict=lambda part: part["label_source"] == VERDICT
    )
    ordered = _sort(known, rank, na_position="first")
    last = ordered.drop_duplicates("report_id", keep="last")
    rivals = ordered.merge(last[rank], on=rank)
    contradicted = rivals.groupby("report_id")["label"].nunique().loc[lambda count: count > 1].index
    chosen = last[~last["report_id"].isin(contradicted)].set_index("report_id")
    return _Labels(chosen[LABELLED], len(contradicted))


def _choose_counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Take the latest counts that are known; a repeat that names none does not hide those before it."""
    known = _prefer(rows, rows[["views", "shares"]].notna().any(axis=1))
    ordered = _sort(known, ["report_id", "observed_at", "views", "shares"], na_position="first")
    return ordered.groupby("report_id")[OBSERVED].last()


def _prefer(rows: pd.DataFrame, preferred: pd.Series) -> pd.DataFrame:
    """Take of every report the preferred rows, or all of them where none is."""
    return rows[preferred | ~rows["report_id"].isin(rows.loc[preferred, "report_id"])]


def _sort(
    rows: pd.DataFrame, first: list[str], na_position: Literal["first", "last"] = "last"
) -> pd.DataFrame:
    """Sort by some columns, then by all others, so that equal rows alone may change places."""
    others = [column for column in rows.columns if column not in first]
    return rows.sort_values([*first, *others], na_position=na_position, ignore_index=True)
