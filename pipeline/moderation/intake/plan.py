"""The texts and links of a component in, where each text and report belongs out; nothing is written.

So it can be worked out before the transaction that moves them: it holds while no text or report was added,
moved or dropped. What was decided meanwhile is asked when it is applied.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from pipeline.claims import links as said
from pipeline.claims.candidates import hash_bands
from pipeline.claims.clusters import Limits
from pipeline.claims.components import Member, regroup
from pipeline.claims.naming import Founder, Rank, name_parts
from pipeline.claims.shingles import hash_shingles
from pipeline.claims.signature import sign_keys
from pipeline.moderation.intake.ground import cut
from pipeline.moderation.intake.wordings import rank_of, read_signature
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import MERGED, Claim, Link, Report, Wording

COMPONENT: Final[Any] = bindparam("component")
FIND_TEXTS: Final = (
    select(Wording).join(Claim, Claim.claim_id == Wording.claim_id).where(Claim.component == COMPONENT)
)
COUNT_TEXTS: Final = (
    select(func.count())
    .select_from(Wording)
    .join(Claim, Claim.claim_id == Wording.claim_id)
    .where(Claim.component == COMPONENT)
)
FIND_FOUNDERS: Final = select(Claim.claim_id, Claim.founder).where(
    Claim.component == COMPONENT, Claim.state != MERGED, Claim.founder.is_not(None)
)


class Move(NamedTuple):
    """A text, the claim that it stands in, and the one that it belongs to."""

    wording_id: int
    standing: str
    belongs: str


class Plan(NamedTuple):
    """Where texts belong that stand elsewhere, and reports that stand for themselves, by the names of claims.

    `aliases` name the claims that live on in others, `firsts` the first report of each claim.
    """

    texts: Sequence[Move]
    reports: Mapping[str, str]
    aliases: Mapping[str, str]
    firsts: Mapping[str, str]


class _Linked(NamedTuple):
    """A report that a link names: how old it is, its claim, its text (None: it has no words)."""

    rank: Rank
    claim_id: str
    text: bytes | None


def count_texts(connection: Connection, component: str) -> int:
    """Return how many texts a component has."""
    return int(connection.execute(COUNT_TEXTS, {"component": component}).scalar_one())


def make_plan(
    connection: Connection, component: str, limits: Limits, first_in: Mapping[int, int] | None = None
) -> Plan:
    """Group the texts and linked reports of a component, and name the parts.

    `first_in` holds the masks of texts that stand for other bands than the store says.
    """
    rows = connection.execute(FIND_TEXTS, {"component": component}).all()
    texts = sorted(rows, key=lambda row: (row.rank_at, row.rank_id))
    links, linked = _read_links(connection, component)
    found = regroup(
        _make_members(texts, limits, first_in or {}),
        {r: one.text for r, one in linked.items()},
        links,
        limits.jaccard,
    )
    part_of = {row.id: found.of_text[row.fingerprint] for row in texts}
    placed = [((row.rank_at, row.rank_id), row.claim_id, part_of[row.id]) for row in texts]
    placed += [(linked[r].rank, linked[r].claim_id, part) for r, part in found.of_report.items()]
    firsts: dict[int, str] = {}
    founders: dict[str, Founder] = {}
    for rank, claim_id, part in sorted(placed):
        firsts.setdefault(part, rank[1])
        founders.setdefault(claim_id, Founder(part, rank))
    founders |= _find_founders(connection, component, part_of, found.of_report)
    naming = name_parts(founders, firsts)
    moves = (Move(row.id, row.claim_id, naming.names[part_of[row.id]]) for row in texts)
    return Plan(
        [move for move in moves if move.standing != move.belongs],
        {report: naming.names[part] for report, part in found.of_report.items()},
        naming.aliases,
        {naming.names[part]: report for part, report in firsts.items()},
    )


def _find_founders(
    connection: Connection,
    component: str,
    part_of: Mapping[int, int],
    part_of_report: Mapping[str, int],
) -> dict[str, Founder]:
    """Return where the reports stand that gave claims their names; those that were erased are left out."""
    rows = connection.execute(FIND_FOUNDERS, {"component": component})
    named = {row.founder: row.claim_id for row in rows}
    founders: dict[str, Founder] = {}
    for some in cut(sorted(named)):
        query = select(Report.report_id, Report.reported_at, Report.wording_id)
        for row in connection.execute(query.where(Report.report_id.in_(some))):
            part = part_of_report.get(row.report_id, part_of.get(row.wording_id or 0))
            if part is not None:
                founders[named[row.report_id]] = Founder(part, rank_of(row._asdict()))
    return founders


def _make_members(texts: list[AnyRow], limits: Limits, first_in: Mapping[int, int]) -> list[Member]:
    bands = hash_bands(hash_shingles([row.wording for row in texts]), limits.permutations, limits.bands)
    return [
        Member(
            read_signature(row, tuple(keys)), (row.rank_at, row.rank_id), first_in.get(row.id, row.first_in)
        )
        for row, keys in zip(texts, sign_keys(bands), strict=True)
    ]


def _read_links(connection: Connection, component: str) -> tuple[list[said.Link], dict[str, _Linked]]:
    """Return the links between reports of a component, and those reports."""
    inside = select(Report.report_id).join(Claim, Claim.claim_id == Report.claim_id)
    inside = inside.where(Claim.component == component)
    query = select(Link).where(Link.first.in_(inside), Link.second.in_(inside), Link.withdrawn_at.is_(None))
    links = [
        said.Link(row.first, row.second, row.kind, None, row.made_at)
        for row in connection.execute(query.order_by(Link.id))
    ]
    latest = list({frozenset((link.first, link.second)): link for link in links}.values())
    ends = sorted({end for link in latest for end in (link.first, link.second)})
    columns = (Report.report_id, Report.reported_at, Report.claim_id, Wording.fingerprint)
    reports = (
        select(*columns).outerjoin(Wording, Wording.id == Report.wording_id).where(Report.report_id.in_(ends))
    )
    return latest, {
        row.report_id: _Linked(rank_of(row._asdict()), row.claim_id, row.fingerprint)
        for row in connection.execute(reports)
    }
