"""What a person decides, and takes back: rows that are only ever added, each with its line in the log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, insert, or_, select, update

from pipeline.errors import Mistake, QueueError
from pipeline.moderation.desk.blind import (
    FIRST,
    GOLDEN,
    GOLDEN_READ,
    SECOND,
    SECOND_READ,
    choose_standing,
    find_purpose,
    is_wanted,
    settle,
)
from pipeline.moderation.desk.dealing import (
    Clock,
    end_hold,
    end_own_hold,
    find_last_deal,
    lock_claim,
    refuse_held_by_other,
)
from pipeline.moderation.desk.log import digest_salted, digest_verdict, make_salt, write_event
from pipeline.moderation.desk.people import LEAD, Person
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import DECIDED, MERGED, OPEN, Claim, Verdict
from pipeline.schema.columns import CLAIM_TYPES

MISINFORMATION: Final = "misinformation"
NOT_MISINFORMATION: Final = "not misinformation"
NOT_A_CLAIM: Final = "not a claim"
UNCLEAR: Final = "unclear"
OTHER_DESK: Final = "needs another desk"
VERDICTS: Final = (MISINFORMATION, NOT_MISINFORMATION, NOT_A_CLAIM, UNCLEAR, OTHER_DESK)

UNDO: Final = "undo"
SECOND_OPINION: Final = "second opinion"
REPEATED: Final = "repeated"
EXPIRED: Final = "verdict expired"
"""Flags a claim whose verdict had grown too old to answer a new report."""
MAX_NOTE: Final = 2000


class Ruling(NamedTuple):
    """What somebody says of a claim; only misinformation has a type."""

    verdict: str
    type: str | None = None
    note: str | None = None
    link: str | None = None


class Outcome(NamedTuple):
    """What became of a ruling: it stands, is kept as a second opinion, or had been given before.

    A blind read (`second read`, `golden`) is to be shown as if it stood: who reads must not learn of it.
    """

    claim_id: str
    standing: str
    verdict_id: int


def decide(connection: Connection, person: Person, claim_id: str, ruling: Ruling, clock: Clock) -> Outcome:
    """Take a person's verdict on a claim.

    It stands where nobody else has decided, though the lock may have lapsed; otherwise it is kept as a second
    opinion, or as what the claim was dealt for: a second read, a golden one. The same verdict again changes
    nothing. Raises QueueError for a verdict that is none, a claim in somebody else's hands, and a second,
    different verdict of the same person.
    """
    check_ruling(ruling)
    claim = lock_claim(connection, claim_id)
    given = list_given(connection, claim.claim_id) if claim.state != OPEN else []
    mine = next((row for row in given if row.user_id == person.id), None)
    if mine is not None:
        return _repeat(mine, ruling)
    deal = find_last_deal(connection, claim.claim_id, person)
    purpose = find_purpose(connection, person, claim.claim_id)
    standing = _find_standing(connection, claim, given, purpose)
    if standing != FIRST:
        end_own_hold(connection, claim.claim_id, person, clock.now)
    else:
        if deal is None:
            refuse_held_by_other(connection, claim, person, clock)
        end_hold(connection, claim.claim_id, person, clock.now)
    values = write_verdict(
        connection, claim, person, ruling, (standing, deal.lane if deal else None), clock.now
    )
    if standing == FIRST:
        stand(connection, claim, values)
    if standing != GOLDEN_READ:
        settle(connection, claim.claim_id, list_standing(connection, claim.claim_id), clock.now)
    return Outcome(claim.claim_id, standing, values["id"])


def undo(connection: Connection, person: Person, claim_id: str, clock: Clock) -> AnyRow:
    """Take back a person's verdict on a claim; of a lead also the standing one of somebody else.

    What stands then is the earliest of the others, or the label that had come with the claim; with none the
    claim waits again. Returns the verdict that
    was taken back. Raises QueueError when there is none.
    """
    claim = lock_claim(connection, claim_id)
    given = list_standing(connection, claim.claim_id)
    own = [row for row in list_given(connection, claim.claim_id) if row.user_id == person.id]
    chosen = own[-1] if own else choose_standing(given) if given and person.role == LEAD else None
    if chosen is None:
        line = f"claim {claim.claim_id!r}: has no verdict of {person.name}; expected one to take back"
        raise QueueError(line, Mistake.NO_VERDICT_OF_YOURS)
    write_verdict(connection, claim, person, Ruling(UNDO), (UNDO, chosen.lane), clock.now, undoes=chosen.id)
    if chosen.standing == GOLDEN_READ:
        return chosen
    rest = [row for row in given if row.id != chosen.id]
    if rest:
        stand(connection, claim, choose_standing(rest)._asdict())
    elif claim.imported_verdict is not None and EXPIRED not in claim.flags:
        _stand_imported(connection, claim)
    else:
        reopen(connection, claim.claim_id)
    settle(connection, claim.claim_id, rest, clock.now)
    return chosen


def list_standing(connection: Connection, claim_id: str) -> list[AnyRow]:
    """Return the verdicts that count for a claim, the earliest first: all that were given but golden reads."""
    return [row for row in list_given(connection, claim_id) if row.standing != GOLDEN_READ]


def list_given(connection: Connection, claim_id: str) -> Sequence[AnyRow]:
    """Return the verdicts on a claim, or on what was merged into it, that nobody took back; the earliest first."""
    merged = select(Claim.claim_id).where(Claim.merged_into == claim_id)
    mine = or_(Verdict.claim_id == claim_id, Verdict.claim_id.in_(merged))
    undone = select(Verdict.undoes).where(Verdict.undoes.is_not(None), mine)
    query = select(Verdict).where(mine, Verdict.verdict != UNDO, Verdict.id.not_in(undone))
    return connection.execute(query.order_by(Verdict.id)).all()


def stand(connection: Connection, claim: AnyRow, verdict: Any) -> None:
    """Let a verdict be the claim's."""
    values = {
        "state": DECIDED,
        "verdict": verdict["verdict"],
        "verdict_type": verdict["type"],
        "decided_at": verdict["decided_at"],
        "decided_by": verdict["user_id"],
        "views_when_decided": claim.views,
        "circulating_since": None,
    }
    connection.execute(update(Claim).where(Claim.claim_id == claim.claim_id).values(values))


def _stand_imported(connection: Connection, claim: AnyRow) -> None:
    """Let the label that came with a claim be its verdict again."""
    label = {"verdict": claim.imported_verdict, "type": None}
    stand(connection, claim, label | {"decided_at": claim.imported_at, "user_id": None})


def reopen(connection: Connection, claim_id: str) -> None:
    """Let a claim wait again; the verdicts on it stay where they are."""
    names = ("verdict", "verdict_type", "decided_at", "decided_by", "views_when_decided", "circulating_since")
    values: dict[str, Any] = {"state": OPEN, **dict.fromkeys(names)}
    connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(values))


def check_ruling(ruling: Ruling) -> None:
    """Raise QueueError for a verdict that is none, or not whole."""
    if ruling.verdict not in VERDICTS:
        line = f"verdict {ruling.verdict!r}: is unknown; expected one of {', '.join(VERDICTS)}"
        raise QueueError(line, Mistake.VERDICT_UNKNOWN)
    if ruling.verdict == MISINFORMATION and ruling.type not in CLAIM_TYPES:
        line = f"type {ruling.type!r}: is unknown; expected one of {', '.join(CLAIM_TYPES)}"
        raise QueueError(line, Mistake.TYPE_MISSING)
    if ruling.verdict != MISINFORMATION and ruling.type is not None:
        line = f"type {ruling.type!r}: is given for {ruling.verdict}; expected one of misinformation"
        raise QueueError(line, Mistake.TYPE_NEEDLESS)
    if len(ruling.note or "") > MAX_NOTE or len(ruling.link or "") > MAX_NOTE:
        line = f"note: is too long; expected at most {MAX_NOTE} characters"
        raise QueueError(line, Mistake.NOTE_TOO_LONG, limit=MAX_NOTE)
    if ruling.link is not None and not ruling.link.startswith(("https://", "http://")):
        raise QueueError("link: is no address; expected https://...", Mistake.LINK_NO_ADDRESS)


def _repeat(mine: AnyRow, ruling: Ruling) -> Outcome:
    if (mine.verdict, mine.type) != (ruling.verdict, ruling.type):
        said = f"you decided {mine.verdict!r} already; expected the same, or undo it first"
        raise QueueError(f"claim {mine.claim_id!r}: {said}", Mistake.DECIDED_ALREADY)
    return Outcome(mine.claim_id, REPEATED, mine.id)


def _find_standing(
    connection: Connection, claim: AnyRow, given: Sequence[AnyRow], purpose: str | None
) -> str:
    """Say as what a verdict is kept: by what it was dealt for, where it is still blind, and what others have said."""
    is_decided = claim.state != OPEN
    if is_decided and purpose == GOLDEN:
        return GOLDEN_READ
    if is_decided and purpose == SECOND and is_wanted(connection, claim.claim_id):
        return SECOND_READ
    return SECOND_OPINION if any(row.standing != GOLDEN_READ for row in given) else FIRST


def write_verdict(  # noqa: PLR0913, PLR0917 - a verdict's parts
    connection: Connection,
    claim: AnyRow,
    person: Person,
    ruling: Ruling,
    origin: tuple[str, str | None],
    now: datetime,
    undoes: int | None = None,
) -> dict[str, Any]:
    """Add a verdict, how it stands and which lane it came from, and its line in the log."""
    standing, lane = origin
    salt = make_salt()
    values: dict[str, Any] = {
        **ruling._asdict(),
        "claim_id": claim.claim_id,
        "user_id": person.id,
        "salt": salt,
        "written": digest_salted(f"{ruling.note or ''}\n{ruling.link or ''}", salt),
        "standing": standing,
        "undoes": undoes,
        "decided_at": now,
        "score": claim.score,
        "model_version": claim.model_version,
        "lane": lane,
        "picked": lane is None,
    }
    values["id"] = connection.execute(insert(Verdict).values(values).returning(Verdict.id)).scalar_one()
    codes = ("verdict", "type", "standing", "undoes", "score", "model_version", "lane")
    detail = {name: values[name] for name in codes}
    detail |= {"verdict_id": values["id"], "digest": digest_verdict(values)}
    write_event(connection, person.id, "undo" if undoes else "verdict", claim.claim_id, detail, now)
    return values


def is_final(state: str) -> bool:
    """Say whether a claim in this state waits no more."""
    return state in {DECIDED, MERGED}
