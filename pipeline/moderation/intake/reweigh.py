"""Claims of the store in, the terms of their priority written anew from what their reports say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update

from pipeline.moderation.growth import Look
from pipeline.moderation.intake.ground import Standing, cut, read_standing
from pipeline.moderation.intake.weigh import Known, Scales, Told, look_at, weigh
from pipeline.moderation.repeats import Repeat
from pipeline.moderation.store.base import AnyRow, table_of
from pipeline.moderation.store.tables import Claim, Observation, Report

MANY_REPORTS: Final = 200
"""A claim of more is not weighed whenever it gets a report: the next sweep does."""

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


class Gathered(NamedTuple):
    """What the reports of claims say, what was observed of them since, and what is known of who sent them."""

    told: Mapping[str, Sequence[Told]]
    seen: Mapping[str, Sequence[Look]]
    standing: Standing


def reweigh(connection: Connection, claim_ids: Iterable[str], scales: Scales) -> None:
    """Weigh claims of the store anew, and write their columns."""
    for some in cut(sorted(set(claim_ids))):
        _keep(connection, read_claims(connection, some), scales)


def reweigh_small(
    connection: Connection, claims: Sequence[AnyRow], scales: Scales, gathered: Gathered | None = None
) -> None:
    """Weigh claims of `read_claims` anew; those of more than `MANY_REPORTS` are only counted.

    `gathered` is what their reports say, where that is known already.
    """
    large = [{"which": row.claim_id} for row in claims if is_large(row)]
    if large:
        connection.execute(COUNT_REPORTS, large)
    _keep(connection, [row for row in claims if not is_large(row)], scales, gathered)


def is_large(claim: AnyRow) -> bool:
    """Say whether a claim of `read_claims` has too many reports to be weighed whenever it gets one."""
    return bool(claim.n_reports > MANY_REPORTS)


def _keep(
    connection: Connection, claims: Sequence[AnyRow], scales: Scales, gathered: Gathered | None = None
) -> None:
    if not claims:
        return
    rows = weigh_rows(claims, gathered or gather(connection, [row.claim_id for row in claims]), scales)
    if rows:
        write_columns(connection, rows)


def weigh_stored(connection: Connection, claim_ids: Sequence[str], scales: Scales) -> list[dict[str, Any]]:
    """Return the columns of claims of the store; one that waits for a new model's score is weighed by both."""
    return weigh_rows(read_claims(connection, claim_ids), gather(connection, claim_ids), scales)


def read_claims(connection: Connection, claim_ids: Sequence[str]) -> Sequence[AnyRow]:
    """Return what claims of the store bring to their terms, with their states."""
    return connection.execute(FIND_CLAIMS, {"claim_ids": claim_ids}).all()


def gather(connection: Connection, claim_ids: Sequence[str], also: Iterable[str | None] = ()) -> Gathered:
    """Return what the reports of some claims say, and who sent them; `also` who else is asked about."""
    told = read_told(connection, claim_ids) if claim_ids else {}
    seen = read_looks(connection, claim_ids) if claim_ids else {}
    reporters = {one.reporter_id for some in told.values() for one in some} | set(also)
    return Gathered(told, seen, read_standing(connection, set(filter(None, reporters))))


def weigh_rows(claims: Sequence[AnyRow], gathered: Gathered, scales: Scales) -> list[dict[str, Any]]:
    """Return the columns of claims of `read_claims`."""
    rows = []
    for claim in claims:
        told = gathered.told.get(claim.claim_id)
        if not told:
            continue
        known = describe(claim)
        mine = told, gathered.seen.get(claim.claim_id, ()), gathered.standing, scales
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
