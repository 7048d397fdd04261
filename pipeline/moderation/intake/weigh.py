"""Claims in, every term of their priority as columns out: from rows in memory, or from those in the store."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update

from pipeline.config import Params
from pipeline.moderation.deadlines import Clocked, find_deadline
from pipeline.moderation.growth import History, Look
from pipeline.moderation.intake.ground import Standing, cut, read_standing
from pipeline.moderation.reliability import Sender, weigh_reporters
from pipeline.moderation.repeats import NO_REPEAT, Repeat
from pipeline.moderation.severity import choose_reported_type, read_type
from pipeline.moderation.store.base import AnyRow, table_of
from pipeline.moderation.store.tables import FAR, Claim, Observation, Report
from pipeline.moderation.terms import ClaimFacts, Ground, weigh_claim

MANY_REPORTS: Final = 200
"""A claim of more is not weighed whenever it gets a report: the next sweep does."""
TERMS: Final = (
    "severity",
    "probability",
    "reliability",
    "debunk",
    "debunk_url",
    "debunk_similarity",
    "views",
    "views_next_24h",
    "views_source",
    "growth_cut",
    "reported_type",
    "due_at",
    "deadline",
    "expected_harm",
    "priority",
    "computed_at",
)


class Told(NamedTuple):
    """What a report adds to the terms of its claim."""

    report_id: str
    url: str | None
    views: int | None
    observed_at: datetime | None
    reported_at: datetime | None
    reporter_id: str | None
    reporter_group: str | None
    reported_type: str | None


CLAIM_IDS: Final[Any] = bindparam("claim_ids", expanding=True)
FIND_CLAIMS: Final = select(
    Claim.claim_id,
    Claim.state,
    Claim.verdict,
    Claim.n_reports,
    Claim.score,
    Claim.ruled_type,
    Claim.platform,
    Claim.in_quality,
    Claim.decided_at,
    Claim.debunk,
    Claim.debunk_url,
    Claim.debunk_similarity,
    Claim.shadow_version,
    Claim.shadow_score,
).where(Claim.claim_id.in_(CLAIM_IDS))
FIND_TOLD: Final = select(Report.claim_id, *(getattr(Report, name) for name in Told._fields)).where(
    Report.claim_id.in_(CLAIM_IDS)
)
FIND_LOOKS: Final = select(
    Observation.claim_id,
    Observation.report_id,
    Observation.url,
    Observation.observed_at,
    Observation.views,
).where(Observation.claim_id.in_(CLAIM_IDS), Observation.views.is_not(None))


COUNT_REPORTS: Final = (
    update(table_of(Claim))
    .where(Claim.claim_id == bindparam("which"))
    .values(n_reports=select(func.count()).where(Report.claim_id == bindparam("which")).scalar_subquery())
)


class Known(NamedTuple):
    """What a claim brings itself."""

    claim_id: str
    score: float | None
    ruled_type: str
    platform: str | None
    in_quality: bool
    decided_at: datetime | None
    repeat: Repeat = NO_REPEAT


class Scales(NamedTuple):
    """What claims are weighed by: the state of the world, and the parameters."""

    ground: Ground
    params: Params


def weigh(
    known: Known, told: Sequence[Told], seen: Iterable[Look], standing: Standing, scales: Scales
) -> dict[str, Any]:
    """Return a claim's columns: its counts, its earliest time and each term of its priority."""
    terms = weigh_claim(state_facts(known, told, seen, standing, scales), scales.ground)
    return {
        "claim_id": known.claim_id,
        "n_reports": len(told),
        "n_reporters": len({one.reporter_id for one in told} - {None}),
        "waiting_since": terms.first_reported_at or FAR,
        **{name: getattr(terms, name) for name in TERMS},
    }


def state_facts(
    known: Known, told: Sequence[Told], seen: Iterable[Look], standing: Standing, scales: Scales
) -> ClaimFacts:
    """Return what `weigh_claim` needs of a claim."""
    params = scales.params.prioritise
    names = params.severity.reported_types
    arrived = sorted(told, key=lambda one: (one.reported_at or FAR, one.report_id))
    clocked = [
        Clocked(one.reporter_group, read_type(one.reported_type, names), one.reported_at) for one in arrived
    ]
    reliability = weigh_reporters(
        (Sender(one.reporter_id, one.reported_at) for one in arrived),
        standing.cohorts,
        standing.reputation,
        params.reliability,
        known.decided_at,
    )
    return ClaimFacts(
        known.claim_id,
        known.score,
        make_history(known.platform, arrived, seen, scales.ground.now),
        choose_reported_type((one.reported_type for one in arrived), names),
        known.ruled_type,
        reliability,
        find_deadline(clocked, known.ruled_type, params.deadlines),
        known.in_quality,
        known.repeat,
    )


def make_history(platform: str | None, told: Sequence[Told], seen: Iterable[Look], now: datetime) -> History:
    """Return how often a claim was seen and when: by its reports, and by what was observed since.

    A count whose time nobody noted was made now.
    """
    times = [one.reported_at for one in told if one.reported_at is not None]
    looks = [
        look_at(one.report_id, one.url, one.observed_at or one.reported_at or now, one.views)
        for one in told
        if one.views is not None
    ]
    return History(platform, min(times, default=None), [*looks, *seen])


def look_at(report_id: str, url: str | None, seen_at: datetime, views: int) -> Look:
    """Return a count of views, of the url or, where there is none, of the report."""
    return Look(url or report_id, bool(url), seen_at, views)


def reweigh(connection: Connection, claim_ids: Iterable[str], scales: Scales) -> None:
    """Weigh claims of the store anew, and write their columns."""
    for some in cut(sorted(set(claim_ids))):
        _keep(connection, read_claims(connection, some), scales)


def reweigh_small(connection: Connection, claims: Sequence[AnyRow], scales: Scales) -> None:
    """Weigh claims of `read_claims` anew; those of more than `MANY_REPORTS` are only counted."""
    large = [{"which": row.claim_id} for row in claims if row.n_reports > MANY_REPORTS]
    if large:
        connection.execute(COUNT_REPORTS, large)
    _keep(connection, [row for row in claims if row.n_reports <= MANY_REPORTS], scales)


def _keep(connection: Connection, claims: Sequence[AnyRow], scales: Scales) -> None:
    rows = weigh_rows(connection, claims, scales) if claims else ()
    if rows:
        write_columns(connection, rows)


def weigh_stored(connection: Connection, claim_ids: Sequence[str], scales: Scales) -> list[dict[str, Any]]:
    """Return the columns of claims of the store; one that waits for a new model's score is weighed by both."""
    return weigh_rows(connection, read_claims(connection, claim_ids), scales)


def read_claims(connection: Connection, claim_ids: Sequence[str]) -> Sequence[AnyRow]:
    """Return what claims of the store bring to their terms, with their states."""
    return connection.execute(FIND_CLAIMS, {"claim_ids": claim_ids}).all()


def weigh_rows(connection: Connection, claims: Sequence[AnyRow], scales: Scales) -> list[dict[str, Any]]:
    """Return the columns of claims of `read_claims`."""
    claim_ids = [claim.claim_id for claim in claims]
    told = read_told(connection, claim_ids)
    seen = read_looks(connection, claim_ids)
    reporters = {one.reporter_id for some in told.values() for one in some if one.reporter_id is not None}
    standing = read_standing(connection, reporters)
    rows = []
    for claim in claims:
        if not told[claim.claim_id]:
            continue
        known = describe(claim)
        mine = told[claim.claim_id], seen[claim.claim_id], standing, scales
        rows.append(weigh(known, *mine) | _weigh_shadow(claim, known, *mine))
    return rows


def describe(claim: Any) -> Known:
    """Return what a stored claim brings itself."""
    names = ("claim_id", "score", "ruled_type", "platform", "in_quality", "decided_at")
    repeat = Repeat(claim.debunk, claim.debunk_url, claim.debunk_similarity)
    return Known(**{name: getattr(claim, name) for name in names}, repeat=repeat)


def read_told(connection: Connection, claim_ids: Sequence[str]) -> Mapping[str, list[Told]]:
    """Return the reports of claims, by claim."""
    told: dict[str, list[Told]] = defaultdict(list)
    for claim_id, *values in connection.execute(FIND_TOLD, {"claim_ids": claim_ids}):
        told[claim_id].append(Told(*values))
    return told


def read_looks(connection: Connection, claim_ids: Sequence[str]) -> Mapping[str, list[Look]]:
    """Return what was observed of claims, by claim."""
    seen: dict[str, list[Look]] = defaultdict(list)
    for row in connection.execute(FIND_LOOKS, {"claim_ids": claim_ids}):
        assert row.views is not None
        seen[row.claim_id].append(look_at(row.report_id, row.url, row.observed_at, row.views))
    return seen


def write_columns(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write columns of claims, all rows of the same columns."""
    names = tuple(name for name in rows[0] if name != "claim_id")
    bound = [{"which": row["claim_id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
    connection.execute(_update_of(names), bound)


@cache
def _update_of(names: tuple[str, ...]) -> Any:
    """Return the statement that writes some columns of a claim, made once."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(table_of(Claim)).where(Claim.claim_id == bindparam("which")).values(values)


def _weigh_shadow(  # noqa: PLR0913, PLR0917 - what `weigh` takes, and the row
    claim: Any, known: Known, told: Sequence[Told], seen: Iterable[Look], standing: Standing, scales: Scales
) -> dict[str, Any]:
    """Return the terms that a new model's score gives, where one waits."""
    names = ("shadow_probability", "shadow_harm", "shadow_priority")
    if claim.shadow_version is None:
        return dict.fromkeys(names)
    terms = weigh(known._replace(score=claim.shadow_score), told, seen, standing, scales)
    return dict(
        zip(names, (terms[name] for name in ("probability", "expected_harm", "priority")), strict=True)
    )
