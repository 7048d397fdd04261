"""What leads do where two verdicts on a claim differ: see both, and rule."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from pipeline.errors import Mistake, QueueError
from pipeline.moderation.desk.blind import DIFFERS, RULING, settle
from pipeline.moderation.desk.dealing import Clock, lock_claim
from pipeline.moderation.desk.people import LEAD, Person
from pipeline.moderation.desk.verdicts import (
    Outcome,
    Ruling,
    check_ruling,
    list_standing,
    stand,
    write_verdict,
)
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import MERGED, Claim, SecondRead


def list_disagreements(connection: Connection) -> Sequence[AnyRow]:
    """Return the claims whose verdicts differ and on which no lead has ruled, and why they were read twice.

    The oldest first; both verdicts are those of `verdicts.list_standing`.
    """
    columns = (Claim.claim_id, Claim.text, Claim.ruled_type, Claim.reported_type, Claim.verdict)
    query = (
        select(*columns, SecondRead.wanted_at, SecondRead.why)
        .join(SecondRead, SecondRead.claim_id == Claim.claim_id)
        .where(SecondRead.state == DIFFERS, Claim.state != MERGED)
    )
    return connection.execute(query.order_by(SecondRead.wanted_at, Claim.claim_id)).all()


def rule(connection: Connection, person: Person, claim_id: str, ruling: Ruling, clock: Clock) -> Outcome:
    """Let a lead's verdict stand where two others differ; it came by the lane of the first.

    Raises QueueError for anybody but a lead, and for a claim on which no verdicts differ.
    """
    check_ruling(ruling)
    if person.role != LEAD:
        line = f"user {person.name!r}: is {person.role}; expected a lead"
        raise QueueError(line, Mistake.OTHER_ROLE, name=person.name)
    claim = lock_claim(connection, claim_id)
    state = select(SecondRead.state).where(SecondRead.claim_id == claim.claim_id)
    if connection.execute(state).scalar() != DIFFERS:
        said = "has no verdicts that differ; expected one of `saring queue disagreements`"
        raise QueueError(f"claim {claim.claim_id!r}: {said}", Mistake.NOTHING_TO_RULE_ON)
    lane = list_standing(connection, claim.claim_id)[0].lane
    values = write_verdict(connection, claim, person, ruling, (RULING, lane), clock.now)
    stand(connection, claim, values)
    settle(connection, claim.claim_id, list_standing(connection, claim.claim_id), clock.now)
    return Outcome(claim.claim_id, RULING, values["id"])
