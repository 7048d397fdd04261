"""A component of the store grouped anew: texts and reports move, names stay as long as they can.

Verdicts hold a merge back: two decided claims with different verdicts stay two, and a lead is told.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select, update

from pipeline.claims import links as said
from pipeline.claims.candidates import hash_bands
from pipeline.claims.clusters import Limits
from pipeline.claims.components import Member, regroup
from pipeline.claims.naming import Founder, Rank, name_parts
from pipeline.claims.shingles import hash_shingles
from pipeline.claims.signature import sign_keys
from pipeline.config import Params
from pipeline.moderation.audit import draw_row
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.intake.ground import cut
from pipeline.moderation.intake.ranks import rank_first
from pipeline.moderation.intake.records import show_text
from pipeline.moderation.intake.wordings import rank_of, read_signature
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import (
    DECIDED,
    MERGED,
    OPEN,
    Alias,
    Audit,
    Claim,
    Link,
    Observation,
    Relation,
    Report,
    Wording,
)

MERGE_SUGGESTED: Final = "merge suggested"
"""Flags claims that would be one, had they not been decided differently."""
TOO_LARGE: Final = "too large to regroup at once"
MAX_WORDINGS: Final = 2000
"""A component of more texts takes seconds to group; it waits for the next whole load."""


CARRIED: Final = (
    "verdict",
    "verdict_type",
    "decided_at",
    "decided_by",
    "views_when_decided",
    "circulating_since",
    "imported_verdict",
    "imported_at",
)
"""What a decided claim hands on to the one that it lives on in."""


class Rules(NamedTuple):
    """What counts as similar; `key` and the parameters draw the audit sample."""

    limits: Limits
    key: bytes
    params: Params

    @classmethod
    def from_params(cls, params: Params, key: bytes) -> "Rules":
        """Return the rules that params.yaml asks for."""
        return cls(Limits.from_params(params.preprocess), key, params)


class _Moves(NamedTuple):
    """Where texts and reports that stand for themselves go, by the names of claims; the first report of each."""

    texts: Mapping[int, str]
    reports: Mapping[str, str]
    aliases: Mapping[str, str]
    firsts: Mapping[str, str]


class _Linked(NamedTuple):
    """A report that a link names: how old it is, its claim, its text (None: it has no words)."""

    rank: Rank
    claim_id: str
    text: bytes | None


def join_components(connection: Connection, claim_ids: Iterable[str]) -> str:
    """Make one component of those of some claims; return its name."""
    query = select(Claim.component).where(Claim.claim_id.in_(list(claim_ids))).distinct()
    components = sorted(connection.execute(query).scalars())
    kept, *others = components
    if others:
        connection.execute(update(Claim).where(Claim.component.in_(others)).values(component=kept))
    return kept


def regroup_component(connection: Connection, component: str, rules: Rules, now: datetime) -> set[str]:
    """Group a component anew; return the claims that changed or got reports."""
    query = select(Claim).where(Claim.component == component, Claim.state != MERGED)
    locked = query.order_by(Claim.claim_id).with_for_update()
    claims = {row.claim_id: row for row in connection.execute(locked)}
    texts = _read_texts(connection, claims)
    if len(texts) > MAX_WORDINGS:
        _flag(connection, claims[min(claims)], TOO_LARGE)
        return set()
    moves = _plan(connection, claims, texts, component, rules.limits)
    changed = _open_missing(connection, claims, moves, rules, now)
    changed |= _move(connection, claims, moves)
    for name, kept in moves.aliases.items():
        merge_into(connection, claims[name], kept, now)
    return changed - set(moves.aliases)


def merge_into(connection: Connection, gone: AnyRow, kept: str, now: datetime) -> None:
    """Let a claim live on in another, with its former names, its verdict if the other has none, and its deals."""
    former = gone.claim_id
    connection.execute(update(Alias).where(Alias.claim_id == former).values(claim_id=kept))
    connection.execute(update(Claim).where(Claim.merged_into == former).values(merged_into=kept))
    connection.execute(insert(Alias).values(alias=former, claim_id=kept))
    connection.execute(update(Observation).where(Observation.claim_id == former).values(claim_id=kept))
    values: dict[str, Any] = {
        "state": MERGED,
        "merged_into": kept,
        "text": "",
        "words": [],
        "shadow_words": None,
    }
    values |= {"locked_by": None, "locked_until": None}
    connection.execute(update(Claim).where(Claim.claim_id == former).values(values))
    connection.execute(delete(Relation).where(or_(Relation.first == former, Relation.second == former)))
    if gone.verdict is not None:
        waits = Claim.claim_id == kept, Claim.verdict.is_(None)
        taken = {name: getattr(gone, name) for name in CARRIED}
        connection.execute(update(Claim).where(*waits).values({"state": DECIDED, **taken}))
    write_event(connection, None, "merged", former, {"into": kept}, now)


def _read_texts(connection: Connection, claims: Iterable[str]) -> list[AnyRow]:
    rows: list[AnyRow] = []
    for some in cut(sorted(claims)):
        rows += connection.execute(select(Wording).where(Wording.claim_id.in_(some))).all()
    return sorted(rows, key=lambda row: (row.rank_at, row.rank_id))


def _plan(
    connection: Connection, claims: Mapping[str, AnyRow], texts: list[AnyRow], component: str, limits: Limits
) -> _Moves:
    """Group the texts and linked reports, and name the parts."""
    links, linked = _read_links(connection, component)
    found = regroup(
        _make_members(texts, limits), {r: one.text for r, one in linked.items()}, links, limits.jaccard
    )
    part_of = {row.id: found.of_text[row.fingerprint] for row in texts}
    placed = [((row.rank_at, row.rank_id), row.claim_id, part_of[row.id]) for row in texts]
    placed += [(linked[r].rank, linked[r].claim_id, part) for r, part in found.of_report.items()]
    firsts: dict[int, str] = {}
    founders: dict[str, Founder] = {}
    for rank, claim_id, part in sorted(placed):
        firsts.setdefault(part, rank[1])
        founders.setdefault(claim_id, Founder(part, rank))
    founders |= _find_founders(connection, claims, part_of, found.of_report)
    naming = name_parts(founders, firsts)
    held = _hold_back(connection, claims, naming.aliases)
    names = {row.id: row.claim_id if row.claim_id in held else naming.names[part_of[row.id]] for row in texts}
    return _Moves(
        names,
        {report: naming.names[part] for report, part in found.of_report.items()},
        {name: kept for name, kept in naming.aliases.items() if name not in held},
        {naming.names[part]: report for part, report in firsts.items()},
    )


def _find_founders(
    connection: Connection,
    claims: Mapping[str, AnyRow],
    part_of: Mapping[int, int],
    part_of_report: Mapping[str, int],
) -> dict[str, Founder]:
    """Return where the reports stand that gave claims their names; those that were erased are left out."""
    named = {claim.founder: name for name, claim in claims.items() if claim.founder is not None}
    founders: dict[str, Founder] = {}
    for some in cut(sorted(named)):
        query = select(Report.report_id, Report.reported_at, Report.wording_id)
        for row in connection.execute(query.where(Report.report_id.in_(some))):
            part = part_of_report.get(row.report_id, part_of.get(row.wording_id or 0))
            if part is not None:
                founders[named[row.report_id]] = Founder(part, rank_of(row._asdict()))
    return founders


def _make_members(texts: list[AnyRow], limits: Limits) -> list[Member]:
    bands = hash_bands(hash_shingles([row.wording for row in texts]), limits.permutations, limits.bands)
    return [
        Member(read_signature(row, tuple(keys)), (row.rank_at, row.rank_id), row.first_in)
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


def _hold_back(connection: Connection, claims: Mapping[str, AnyRow], aliases: Mapping[str, str]) -> set[str]:
    """Return the claims that a different verdict keeps from being one with another, and flag both."""
    held = {
        name
        for name, kept in aliases.items()
        if kept in claims
        and None not in {claims[name].verdict, claims[kept].verdict}
        and (claims[name].verdict, claims[name].verdict_type)
        != (claims[kept].verdict, claims[kept].verdict_type)
    }
    for name in held:
        for one in (name, aliases[name]):
            _flag(connection, claims[one], MERGE_SUGGESTED)
    return held


def _flag(connection: Connection, claim: AnyRow, flag: str) -> None:
    if flag not in claim.flags:
        values = {"flags": sorted({*claim.flags, flag})}
        connection.execute(update(Claim).where(Claim.claim_id == claim.claim_id).values(values))


def _open_missing(
    connection: Connection, claims: Mapping[str, AnyRow], moves: _Moves, rules: Rules, now: datetime
) -> set[str]:
    """Open the claims of parts that split off, their audit drawn anew; one that was merged away comes back."""
    named = {*moves.texts.values(), *moves.reports.values()}
    missing = sorted(named - set(claims))
    for claim_id in missing:
        query = select(Report).where(Report.report_id == moves.firsts[claim_id])
        report = connection.execute(query).one()
        parent = claims.get(report.claim_id) or next(iter(claims.values()))
        text = show_text(report._asdict())
        if _bring_back(connection, claim_id, parent.component, text, now):
            continue
        drawn = draw_row(claim_id, rules.key, rules.params, now)
        values = parent._asdict() | dict.fromkeys((*CARRIED, "locked_by", "locked_until"))
        values |= {
            "claim_id": claim_id,
            "state": OPEN,
            "text": text,
            "in_quality": drawn["member"],
            "flags": [],
        }
        values |= {"platform": report.platform, "region": report.region, "received_at": now}
        values |= {"founder": report.report_id}
        connection.execute(insert(Claim).values(values))
        drawn |= rank_first(OPEN, parent.expected_harm, now)
        connection.execute(insert(Audit).values(drawn))
        write_event(connection, None, "split off", claim_id, {"from": parent.claim_id}, now)
    return set(missing)


def _bring_back(connection: Connection, claim_id: str, component: str, text: str, now: datetime) -> bool:
    """Let a claim that lived on in another stand for itself again, with the verdict that it had."""
    row = connection.execute(select(Claim).where(Claim.claim_id == claim_id)).one_or_none()
    if row is None:
        return False
    state = OPEN if row.verdict is None else DECIDED
    values = {"state": state, "merged_into": None, "component": component, "text": text}
    connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(values))
    connection.execute(delete(Alias).where(Alias.alias == claim_id))
    write_event(connection, None, "split off", claim_id, {"from": row.merged_into}, now)
    return True


def _move(connection: Connection, claims: Mapping[str, AnyRow], moves: _Moves) -> set[str]:
    """Move texts with their reports, then the reports that stand for themselves; return the claims concerned."""
    changed: set[str] = set()
    standing = select(Wording.id, Wording.claim_id).where(Wording.claim_id.in_(list(claims)))
    for row in connection.execute(standing).all():
        kept = moves.texts[row.id]
        mine = Report.wording_id == row.id, Report.report_id.not_in(list(moves.reports))
        strays = connection.execute(
            update(Report).where(*mine, Report.claim_id != kept).values(claim_id=kept)
        ).rowcount
        if kept != row.claim_id:
            connection.execute(update(Wording).where(Wording.id == row.id).values(claim_id=kept))
        if strays or kept != row.claim_id:
            changed |= {kept, row.claim_id}
    for report_id, kept in moves.reports.items():
        was = connection.execute(select(Report.claim_id).where(Report.report_id == report_id)).scalar_one()
        connection.execute(update(Report).where(Report.report_id == report_id).values(claim_id=kept))
        changed |= {kept, was} if kept != was else set()
    return changed
