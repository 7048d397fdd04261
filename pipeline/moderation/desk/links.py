"""Merging and splitting claims: pairs of reports that must, or cannot, be one claim from now on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from pipeline.claims import links as said
from pipeline.claims.links import CANNOT, MUST
from pipeline.errors import Mistake, QueueError
from pipeline.moderation.desk.dealing import Clock, lock_claim, refuse_held_by_other
from pipeline.moderation.desk.log import digest_salted, make_salt, write_event
from pipeline.moderation.desk.people import LEAD, Person
from pipeline.moderation.desk.verdicts import Ruling, decide, list_standing, undo
from pipeline.moderation.intake.ground import cut
from pipeline.moderation.intake.regroup import Rules, is_large, join_components, part_alone, regroup_component
from pipeline.moderation.intake.reweigh import read_claims, reweigh_small
from pipeline.moderation.intake.weigh import Scales
from pipeline.moderation.intake.wordings import hold_texts
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import Link, Report, User


def merge(  # noqa: PLR0913, PLR0917 - who says what of which, by which rules
    connection: Connection,
    person: Person,
    names: tuple[str, str],
    verdict: Ruling | None,
    scales: Scales,
    rules: Rules,
    clock: Clock,
) -> str:
    """Make one claim of two, and return its name.

    Two that were decided differently become one only when a lead names the verdict of both. Raises QueueError
    where that is missing, and for a claim in somebody else's hands.
    """
    hold_texts(connection)
    first, second = (_take(connection, name, person, clock) for name in names)
    if first.claim_id == second.claim_id:
        line = f"claim {names[1]!r}: is {first.claim_id!r} already; expected another claim"
        raise QueueError(line, Mistake.ONE_CLAIM_ALREADY)
    if _differ(first, second):
        _settle(connection, person, (first, second), verdict, clock)
    pair = [_earliest(connection, claim.claim_id) for claim in (first, second)]
    _note(connection, person, pair, MUST, clock.now)
    component = join_components(connection, [first.claim_id, second.claim_id])
    _regroup(connection, {component}, scales, rules, clock.now)
    return str(_home(connection, pair[0]))


def split(  # noqa: PLR0913, PLR0917 - who says what of which, by which rules
    connection: Connection,
    person: Person,
    name: str,
    report_id: str,
    scales: Scales,
    rules: Rules,
    clock: Clock,
) -> str:
    """Take a report, and what is closer to it than to the claim's first, out of a claim; return its new claim.

    Of a component too large to group at once the report alone goes, and what is closer with the next sweep.
    Raises QueueError where the report is none of the claim's, or its first.
    """
    hold_texts(connection)
    claim = _take(connection, name, person, clock)
    if _home(connection, report_id) != claim.claim_id:
        line = f"report {report_id!r}: is none of claim {claim.claim_id!r}; expected one of its reports"
        raise QueueError(line, Mistake.REPORT_NOT_OF_CLAIM)
    first = _earliest(connection, claim.claim_id)
    if first == report_id:
        line = f"report {report_id!r}: is the claim's first; expected another report to split off"
        raise QueueError(line, Mistake.FIRST_REPORT)
    _note(connection, person, [first, report_id], CANNOT, clock.now)
    _regroup(connection, {claim.component}, scales, rules, clock.now)
    if is_large(connection, claim.component):
        part = part_alone(connection, claim, report_id, rules, clock.now)
        _reweigh(connection, part, scales)
    return str(_home(connection, report_id))


def list_links(connection: Connection) -> list[said.Link]:
    """Return every link that holds, the earliest first."""
    query = (
        select(Link.first, Link.second, Link.kind, User.name, Link.made_at)
        .outerjoin(User, User.id == Link.made_by)
        .where(Link.withdrawn_at.is_(None))
        .order_by(Link.id)
    )
    return [said.Link(*row) for row in connection.execute(query)]


def _take(connection: Connection, name: str, person: Person, clock: Clock) -> AnyRow:
    claim = lock_claim(connection, name)
    refuse_held_by_other(connection, claim, person, clock)
    return claim


def _differ(first: AnyRow, second: AnyRow) -> bool:
    said_of = [(claim.verdict, claim.verdict_type) for claim in (first, second)]
    return None not in {first.verdict, second.verdict} and said_of[0] != said_of[1]


def _settle(
    connection: Connection, person: Person, claims: Sequence[AnyRow], verdict: Ruling | None, clock: Clock
) -> None:
    """Let a lead's verdict stand on both claims."""
    if person.role != LEAD or verdict is None:
        raise QueueError(
            f"claims {claims[0].claim_id!r} and {claims[1].claim_id!r}: were decided as {claims[0].verdict!r} and "
            f"{claims[1].verdict!r}; expected a lead who names the verdict of both",
            Mistake.DECIDED_DIFFERENTLY,
        )
    for claim in claims:
        if (claim.verdict, claim.verdict_type) == (verdict.verdict, verdict.type):
            continue
        while list_standing(connection, claim.claim_id):
            undo(connection, person, claim.claim_id, clock)
        decide(connection, person, claim.claim_id, verdict, clock)


def _earliest(connection: Connection, claim_id: str) -> str:
    query = select(Report.report_id).where(Report.claim_id == claim_id)
    order = (Report.reported_at.is_(None), Report.reported_at, Report.report_id)
    return connection.execute(query.order_by(*order).limit(1)).scalar_one()


def _home(connection: Connection, report_id: str) -> str | None:
    return connection.execute(select(Report.claim_id).where(Report.report_id == report_id)).scalar()


def _note(connection: Connection, person: Person, pair: Sequence[str], kind: str, now: datetime) -> None:
    """Keep a link, with its line in the log: digests of the reports' ids, whose salt the line does not hold."""
    first, second = sorted(pair)
    values: dict[str, Any] = {"kind": kind, "first": first, "second": second, "made_by": person.id}
    number = connection.execute(
        insert(Link).values(values | {"made_at": now, "salt": (salt := make_salt())}).returning(Link.id)
    ).scalar_one()
    detail = {"kind": kind, "pair": digest_salted(f"{first}\n{second}", salt)}
    write_event(connection, person.id, "linked", f"link:{number}", detail, now)


def _regroup(
    connection: Connection, components: set[str], scales: Scales, rules: Rules, now: datetime
) -> None:
    changed: set[str] = set()
    for component in components:
        changed |= regroup_component(connection, component, rules, now)
    _reweigh(connection, changed, scales)


def _reweigh(connection: Connection, claim_ids: set[str], scales: Scales) -> None:
    for some in cut(sorted(claim_ids)):
        reweigh_small(connection, read_claims(connection, some), scales)
