"""One report in, its claim found or opened: the same partition as if all reports had been grouped together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from pipeline.claims.arrivals import Confirmed, compare, is_late, settle
from pipeline.claims.naming import new_claim_id
from pipeline.claims.signature import Signature, facts_from_json
from pipeline.errors import QueueError
from pipeline.moderation.audit import draw_row
from pipeline.moderation.intake.ground import read_standing
from pipeline.moderation.intake.joined import raise_circulating, wake_claims
from pipeline.moderation.intake.observe import Observed, note_observations
from pipeline.moderation.intake.ranks import note_first_ranks, rank_first
from pipeline.moderation.intake.records import (
    Record,
    digest_content,
    know,
    make_claim_row,
    make_report_row,
    note_reporters,
    read_stored,
    tell,
)
from pipeline.moderation.intake.regroup import Rules as Grouping
from pipeline.moderation.intake.regroup import join_components, regroup_component
from pipeline.moderation.intake.relations import add_relations
from pipeline.moderation.intake.weigh import Scales, reweigh, weigh
from pipeline.moderation.intake.wordings import (
    add_wording,
    find_nearby,
    find_wording,
    hold_intake,
    rank_of,
)
from pipeline.moderation.store.tables import AGED, DECIDED, OPEN, Audit, Claim, Link, Report, Wording

MANY_REPORTS: Final = 200
"""A claim of more is not weighed at every arrival: the next sweep does."""
LATE: Final = "late text"
"""Flags a claim whose partition only the next whole load makes canonical again."""


FIND_STATES: Final = select(Claim.claim_id, Claim.state, Claim.verdict, Claim.n_reports).where(
    Claim.claim_id.in_(bindparam("claim_ids", expanding=True))
)
FIND_LINKS: Final = select(Link.first, Link.second, Link.kind).where(
    (Link.first == bindparam("report_id")) | (Link.second == bindparam("report_id")),
    Link.withdrawn_at.is_(None),
)
FIND_APART: Final = (
    select(Report.report_id)
    .where(Report.wording_id == bindparam("wording_id"), Report.claim_id != bindparam("claim_id"))
    .limit(1)
)


class Arrival(NamedTuple):
    """A typed and redacted report with its score (where there is a model), signed, and what it is about."""

    record: Record
    signature: Signature | None
    ruled_type: str


class Rules(NamedTuple):
    """What arrivals are weighed and grouped by."""

    scales: Scales
    grouping: Grouping


class Received(NamedTuple):
    """Where a report went; `verdict` answers it where the claim was decided before."""

    report_id: str
    claim_id: str
    state: str
    verdict: str | None
    repeated: bool


class _Place(NamedTuple):
    """The claim of a new report and the number of its text; which component must be grouped anew, if any."""

    claim_id: str
    wording_id: int | None
    component: str | None
    related: Sequence[tuple[str, str, float, str]] = ()


def receive(connection: Connection, arrival: Arrival, rules: Rules, received_at: datetime) -> Received:
    """Take a report in the running transaction.

    The same report again changes nothing but its counts. Raises QueueError when its id stands for another text.
    """
    record = arrival.record
    hold_intake(connection)
    stored = read_stored(connection, [record["report_id"]]).get(record["report_id"])
    if stored is not None:
        return _repeat(connection, record, stored, rules, received_at)
    place = _find_place(connection, arrival, rules, received_at)
    reporter = record["reporter_id"]
    note_reporters(connection, [] if reporter is None else [reporter])
    row = make_report_row(record, place.claim_id, place.wording_id, received_at)
    connection.execute(insert(Report).values(row))
    moved = _find_components_to_group(connection, place, record["report_id"])
    claims = {place.claim_id}
    for component in moved:
        claims |= regroup_component(connection, component, rules.grouping, received_at)
    if place.related:
        add_relations(connection, place.related)
    home = _find_home(connection, record["report_id"]) if moved else place.claim_id
    _update_claims(connection, claims | {home}, rules, received_at)
    return _answer(connection, record["report_id"], home, repeated=False)


def _find_home(connection: Connection, report_id: str) -> str:
    return connection.execute(select(Report.claim_id).where(Report.report_id == report_id)).scalar_one()


def _repeat(
    connection: Connection, record: Record, stored: Any, rules: Rules, received_at: datetime
) -> Received:
    report_id = record["report_id"]
    if stored.digest != digest_content(record):
        raise QueueError(f"report {report_id!r}: stands for another text; expected a new id for a new report")
    seen_at = record["observed_at"]
    counts = (record["views"], record["shares"])
    if seen_at is not None and counts not in {(None, None), (stored.views, stored.shares)}:
        observed = Observed(stored.claim_id, report_id, record["url"] or "", seen_at, *counts)
        _update_claims(connection, note_observations(connection, [observed], received_at), rules, received_at)
    return _answer(connection, report_id, stored.claim_id, repeated=True)


def _answer(connection: Connection, report_id: str, claim_id: str, *, repeated: bool) -> Received:
    claim = connection.execute(FIND_STATES, {"claim_ids": [claim_id]}).one()
    return Received(report_id, claim_id, claim.state, claim.verdict, repeated)


def _find_place(connection: Connection, arrival: Arrival, rules: Rules, received_at: datetime) -> _Place:
    """Find the claim of a new report, or open one."""
    signature = arrival.signature
    if signature is None:
        return _Place(_open_claim(connection, arrival, rules, received_at), None, None)
    known = find_wording(connection, signature.fingerprint)
    if known is not None:
        return _place_copy(connection, known, rank_of(arrival.record))
    return _place_text(connection, arrival, signature, rules, received_at)


def _place_copy(connection: Connection, known: Any, rank: tuple[int, str]) -> _Place:
    """Put a report to its text; where it is older than all before, or one of them stands alone, group anew."""
    earlier = rank < (known.rank_at, known.rank_id)
    if earlier:
        values = {"rank_at": rank[0], "rank_id": rank[1]}
        connection.execute(update(Wording).where(Wording.id == known.id).values(values))
    apart = {"wording_id": known.id, "claim_id": known.claim_id}
    grouped = earlier or connection.execute(FIND_APART, apart).first() is not None
    component = _component_of(connection, known.claim_id) if grouped else None
    return _Place(known.claim_id, known.id, component)


def _place_text(
    connection: Connection, arrival: Arrival, signature: Signature, rules: Rules, received_at: datetime
) -> _Place:
    """Compare a new text with those near it, and put it to the claim that it settles in."""
    rank = rank_of(arrival.record)
    nearby, ranks = find_nearby(connection, signature.keys)
    pairs = compare(signature, [one.signature for one in nearby], rules.grouping.limits.jaccard)
    confirmed = [
        Confirmed(one.row.claim_id, pair.similarity, one.rank, one.signature.facts)
        for pair in pairs
        if pair.differs is None
        for one in [nearby[pair.other]]
    ]
    settled = settle(signature.facts, rank, confirmed, _read_facts(connection, confirmed))
    home = settled.claim_id if settled else _closest(confirmed)
    claim_id = home or _open_claim(connection, arrival, rules, received_at)
    component = join_components(connection, {claim_id, *(one.claim_id for one in confirmed)})
    number = add_wording(connection, signature, rank, claim_id, ranks)
    if is_late(rank, ranks.values()):
        _flag(connection, claim_id, LATE)
    related = [
        (claim_id, nearby[pair.other].row.claim_id, pair.similarity, pair.differs)
        for pair in pairs
        if pair.differs is not None
    ]
    return _Place(claim_id, number, component if settled is None else None, related)


def _read_facts(connection: Connection, confirmed: Iterable[Confirmed]) -> Mapping[str, set[Any]]:
    """Return the distinct facts of the texts of some claims."""
    facts: dict[str, set[Any]] = {one.claim_id: set() for one in confirmed}
    query = select(Wording.claim_id, Wording.facts).where(Wording.claim_id.in_(list(facts))).distinct()
    for row in connection.execute(query) if facts else ():
        facts[row.claim_id].add(facts_from_json(row.facts))
    return facts


def _closest(confirmed: Sequence[Confirmed]) -> str:
    return max(confirmed, key=lambda one: (one.similarity, one.claim_id)).claim_id


def _open_claim(connection: Connection, arrival: Arrival, rules: Rules, received_at: datetime) -> str:
    """Open a claim for a report, its audit drawn, its terms those of this report alone."""
    record = arrival.record
    claim_id = _free_name(connection, new_claim_id(record["report_id"]))
    drawn = draw_row(claim_id, rules.grouping.key, rules.grouping.params, received_at)
    row = make_claim_row(record, claim_id, claim_id, arrival.ruled_type, received_at)
    row |= {"state": OPEN, "in_quality": drawn["member"]}
    known = know(row, in_quality=drawn["member"], decided_at=None)
    standing = read_standing(connection, {record["reporter_id"]} - {None})
    terms = weigh(known, [tell(record)], (), standing, rules.scales)
    connection.execute(insert(Claim).values(row | terms))
    drawn |= rank_first(OPEN, terms["expected_harm"], received_at)
    connection.execute(insert(Audit).values(drawn))
    return claim_id


def _free_name(connection: Connection, wanted: str) -> str:
    """Return a name that no claim has: one that a split took along has had it before."""
    taken = connection.execute(select(func.count()).where(Claim.claim_id.startswith(wanted))).scalar_one()
    return wanted if not taken else f"{wanted}-{taken}"


def _find_components_to_group(connection: Connection, place: _Place, report_id: str) -> set[str]:
    """Return the components that an arrival, or a link that had waited for it, moves."""
    components = {place.component} if place.component else set()
    for link in connection.execute(FIND_LINKS, {"report_id": report_id}).all():
        ends = select(Report.claim_id).where(Report.report_id.in_((link.first, link.second)))
        claims = set(connection.execute(ends).scalars())
        if len(claims) > 1 and link.kind == "must":
            components.add(join_components(connection, claims))
        components |= {_component_of(connection, claim_id) for claim_id in claims}
    return components


def _component_of(connection: Connection, claim_id: str) -> str:
    return connection.execute(select(Claim.component).where(Claim.claim_id == claim_id)).scalar_one()


def _flag(connection: Connection, claim_id: str, flag: str) -> None:
    flags = connection.execute(select(Claim.flags).where(Claim.claim_id == claim_id)).scalar_one()
    if flag not in flags:
        connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(flags=[*flags, flag]))


def _update_claims(connection: Connection, claims: set[str], rules: Rules, received_at: datetime) -> None:
    """Count, weigh and wake claims that got a report or a count."""
    queue = rules.scales.params.queue
    states = connection.execute(FIND_STATES, {"claim_ids": sorted(claims)}).all()
    asleep = {row.claim_id for row in states if row.state in {AGED, DECIDED}}
    woken = wake_claims(connection, asleep, queue, received_at) if asleep else []
    small = {row.claim_id for row in states if row.n_reports <= MANY_REPORTS}
    for claim_id in sorted(claims - small):
        grown = select(func.count()).where(Report.claim_id == claim_id).scalar_subquery()
        connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(n_reports=grown))
    reweigh(connection, small, rules.scales)
    if woken:
        note_first_ranks(connection, woken, received_at)
    if asleep & small:
        raise_circulating(connection, asleep & small, queue, received_at)
