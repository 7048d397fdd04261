"""One claim with all that is known of it: its terms, reports, verdicts, relatives and history."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, case, or_, select

from pipeline.moderation.desk.pages import resolve_claim
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import Alias, Claim, Event, Relation, Report, User, Verdict

MAX_RELATED = 20
MAX_REPORTS = 100
MAX_HISTORY = 200


class Detail(NamedTuple):
    """A claim's row and what hangs on it; who sent a report is never part of it, only their group.

    Of the reports the earliest `MAX_REPORTS`, of the history the latest `MAX_HISTORY` lines.
    """

    claim: AnyRow
    aliases: Sequence[str]
    reports: Sequence[AnyRow]
    verdicts: Sequence[AnyRow]
    related: Sequence[AnyRow]
    history: Sequence[AnyRow]


def read_claim(connection: Connection, name: str) -> Detail:
    """Return a claim by any of its names. Raises QueueError when there is none."""
    claim_id = resolve_claim(connection, name)
    claim = connection.execute(
        select(*Claim.__table__.c, User.name.label("holder"))
        .outerjoin(User, User.id == Claim.locked_by)
        .where(Claim.claim_id == claim_id)
    ).one()
    aliases = select(Alias.alias).where(Alias.claim_id == claim_id).order_by(Alias.alias)
    return Detail(
        claim,
        connection.execute(aliases).scalars().all(),
        _read_reports(connection, claim_id),
        _read_verdicts(connection, claim_id),
        _read_related(connection, claim_id),
        _read_history(connection, claim_id),
    )


def _read_reports(connection: Connection, claim_id: str) -> Sequence[AnyRow]:
    columns = (
        Report.report_id,
        Report.reported_at,
        Report.reporter_group,
        Report.cohort,
        Report.platform,
        Report.region,
        Report.reported_type,
        Report.url,
        Report.views,
        Report.shares,
        Report.text,
        Report.transcript,
        Report.ocr_text,
    )
    query = select(*columns).where(Report.claim_id == claim_id)
    order = (Report.reported_at.is_(None), Report.reported_at, Report.report_id)
    return connection.execute(query.order_by(*order).limit(MAX_REPORTS)).all()


def _read_verdicts(connection: Connection, claim_id: str) -> Sequence[AnyRow]:
    query = (
        select(*Verdict.__table__.c, User.name)
        .outerjoin(User, User.id == Verdict.user_id)
        .where(Verdict.claim_id == claim_id)
    )
    return connection.execute(query.order_by(Verdict.id)).all()


def _read_related(connection: Connection, claim_id: str) -> Sequence[AnyRow]:
    """Return the claims that are alike and yet two, the most alike first."""
    other = case((Relation.first == claim_id, Relation.second), else_=Relation.first)
    query = (
        select(Claim.claim_id, Claim.state, Claim.text, Relation.similarity, Relation.why)
        .select_from(Relation)
        .join(Claim, Claim.claim_id == other)
        .where(or_(Relation.first == claim_id, Relation.second == claim_id))
        .order_by(Relation.similarity.desc(), Claim.claim_id)
        .limit(MAX_RELATED)
    )
    return connection.execute(query).all()


def _read_history(connection: Connection, claim_id: str) -> Sequence[AnyRow]:
    query = (
        select(Event.sequence, Event.at, Event.kind, Event.detail, User.name)
        .outerjoin(User, User.id == Event.user_id)
        .where(Event.subject == claim_id)
    )
    latest = connection.execute(query.order_by(Event.sequence.desc()).limit(MAX_HISTORY)).all()
    return latest[::-1]
