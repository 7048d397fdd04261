"""A report as a record, typed and redacted; the rows that it and its claim become."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.moderation.intake.ground import cut
from pipeline.moderation.intake.weigh import Known, Told
from pipeline.moderation.store.tables import Claim, Report, Reporter
from pipeline.schema.columns import REPORT_COLUMNS
from pipeline.storage import digest_bytes
from pipeline.text.parts import join_parts

Record = Mapping[str, Any]
"""REPORT_COLUMNS, and score, abstain_reason, model_version, words where it was scored."""

STORED: Final = tuple(
    name
    for name in REPORT_COLUMNS
    if name not in {"label", "label_source", "label_detail", "labelled_at", "weight"}
)
SHOWN: Final = ("platform", "region")
SCORED: Final = ("score", "abstain_reason", "model_version")


ADD_REPORTER: Final = {
    "sqlite": sqlite.insert(Reporter).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Reporter).on_conflict_do_nothing(),
}
FIND_NAME: Final = select(Claim.claim_id).where(Claim.claim_id == bindparam("claim_id"))
FIND_STORED: Final = select(
    Report.report_id,
    Report.claim_id,
    Report.digest,
    Report.url,
    Report.views,
    Report.shares,
    Report.observed_at,
).where(Report.report_id.in_(bindparam("report_ids", expanding=True)))


def make_report_row(record: Record, claim_id: str, wording_id: int | None, now: datetime) -> dict[str, Any]:
    """Return a report's row."""
    return {
        **{name: record[name] for name in STORED},
        "claim_id": claim_id,
        "wording_id": wording_id,
        "received_at": now,
        "digest": digest_content(record),
    }


def digest_content(record: Record) -> str:
    """Return the digest of what a report says: the same report may not come back with another text."""
    text = join_parts(record["text"], record["transcript"], record["ocr_text"])
    return digest_bytes(text.encode("utf-8", "surrogatepass"))


def make_claim_row(
    record: Record, claim_id: str, component: str, ruled_type: str, now: datetime
) -> dict[str, Any]:
    """Return the row of a claim whose earliest report this is, its terms still missing."""
    return {
        "claim_id": claim_id,
        "component": component,
        "founder": record["report_id"],
        "text": show_text(record),
        **{name: record[name] for name in (*SHOWN, *SCORED)},
        "words": list(record["words"]) if record["words"] is not None else [],
        "ruled_type": ruled_type,
        "received_at": now,
        "flags": [],
    }


def free_name(connection: Connection, wanted: str) -> str:
    """Return a name that no claim has: one that a split took along has had it before."""
    if connection.execute(FIND_NAME, {"claim_id": wanted}).first() is None:
        return wanted
    taken = connection.execute(select(func.count()).where(Claim.claim_id.startswith(wanted))).scalar_one()
    return f"{wanted}-{taken}"


def read_fingerprint(record: Record) -> bytes | None:
    """Return the fingerprint of a report's text as bytes."""
    written = record.get("fingerprint")
    return bytes.fromhex(written) if written else None


def know(row: Mapping[str, Any], *, in_quality: bool, decided_at: datetime | None) -> Known:
    """Return what a claim's row says for its terms."""
    names = ("claim_id", "score", "ruled_type", "platform")
    own = {name: row[name] for name in names}
    return Known(**own, in_quality=in_quality, decided_at=decided_at)


def tell(record: Record) -> Told:
    """Return what a report adds to the terms of its claim."""
    return Told(*(record[name] for name in Told._fields))


def show_text(record: Record) -> str:
    """Return the caption, or what was heard or read where there is none."""
    parts = (record["text"], record["transcript"], record["ocr_text"])
    return next((part for part in parts if part is not None and part.strip()), "")


def note_reporters(connection: Connection, reporter_ids: Sequence[str]) -> None:
    """Make rows for reporters who have none."""
    rows = [
        {"reporter_id": name, "n_verdicts": 0, "n_misinformation": 0} for name in sorted(set(reporter_ids))
    ]
    if rows:
        connection.execute(ADD_REPORTER[connection.dialect.name], rows)


def read_stored(connection: Connection, report_ids: Sequence[str]) -> dict[str, Any]:
    """Return the rows of those of some reports that are stored, by id."""
    found: dict[str, Any] = {}
    for some in cut(list(report_ids)):
        rows = connection.execute(FIND_STORED, {"report_ids": some})
        found |= {row.report_id: row for row in rows}
    return found
