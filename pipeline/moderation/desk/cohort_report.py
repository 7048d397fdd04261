"""A cohort in, what its organisers want to know out: how much it reported, how much was right, what became of it."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, and_, case, func, select

from pipeline.errors import Mistake, QueueError
from pipeline.evaluation.intervals import wilson_interval
from pipeline.moderation.desk.verdicts import MISINFORMATION, NOT_MISINFORMATION, VERDICTS
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import (
    AGED,
    DECIDED,
    MERGED,
    OPEN,
    Claim,
    Cohort,
    Report,
    Reporter,
    Verdict,
)

FEWEST: Final = 10
"""Of fewer decided claims no share is told: it would say nothing, or too much about single people."""
INTERVAL: Final = 0.95


class Share(NamedTuple):
    """How many of n are so, with the bounds of the share's interval; no share of too few."""

    k: int
    n: int

    @property
    def value(self) -> float | None:
        """The share."""
        return self.k / self.n if self.n >= FEWEST else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The interval that holds it in 95 of 100 cases."""
        return wilson_interval(self.k / self.n, self.n, INTERVAL) if self.n >= FEWEST else None


class CohortReport(NamedTuple):
    """A cohort's figures.

    `right` counts claims decided as misinformation among those decided either way after the cohort's first
    report of them; `outcomes` counts all its claims by verdict, or by state where they have none.
    """

    cohort: AnyRow
    n_members: int
    n_reports: int
    n_claims: int
    right: Share
    outcomes: dict[str, int]


def list_cohorts(connection: Connection) -> Sequence[AnyRow]:
    """Return all cohorts that a lead registered, by name, with how many members each has."""
    query = (
        select(Cohort.id, Cohort.name, Cohort.active, func.count(Reporter.reporter_id).label("n_members"))
        .outerjoin(Reporter, Reporter.cohort_id == Cohort.id)
        .group_by(Cohort.id, Cohort.name, Cohort.active)
    )
    return connection.execute(query.order_by(Cohort.name)).all()


def read_report(connection: Connection, cohort_id: int) -> CohortReport:
    """Return the figures of a cohort. Raises QueueError when there is none of this number."""
    cohort = next((row for row in list_cohorts(connection) if row.id == cohort_id), None)
    if cohort is None:
        line = f"cohort {cohort_id}: is unknown; expected one that a lead registered"
        raise QueueError(line, Mistake.COHORT_UNKNOWN)
    claims = _gather(cohort_id).subquery()
    outcome = case((claims.c.state == DECIDED, claims.c.verdict), else_=claims.c.state)
    foretold = and_(claims.c.state == DECIDED, claims.c.first_reported < claims.c.decided_at)
    query = select(
        outcome.label("outcome"),
        func.count().label("n_claims"),
        func.sum(claims.c.n_reported).label("n_reports"),
        func.sum(case((foretold, 1), else_=0)).label("n_foretold"),
    ).group_by(outcome)
    rows = {row.outcome: row for row in connection.execute(query)}
    hits, misses = (
        rows[name].n_foretold if name in rows else 0 for name in (MISINFORMATION, NOT_MISINFORMATION)
    )
    return CohortReport(
        cohort,
        cohort.n_members,
        int(sum(row.n_reports for row in rows.values())),
        int(sum(row.n_claims for row in rows.values())),
        Share(int(hits), int(hits + misses)),
        {name: int(rows[name].n_claims) for name in (*VERDICTS, OPEN, AGED, MERGED) if name in rows},
    )


def list_reported(connection: Connection, cohort_id: int, limit: int) -> Sequence[AnyRow]:
    """Return the claims that a cohort reported, the latest first, with the link of their standing verdict."""
    claims = _gather(cohort_id).subquery()
    undone = select(Verdict.undoes).where(Verdict.undoes.is_not(None))
    link = (
        select(Verdict.link)
        .where(Verdict.claim_id == claims.c.claim_id, Verdict.link.is_not(None), Verdict.id.not_in(undone))
        .where(Verdict.verdict == claims.c.verdict)
        .order_by(Verdict.id)
        .limit(1)
        .scalar_subquery()
    )
    query = select(*claims.c, link.label("link"))
    return connection.execute(
        query.order_by(claims.c.first_reported.desc(), claims.c.claim_id).limit(limit)
    ).all()


def _gather(cohort_id: int) -> Select[Any]:
    """Give each claim that members of a cohort reported once, with when they first did and how often."""
    told = (
        select(
            Report.claim_id,
            func.min(Report.reported_at).label("first_reported"),
            func.count().label("n_reported"),
        )
        .join(Reporter, Reporter.reporter_id == Report.reporter_id)
        .where(Reporter.cohort_id == cohort_id)
        .group_by(Report.claim_id)
        .subquery()
    )
    columns = [
        *(Claim.claim_id, Claim.text, Claim.ruled_type, Claim.reported_type, Claim.platform, Claim.region),
        *(Claim.state, Claim.verdict, Claim.verdict_type, Claim.decided_at),
        *(told.c.first_reported, told.c.n_reported),
    ]
    return select(*columns).join(told, told.c.claim_id == Claim.claim_id)
