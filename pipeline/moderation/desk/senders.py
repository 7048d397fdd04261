"""What an account sent in, and what became of it out: receipts by which the same again is known."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.moderation.desk.moves import find_withdrawn, tell_state
from pipeline.moderation.desk.people import Person
from pipeline.moderation.intake.ground import cut
from pipeline.moderation.store.api_tables import Receipt
from pipeline.moderation.store.tables import Claim, Report

FIND_RECEIPTS: Final = select(Receipt.report_id, Receipt.digest).where(
    Receipt.user_id == bindparam("user_id"), Receipt.report_id.in_(bindparam("report_ids", expanding=True))
)

ADD_RECEIPT: Final = {
    "sqlite": sqlite.insert(Receipt).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Receipt).on_conflict_do_nothing(),
}


class Fate(NamedTuple):
    """Where a report stands: its claim, and what was decided of that; who decided is not said."""

    report_id: str
    claim_id: str
    state: str
    verdict: str | None
    type: str | None
    decided_at: datetime | None
    received_at: datetime


def find_receipts(connection: Connection, person: Person, report_ids: Collection[str]) -> Mapping[str, str]:
    """Return the digests of what an account sent under some ids before."""
    found: dict[str, str] = {}
    for some in cut(sorted(set(report_ids))):
        rows = connection.execute(FIND_RECEIPTS, {"user_id": person.id, "report_ids": some})
        found |= {row.report_id: row.digest for row in rows}
    return found


def add_receipt(connection: Connection, person: Person, report_id: str, digest: str, now: datetime) -> str:
    """Note that an account sent a report; return the digest that stands, another's who was quicker perhaps."""
    values = {"user_id": person.id, "report_id": report_id, "digest": digest, "received_at": now}
    added = connection.execute(ADD_RECEIPT[connection.dialect.name], values)
    return digest if added.rowcount else find_receipts(connection, person, [report_id])[report_id]


def read_fates(connection: Connection, person: Person, report_ids: Collection[str]) -> Mapping[str, Fate]:
    """Return where those of some reports stand that an account sent."""
    found: dict[str, Fate] = {}
    for some in cut(sorted(set(report_ids))):
        found |= _read_fates(connection, person, some)
    return found


def _read_fates(connection: Connection, person: Person, report_ids: list[str]) -> dict[str, Fate]:
    query = (
        select(
            Receipt.report_id,
            Receipt.received_at,
            *(
                getattr(Claim, name)
                for name in ("claim_id", "state", "verdict", "verdict_type", "decided_at")
            ),
        )
        .select_from(Receipt)
        .join(Report, Report.report_id == Receipt.report_id)
        .join(Claim, Claim.claim_id == Report.claim_id)
        .where(Receipt.user_id == person.id, Receipt.report_id.in_(report_ids))
    )
    rows = connection.execute(query).all()
    withdrawn = find_withdrawn(connection, rows)
    return {
        row.report_id: Fate(
            row.report_id,
            row.claim_id,
            tell_state(row, withdrawn),
            row.verdict,
            row.verdict_type,
            row.decided_at,
            row.received_at,
        )
        for row in rows
    }
