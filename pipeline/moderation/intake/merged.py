"""A claim that lives on in another, and one that stands for itself again: its names, verdict and counts."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, or_, select, update

from pipeline.moderation.desk.log import write_event
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import DECIDED, MERGED, OPEN, Alias, Claim, Observation, Relation

CARRIED: Final = (
    "verdict",
    "verdict_type",
    "decided_at",
    "decided_by",
    "views_when_decided",
    "circulating_since",
    "imported_verdict",
    "imported_at",
)
"""What a decided claim hands on to the one that it lives on in."""


def merge_into(connection: Connection, gone: AnyRow, kept: str, now: datetime) -> None:
    """Let a claim live on in another, with its former names, its verdict if the other has none, and its deals."""
    former = gone.claim_id
    connection.execute(update(Alias).where(Alias.claim_id == former).values(claim_id=kept))
    connection.execute(update(Claim).where(Claim.merged_into == former).values(merged_into=kept))
    connection.execute(insert(Alias).values(alias=former, claim_id=kept))
    connection.execute(update(Observation).where(Observation.claim_id == former).values(claim_id=kept))
    values: dict[str, Any] = {
        "state": MERGED,
        "merged_into": kept,
        "text": "",
        "words": [],
        "shadow_words": None,
    }
    values |= {"locked_by": None, "locked_until": None}
    connection.execute(update(Claim).where(Claim.claim_id == former).values(values))
    connection.execute(delete(Relation).where(or_(Relation.first == former, Relation.second == former)))
    if gone.verdict is not None:
        waits = Claim.claim_id == kept, Claim.verdict.is_(None)
        taken = {name: getattr(gone, name) for name in CARRIED}
        connection.execute(update(Claim).where(*waits).values({"state": DECIDED, **taken}))
    write_event(connection, None, "merged", former, {"into": kept}, now)


def bring_back(connection: Connection, claim_id: str, component: str, text: str, now: datetime) -> bool:
    """Let a claim that lived on in another stand for itself again, with the verdict that it had."""
    row = connection.execute(select(Claim).where(Claim.claim_id == claim_id)).one_or_none()
    if row is None:
        return False
    state = OPEN if row.verdict is None else DECIDED
    values = {"state": state, "merged_into": None, "component": component, "text": text}
    connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(values))
    connection.execute(delete(Alias).where(Alias.alias == claim_id))
    write_event(connection, None, "split off", claim_id, {"from": row.merged_into}, now)
    return True
