"""Frames of reports in, what the terms of claims are made of out: histories, senders, verdicts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd

from pipeline.config.prioritise import Deadlines
from pipeline.moderation.deadlines import Clocked, Deadline, find_deadline
from pipeline.moderation.growth import History, Look
from pipeline.moderation.reliability import PastReport, Sender
from pipeline.moderation.severity import choose_reported_type, read_type

COUNTS: Final = ["report_id", "views", "seen_at"]


def sort_by_arrival(reports: pd.DataFrame) -> pd.DataFrame:
    """Sort reports by time, those without one last, then by id."""
    return reports.sort_values(["reported_at", "report_id"], na_position="last")


def gather_histories(
    reports: pd.DataFrame, counted: pd.DataFrame | None, now: datetime
) -> dict[str, History]:
    """Return the history of each claim_id.

    It holds the counts of `counted` (as HISTORY: every row that was ever given), or where there is none what stands
    in the reports. A count without a time was made when it was reported, without that now.
    """
    looks = _find_looks(reports, _take_counts(reports if counted is None else counted, now))
    first = sort_by_arrival(reports).drop_duplicates("claim_id")
    described = zip(
        first["claim_id"], _values(first["platform"]), _moments(first["reported_at"]), strict=True
    )
    return {claim: History(platform, arrived, looks.get(claim, ())) for claim, platform, arrived in described}


def gather_senders(arriving: pd.DataFrame) -> dict[str, list[Sender]]:
    """Return who reported each claim_id."""
    senders: dict[str, list[Sender]] = defaultdict(list)
    for claim, reporter, reported_at in _rows(arriving, "claim_id", "reporter_id", "reported_at"):
        senders[claim].append(Sender(reporter, reported_at))
    return senders


def gather_reported_types(arriving: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str | None]:
    """Return the type that the first reporter of each claim_id chose; reports come in the order of arrival."""
    choices: dict[str, list[str | None]] = defaultdict(list)
    for claim, choice in _rows(arriving, "claim_id", "reported_type"):
        choices[claim].append(choice)
    return {claim: choose_reported_type(chosen, names) for claim, chosen in choices.items()}


def gather_deadlines(
    arriving: pd.DataFrame, ruled_types: Mapping[str, str], names: Mapping[str, str], params: Deadlines
) -> dict[str, Deadline | None]:
    """Return the deadline of each claim_id that a report of a group with a clock started."""
    groups = {clock.reporter_group for clock in params.clocks}
    entitled = arriving[arriving["reporter_group"].isin(groups)]
    reports: dict[str, list[Clocked]] = defaultdict(list)
    for claim, group, choice, reported_at in _rows(
        entitled, "claim_id", "reporter_group", "reported_type", "reported_at"
    ):
        reports[claim].append(Clocked(group, read_type(choice, names), reported_at))
    return {claim: find_deadline(sent, ruled_types[claim], params) for claim, sent in reports.items()}


def gather_past(reports: pd.DataFrame, verdict_delay_days: float, now: datetime) -> list[PastReport]:
    """Return every report of the claims that were decided until now, with the verdict.

    A claim is decided when the first of its labels is known: a label without a time some days after its report.
    Claims whose labels contradict each other count nothing.
    """
    labelled = reports[reports["label"].notna()]
    delay = pd.Timedelta(days=verdict_delay_days)
    decided = labelled["labelled_at"].fillna(labelled["reported_at"] + delay)
    verdicts = (
        labelled.assign(decided_at=decided)
        .groupby("claim_id")
        .agg(verdict=("label", "max"), least=("label", "min"), decided_at=("decided_at", "min"))
    )
    clear = verdicts[(verdicts["verdict"] == verdicts["least"]) & (verdicts["decided_at"] <= now)]
    past = reports.merge(clear[["verdict", "decided_at"]], left_on="claim_id", right_index=True)
    return [
        PastReport(claim, reporter, reported_at, decided_at, int(verdict))
        for claim, reporter, reported_at, decided_at, verdict in _rows(
            past, "claim_id", "reporter_id", "reported_at", "decided_at", "verdict"
        )
    ]


def _take_counts(rows: pd.DataFrame, now: datetime) -> pd.DataFrame:
    known = rows[rows["views"].notna()]
    seen_at = known["observed_at"].fillna(known["reported_at"]).fillna(pd.Timestamp(now))
    return known.assign(seen_at=seen_at)[COUNTS]


def _find_looks(reports: pd.DataFrame, counts: pd.DataFrame) -> dict[str, list[Look]]:
    """Return the counts of each claim_id, each count of a report once."""
    joined = counts.drop_duplicates().merge(reports[["report_id", "claim_id", "url"]], on="report_id")
    looks: dict[str, list[Look]] = defaultdict(list)
    for claim, report, url, seen_at, views in _rows(
        joined, "claim_id", "report_id", "url", "seen_at", "views"
    ):
        looks[claim].append(Look(report if url is None else url, url is not None, seen_at, int(views)))
    return looks


def _rows(frame: pd.DataFrame, *columns: str) -> Iterator[Sequence[Any]]:
    """Yield some columns row by row, as plain Python values; what is missing is None."""
    read = (_moments(frame[name]) if name.endswith("_at") else _values(frame[name]) for name in columns)
    return zip(*read, strict=True)


def _moments(column: "pd.Series[Any]") -> list[datetime | None]:
    return [None if moment is pd.NaT else moment.to_pydatetime() for moment in column]


def _values(column: "pd.Series[Any]") -> list[Any]:
    return column.astype(object).where(column.notna(), None).tolist()
