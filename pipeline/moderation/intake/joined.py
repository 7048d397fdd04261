"""What a new report or a new count means for a claim that has been decided, or had grown too old."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select, update

from pipeline.config import Queue
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.verdicts import EXPIRED, reopen
from pipeline.moderation.intake.ground import cut
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import AGED, DECIDED, Claim

REOPENED: Final = "reopened"
CIRCULATING: Final = "circulating again"


def wake_claims(
    connection: Connection, claim_ids: Collection[str], params: Queue, now: datetime
) -> list[str]:
    """Let claims that got new reports wait again if they had grown too old, or their verdict has.

    Any other decided claim answers its new reports with its verdict and stays decided. Returns those woken.
    """
    expiry = now - timedelta(days=params.verdict_expires_days)
    woken = []
    for some in cut(sorted(claim_ids)):
        query = select(Claim.claim_id, Claim.state, Claim.decided_at, Claim.flags)
        claims = connection.execute(query.where(Claim.claim_id.in_(some), Claim.state.in_((AGED, DECIDED))))
        for claim in claims.all():
            if claim.state == AGED or claim.decided_at < expiry:
                _wake(connection, claim, now)
                woken.append(claim.claim_id)
    return woken


def raise_circulating(
    connection: Connection, claim_ids: Collection[str], params: Queue, now: datetime
) -> list[str]:
    """Flag decided claims whose views have grown by `circulating_growth` since the verdict, for a lead."""
    raised: list[str] = []
    for some in cut(sorted(claim_ids)):
        grown = Claim.views >= params.circulating_growth * Claim.views_when_decided
        query = select(Claim.claim_id).where(Claim.claim_id.in_(some), Claim.state == DECIDED, grown)
        query = query.where(Claim.views_when_decided > 0, Claim.circulating_since.is_(None))
        raised += connection.execute(query).scalars().all()
    for claim_id in raised:
        connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(circulating_since=now))
        write_event(connection, None, CIRCULATING, claim_id, {}, now)
    return raised


def _wake(connection: Connection, claim: AnyRow, now: datetime) -> None:
    reopen(connection, claim.claim_id)
    if claim.state == DECIDED:
        flags = sorted({*claim.flags, EXPIRED})
        connection.execute(update(Claim).where(Claim.claim_id == claim.claim_id).values(flags=flags))
        write_event(connection, None, REOPENED, claim.claim_id, {"because": EXPIRED}, now)
