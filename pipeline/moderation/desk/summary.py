"""The queue in, what its list says of itself out: what waits, what is due, who is missing, what to filter by."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, String, cast, func, select

from pipeline.config import Params
from pipeline.moderation.desk.pages import count_states
from pipeline.moderation.staffing import Load, Shortages, measure_load
from pipeline.moderation.store.facts import read_swept_at
from pipeline.moderation.store.tables import OPEN, Claim

HOUR_CHARS: Final = len("2026-10-01 12")
MAX_CHOICES: Final = 60


class Summary(NamedTuple):
    """Counts of claims by state and of those due within a day, people missing, values to filter by, the order's age."""

    states: dict[str, int]
    n_due_today: int
    shortages: Shortages
    platforms: list[str]
    regions: list[str]
    swept_at: datetime | None


def summarise(connection: Connection, params: Params, now: datetime) -> Summary:
    """Count the queue; deadlines by the full hour before them."""
    states = count_states(connection)
    due = _count_due(connection)
    load = Load(due, _count_quality(connection), states.get(OPEN, 0))
    prioritise = params.prioritise
    return Summary(
        states,
        sum(n for due_at, n in due if now < due_at <= now + timedelta(days=1)),
        measure_load(load, now, prioritise.staffing, prioritise.lanes, params.queue.window_days),
        _list_values(connection, Claim.platform),
        _list_values(connection, Claim.region),
        read_swept_at(connection),
    )


def _count_due(connection: Connection) -> list[tuple[datetime, int]]:
    """Count deadlines hour by hour: both databases write a time in UTC, the hour first."""
    hour = func.substr(cast(Claim.due_at, String), 1, HOUR_CHARS)
    query = select(hour, func.count()).where(Claim.state == OPEN, Claim.due_at.is_not(None)).group_by(hour)
    rows = connection.execute(query).all()
    return [(datetime.fromisoformat(f"{written}:00:00+00:00"), n) for written, n in rows]


def _count_quality(connection: Connection) -> int:
    query = select(func.count()).where(Claim.state == OPEN, Claim.in_quality)
    return int(connection.execute(query).scalar_one())


def _list_values(connection: Connection, column: object) -> list[str]:
    """Return the values that most open claims have, by name."""
    query = select(column, func.count().label("n")).where(Claim.state == OPEN, column.is_not(None))  # type: ignore[attr-defined, call-overload]
    rows = connection.execute(query.group_by(column).order_by(func.count().desc()).limit(MAX_CHOICES))
    return sorted(row[0] for row in rows)
