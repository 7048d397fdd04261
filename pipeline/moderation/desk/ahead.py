"""The order in which the next claims will be dealt, were nothing to change: for leads only, as it shows the lanes."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from pipeline.config.prioritise import Lanes
from pipeline.moderation.desk.dealing import Clock, order_lane
from pipeline.moderation.lanes import Balance, Lane, Waiting, deal_all
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import FAR, OPEN, Claim, LaneBalance


class Ahead(NamedTuple):
    """A claim that will be dealt, and by which lane."""

    claim: AnyRow
    lane: Lane


def look_ahead(connection: Connection, shares: Lanes, clock: Clock, n_deals: int) -> list[Ahead]:
    """Return the next deals: those that asking for the next claim again and again would give.

    The first `n_deals` claims of each lane are all that can come up in so many deals.
    """
    rows = {row.claim_id: row for lane in Lane for row in _find_heads(connection, lane, clock, n_deals)}
    columns = [getattr(LaneBalance, name) for name in Balance._fields]
    balance = Balance(*connection.execute(select(*columns)).one())
    deals = deal_all(balance, [_as_waiting(row) for row in rows.values()], clock.now, shares)
    return [Ahead(rows[deal.claim_id], deal.lane) for deal in deals[:n_deals]]


def _find_heads(connection: Connection, lane: Lane, clock: Clock, n_deals: int) -> list[AnyRow]:
    free = or_(
        Claim.locked_until.is_(None), Claim.locked_until <= clock.now, Claim.locked_until > clock.expiry
    )
    query = order_lane(select(*Claim.__table__.c).where(Claim.state == OPEN, free), lane, clock.now)
    return list(connection.execute(query.limit(n_deals)).all())


def _as_waiting(row: AnyRow) -> Waiting:
    reported: datetime | None = None if row.waiting_since == FAR else row.waiting_since
    return Waiting(row.claim_id, row.expected_harm, reported, row.due_at, row.in_quality)
