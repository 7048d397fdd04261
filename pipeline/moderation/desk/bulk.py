"""One verdict on many claims: each with its own row and line, and one line that takes all of them back."""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from pipeline.errors import Mistake, QueueError
from pipeline.moderation.desk.dealing import Clock, is_held
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.people import LEAD, Person
from pipeline.moderation.desk.verdicts import REPEATED, SECOND_OPINION, Ruling, decide, list_standing, undo
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import OPEN, Claim, Event, Verdict

BULK: Final = "bulk verdict"
BULK_UNDONE: Final = "bulk verdict undone"


class BulkDone(NamedTuple):
    """What became of many claims: the line in the log that undoes them, how many were decided and left alone."""

    sequence: int | None
    n_decided: int
    n_left: int


class BulkUndone(NamedTuple):
    """How many verdicts were taken back, and how many were no longer there to take."""

    n_undone: int
    n_gone: int


def list_decidable(
    connection: Connection, person: Person, claim_ids: Sequence[str], clock: Clock
) -> list[AnyRow]:
    """Return those of some claims that wait and that nobody else holds, in the order they came in."""
    query = select(*Claim.__table__.c).where(Claim.claim_id.in_(claim_ids), Claim.state == OPEN)
    rows = {row.claim_id: row for row in connection.execute(query)}
    free = (rows[claim_id] for claim_id in dict.fromkeys(claim_ids) if claim_id in rows)
    return [row for row in free if row.locked_by == person.id or not is_held(row, clock)]


def decide_all(
    connection: Connection, person: Person, claim_ids: Sequence[str], ruling: Ruling, clock: Clock
) -> BulkDone:
    """Take one verdict on all of some claims that still wait and that nobody else holds."""
    chosen = sorted(row.claim_id for row in list_decidable(connection, person, claim_ids, clock))
    outcomes = [decide(connection, person, claim_id, ruling, clock) for claim_id in chosen]
    made = [one.verdict_id for one in outcomes if one.standing not in {REPEATED, SECOND_OPINION}]
    n_left = len(set(claim_ids)) - len(made)
    if not made:
        return BulkDone(None, 0, n_left)
    detail = {
        "verdict": ruling.verdict,
        "type": ruling.type,
        "n": len(made),
        "verdict_ids": write_numbers(made),
    }
    return BulkDone(write_event(connection, person.id, BULK, "bulk", detail, clock.now), len(made), n_left)


def undo_all(connection: Connection, person: Person, sequence: int, clock: Clock) -> BulkUndone:
    """Take back what a bulk verdict decided and nobody has changed since, by its line in the log.

    Raises QueueError where there is no such line, it is somebody else's (a lead may), or nothing is left of it.
    """
    line = connection.execute(
        select(Event).where(Event.sequence == sequence, Event.kind == BULK)
    ).one_or_none()
    if line is None or (line.user_id != person.id and person.role != LEAD):
        said = f"bulk verdict {sequence}: is none of {person.name}'s; expected one to take back"
        raise QueueError(said, Mistake.NO_VERDICT_OF_YOURS)
    numbers = read_numbers(json.loads(line.detail)["verdict_ids"])
    query = select(Verdict.id, Verdict.claim_id).where(Verdict.id.in_(numbers)).order_by(Verdict.claim_id)
    undone = sum(_undo_one(connection, person, row, clock) for row in connection.execute(query).all())
    if not undone:
        said = f"bulk verdict {sequence}: was taken back already; expected one that stands"
        raise QueueError(said, Mistake.TAKEN_BACK_ALREADY)
    detail = {"undoes": sequence, "n": undone}
    write_event(connection, person.id, BULK_UNDONE, "bulk", detail, clock.now)
    return BulkUndone(undone, len(numbers) - undone)


def write_numbers(numbers: Sequence[int]) -> str:
    """Return numbers as runs.

    >>> write_numbers([3, 4, 5, 9])
    '3-5 9'
    """
    ordered = sorted(numbers)
    starts = [ordered[0], *(after for before, after in pairwise(ordered) if after != before + 1)]
    ends = [*(before for before, after in pairwise(ordered) if after != before + 1), ordered[-1]]
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))


def read_numbers(written: str) -> list[int]:
    """Read what `write_numbers` wrote.

    >>> read_numbers("3-5 9")
    [3, 4, 5, 9]
    """
    return list(_expand(written))


def _expand(written: str) -> Iterator[int]:
    for run in written.split():
        first, _, last = run.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _undo_one(connection: Connection, person: Person, verdict: AnyRow, clock: Clock) -> bool:
    """Take one verdict back if it is the one that `undo` would take."""
    standing = list_standing(connection, verdict.claim_id)
    mine = next((row for row in standing if row.user_id == person.id), standing[0] if standing else None)
    if mine is None or mine.id != verdict.id:
        return False
    undo(connection, person, verdict.claim_id, clock)
    return True
