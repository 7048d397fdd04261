"""The next claim for a pair of hands: lanes choose it, a lock with a lifetime keeps it, a lapse gives it back.

Rows are locked in one order, so that nobody waits in a circle: the
texts' head, the lanes' balance, claims, deals, the log's head.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, or_, select, update

from pipeline.config.prioritise import Lanes
from pipeline.errors import Mistake, QueueError
from pipeline.moderation import lanes
from pipeline.moderation.desk.blind import find_blind, find_purpose
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.pages import ANYTHING, Filter, apply_filter, resolve_claim
from pipeline.moderation.desk.people import Person
from pipeline.moderation.desk.shadow import take_over_shadow
from pipeline.moderation.lanes import Balance, Lane
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import OPEN, Claim, Deal, LaneBalance, User

DEALT: Final = "dealt"
PICKED: Final = "picked"
LAPSED: Final = "lapsed"
RETURNED: Final = "returned"
DECIDED: Final = "decided"
OVERTAKEN: Final = "overtaken"
"""How a deal ends: nobody renewed it, given back, decided by its holder, or by somebody else."""


class Dealt(NamedTuple):
    """A claim in somebody's hands, the lane that dealt it (none: picked) and until when it is theirs."""

    claim_id: str
    lane: str | None
    expires_at: datetime


class Clock(NamedTuple):
    """The time it is and how long a lock lives."""

    now: datetime
    lifetime: timedelta

    @property
    def expiry(self) -> datetime:
        """When a lock that is given now lapses."""
        return self.now + self.lifetime


def deal_next(
    connection: Connection, person: Person, shares: Lanes, clock: Clock, wanted: Filter = ANYTHING
) -> Dealt | None:
    """Give a person the next claim that waits and that nobody holds; None when there is none.

    A filter narrows what each lane may deal, and the deal says so.
    """
    balance = _lock_balance(connection)
    balance = _give_back_lapsed(connection, balance, shares, clock)
    heads = {lane: head for lane in Lane if (head := _find_head(connection, lane, clock, wanted))}
    blind = None if Lane.quality in heads else find_blind(connection, person, _is_free(clock), wanted)
    if blind is not None:
        heads[Lane.quality] = blind.claim_id
    deal = lanes.deal(balance, heads, shares)
    _keep_balance(connection, balance if deal is None else deal.balance)
    if deal is None:
        return None
    purpose = blind.purpose if blind is not None and deal.lane is Lane.quality else None
    origin = _Origin(str(deal.lane), sorted(map(str, deal.open_lanes)), wanted != ANYTHING, purpose)
    return _hand_over(connection, person, deal.claim_id, clock, origin)


def pick(connection: Connection, person: Person, claim_id: str, clock: Clock) -> Dealt:
    """Give a person the claim they ask for; theirs already: for a full lifetime more.

    Raises QueueError when it does not wait, but for one that they were given to read blind, or somebody holds it.
    """
    claim = lock_claim(connection, claim_id)
    if is_held(claim, clock) and claim.locked_by == person.id:
        return _renew(connection, person, claim.claim_id, clock)
    purpose = find_purpose(connection, person, claim.claim_id)
    if claim.state != OPEN and purpose is None:
        line = f"claim {claim.claim_id!r}: is {claim.state}; expected one that waits"
        raise QueueError(line, Mistake.CLAIM_NOT_WAITING)
    refuse_held_by_other(connection, claim, person, clock)
    _end_deals(connection, claim.claim_id, LAPSED, clock.now)
    return _hand_over(connection, person, claim.claim_id, clock, _Origin(None, [], False, purpose))


def give_back(connection: Connection, person: Person, claim_id: str, shares: Lanes, clock: Clock) -> bool:
    """Return a claim that a person holds to its lane; say whether they held it."""
    balance = _lock_balance(connection)
    claim = lock_claim(connection, claim_id)
    if claim.locked_by != person.id:
        return False
    deals = _end_deals(connection, claim.claim_id, RETURNED, clock.now)
    _keep_balance(connection, _give_back(balance, deals, shares))
    release(connection, [claim.claim_id])
    write_event(connection, person.id, RETURNED, claim.claim_id, {}, clock.now)
    return True


def list_held(connection: Connection, person: Person, clock: Clock) -> list[Dealt]:
    """Return the claims that a person holds, the first to lapse first."""
    query = (
        select(Deal.claim_id, Deal.lane, Deal.expires_at)
        .join(Claim, Claim.claim_id == Deal.claim_id)
        .where(Deal.user_id == person.id, Deal.ended_at.is_(None), Claim.locked_by == person.id)
        .where(Deal.expires_at > clock.now)
        .order_by(Deal.expires_at)
    )
    return [Dealt(*row) for row in connection.execute(query)]


def lock_claim(connection: Connection, claim_id: str) -> AnyRow:
    """Return a claim's row by any of its names, and let nobody else change it until the transaction ends."""
    found = resolve_claim(connection, claim_id)
    return connection.execute(select(Claim).where(Claim.claim_id == found).with_for_update()).one()


def is_held(claim: AnyRow, clock: Clock) -> bool:
    """Say whether a lock lives; one that lasts longer than any can is of a clock that was set back."""
    until = claim.locked_until
    return until is not None and clock.now < until <= clock.expiry


def refuse_held_by_other(connection: Connection, claim: AnyRow, person: Person, clock: Clock) -> None:
    """Raise QueueError when a claim is in somebody else's hands."""
    if is_held(claim, clock) and claim.locked_by != person.id:
        name = connection.execute(select(User.name).where(User.id == claim.locked_by)).scalar_one()
        until = claim.locked_until.isoformat(timespec="minutes")
        line = f"claim {claim.claim_id!r}: is held by {name} until {until}; expected a free one"
        raise QueueError(line, Mistake.HELD_BY_OTHER, name=name)


def end_hold(connection: Connection, claim_id: str, person: Person, now: datetime) -> None:
    """End all deals of a claim because a person decided it."""
    end_own_hold(connection, claim_id, person, now)
    _end_deals(connection, claim_id, OVERTAKEN, now)
    release(connection, [claim_id])


def end_own_hold(connection: Connection, claim_id: str, person: Person, now: datetime) -> None:
    """End a person's deal of a claim because they judged it; what somebody else holds stays with them."""
    running = Deal.claim_id == claim_id, Deal.user_id == person.id, Deal.ended_at.is_(None)
    ended = connection.execute(update(Deal).where(*running).values(ended_at=now, outcome=DECIDED))
    if ended.rowcount:
        theirs = Claim.claim_id == claim_id, Claim.locked_by == person.id
        connection.execute(update(Claim).where(*theirs).values(locked_by=None, locked_until=None))


def find_last_deal(connection: Connection, claim_id: str, person: Person) -> AnyRow | None:
    """Return how a person last got a claim, though it may be theirs no more."""
    mine = Deal.claim_id == claim_id, Deal.user_id == person.id
    return connection.execute(select(Deal).where(*mine).order_by(Deal.id.desc()).limit(1)).one_or_none()


def release(connection: Connection, claim_ids: Sequence[str]) -> None:
    """Take the locks off claims; a score that was kept back while they were held takes its place."""
    chosen = Claim.claim_id.in_(claim_ids)
    connection.execute(update(Claim).where(chosen).values(locked_by=None, locked_until=None))
    take_over_shadow(connection, chosen)


class _Origin(NamedTuple):
    """How a person comes by a claim: the lane (none: picked), the lanes that were open, filtered, what for."""

    lane: str | None
    open_lanes: list[str]
    filtered: bool
    purpose: str | None


def _hand_over(connection: Connection, person: Person, claim_id: str, clock: Clock, origin: _Origin) -> Dealt:
    _lock(connection, person, claim_id, clock)
    values = {
        **origin._asdict(),
        "claim_id": claim_id,
        "user_id": person.id,
        "dealt_at": clock.now,
        "expires_at": clock.expiry,
    }
    connection.execute(insert(Deal).values(values))
    detail = {"lane": origin.lane, "filtered": origin.filtered}
    write_event(connection, person.id, DEALT if origin.lane else PICKED, claim_id, detail, clock.now)
    return Dealt(claim_id, origin.lane, clock.expiry)


def _renew(connection: Connection, person: Person, claim_id: str, clock: Clock) -> Dealt:
    _lock(connection, person, claim_id, clock)
    mine = Deal.claim_id == claim_id, Deal.user_id == person.id, Deal.ended_at.is_(None)
    connection.execute(update(Deal).where(*mine).values(expires_at=clock.expiry))
    lane = connection.execute(select(Deal.lane).where(*mine)).scalars().first()
    return Dealt(claim_id, lane, clock.expiry)


def _lock(connection: Connection, person: Person, claim_id: str, clock: Clock) -> None:
    values = {"locked_by": person.id, "locked_until": clock.expiry}
    connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(values))


def _give_back_lapsed(connection: Connection, balance: Balance, shares: Lanes, clock: Clock) -> Balance:
    """End the deals whose time is over, and give the lanes back what they had dealt."""
    over = or_(Claim.locked_until <= clock.now, Claim.locked_until > clock.expiry)
    query = select(Claim.claim_id, Claim.locked_by).where(over).with_for_update(skip_locked=True)
    for claim_id, user_id in connection.execute(query).all():
        balance = _give_back(balance, _end_deals(connection, claim_id, LAPSED, clock.now), shares)
        release(connection, [claim_id])
        write_event(connection, user_id, LAPSED, claim_id, {}, clock.now)
    return balance


def _end_deals(connection: Connection, claim_id: str, outcome: str, now: datetime) -> Sequence[AnyRow]:
    running = Deal.claim_id == claim_id, Deal.ended_at.is_(None)
    deals = connection.execute(select(Deal.id, Deal.lane, Deal.open_lanes).where(*running)).all()
    if deals:
        connection.execute(update(Deal).where(*running).values(ended_at=now, outcome=outcome))
    return deals


def _give_back(balance: Balance, deals: Sequence[AnyRow], shares: Lanes) -> Balance:
    for deal in deals:
        if deal.lane is not None:
            opened = [Lane(lane) for lane in deal.open_lanes]
            balance = lanes.give_back(balance, Lane(deal.lane), opened, shares)
    return balance


def _lock_balance(connection: Connection) -> Balance:
    columns = [getattr(LaneBalance, name) for name in Balance._fields]
    return Balance(*connection.execute(select(*columns).with_for_update()).one())


def _keep_balance(connection: Connection, balance: Balance) -> None:
    connection.execute(update(LaneBalance).values(balance._asdict()))


def _find_head(connection: Connection, lane: Lane, clock: Clock, wanted: Filter) -> str | None:
    """Return the first claim that a lane may deal now."""
    query = select(Claim.claim_id).where(Claim.state == OPEN, _is_free(clock))
    query = apply_filter(order_lane(query, lane, clock.now), wanted)
    return connection.execute(query.limit(1).with_for_update(skip_locked=True)).scalar()


def _is_free(clock: Clock) -> ColumnElement[bool]:
    return or_(
        Claim.locked_until.is_(None), Claim.locked_until <= clock.now, Claim.locked_until > clock.expiry
    )


def order_lane(query: Select[Any], lane: Lane, now: datetime) -> Select[Any]:
    """Say in SQL what `lanes.is_in_lane` and `lanes.sort_key` say of claims in memory."""
    oldest: tuple[ColumnElement[Any], ...] = (Claim.waiting_since.asc(), Claim.claim_id.asc())
    harm = (Claim.expected_harm.desc(), *oldest)
    match lane:
        case Lane.harm:
            return query.order_by(*harm)
        case Lane.due:
            return query.where(and_(Claim.due_at.is_not(None), Claim.due_at > now)).order_by(
                Claim.due_at, *harm
            )
        case Lane.oldest:
            return query.order_by(*oldest)
        case Lane.quality:
            return query.where(Claim.in_quality).order_by(*oldest)
