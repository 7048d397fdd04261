"""Reports and reporters out of the store: rows, texts, ids and index; the log still verifies.

A claim's id is made from its first report's by a digest, and stays: verdicts and the log name the claim.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, or_, select, update

from pipeline.moderation.desk.log import write_event
from pipeline.moderation.intake.ground import cut
from pipeline.moderation.intake.records import show_text
from pipeline.moderation.intake.wordings import cut_numbers, hold_texts, rank_of
from pipeline.moderation.store.api_tables import Receipt
from pipeline.moderation.store.tables import (
    AGED,
    OPEN,
    Band,
    Claim,
    Link,
    Observation,
    Report,
    Reporter,
    Wording,
)


class Erased(NamedTuple):
    """How many rows of each kind held a subject."""

    reports: int
    observations: int
    reporters: int


def erase(
    connection: Connection,
    report_ids: Collection[str],
    reporter_ids: Collection[str],
    now: datetime,
    *,
    dry_run: bool,
) -> Erased:
    """Erase reports by their ids and by who sent them; again it finds nothing. A dry run only counts."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    if not dry_run:
        hold_texts(connection)
    found = _find_reports(connection, report_ids, reporter_ids)
    ids, senders = sorted(found), sorted(reporter_ids)
    erased = Erased(
        len(ids),
        sum(_count(connection, Observation.report_id, some) for some in cut(ids)),
        sum(_count(connection, Reporter.reporter_id, some) for some in cut(senders)),
    )
    if dry_run or not any(erased):
        return erased
    for some in cut(ids):
        connection.execute(delete(Observation).where(Observation.report_id.in_(some)))
        connection.execute(update(Claim).where(Claim.founder.in_(some)).values(founder=None))
        connection.execute(delete(Link).where(or_(Link.first.in_(some), Link.second.in_(some))))
        connection.execute(delete(Receipt).where(Receipt.report_id.in_(some)))
        connection.execute(delete(Report).where(Report.report_id.in_(some)))
    for some in cut(senders):
        connection.execute(delete(Reporter).where(Reporter.reporter_id.in_(some)))
    _settle_wordings(connection, {row.wording_id for row in found.values()} - {None})
    for claim_id in sorted({row.claim_id for row in found.values()}):
        _settle_claim(connection, claim_id)
        write_event(connection, None, "erased", claim_id, {}, now)
    return erased


def _find_reports(
    connection: Connection, report_ids: Collection[str], reporter_ids: Collection[str]
) -> dict[str, Any]:
    query = select(Report.report_id, Report.claim_id, Report.wording_id)
    found: dict[str, Any] = {}
    for column, values in ((Report.report_id, report_ids), (Report.reporter_id, reporter_ids)):
        for some in cut(sorted(values)):
            found |= {row.report_id: row for row in connection.execute(query.where(column.in_(some)))}
    return found


def _count(connection: Connection, column: Any, values: list[str]) -> int:
    query = select(func.count()).select_from(column.class_).where(column.in_(values))
    return int(connection.execute(query).scalar_one())


def _read_earliest(connection: Connection, column: Any, value: Any) -> Any:
    order = (Report.reported_at.is_(None), Report.reported_at, Report.report_id)
    return connection.execute(select(Report).where(column == value).order_by(*order).limit(1)).one_or_none()


def _settle_wordings(connection: Connection, numbers: Collection[int]) -> None:
    """Let texts go that nobody else sent, with their index; of others name the earliest report that is left.

    The index is walked through once for hundreds of texts: it is sorted by keys, not by texts.
    """
    gone = [number for number in sorted(numbers) if not _rank_anew(connection, number)]
    for some in cut_numbers(gone):
        connection.execute(delete(Band).where(Band.wording_id.in_(some)))
        connection.execute(delete(Wording).where(Wording.id.in_(some)))


def _rank_anew(connection: Connection, number: int) -> bool:
    """Rank a text by its earliest report that is left; say whether there is one."""
    earliest = _read_earliest(connection, Report.wording_id, number)
    if earliest is not None:
        at, report_id = rank_of(earliest._asdict())
        values = {"rank_at": at, "rank_id": report_id}
        connection.execute(update(Wording).where(Wording.id == number).values(values))
    return earliest is not None


def _settle_claim(connection: Connection, claim_id: str) -> None:
    """Show the earliest report that is left; a claim without any shows nothing and waits no more."""
    earliest = _read_earliest(connection, Report.claim_id, claim_id)
    count = select(func.count()).where(Report.claim_id == claim_id)
    values: dict[str, Any] = {"n_reports": connection.execute(count).scalar_one()}
    text = "" if earliest is None else show_text(earliest._asdict())
    claim = connection.execute(select(Claim).where(Claim.claim_id == claim_id)).one()
    if text != claim.text:
        values |= {"text": text, "words": [], "shadow_words": None}
    if earliest is None and claim.state == OPEN:
        values |= {"state": AGED, "locked_by": None, "locked_until": None}
    connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(values))
