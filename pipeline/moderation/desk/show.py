"""One claim with all that is known of it: its terms, reports, verdicts, relatives and history."""

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, case, cast, null, or_, select, type_coerce

from pipeline.moderation.desk.blind import is_blind, list_blind
from pipeline.moderation.desk.dealing import DEALT, PICKED, Clock, is_held
from pipeline.moderation.desk.pages import resolve_claim
from pipeline.moderation.desk.people import Person
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import OPEN, Alias, Claim, Event, Match, Relation, Report, User, Verdict

MAX_RELATED: Final = 20
MAX_REPORTS: Final = 100
MAX_HISTORY: Final = 200

DECIDING: Final = (
    "verdict",
    "verdict_type",
    "decided_at",
    "decided_by",
    "views_when_decided",
    "circulating_since",
)
"""What a claim's row says of its verdict."""
WORKED_OUT: Final = ("computed_at", "model_version")
"""When its terms were made; those of a decided claim are made no more, so their age tells that it is one."""


class Detail(NamedTuple):
    """A claim's row and what hangs on it; who sent a report is never part of it, only their group.

    Of the reports the earliest `MAX_REPORTS`, of the history the latest `MAX_HISTORY` lines.
    """

    claim: AnyRow
    aliases: Sequence[str]
    reports: Sequence[AnyRow]
    verdicts: Sequence[AnyRow]
    related: Sequence[AnyRow]
    matches: Sequence[AnyRow]
    history: Sequence[AnyRow]


def read_claim(connection: Connection, name: str) -> Detail:
    """Return a claim by any of its names, with all that is known. Raises QueueError when there is none."""
    return _read_whole(connection, resolve_claim(connection, name), frozenset())


def read_for(connection: Connection, person: Person, name: str, clock: Clock) -> Detail:
    """Return what a person may see of a claim by any of its names. Raises QueueError when there is none.

    What they were given to read blind looks as if it waited, without verdicts, flags and history; it can be told
    from no other claim in their hands, since what they did themselves to get it is left out of every history.
    """
    claim_id, blind = resolve_claim(connection, name), list_blind(connection, person)
    if is_blind(connection, person, claim_id):
        return _read_detail(connection, claim_id, _hide_verdict(), [], [], blind)
    detail = _read_whole(connection, claim_id, blind)
    if detail.claim.holder != person.name or not is_held(detail.claim, clock):
        return detail
    others = [line for line in detail.history if line.name != person.name or line.kind not in {DEALT, PICKED}]
    return detail._replace(history=others)


def _read_whole(connection: Connection, claim_id: str, blind: Collection[str]) -> Detail:
    verdicts, history = _read_verdicts(connection, claim_id), _read_history(connection, claim_id)
    return _read_detail(connection, claim_id, list(Claim.__table__.c), verdicts, history, blind)


def _read_detail(  # noqa: PLR0913, PLR0917 - a detail's parts
    connection: Connection,
    claim_id: str,
    columns: Sequence[Any],
    verdicts: Sequence[AnyRow],
    history: Sequence[AnyRow],
    blind: Collection[str],
) -> Detail:
    claim = connection.execute(
        select(*columns, User.name.label("holder"))
        .select_from(Claim)
        .outerjoin(User, User.id == Claim.locked_by)
        .where(Claim.claim_id == claim_id)
    ).one()
    aliases = select(Alias.alias).where(Alias.claim_id == claim_id).order_by(Alias.alias)
    return Detail(
        claim,
        connection.execute(aliases).scalars().all(),
        _read_reports(connection, claim_id),
        verdicts,
        _read_related(connection, claim_id, blind),
        connection.execute(select(Match).where(Match.claim_id == claim_id).order_by(Match.rank)).all(),
        history,
    )


def _hide_verdict() -> list[Any]:
    """Return the columns of a claim as they were before anybody decided it."""
    hidden: dict[str, Any] = {
        name: cast(null(), Claim.__table__.c[name].type) for name in (*DECIDING, *WORKED_OUT)
    }
    hidden |= {"state": type_coerce(OPEN, Claim.state.type), "flags": type_coerce([], Claim.flags.type)}
    return [
        hidden[column.name].label(column.name) if column.name in hidden else column
        for column in Claim.__table__.c
    ]


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


def _read_related(connection: Connection, claim_id: str, blind: Collection[str]) -> Sequence[AnyRow]:
    """Return the claims that are alike and yet two, the most alike first; blind ones as if they waited."""
    state = case((Claim.claim_id.in_(blind), OPEN), else_=Claim.state).label("state")
    other = case((Relation.first == claim_id, Relation.second), else_=Relation.first)
    query = (
        select(Claim.claim_id, state, Claim.text, Relation.similarity, Relation.why)
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
