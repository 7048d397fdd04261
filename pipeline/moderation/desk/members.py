"""Cohorts as a lead registers them: which reporters speak with one voice."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from pipeline.errors import Mistake, QueueError
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.people import Person
from pipeline.moderation.intake.sweep import register_cohorts
from pipeline.moderation.store.tables import Cohort, Reporter
from pipeline.privacy.pseudonyms import REPORTER_PREFIX, digest_reporter

MAX_NAME: Final = 80
MAX_MEMBERS: Final = 5000


class Registered(NamedTuple):
    """A cohort as it stands after reporters were put in it."""

    name: str
    n_members: int


def read_members(written: str, key: bytes | None) -> list[str]:
    r"""Return the pseudonyms of reporters, one a line as their source names them; without a key as they stand.

    >>> read_members("p-1 \n\n p-2\np-1", None)
    ['p-1', 'p-2']
    """
    named = dict.fromkeys(line.strip() for line in written.splitlines() if line.strip())
    if key is None:
        return list(named)
    hidden = (name if name.startswith(REPORTER_PREFIX) else digest_reporter(name, key) for name in named)
    return list(dict.fromkeys(hidden))


def register_cohort(
    connection: Connection, name: str, members: Iterable[str], by: Person | None, now: datetime
) -> Registered:
    """Put reporters in a cohort, which is made where there is none; they leave the one they were in.

    What they say counts as one voice from the next sweep on. Raises QueueError for a name that is none, or
    for too many reporters at once.
    """
    reporters = list(members)
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        line = f"cohort {name!r}: is no name; expected up to {MAX_NAME} printable characters"
        raise QueueError(line, Mistake.NO_NAME, limit=MAX_NAME)
    if len(reporters) > MAX_MEMBERS:
        line = f"cohort {name!r}: {len(reporters):,} reporters; expected up to {MAX_MEMBERS:,}"
        raise QueueError(line, Mistake.COHORT_TOO_LARGE, limit=MAX_MEMBERS)
    cohort_id = _find_or_make(connection, name, by, now)
    register_cohorts(connection, dict.fromkeys(reporters, name), now)
    _note(connection, "cohort registered", cohort_id, len(reporters), by, now)
    mine = Reporter.cohort_id == cohort_id
    n_members = connection.execute(select(func.count()).where(mine)).scalar_one()
    return Registered(name, n_members)


def switch_cohort(
    connection: Connection, cohort_id: int, by: Person | None, now: datetime, *, active: bool
) -> str:
    """Let a cohort's reporters speak each for themselves, or as one again; return its name."""
    mine = Cohort.id == cohort_id
    query = update(Cohort).where(mine).values(active=active).returning(Cohort.name)
    name: str | None = connection.execute(query).scalar()
    if name is None:
        line = f"cohort {cohort_id}: is unknown; expected one that was registered"
        raise QueueError(line, Mistake.COHORT_UNKNOWN)
    _note(connection, "cohort on" if active else "cohort off", cohort_id, None, by, now)
    return name


def _find_or_make(connection: Connection, name: str, by: Person | None, now: datetime) -> int:
    found: int | None = connection.execute(select(Cohort.id).where(Cohort.name == name)).scalar()
    if found is not None:
        return found
    row = {"name": name, "registered_by": by.id if by else None, "registered_at": now, "active": True}
    counted = row | {"n_verdicts": 0, "n_misinformation": 0}
    made: int = connection.execute(insert(Cohort).values(counted).returning(Cohort.id)).scalar_one()
    return made


def _note(  # noqa: PLR0913, PLR0917 - a line's parts
    connection: Connection, kind: str, cohort_id: int, n: int | None, by: Person | None, now: datetime
) -> None:
    detail = {} if n is None else {"n_reporters": n}
    write_event(connection, by.id if by else None, kind, f"cohort:{cohort_id}", detail, now)
