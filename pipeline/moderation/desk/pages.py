"""The queue as lists: pages by keyset, filters, and a claim by any of its names."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, func, or_, select

from pipeline.errors import Mistake, QueueError
from pipeline.moderation.desk.orders import STRETCHES, Cursor, Order, Stretch, follows, point_at
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import MERGED, OPEN, Alias, Claim


class Filter(NamedTuple):
    """What a moderator wants to see only; None = any."""

    type: str | None = None
    platform: str | None = None
    region: str | None = None
    due_before: datetime | None = None


ANYTHING: Final = Filter()


class Page(NamedTuple):
    """Some claims, and where the next page begins; None = no more."""

    claims: list[AnyRow]
    following: Cursor | None


def list_claims(  # noqa: PLR0913, PLR0917 - what a list can be asked for
    connection: Connection,
    limit: int,
    after: Cursor | None = None,
    wanted: Filter = ANYTHING,
    order: Order = Order.harm,
    without: Collection[str] = (),
) -> Page:
    """Return the open claims that follow a cursor, `without` a few; as fast for the last as for the first."""
    stretches = STRETCHES[order]
    start = after.stretch if after else 0
    rows: list[AnyRow] = []
    for number in range(start, len(stretches)):
        query = apply_filter(select(*Claim.__table__.c).where(Claim.state == OPEN), wanted)
        query = query.where(Claim.claim_id.not_in(without)) if without else query
        bound = after.values if after and number == start else None
        rows += connection.execute(_sort(query, stretches[number], bound).limit(limit - len(rows))).all()
        if len(rows) == limit:
            return Page(rows, point_at(rows[-1], number, order))
    return Page(rows, None)


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
        raise QueueError(f"claim {name!r}: is unknown; expected one of the queue's", Mistake.CLAIM_UNKNOWN)
    return resolve_claim(connection, found)


def count_states(connection: Connection) -> dict[str, int]:
    """Return how many claims are in each state."""
    rows = connection.execute(select(Claim.state, func.count().label("n")).group_by(Claim.state))
    return {row.state: row.n for row in rows}


def _sort(query: Select[Any], stretch: Stretch, bound: Sequence[Any] | None) -> Select[Any]:
    if stretch.condition is not None:
        query = query.where(stretch.condition)
    if bound is not None:
        query = query.where(follows(stretch.keys, bound))
    return query.order_by(*(key.clause for key in stretch.keys))
