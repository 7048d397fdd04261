"""Claims in the order in which they last changed: what another system has not heard of yet.

Whoever changes a claim only notes that it moved (triggers do, see the migration). Numbers are given afterwards,
of what is committed, by one numbering at a time: so a number is never seen before a smaller one.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, func, select, text

from pipeline.moderation.desk.verdicts import UNDO
from pipeline.moderation.store import Store
from pipeline.moderation.store.api_tables import Move, Moved
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.bulk import POSTGRESQL, insert_many
from pipeline.moderation.store.tables import DECIDED, Claim, Report, Verdict

NUMBERED_AT_ONCE: Final = 2000
MANY_REPORTS: Final = 100
"""So many ids of its own reports a listener is told of a claim."""
NUMBERING_LOCK: Final = 0x5A122

WAITING: Final = "waiting"
WITHDRAWN: Final = "withdrawn"
"""What stands of a claim that no verdict stands on: none came, or the last was taken back."""


class Heard(NamedTuple):
    """Claims that moved, the number of the last that was looked at, and whether there may be more."""

    claims: list[AnyRow]
    cursor: int
    more: bool


def number_new(store: Store) -> int:
    """Give numbers to what moved since this was called last; return how many notes it took."""
    with store.reading() as connection:
        if connection.execute(select(Moved.id).limit(1)).first() is None:
            return 0
    with store.writing() as connection:
        return number_moves(connection)


def number_moves(connection: Connection) -> int:
    """Give numbers to claims that moved, NUMBERED_AT_ONCE entries at most; return how many entries it took."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": NUMBERING_LOCK})
    some = select(Moved.id).order_by(Moved.id).limit(NUMBERED_AT_ONCE)
    taken = connection.execute(delete(Moved).where(Moved.id.in_(some)).returning(Moved.id, Moved.claim_id))
    rows = sorted(tuple(row) for row in taken)
    claim_ids = list(dict.fromkeys(claim_id for _, claim_id in rows))
    last = read_last(connection)
    connection.execute(delete(Move).where(Move.claim_id.in_(claim_ids)))
    numbered = [
        {"sequence": number, "claim_id": name} for number, name in enumerate(claim_ids, start=last + 1)
    ]
    insert_many(connection, Move, numbered)
    return len(rows)


def read_last(connection: Connection) -> int:
    """Return the number of the last move, 0 before any."""
    return int(connection.execute(select(func.coalesce(func.max(Move.sequence), 0))).scalar_one())


def list_moves(connection: Connection, after: int, limit: int, source: str | None = None) -> Heard:
    """Return the claims that moved after a number; with `source` only those that hold a report of it."""
    query = (
        select(Move.sequence, Claim)
        .join(Claim, Claim.claim_id == Move.claim_id)
        .where(Move.sequence > after)
        .order_by(Move.sequence)
        .limit(limit)
    )
    rows = list(connection.execute(query).all())
    more = len(rows) == limit
    cursor = rows[-1].sequence if rows else after
    if source is not None and rows:
        mine = _find_claims_of(connection, source, [row.claim_id for row in rows])
        rows = [row for row in rows if row.claim_id in mine]
    return Heard(rows, cursor, more)


def find_withdrawn(connection: Connection, claims: Sequence[AnyRow]) -> set[str]:
    """Return those of some claims that no verdict stands on because the last was taken back."""
    waiting = [claim.claim_id for claim in claims if claim.verdict is None]
    if not waiting:
        return set()
    last = select(func.max(Verdict.id)).where(Verdict.claim_id.in_(waiting)).group_by(Verdict.claim_id)
    query = select(Verdict.claim_id).where(Verdict.id.in_(last), Verdict.verdict == UNDO)
    return set(connection.execute(query).scalars())


def tell_state(claim: AnyRow, withdrawn: Collection[str]) -> str:
    """Return what became of a claim, for those who reported it: waiting, withdrawn, decided, aged or merged."""
    if claim.state == DECIDED or claim.claim_id not in withdrawn:
        return WAITING if claim.state == "open" else str(claim.state)
    return WITHDRAWN


def list_reports_of(
    connection: Connection, source: str | None, claim_ids: Collection[str]
) -> Mapping[str, list[str]]:
    """Return the ids of reports by claim, of one source or of all; of each claim the first MANY_REPORTS."""
    place = func.row_number().over(partition_by=Report.claim_id, order_by=Report.report_id).label("place")
    query = select(Report.claim_id, Report.report_id, place).where(Report.claim_id.in_(claim_ids))
    if source is not None:
        query = query.where(Report.source == source)
    ranked = query.subquery()
    chosen = select(ranked.c.claim_id, ranked.c.report_id).where(ranked.c.place <= MANY_REPORTS)
    found: dict[str, list[str]] = defaultdict(list)
    for claim_id, report_id in connection.execute(chosen.order_by(ranked.c.place)):
        found[claim_id].append(report_id)
    return found


def _find_claims_of(connection: Connection, source: str, claim_ids: Sequence[str]) -> set[str]:
    query = select(Report.claim_id).where(Report.claim_id.in_(claim_ids), Report.source == source)
    return set(connection.execute(query.distinct()).scalars())
