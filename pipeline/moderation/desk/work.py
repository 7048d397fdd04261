"""A person in, what is theirs out: the claims they hold, what they decided, and how much that was."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, case, func, select
from sqlalchemy.orm import aliased

from pipeline.moderation.desk.bulk import BULK, BULK_UNDONE
from pipeline.moderation.desk.dealing import Clock
from pipeline.moderation.desk.people import Person
from pipeline.moderation.desk.verdicts import UNDO
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import Claim, Deal, Event, Verdict

WEEK: Final = timedelta(days=7)
SHOWN_BULKS: Final = 5


class Tally(NamedTuple):
    """How many verdicts of a person came since a moment and in the week before now, and how many they took back."""

    today: int
    week: int
    undone: int


class Decisions(NamedTuple):
    """Some of a person's verdicts, the latest first, and the number below which the next page begins."""

    verdicts: Sequence[AnyRow]
    before: int | None


def read_held(connection: Connection, person: Person, clock: Clock) -> Sequence[AnyRow]:
    """Return the claims that a person holds, the first to lapse first."""
    query = (
        select(*Claim.__table__.c, Deal.expires_at)
        .join(Deal, Deal.claim_id == Claim.claim_id)
        .where(Deal.user_id == person.id, Deal.ended_at.is_(None), Deal.expires_at > clock.now)
        .where(Claim.locked_by == person.id)
    )
    return connection.execute(query.order_by(Deal.expires_at)).all()


def read_decided(connection: Connection, person: Person, limit: int, before: int | None = None) -> Decisions:
    """Return a person's verdicts with their claim's text; `undone` says whether they took it back."""
    undoing = aliased(Verdict)
    query = (
        select(
            *(
                getattr(Verdict, name)
                for name in ("id", "claim_id", "verdict", "type", "note", "link", "decided_at")
            ),
            Claim.text,
            Claim.ruled_type,
            Claim.reported_type,
            Claim.state,
            undoing.id.is_not(None).label("undone"),
        )
        .join(Claim, Claim.claim_id == Verdict.claim_id)
        .outerjoin(undoing, undoing.undoes == Verdict.id)
        .where(Verdict.user_id == person.id, Verdict.verdict != UNDO)
    )
    if before is not None:
        query = query.where(Verdict.id < before)
    rows = connection.execute(query.order_by(Verdict.id.desc()).limit(limit)).all()
    return Decisions(rows, rows[-1].id if len(rows) == limit else None)


def read_bulks(connection: Connection, person: Person) -> Sequence[AnyRow]:
    """Return a person's latest bulk verdicts and takings back, the latest first."""
    query = select(Event.sequence, Event.at, Event.kind, Event.detail)
    query = query.where(
        Event.subject == "bulk", Event.user_id == person.id, Event.kind.in_((BULK, BULK_UNDONE))
    )
    return connection.execute(query.order_by(Event.sequence.desc()).limit(SHOWN_BULKS)).all()


def count_work(connection: Connection, person: Person, since: datetime, now: datetime) -> Tally:
    """Count a person's verdicts of the last week; `since` is when their day began."""
    is_verdict = Verdict.verdict != UNDO
    query = select(
        func.coalesce(func.sum(case((is_verdict & (Verdict.decided_at >= since), 1), else_=0)), 0),
        func.coalesce(func.sum(case((is_verdict, 1), else_=0)), 0),
        func.coalesce(func.sum(case((Verdict.verdict == UNDO, 1), else_=0)), 0),
    ).where(Verdict.user_id == person.id, Verdict.decided_at >= now - WEEK)
    return Tally(*map(int, connection.execute(query).one()))
