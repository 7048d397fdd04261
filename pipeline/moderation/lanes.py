"""Waiting claims in, the order in which they are dealt out: four lanes take turns by their shares.

Each deal credits every open lane with its share, the lane of expected harm with the rest, and is paid for by
the lane with the most credit. Over all moderators together, so that each lane gets its share of what is read;
a lane that had nothing to give saves nothing up, so "at most" holds at any time, not only on average.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pipeline.config.prioritise import Lanes

WHOLE: Final = 10_000
"""One read; shares are counted in its parts, as integers, so that giving back is exact."""


class Lane(StrEnum):
    """Where a claim was dealt from; of two with the same credit the one that stands first is served."""

    harm = "harm"
    due = "due"
    quality = "quality"
    oldest = "oldest"


class Balance(NamedTuple):
    """How far each lane is below its share, in parts of a read; the sum is always 0."""

    harm: int = 0
    due: int = 0
    quality: int = 0
    oldest: int = 0


class Waiting(NamedTuple):
    """What the lanes must know of a claim; `in_quality`: unread audit member, second read or golden claim."""

    claim_id: str
    expected_harm: float
    first_reported_at: datetime | None
    due_at: datetime | None
    in_quality: bool


class Deal(NamedTuple):
    """A claim, the lane that it came from, the lanes that had one to give, and the balance afterwards."""

    claim_id: str
    lane: Lane
    open_lanes: frozenset[Lane]
    balance: Balance


def is_in_lane(lane: Lane, claim: Waiting, now: datetime) -> bool:
    """Say whether a lane may serve a claim; deadlines that have passed go by expected harm like all others."""
    if lane is Lane.due:
        return claim.due_at is not None and claim.due_at > now
    return claim.in_quality if lane is Lane.quality else True


def sort_key(lane: Lane, claim: Waiting) -> tuple[Any, ...]:
    """Return what a lane sorts by; who serves a lane serves its smallest key."""
    arrival = (claim.first_reported_at is None, claim.first_reported_at or claim.claim_id, claim.claim_id)
    match lane:
        case Lane.harm:
            return (-claim.expected_harm, *arrival)
        case Lane.due:
            return (claim.due_at, -claim.expected_harm, *arrival)
        case _:
            return arrival


def deal(balance: Balance, heads: Mapping[Lane, str], params: Lanes) -> Deal | None:
    """Deal the first claim of the lane that is furthest below its share.

    `heads` holds the first eligible claim of each lane that has one; any claim that waits is in lane harm.
    """
    if not heads:
        return None
    open_lanes = frozenset(heads)
    credited = _add(balance, _shares(open_lanes, params))
    lane = max((lane for lane in Lane if lane in open_lanes), key=lambda lane: getattr(credited, lane))
    return Deal(heads[lane], lane, open_lanes, _pay(credited, lane, WHOLE))


def give_back(balance: Balance, lane: Lane, open_lanes: Iterable[Lane], params: Lanes) -> Balance:
    """Undo what a deal did to the balance, once its lock has lapsed; what was dealt since then stands."""
    shares = _shares(open_lanes, params)
    return _pay(_add(balance, Balance(*(-share for share in shares))), lane, -WHOLE)


def deal_all(balance: Balance, claims: Sequence[Waiting], now: datetime, params: Lanes) -> list[Deal]:
    """Deal every claim, as asking `deal` again and again would, nothing else changing meanwhile."""
    queues = {lane: _line_up(lane, claims, now) for lane in Lane}
    dealt: set[str] = set()
    deals: list[Deal] = []
    for _ in claims:
        heads = {lane: queue[-1] for lane, queue in queues.items() if _drop(queue, dealt)}
        made = deal(balance, heads, params)
        assert made is not None  # every claim waits in lane harm
        dealt.add(made.claim_id)
        deals.append(made)
        balance = made.balance
    return deals


def _line_up(lane: Lane, claims: Sequence[Waiting], now: datetime) -> list[str]:
    """Return the claims of a lane, the first at the end."""
    inside = [claim for claim in claims if is_in_lane(lane, claim, now)]
    return [claim.claim_id for claim in sorted(inside, key=lambda claim: sort_key(lane, claim), reverse=True)]


def _drop(queue: list[str], dealt: set[str]) -> list[str]:
    """Take dealt claims from the end of a queue."""
    while queue and queue[-1] in dealt:
        queue.pop()
    return queue


def _shares(open_lanes: Iterable[Lane], params: Lanes) -> Balance:
    """Return what each lane is credited with a deal: the open ones their share, harm the rest.

    Where nothing waits, the quality lane may still have claims to be read again; they cost no other lane anything.
    """
    if set(open_lanes) == {Lane.quality}:
        return Balance(quality=WHOLE)
    shares = {Lane.due: params.due, Lane.quality: params.quality, Lane.oldest: params.oldest}
    named = {lane: round(shares[lane] * WHOLE) for lane in open_lanes if lane is not Lane.harm}
    return Balance(harm=WHOLE - sum(named.values()), **named)


def _add(first: Balance, second: Balance) -> Balance:
    return Balance(*(one + other for one, other in zip(first, second, strict=True)))


def _pay(balance: Balance, lane: Lane, amount: int) -> Balance:
    return balance._replace(**{lane: getattr(balance, lane) - amount})
