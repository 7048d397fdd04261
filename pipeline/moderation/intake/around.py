"""A report and the store in, all that its arrival depends on out: looked up before the transaction that takes it.

What was looked up holds as long as no text or report was added, moved or dropped since: the revision says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, exists, select

from pipeline.claims.agreement import Facts
from pipeline.claims.arrivals import Confirmed, Settled, compare, settle
from pipeline.claims.clusters import Limits
from pipeline.claims.naming import Rank
from pipeline.claims.signature import Signature, facts_from_json
from pipeline.moderation.intake.ground import Standing
from pipeline.moderation.intake.records import Record, read_stored
from pipeline.moderation.intake.reweigh import Gathered, gather, is_large, read_claims
from pipeline.moderation.intake.wordings import find_nearby, find_wording, rank_of, read_revision
from pipeline.moderation.reliability import Reputation
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import Link, Report, Wording

FIND_LINKS: Final = select(Link.first, Link.second, Link.kind).where(
    (Link.first == bindparam("report_id")) | (Link.second == bindparam("report_id")),
    Link.withdrawn_at.is_(None),
)
SAID: Final = exists().where(Report.wording_id == bindparam("wording_id"))
IS_DIVIDED: Final = select(
    SAID.where(Report.claim_id < bindparam("claim_id")) | SAID.where(Report.claim_id > bindparam("claim_id"))
)
"""Two ends of an index, where `!=` would walk through all copies of a text."""
FIND_FACTS: Final = select(Wording.facts).where(Wording.claim_id == bindparam("claim_id")).distinct()


NOTHING: Final = Gathered({}, {}, Standing({}, Reputation()))


class Arrival(NamedTuple):
    """A typed and redacted report with its score (where there is a model), signed, and what it is about."""

    record: Record
    signature: Signature | None
    ruled_type: str


class Near(NamedTuple):
    """What a new text is like: how old what stands under each of its keys is, and the texts that agree with it.

    `related` are the claims of similar texts that differ, with their similarity and in what; `settled` where
    the text goes, None where that may move others.
    """

    ranks: Mapping[int, Sequence[Rank]]
    confirmed: Sequence[Confirmed]
    related: Sequence[tuple[str, float, str]]
    settled: Settled | None


class Around(NamedTuple):
    """What stands around a report: the stored one of its id, its very text, else what is near; links that wait.

    `is_divided` says that reports of the very text stand in several claims; `gathered` is what the reports of
    its claim say, where they are few, and what is known of who sends it.
    """

    revision: int
    gathered: Gathered
    stored: AnyRow | None = None
    text: AnyRow | None = None
    is_divided: bool = False
    near: Near | None = None
    links: Sequence[AnyRow] = ()


def look_around(connection: Connection, arrival: Arrival, limits: Limits) -> Around:
    """Look up all that decides where a report goes."""
    report_id, signature = arrival.record["report_id"], arrival.signature
    revision = read_revision(connection)
    stored = read_stored(connection, [report_id]).get(report_id)
    if stored is not None:
        return Around(revision, NOTHING, stored)
    links = connection.execute(FIND_LINKS, {"report_id": report_id}).all()
    sender = arrival.record["reporter_id"]
    text = find_wording(connection, signature.fingerprint) if signature else None
    if text is not None:
        apart = {"wording_id": text.id, "claim_id": text.claim_id}
        is_divided = bool(connection.execute(IS_DIVIDED, apart).scalar_one())
        gathered = _gather(connection, text.claim_id, sender)
        return Around(revision, gathered, text=text, is_divided=is_divided, links=links)
    near = _look_near(connection, signature, rank_of(arrival.record), limits) if signature else None
    home = near.settled.claim_id if near and near.settled else None
    return Around(revision, _gather(connection, home, sender), near=near, links=links)


def _gather(connection: Connection, home: str | None, sender: str | None) -> Gathered:
    few = [row.claim_id for row in read_claims(connection, [home]) if not is_large(row)] if home else []
    return gather(connection, few, [sender])


def _look_near(connection: Connection, signature: Signature, rank: Rank, limits: Limits) -> Near:
    nearby, ranks = find_nearby(connection, signature.keys)
    pairs = compare(signature, [one.signature for one in nearby], limits.jaccard)
    alike = [(pair, nearby[pair.other]) for pair in pairs]
    confirmed = [
        Confirmed(one.row.claim_id, pair.similarity, one.rank, one.signature.facts)
        for pair, one in alike
        if pair.differs is None
    ]
    related = [
        (one.row.claim_id, pair.similarity, pair.differs) for pair, one in alike if pair.differs is not None
    ]
    settled = settle(signature.facts, rank, confirmed, _FactsOf(connection))
    return Near(ranks, confirmed, related, settled)


class _FactsOf(dict[str, set[Facts]]):
    """The distinct facts of the texts of a claim, read when first asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __missing__(self, claim_id: str) -> set[Facts]:
        rows: Any = self._connection.execute(FIND_FACTS, {"claim_id": claim_id}).scalars()
        self[claim_id] = set(map(facts_from_json, rows))
        return self[claim_id]
