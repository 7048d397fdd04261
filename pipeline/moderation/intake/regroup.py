"""A component of the store grouped anew: texts and reports move, names stay as long as they can.

Verdicts hold a merge back: two decided claims with different verdicts stay two, and a lead is told.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from pipeline.claims.clusters import Limits
from pipeline.claims.naming import new_claim_id
from pipeline.config import Params
from pipeline.moderation.audit import draw_row
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.intake.merged import CARRIED, bring_back, merge_into
from pipeline.moderation.intake.plan import Plan, count_texts, make_plan
from pipeline.moderation.intake.ranks import rank_first
from pipeline.moderation.intake.records import free_name, show_text
from pipeline.moderation.store.base import AnyRow, table_of
from pipeline.moderation.store.tables import MERGED, OPEN, Audit, Claim, Report, Wording

MERGE_SUGGESTED: Final = "merge suggested"
"""Flags claims that would be one, had they not been decided differently."""
TOO_LARGE: Final = "too large to regroup at once"
LATE: Final = "late text"
"""Flag a claim whose component the next sweep groups anew: it has too many texts, or one that came late."""
MAX_WORDINGS: Final = 500
"""A component of more texts takes more than a second to group where a link parts it: too long for a transaction."""

MOVE_TEXT: Final = (
    update(table_of(Wording)).where(Wording.id == bindparam("which")).values(claim_id=bindparam("home"))
)
MOVE_REPORT: Final = (
    update(table_of(Report)).where(Report.report_id == bindparam("which")).values(claim_id=bindparam("home"))
)
FIND_STRAYS: Final = (
    select(Report.report_id, Report.claim_id, Wording.claim_id.label("home"))
    .join(Wording, Wording.id == Report.wording_id)
    .join(Claim, Claim.claim_id == Wording.claim_id)
    .where(Claim.component == bindparam("component"), Report.claim_id != Wording.claim_id)
)
FIND_HOMES: Final = select(Report.report_id, Report.claim_id).where(
    Report.report_id.in_(bindparam("report_ids", expanding=True))
)

UNMATCHED: Final = ("debunk_url", "debunk_similarity", "matched_with")
"""What a claim that splits off leaves behind: it is compared with known fact-checks anew."""


class Rules(NamedTuple):
    """What counts as similar; `key` and the parameters draw the audit sample."""

    limits: Limits
    key: bytes
    params: Params

    @classmethod
    def from_params(cls, params: Params, key: bytes) -> "Rules":
        """Return the rules that params.yaml asks for."""
        return cls(Limits.from_params(params.preprocess), key, params)


def join_components(connection: Connection, claim_ids: Iterable[str]) -> str:
    """Make one component of those of some claims; return its name."""
    query = select(Claim.component).where(Claim.claim_id.in_(list(claim_ids))).distinct()
    components = sorted(connection.execute(query).scalars())
    kept, *others = components
    if others:
        connection.execute(update(Claim).where(Claim.component.in_(others)).values(component=kept))
    return kept


def regroup_component(connection: Connection, component: str, rules: Rules, now: datetime) -> set[str]:
    """Group a component anew; return the claims that changed or got reports.

    A large one is only flagged: the next sweep groups it.
    """
    if is_large(connection, component):
        claims = lock_claims(connection, component)
        add_flag(connection, claims[min(claims)], TOO_LARGE)
        return set()
    claims = lock_claims(connection, component)
    return apply_plan(connection, claims, make_plan(connection, component, rules.limits), rules, now)


def part_alone(
    connection: Connection, claim: AnyRow, report_id: str, rules: Rules, now: datetime
) -> set[str]:
    """Put a report that a link parts from its claim's first into a claim of its own; return both claims."""
    name = free_name(connection, new_claim_id(report_id))
    plan = Plan([], {report_id: name}, {}, {name: report_id})
    return apply_plan(connection, {claim.claim_id: claim}, plan, rules, now)


def is_large(connection: Connection, component: str) -> bool:
    """Say whether a component has too many texts to group inside a transaction."""
    return count_texts(connection, component) > MAX_WORDINGS


def lock_claims(connection: Connection, component: str) -> dict[str, AnyRow]:
    """Return the claims of a component, and let nobody else change them until the transaction ends."""
    query = select(Claim).where(Claim.component == component, Claim.state != MERGED)
    locked = query.order_by(Claim.claim_id).with_for_update()
    return {row.claim_id: row for row in connection.execute(locked)}


def apply_plan(
    connection: Connection, claims: Mapping[str, AnyRow], plan: Plan, rules: Rules, now: datetime
) -> set[str]:
    """Move what a plan of the component of some claims moves; return the claims that changed or got reports."""
    held = _hold_back(connection, claims, plan.aliases)
    texts = {move.wording_id: move.belongs for move in plan.texts if move.standing not in held}
    changed = _open_missing(connection, claims, {*texts.values(), *plan.reports.values()}, plan, rules, now)
    components = {claim.component for claim in claims.values()}
    changed |= _move(connection, components, texts, plan.reports)
    merged = {name: kept for name, kept in plan.aliases.items() if name not in held}
    for name, kept in merged.items():
        merge_into(connection, claims[name], kept, now)
    return changed - set(merged)


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
            add_flag(connection, claims[one], MERGE_SUGGESTED)
    return held


def add_flag(connection: Connection, claim: AnyRow, flag: str) -> None:
    """Flag a claim for a lead."""
    if flag not in claim.flags:
        values = {"flags": sorted({*claim.flags, flag})}
        connection.execute(update(Claim).where(Claim.claim_id == claim.claim_id).values(values))


def _open_missing(  # noqa: PLR0913, PLR0917 - what is missing, and by which rules it is opened
    connection: Connection,
    claims: Mapping[str, AnyRow],
    named: Iterable[str],
    plan: Plan,
    rules: Rules,
    now: datetime,
) -> set[str]:
    """Open the claims of parts that split off, their audit drawn anew; one that was merged away comes back."""
    missing = sorted(set(named) - set(claims))
    for claim_id in missing:
        query = select(Report).where(Report.report_id == plan.firsts[claim_id])
        report = connection.execute(query).one()
        parent = claims.get(report.claim_id) or next(iter(claims.values()))
        text = show_text(report._asdict())
        if bring_back(connection, claim_id, parent.component, text, now):
            continue
        drawn = draw_row(claim_id, rules.key, rules.params, now)
        values = parent._asdict() | dict.fromkeys((*CARRIED, *UNMATCHED, "locked_by", "locked_until"))
        values |= {
            "claim_id": claim_id,
            "state": OPEN,
            "text": text,
            "in_quality": drawn["member"],
            "flags": [],
            "debunk": 0.0,
        }
        values |= {"platform": report.platform, "region": report.region, "received_at": now}
        values |= {"founder": report.report_id}
        connection.execute(insert(Claim).values(values))
        drawn |= rank_first(OPEN, parent.expected_harm, now)
        connection.execute(insert(Audit).values(drawn))
        write_event(connection, None, "split off", claim_id, {"from": parent.claim_id}, now)
    return set(missing)


def _move(
    connection: Connection, components: Iterable[str], texts: Mapping[int, str], reports: Mapping[str, str]
) -> set[str]:
    """Move texts with their reports, then the reports that stand for themselves; return the claims concerned."""
    if texts:
        connection.execute(MOVE_TEXT, [{"which": number, "home": home} for number, home in texts.items()])
    strays = [
        row
        for component in components
        for row in connection.execute(FIND_STRAYS, {"component": component})
        if row.report_id not in reports
    ]
    standing = connection.execute(FIND_HOMES, {"report_ids": sorted(reports)}).all() if reports else ()
    moved = [(row.report_id, row.claim_id, row.home) for row in strays]
    moved += [(row.report_id, row.claim_id, reports[row.report_id]) for row in standing]
    moved = [(report_id, was, home) for report_id, was, home in moved if was != home]
    if moved:
        connection.execute(MOVE_REPORT, [{"which": one, "home": home} for one, _, home in moved])
    return {claim_id for _, was, home in moved for claim_id in (was, home)} | set(texts.values())
