"""Claims that begin to wait in; by which harm they were first ranked, and when, kept beside their draw."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from pipeline.moderation.intake.ground import cut
from pipeline.moderation.store.tables import OPEN, Audit, Claim


def rank_first(state: str, expected_harm: float, now: datetime) -> dict[str, Any]:
    """Return what is kept of a new claim's first rank; nothing of one that does not wait."""
    waits = state == OPEN
    return {"first_harm": expected_harm if waits else None, "ranked_at": now if waits else None}


def note_first_ranks(connection: Connection, claim_ids: Collection[str], now: datetime) -> None:
    """Keep the harm of those of some claims that wait and were never ranked.

    They had been decided or too old, or waited before the store kept first ranks.
    """
    harm = select(Claim.expected_harm).where(Claim.claim_id == Audit.claim_id).scalar_subquery()
    for some in cut(sorted(claim_ids)):
        waiting = select(Claim.claim_id).where(Claim.claim_id.in_(some), Claim.state == OPEN)
        unranked = Audit.claim_id.in_(waiting), Audit.first_harm.is_(None)
        connection.execute(update(Audit).where(*unranked).values(first_harm=harm, ranked_at=now))
