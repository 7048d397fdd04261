"""Who reported what, and when, in; the deadline that this starts out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from pipeline.config.prioritise import Clock, Deadlines


class Clocked(NamedTuple):
    """What of a report may start a clock; `reported_type` is one of CLAIM_TYPES, or unknown."""

    reporter_group: str | None
    reported_type: str | None
    reported_at: datetime | None


class Deadline(NamedTuple):
    """When a claim must have been read, and by which preset."""

    due_at: datetime
    preset: str


def find_deadline(reports: Iterable[Clocked], ruled_type: str, params: Deadlines) -> Deadline | None:
    """Return the earliest deadline that the reports of a claim started, None where nobody's did.

    A report's own type decides, the rules' type where it names none. A report without a time starts nothing.
    """
    started = [
        Deadline(report.reported_at + timedelta(hours=params.presets_hours[clock.preset]), clock.preset)
        for report in reports
        if report.reported_at is not None
        and (clock := _find_clock(report, report.reported_type or ruled_type, params)) is not None
    ]
    return min(started, default=None)


def _find_clock(report: Clocked, claim_type: str, params: Deadlines) -> Clock | None:
    fitting = (
        clock
        for clock in params.clocks
        if clock.reporter_group == report.reporter_group and (not clock.types or claim_type in clock.types)
    )
    return next(fitting, None)
