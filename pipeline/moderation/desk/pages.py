"""The queue as lists: pages by keyset, filters, and a claim by any of its names."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, and_, func, not_, or_, select

from pipeline.errors import QueueError
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import MERGED, OPEN, Alias, Claim


class Filter(NamedTuple):
    """What a moderator wants to see only; None = any."""

    type: str | None = None
    platform: str | None = None
    region: str | None = None
    due_before: datetime | None = None


ANYTHING: Final = Filter()


class Order(StrEnum):
    """How a list can be ordered; the order of work is `harm`."""

    harm = "harm"
    newest = "newest"
    deadline = "deadline"
    views = "views"


class Cursor(NamedTuple):
    """The last row of a page."""

    expected_harm: float
    waiting_since: datetime
    claim_id: str


class Page(NamedTuple):
    """Some claims, and where the next page begins; None = no more."""

    claims: list[AnyRow]
    following: Cursor | None


def list_claims(
    connection: Connection, limit: int, after: Cursor | None = None, wanted: Filter = ANYTHING
) -> Page:
    """Return the open claims that follow a cursor, by expected harm; as fast for the last as for the first."""
    query = apply_filter(select(Claim).where(Claim.state == OPEN), wanted)
    if after is not None:
        query = query.where(_follows(after))
    query = query.order_by(Claim.expected_harm.desc(), Claim.waiting_since, Claim.claim_id).limit(limit)
    rows = list(connection.execute(query).all())
    if len(rows) < limit:
        return Page(rows, None)
    last = rows[-1]
    return Page(rows, Cursor(last.expected_harm, last.waiting_since, last.claim_id))


def apply_filter(query: Select[Any], wanted: Filter) -> Select[Any]:
    """Narrow a query to what is wanted; a type is the rules' or the reporters'."""
    if wanted.type is not None:
        query = query.where(or_(Claim.ruled_type == wanted.type, Claim.reported_type == wanted.type))
    if wanted.platform is not None:
        query = query.where(Claim.platform == wanted.platform)
    if wanted.region is not None:
        query = query.where(Claim.region == wanted.region)
    if wanted.due_before is not None:
        query = query.where(Claim.due_at < wanted.due_before)
    return query


def resolve_claim(connection: Connection, name: str) -> str:
    """Return the claim that a name, a former one included, stands for now. Raises QueueError for no claim."""
    row = connection.execute(
        select(Claim.claim_id, Claim.state, Claim.merged_into).where(Claim.claim_id == name)
    ).one_or_none()
    if row is not None and row.state != MERGED:
        return name
    found = (
        row.merged_into
        if row
        else connection.execute(select(Alias.claim_id).where(Alias.alias == name)).scalar()
    )
    if found is None:
        raise QueueError(f"claim {name!r}: is unknown; expected one of the queue's")
    return resolve_claim(connection, found)


def count_states(connection: Connection) -> dict[str, int]:
    """Return how many claims are in each state."""
    rows = connection.execute(select(Claim.state, func.count().label("n")).group_by(Claim.state))
    return {row.state: row.n for row in rows}


def _follows(after: Cursor) -> Any:
    """Say what comes after a cursor so that the index can begin there."""
    earlier = or_(
        Claim.waiting_since < after.waiting_since,
        and_(Claim.waiting_since == after.waiting_since, Claim.claim_id <= after.claim_id),
    )
    return and_(
        Claim.expected_harm <= after.expected_harm,
        not_(and_(Claim.expected_harm == after.expected_harm, earlier)),
    )
