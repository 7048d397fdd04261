"""Claims that wait in, the known fact-checks that they may repeat beside them, and the term that these add."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, or_, select, update

from pipeline.claims.debunks.found import Found
from pipeline.claims.debunks.library import SEPARATOR
from pipeline.claims.debunks.matching import Claim as Text
from pipeline.claims.debunks.matching import Library
from pipeline.config import Params
from pipeline.moderation.intake.ground import AT_ONCE, read_ground
from pipeline.moderation.intake.reweigh import reweigh
from pipeline.moderation.intake.weigh import Scales
from pipeline.moderation.repeats import Repeat, weigh_matches
from pipeline.moderation.store import Store
from pipeline.moderation.store.tables import OPEN, Claim, Match, Report
from pipeline.text.parts import join_parts

SHOWN: Final = ("level", "similarity", "kind", "url", "title", "verdict", "published_at", "publisher")


def match_waiting(store: Store, library: Library, params: Params, now: datetime) -> Iterator[int]:
    """Compare claims that wait with a library that they were not compared with, and yield how many each part was.

    What a claim says is its earliest text. One whose term changed is weighed anew; none is decided. A part that
    is killed is done again.
    """
    while True:
        with store.reading() as connection:
            claim_ids = _list_unmatched(connection, library.digest)
            texts = _read_texts(connection, claim_ids, now)
        if not claim_ids:
            return
        found = dict(zip(texts, library.matcher.find(list(texts.values()), params.debunks.top), strict=True))
        with store.writing() as connection:
            _keep(connection, claim_ids, found, library.digest, params, now)
        yield len(claim_ids)


def _list_unmatched(connection: Connection, digest: str) -> list[str]:
    stale = or_(Claim.matched_with.is_(None), Claim.matched_with != digest)
    query = select(Claim.claim_id).where(Claim.state == OPEN, stale).order_by(Claim.claim_id)
    return list(connection.execute(query.limit(AT_ONCE)).scalars())


def _read_texts(connection: Connection, claim_ids: Sequence[str], now: datetime) -> dict[str, Text]:
    """Return the earliest text of each claim."""
    order = (Report.reported_at.is_(None), Report.reported_at, Report.report_id)
    place = func.row_number().over(partition_by=Report.claim_id, order_by=order).label("place")
    parts = (Report.text, Report.transcript, Report.ocr_text)
    ranked = (
        select(Report.claim_id, Report.reported_at, *parts, place)
        .where(Report.claim_id.in_(claim_ids))
        .subquery()
    )
    rows = connection.execute(select(ranked).where(ranked.c.place == 1))
    return {row.claim_id: _make_text(row, now) for row in rows}


def _make_text(row: Row[Any], now: datetime) -> Text:
    return Text(row.claim_id, join_parts(row.text, row.transcript, row.ocr_text), row.reported_at or now)


def _keep(  # noqa: PLR0913, PLR0917 - what was found of which claims, by what
    connection: Connection,
    claim_ids: Sequence[str],
    found: dict[str, list[Found]],
    digest: str,
    params: Params,
    now: datetime,
) -> None:
    """Write the matches of claims in the place of what stood there."""
    connection.execute(delete(Match).where(Match.claim_id.in_(claim_ids)))
    rows = [
        {"claim_id": claim_id, "rank": rank, **_show(one)}
        for claim_id, matches in found.items()
        for rank, one in enumerate(matches, start=1)
    ]
    if rows:
        connection.execute(insert(Match), rows)
    repeats = {
        claim_id: weigh_matches(found.get(claim_id, []), params.prioritise.debunk) for claim_id in claim_ids
    }
    changed = _find_changed(connection, repeats)
    bound = [
        {"which": claim_id, "logits": one.logits, "address": one.url, "alike": one.similarity}
        for claim_id, one in repeats.items()
    ]
    values: dict[str, Any] = {
        "debunk": bindparam("logits"),
        "debunk_url": bindparam("address"),
        "debunk_similarity": bindparam("alike"),
        "matched_with": digest,
    }
    statement = update(Claim.__table__).where(Claim.claim_id == bindparam("which"))  # type: ignore[arg-type]
    connection.execute(statement.values(values), bound)
    if changed:
        reweigh(connection, changed, Scales(read_ground(connection, params, now), params))


def _show(one: Found) -> dict[str, Any]:
    """Return what is shown of a match; of a url that was imported with several verdicts, all of them."""
    verdicts = " / ".join(filter(None, [one.verdict, *(one.conflicts or "").split(SEPARATOR)])) or None
    return {name: getattr(one, name) for name in SHOWN} | {"verdict": verdicts}


def _find_changed(connection: Connection, repeats: dict[str, Repeat]) -> list[str]:
    query = select(Claim.claim_id, Claim.debunk).where(Claim.claim_id.in_(list(repeats)))
    return [row.claim_id for row in connection.execute(query) if row.debunk != repeats[row.claim_id].logits]
