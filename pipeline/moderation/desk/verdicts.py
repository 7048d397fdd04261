"""What a person decides, and takes back: rows that are only ever added, each with its line in the log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, insert, or_, select, update

from pipeline.errors import QueueError
from pipeline.moderation.desk.dealing import Clock, end_hold, lock_claim, refuse_held_by_other
from pipeline.moderation.desk.log import digest_salted, digest_verdict, make_salt, write_event
from pipeline.moderation.desk.people import LEAD, Person
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import DECIDED, MERGED, OPEN, Claim, Deal, Verdict
from pipeline.schema.columns import CLAIM_TYPES

MISINFORMATION: Final = "misinformation"
NOT_MISINFORMATION: Final = "not misinformation"
NOT_A_CLAIM: Final = "not a claim"
UNCLEAR: Final = "unclear"
OTHER_DESK: Final = "needs another desk"
VERDICTS: Final = (MISINFORMATION, NOT_MISINFORMATION, NOT_A_CLAIM, UNCLEAR, OTHER_DESK)

UNDO: Final = "undo"
FIRST: Final = "first"
SECOND_OPINION: Final = "second opinion"
REPEATED: Final = "repeated"
DISAGREEMENT: Final = "second opinions differ"
MAX_NOTE: Final = 2000


class Ruling(NamedTuple):
    """What somebody says of a claim; only misinformation has a type."""

    verdict: str
    type: str | None = None
    note: str | None = None
    link: str | None = None


class Outcome(NamedTuple):
    """What became of a ruling: it stands, is kept as a second opinion, or had been given before."""

    claim_id: str
    standing: str
    verdict_id: int


def decide(connection: Connection, person: Person, claim_id: str, ruling: Ruling, clock: Clock) -> Outcome:
    """Take a person's verdict on a claim.

    It stands where nobody else has decided, though the lock may have lapsed; otherwise it is kept as a second
    opinion. The same verdict again changes nothing. Raises QueueError for a verdict that is none, a claim
    in somebody else's hands, and a second, different verdict of the same person.
    """
    _check(ruling)
    claim = lock_claim(connection, claim_id)
    given = list_standing(connection, claim.claim_id)
    mine = next((row for row in given if row.user_id == person.id), None)
    if mine is not None:
        return _repeat(mine, ruling)
    if not given and not _has_held(connection, claim.claim_id, person):
        refuse_held_by_other(connection, claim, person, clock)
    deal = end_hold(connection, claim.claim_id, person, clock.now) if not given else None
    lane = deal.lane if deal else _find_lane(connection, claim.claim_id, person)
    standing = SECOND_OPINION if given else FIRST
    values = _write(connection, claim, person, ruling, standing, lane, clock.now)
    if given:
        _note_opinion(connection, claim, person, given[0], ruling, clock.now)
    else:
        stand(connection, claim, values)
    return Outcome(claim.claim_id, standing, values["id"])


def undo(connection: Connection, person: Person, claim_id: str, clock: Clock) -> AnyRow:
    """Take back a person's verdict on a claim; of a lead also the standing one of somebody else.

    What stands then is the earliest of the others; with none the claim waits again. Returns the verdict that
    was taken back. Raises QueueError when there is none.
    """
    claim = lock_claim(connection, claim_id)
    given = list_standing(connection, claim.claim_id)
    mine = next((row for row in given if row.user_id == person.id), None)
    chosen = mine or (given[0] if given and person.role == LEAD else None)
    if chosen is None:
        raise QueueError(
            f"claim {claim.claim_id!r}: has no verdict of {person.name}; expected one to take back"
        )
    _write(connection, claim, person, Ruling(UNDO), UNDO, chosen.lane, clock.now, undoes=chosen.id)
    rest = [row for row in given if row.id != chosen.id]
    if rest:
        stand(connection, claim, rest[0]._asdict())
    else:
        reopen(connection, claim.claim_id)
    return chosen


def list_standing(connection: Connection, claim_id: str) -> Sequence[AnyRow]:
    """Return the verdicts on a claim, or on what was merged into it, that stand; the earliest first."""
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


def reopen(connection: Connection, claim_id: str) -> None:
    """Let a claim wait again; the verdicts on it stay where they are."""
    names = ("verdict", "verdict_type", "decided_at", "decided_by", "views_when_decided", "circulating_since")
    values: dict[str, Any] = {"state": OPEN, **dict.fromkeys(names)}
    connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(values))


def _check(ruling: Ruling) -> None:
    if ruling.verdict not in VERDICTS:
        raise QueueError(f"verdict {ruling.verdict!r}: is unknown; expected one of {', '.join(VERDICTS)}")
    if ruling.verdict == MISINFORMATION and ruling.type not in CLAIM_TYPES:
        raise QueueError(f"type {ruling.type!r}: is unknown; expected one of {', '.join(CLAIM_TYPES)}")
    if ruling.verdict != MISINFORMATION and ruling.type is not None:
        raise QueueError(
            f"type {ruling.type!r}: is given for {ruling.verdict}; expected one of misinformation"
        )
    if len(ruling.note or "") > MAX_NOTE or len(ruling.link or "") > MAX_NOTE:
        raise QueueError(f"note: is too long; expected at most {MAX_NOTE} characters")
    if ruling.link is not None and not ruling.link.startswith(("https://", "http://")):
        raise QueueError("link: is no address; expected https://...")


def _repeat(mine: AnyRow, ruling: Ruling) -> Outcome:
    if (mine.verdict, mine.type) != (ruling.verdict, ruling.type):
        raise QueueError(
            f"claim {mine.claim_id!r}: you decided {mine.verdict!r} already; expected the same, or undo it first"
        )
    return Outcome(mine.claim_id, REPEATED, mine.id)


def _has_held(connection: Connection, claim_id: str, person: Person) -> bool:
    held = select(Deal.id).where(Deal.claim_id == claim_id, Deal.user_id == person.id).limit(1)
    return connection.execute(held).first() is not None


def _find_lane(connection: Connection, claim_id: str, person: Person) -> str | None:
    held = select(Deal.lane).where(Deal.claim_id == claim_id, Deal.user_id == person.id)
    return connection.execute(held.order_by(Deal.id.desc()).limit(1)).scalar()


def _write(  # noqa: PLR0913, PLR0917 - a verdict's parts
    connection: Connection,
    claim: AnyRow,
    person: Person,
    ruling: Ruling,
    standing: str,
    lane: str | None,
    now: datetime,
    undoes: int | None = None,
) -> dict[str, Any]:
    """Add a verdict and its line in the log."""
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


def _note_opinion(  # noqa: PLR0913, PLR0917 - who said what of what
    connection: Connection, claim: AnyRow, person: Person, first: AnyRow, ruling: Ruling, now: datetime
) -> None:
    """End the hold of who gives a second opinion, and flag a difference for a lead."""
    running = Deal.claim_id == claim.claim_id, Deal.user_id == person.id, Deal.ended_at.is_(None)
    connection.execute(update(Deal).where(*running).values(ended_at=now, outcome=DECIDED))
    if ruling.verdict != first.verdict and DISAGREEMENT not in claim.flags:
        flags = [*claim.flags, DISAGREEMENT]
        connection.execute(update(Claim).where(Claim.claim_id == claim.claim_id).values(flags=flags))


def is_final(state: str) -> bool:
    """Say whether a claim in this state waits no more."""
    return state in {DECIDED, MERGED}
