"""Decided claims that are read again, blind: which of them a person may be given, and what the verdicts come to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, exists, insert, literal, or_, select, update

from pipeline.moderation.desk.pages import Filter, apply_filter
from pipeline.moderation.desk.people import MODERATOR, Person
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import DECIDED, Audit, Claim, Deal, Golden, SecondRead, Verdict

SECOND: Final = "second"
GOLDEN: Final = "golden"
"""What a decided claim is dealt for; a deal without purpose is of a claim that waits."""

FIRST: Final = "first"
SECOND_READ: Final = "second read"
GOLDEN_READ: Final = "golden"
RULING: Final = "ruling"
"""How verdicts stand that are no second opinion; the first decides a claim that waits."""

WANTED: Final = "wanted"
AGREED: Final = "agreed"
DIFFERS: Final = "differs"
RULED: Final = "ruled"
"""What has become of a second read; one that differs waits for a lead."""

OF_AUDIT: Final = "audit"
OF_SHARE: Final = "share"
OF_OPINION: Final = "opinion"
"""Why a claim has a second verdict: drawn into the audit sample or into the share, or somebody saw it again."""

DISAGREEMENT: Final = "second opinions differ"


class Blind(NamedTuple):
    """A decided claim that a person may read as if it waited, and what for."""

    claim_id: str
    purpose: str


def find_blind(
    connection: Connection, person: Person, free: ColumnElement[bool], wanted: Filter
) -> Blind | None:
    """Return the decided claim that a person should read next: second reads first, then golden claims.

    Nobody gets a claim that they gave a verdict on, not even one that they took back.
    """
    for purpose, query in ((SECOND, _select_second()), (GOLDEN, _select_golden(person))):
        fresh = query.where(free, ~_has_judged(person))
        head = apply_filter(fresh, wanted).limit(1).with_for_update(of=Claim, skip_locked=True)
        claim_id = connection.execute(head).scalar()
        if claim_id is not None:
            return Blind(claim_id, purpose)
    return None


def is_blind(connection: Connection, person: Person, claim_id: str) -> bool:
    """Say whether a person was last given a claim to read blind, and has not judged it yet."""
    return find_purpose(connection, person, claim_id) is not None


def find_purpose(connection: Connection, person: Person, claim_id: str) -> str | None:
    """Return what a person was last given a claim to read blind for; None where it was not, or they judged it."""
    query = select(Deal.purpose).where(Deal.claim_id == claim_id, Deal.user_id == person.id)
    purpose = connection.execute(query.order_by(Deal.id.desc()).limit(1)).scalar()
    judged = select(_has_judged(person)).select_from(Claim).where(Claim.claim_id == claim_id)
    return None if purpose is None or connection.execute(judged).scalar() else str(purpose)


def list_blind(connection: Connection, person: Person) -> set[str]:
    """Return the claims that a person was given to read blind and has not judged: lists must not tell of them."""
    query = select(Deal.claim_id).join(Claim, Claim.claim_id == Deal.claim_id)
    given = query.where(Deal.user_id == person.id, Deal.purpose.is_not(None), ~_has_judged(person))
    return set(connection.execute(given).scalars())


def list_in_hand(connection: Connection, person: Person, now: datetime) -> set[str]:
    """Return what `list_blind` does and whatever else a person holds.

    Lists leave out both: were a blind claim the only one in hand that no list shows, its absence would tell.
    """
    held = select(Claim.claim_id).where(Claim.locked_by == person.id, Claim.locked_until > now)
    return list_blind(connection, person) | set(connection.execute(held).scalars())


def is_wanted(connection: Connection, claim_id: str) -> bool:
    """Say whether a claim still lacks its second read."""
    query = select(SecondRead.state).where(SecondRead.claim_id == claim_id)
    return connection.execute(query).scalar() == WANTED


def show_standing(standing: str) -> str:
    """Return how a verdict stands as far as who gave it may know: a blind read as if it were the first."""
    return FIRST if standing in {SECOND_READ, GOLDEN_READ} else standing


def choose_standing(given: Sequence[AnyRow]) -> AnyRow:
    """Return which of several verdicts is the claim's: a lead's last ruling, or else the earliest."""
    rulings = [row for row in given if row.standing == RULING]
    return rulings[-1] if rulings else given[0]


def settle(connection: Connection, claim_id: str, given: Sequence[AnyRow], now: datetime) -> None:
    """Note what the verdicts on a claim come to: a second read is wanted, they agree, differ, or a lead has ruled.

    The earliest verdict of a claim that was drawn wants a second read; a claim that was not drawn is noted once
    a second opinion differs.
    """
    row = connection.execute(select(SecondRead).where(SecondRead.claim_id == claim_id)).one_or_none()
    why = _find_reason(connection, claim_id) if row is None else row.why
    state = _judge(given)
    if state == WANTED and why == OF_OPINION:
        state = AGREED
    if row is None and (not given or (why == OF_OPINION and state != DIFFERS)):
        return
    settled_at = None if state in {WANTED, DIFFERS} else now
    if row is None:
        values = {
            "claim_id": claim_id,
            "why": why,
            "state": state,
            "wanted_at": now,
            "settled_at": settled_at,
        }
        connection.execute(insert(SecondRead).values(values))
    elif row.state != state:
        chosen = SecondRead.claim_id == claim_id
        connection.execute(update(SecondRead).where(chosen).values(state=state, settled_at=settled_at))
    _flag(connection, claim_id, raised=state == DIFFERS)


def _judge(given: Sequence[AnyRow]) -> str:
    """Say what verdicts that stand come to; none, or one alone: a second read is wanted."""
    if any(row.standing == RULING for row in given):
        return RULED
    later = given[1:]
    if any(row.verdict != given[0].verdict for row in later):
        return DIFFERS
    return AGREED if any(row.standing == SECOND_READ for row in later) else WANTED


def _find_reason(connection: Connection, claim_id: str) -> str:
    drawn = connection.execute(
        select(Audit.member, Audit.second).where(Audit.claim_id == claim_id)
    ).one_or_none()
    if drawn is None:
        return OF_OPINION
    return OF_AUDIT if drawn.member else OF_SHARE if drawn.second else OF_OPINION


def _flag(connection: Connection, claim_id: str, *, raised: bool) -> None:
    flags = connection.execute(select(Claim.flags).where(Claim.claim_id == claim_id)).scalar_one()
    if raised != (DISAGREEMENT in flags):
        others = [flag for flag in flags if flag != DISAGREEMENT]
        values = [*others, DISAGREEMENT] if raised else others
        connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(flags=values))


def _select_second() -> Select[Any]:
    query = select(Claim.claim_id).join(SecondRead, SecondRead.claim_id == Claim.claim_id)
    decided = query.where(SecondRead.state == WANTED, Claim.state == DECIDED)
    return decided.order_by(Claim.decided_at, Claim.claim_id)


def _select_golden(person: Person) -> Select[Any]:
    """Select golden claims for moderators; leads can look up what is true of them."""
    query = select(Claim.claim_id).join(Golden, Golden.claim_id == Claim.claim_id)
    known = query.where(
        Golden.withdrawn_at.is_(None), Claim.state == DECIDED, literal(person.role == MODERATOR)
    )
    return known.order_by(Golden.added_at, Claim.claim_id)


def _has_judged(person: Person) -> ColumnElement[bool]:
    """Say whether a person has ever given a verdict on a claim, or on what was merged into it."""
    merged = Claim.__table__.alias("merged")
    inside = select(merged.c.claim_id).where(merged.c.merged_into == Claim.claim_id)
    own = or_(Verdict.claim_id == Claim.claim_id, Verdict.claim_id.in_(inside.correlate(Claim)))
    return exists(select(Verdict.id).where(Verdict.user_id == person.id, own).correlate(Claim))
