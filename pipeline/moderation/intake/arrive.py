"""One report in, its claim found or opened: the same partition as if all reports had been grouped together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from pipeline.claims.arrivals import Confirmed, is_late
from pipeline.claims.naming import new_claim_id
from pipeline.errors import Mistake, QueueError
from pipeline.moderation.audit import draw_row
from pipeline.moderation.intake.around import Around, Arrival, Near, look_around
from pipeline.moderation.intake.ground import Standing
from pipeline.moderation.intake.joined import raise_circulating, wake_claims
from pipeline.moderation.intake.observe import Observed, note_observations
from pipeline.moderation.intake.ranks import note_first_ranks, rank_first
from pipeline.moderation.intake.records import (
    Record,
    digest_content,
    free_name,
    know,
    make_claim_row,
    make_report_row,
    note_reporters,
    tell,
)
from pipeline.moderation.intake.regroup import LATE, join_components, regroup_component
from pipeline.moderation.intake.regroup import Rules as Grouping
from pipeline.moderation.intake.relations import add_relations
from pipeline.moderation.intake.reweigh import Gathered, read_claims, reweigh_small
from pipeline.moderation.intake.weigh import Scales, weigh
from pipeline.moderation.intake.wordings import add_wording, hold_texts, rank_of
from pipeline.moderation.store.base import AnyRow, table_of
from pipeline.moderation.store.tables import AGED, DECIDED, OPEN, Audit, Claim, Report, Wording

__all__ = ["Arrival", "Received", "Rules", "look_around", "receive"]


FIND_STATE: Final = select(Claim.state, Claim.verdict).where(Claim.claim_id == bindparam("claim_id"))
FIND_HOME: Final = select(Report.claim_id).where(Report.report_id == bindparam("report_id"))
ADD_REPORT: Final = insert(table_of(Report))
ADD_CLAIM: Final = insert(table_of(Claim))
ADD_AUDIT: Final = insert(table_of(Audit))


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
    is_new: bool = False


def receive(
    connection: Connection,
    arrival: Arrival,
    rules: Rules,
    received_at: datetime,
    seen: Around | None = None,
) -> Received:
    """Take a report in the running transaction.

    `seen` is what `look_around` found before the transaction; where something has changed since, or without
    it, that is looked up anew. The same report again changes nothing but its counts. Raises QueueError when its
    id stands for another text.
    """
    record = arrival.record
    revision = hold_texts(connection)
    if seen is None or seen.revision != revision:
        seen = look_around(connection, arrival, rules.grouping.limits)
    if seen.stored is not None:
        return _repeat(connection, record, seen.stored, rules, received_at)
    place = _find_place(connection, arrival, seen, rules, received_at)
    reporter = record["reporter_id"]
    note_reporters(connection, [] if reporter is None else [reporter])
    row = make_report_row(record, place.claim_id, place.wording_id, received_at)
    connection.execute(ADD_REPORT, row)
    moved = _find_components_to_group(connection, place, seen.links)
    claims = {place.claim_id}
    for component in moved:
        claims |= regroup_component(connection, component, rules.grouping, received_at)
    if place.related:
        add_relations(connection, place.related)
    if place.is_new and not moved:
        return Received(record["report_id"], place.claim_id, OPEN, None, repeated=False)
    home = _find_home(connection, record["report_id"]) if moved else place.claim_id
    gathered = None if moved else _add_told(seen.gathered, home, record)
    states = _update_claims(connection, claims | {home}, rules, received_at, gathered)
    return Received(record["report_id"], home, states[home].state, states[home].verdict, repeated=False)


def _add_told(gathered: Gathered, home: str, record: Record) -> Gathered | None:
    """Return what the reports of a claim say together with a new one; None where that was not gathered."""
    told = gathered.told.get(home)
    return gathered._replace(told={home: [*told, tell(record)]}) if told else None


def _find_home(connection: Connection, report_id: str) -> str:
    return connection.execute(FIND_HOME, {"report_id": report_id}).scalar_one()


def _repeat(
    connection: Connection, record: Record, stored: Any, rules: Rules, received_at: datetime
) -> Received:
    report_id = record["report_id"]
    if stored.digest != digest_content(record):
        line = f"report {report_id!r}: stands for another text; expected a new id for a new report"
        raise QueueError(line, Mistake.REPORT_ID_TAKEN)
    seen_at = record["observed_at"]
    counts = (record["views"], record["shares"])
    if seen_at is not None and counts not in {(None, None), (stored.views, stored.shares)}:
        observed = Observed(stored.claim_id, report_id, record["url"] or "", seen_at, *counts)
        _update_claims(connection, note_observations(connection, [observed], received_at), rules, received_at)
    return _answer(connection, report_id, stored.claim_id, repeated=True)


def _answer(connection: Connection, report_id: str, claim_id: str, *, repeated: bool) -> Received:
    claim = connection.execute(FIND_STATE, {"claim_id": claim_id}).one()
    return Received(report_id, claim_id, claim.state, claim.verdict, repeated)


def _find_place(
    connection: Connection, arrival: Arrival, seen: Around, rules: Rules, received_at: datetime
) -> _Place:
    """Find the claim of a new report, or open one."""
    if seen.text is not None:
        return _place_copy(connection, seen.text, rank_of(arrival.record), is_divided=seen.is_divided)
    if seen.near is None:
        opened = _open_claim(connection, arrival, seen.gathered.standing, rules, received_at)
        return _Place(opened, None, None, is_new=True)
    return _place_text(connection, arrival, seen, seen.near, rules, received_at)


def _place_copy(connection: Connection, known: Any, rank: tuple[int, str], *, is_divided: bool) -> _Place:
    """Put a report to its text; where it is older than all before, or one of them stands alone, group anew."""
    earlier = rank < (known.rank_at, known.rank_id)
    if earlier:
        values = {"rank_at": rank[0], "rank_id": rank[1]}
        connection.execute(update(Wording).where(Wording.id == known.id).values(values))
    component = _component_of(connection, known.claim_id) if earlier or is_divided else None
    return _Place(known.claim_id, known.id, component)


def _place_text(  # noqa: PLR0913, PLR0917 - what stands around it, and what it is weighed by
    connection: Connection, arrival: Arrival, seen: Around, near: Near, rules: Rules, received_at: datetime
) -> _Place:
    """Put a new text to the claim that it settles in."""
    assert arrival.signature is not None
    rank, settled = rank_of(arrival.record), near.settled
    home = settled.claim_id if settled else _closest(near.confirmed)
    claim_id = home or _open_claim(connection, arrival, seen.gathered.standing, rules, received_at)
    touched = {claim_id, *(one.claim_id for one in near.confirmed)}
    component = join_components(connection, touched) if settled is None or len(touched) > 1 else None
    number = add_wording(connection, arrival.signature, rank, claim_id, near.ranks)
    if is_late(rank, near.ranks.values()):
        _flag(connection, claim_id, LATE)
    related = [(claim_id, *other) for other in near.related]
    return _Place(claim_id, number, component if settled is None else None, related, is_new=home is None)


def _closest(confirmed: Sequence[Confirmed]) -> str:
    return max(confirmed, key=lambda one: (one.similarity, one.claim_id)).claim_id


def _open_claim(
    connection: Connection, arrival: Arrival, standing: Standing, rules: Rules, received_at: datetime
) -> str:
    """Open a claim for a report, its audit drawn, its terms those of this report alone."""
    record = arrival.record
    claim_id = free_name(connection, new_claim_id(record["report_id"]))
    drawn = draw_row(claim_id, rules.grouping.key, rules.grouping.params, received_at)
    row = make_claim_row(record, claim_id, claim_id, arrival.ruled_type, received_at)
    row |= {"state": OPEN, "in_quality": drawn["member"]}
    known = know(row, in_quality=drawn["member"], decided_at=None)
    terms = weigh(known, [tell(record)], (), standing, rules.scales)
    connection.execute(ADD_CLAIM, row | terms)
    drawn |= rank_first(OPEN, terms["expected_harm"], received_at)
    connection.execute(ADD_AUDIT, drawn)
    return claim_id


def _find_components_to_group(connection: Connection, place: _Place, links: Sequence[Any]) -> set[str]:
    """Return the components that an arrival, or a link that had waited for it, moves."""
    components = {place.component} if place.component else set()
    for link in links:
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


def _update_claims(
    connection: Connection,
    claim_ids: set[str],
    rules: Rules,
    received_at: datetime,
    gathered: Gathered | None = None,
) -> dict[str, AnyRow]:
    """Count, weigh and wake claims that got a report or a count; return them."""
    queue = rules.scales.params.queue
    claims = read_claims(connection, sorted(claim_ids))
    asleep = {row.claim_id for row in claims if row.state in {AGED, DECIDED}}
    woken = wake_claims(connection, asleep, queue, received_at) if asleep else []
    if woken:
        claims = read_claims(connection, sorted(claim_ids))
    reweigh_small(connection, claims, rules.scales, gathered)
    if woken:
        note_first_ranks(connection, woken, received_at)
    if asleep:
        raise_circulating(connection, asleep, queue, received_at)
    return {row.claim_id: row for row in claims}
