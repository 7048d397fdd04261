"""Later counts of views and shares in, kept beside the earlier ones; counts that go down are kept too."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from pipeline.moderation.intake.ground import cut
from pipeline.moderation.intake.joined import raise_circulating
from pipeline.moderation.intake.reweigh import read_claims, reweigh_small
from pipeline.moderation.intake.weigh import Scales
from pipeline.moderation.intake.wordings import hold_texts
from pipeline.moderation.store.bulk import insert_many
from pipeline.moderation.store.tables import Observation, Report


class Observed(NamedTuple):
    """How often a report's content, or a url (then no report is named), had been seen and shared at a time."""

    claim_id: str
    report_id: str
    url: str
    observed_at: datetime
    views: int | None
    shares: int | None


class Count(NamedTuple):
    """A row of `queue observe`: one of report_id and url, at least one of views and shares."""

    report_id: str | None
    url: str | None
    observed_at: datetime
    views: int | None
    shares: int | None


def note_observations(connection: Connection, observed: Sequence[Observed], now: datetime) -> set[str]:
    """Keep counts that are not kept yet; return the claims that got one."""
    known = _read_known(connection, {one.claim_id for one in observed})
    fresh = {_key(one): one for one in observed if _key(one) not in known}
    insert_many(connection, Observation, [one._asdict() | {"received_at": now} for one in fresh.values()])
    return {one.claim_id for one in fresh.values()}


class Taken(NamedTuple):
    """What became of counts: the claims that they moved, those raised, how many were known, and of unknown content."""

    moved: set[str]
    raised: list[str]
    n_known: int
    unknown: list[Count]


def take_counts(
    connection: Connection, counts: Sequence[Count], scales: Scales, received_at: datetime
) -> Taken:
    """Keep counts, weigh their claims anew, and raise decided claims that circulate again."""
    hold_texts(connection)
    placed = place_counts(connection, counts)
    known = [one for one in placed if one is not None]
    moved = note_observations(connection, known, received_at)
    for some in cut(sorted(moved)):
        reweigh_small(connection, read_claims(connection, some), scales)
    raised = raise_circulating(connection, moved, scales.params.queue, received_at)
    unknown = [count for count, one in zip(counts, placed, strict=True) if one is None]
    return Taken(moved, raised, len(known), unknown)


def place_counts(connection: Connection, counts: Sequence[Count]) -> list[Observed | None]:
    """Return for each count what it is an observation of, or None where the store knows no such content.

    A url may stand in several claims, if a moderator split them: the one that had it first counts it.
    """
    by_id = _find(connection, Report.report_id, {count.report_id for count in counts} - {None})
    by_url = _find(connection, Report.url, {count.url for count in counts} - {None})
    return [_place(count, by_id, by_url) for count in counts]


def _place(count: Count, by_id: Mapping[str, Any], by_url: Mapping[str, Any]) -> Observed | None:
    found = by_id.get(count.report_id or "") or by_url.get(count.url or "")
    if found is None:
        return None
    return Observed(
        found.claim_id,
        count.report_id or "",
        count.url or found.url or "",
        count.observed_at,
        count.views,
        count.shares,
    )


def _find(connection: Connection, column: Any, values: set[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for some in cut(sorted(values)):
        query = select(Report.report_id, Report.url, Report.claim_id, column.label("by"))
        rows = connection.execute(query.where(column.in_(some)).order_by(Report.reported_at.desc()))
        found |= {row.by: row for row in rows}
    return found


def _read_known(connection: Connection, claim_ids: set[str]) -> set[tuple[str, str, datetime]]:
    known: set[tuple[str, str, datetime]] = set()
    for some in cut(sorted(claim_ids)):
        query = select(Observation.report_id, Observation.url, Observation.observed_at)
        rows = connection.execute(query.where(Observation.claim_id.in_(some)))
        known |= {(row.report_id, row.url, row.observed_at) for row in rows}
    return known


def _key(one: Observed) -> tuple[str, str, datetime]:
    return (one.report_id, one.url, one.observed_at)
