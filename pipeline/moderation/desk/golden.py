"""Golden claims: those whose truth is known, named by leads and data people, to see how moderators judge."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from pipeline.errors import Mistake, QueueError
from pipeline.moderation.desk.dealing import lock_claim
from pipeline.moderation.desk.log import digest_salted, make_salt, write_event
from pipeline.moderation.desk.people import DATA, LEAD, Person
from pipeline.moderation.desk.verdicts import Ruling, check_ruling
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import DECIDED, OPEN, Audit, Claim, Golden, User

KEEPERS: Final = (LEAD, DATA)
"""Who may name golden claims, and see which they are."""


def add_golden(connection: Connection, person: Person, name: str, truth: Ruling, now: datetime) -> str:
    """Name a claim whose truth is known; again with another truth it is corrected. Returns its name of today.

    One that waits is read from the quality lane first. Raises QueueError for a claim that neither waits nor
    is decided: nobody would be given it.
    """
    check_ruling(truth)
    claim = lock_claim(connection, name)
    if claim.state not in {OPEN, DECIDED}:
        line = f"claim {claim.claim_id!r}: is {claim.state}; expected one that waits or is decided"
        raise QueueError(line, Mistake.CLAIM_NOT_WAITING)
    values: dict[str, Any] = {"verdict": truth.verdict, "type": truth.type, "withdrawn_at": None}
    values["salt"] = make_salt()
    known = update(Golden).where(Golden.claim_id == claim.claim_id).values(values)
    if not connection.execute(known).rowcount:
        values |= {"claim_id": claim.claim_id, "added_by": person.id, "added_at": now}
        connection.execute(insert(Golden).values(values))
    connection.execute(update(Claim).where(Claim.claim_id == claim.claim_id).values(in_quality=True))
    _note(connection, person, "golden", claim.claim_id, now)
    return str(claim.claim_id)


def withdraw_golden(connection: Connection, person: Person, name: str, now: datetime) -> str:
    """Deal a golden claim no more; what was read of it stays. Raises QueueError when it is none."""
    claim_id = str(lock_claim(connection, name).claim_id)
    chosen = Golden.claim_id == claim_id, Golden.withdrawn_at.is_(None)
    if not connection.execute(update(Golden).where(*chosen).values(withdrawn_at=now)).rowcount:
        line = f"claim {claim_id!r}: is not golden; expected one of `saring golden list`"
        raise QueueError(line, Mistake.NOT_GOLDEN)
    member = select(Audit.member).where(Audit.claim_id == claim_id)
    drawn = bool(connection.execute(member).scalar())
    connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(in_quality=drawn))
    _note(connection, person, "golden withdrawn", claim_id, now)
    return claim_id


def list_golden(connection: Connection) -> Sequence[AnyRow]:
    """Return golden claims, withdrawn ones too, the latest first, each with its text and who added it."""
    query = (
        select(
            Golden.claim_id,
            Golden.verdict,
            Golden.type,
            Golden.added_at,
            Golden.withdrawn_at,
            User.name.label("added_by"),
            Claim.text,
            Claim.state,
        )
        .join(Claim, Claim.claim_id == Golden.claim_id)
        .join(User, User.id == Golden.added_by)
    )
    return connection.execute(query.order_by(Golden.added_at.desc(), Golden.claim_id)).all()


def _note(connection: Connection, person: Person, kind: str, claim_id: str, now: datetime) -> None:
    """Add a line to the log that does not tell which claim it is: moderators read the log."""
    row = connection.execute(select(Golden).where(Golden.claim_id == claim_id)).one()
    told = json.dumps([claim_id, row.verdict, row.type])
    write_event(connection, person.id, kind, "golden", {"digest": digest_salted(told, row.salt)}, now)
