"""The store in, what figures of quality are made of out: claims that arrived, their verdicts, pairs of readers."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np
from sqlalchemy import Connection, Select, and_, or_, select

from pipeline.moderation.desk.blind import GOLDEN_READ, OF_AUDIT, RULING, SECOND_READ
from pipeline.moderation.desk.verdicts import MISINFORMATION, OTHER_DESK, UNCLEAR, UNDO
from pipeline.moderation.quality.agreement import Pair
from pipeline.moderation.quality.estimates import Read, weigh_members
from pipeline.moderation.quality.shares import FloatArray
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import DECIDED, MERGED, Audit, Claim, Golden, SecondRead, Verdict

UNSETTLED: Final = (UNCLEAR, OTHER_DESK)


class Window(NamedTuple):
    """Claims that began to wait between these two moments."""

    since: datetime
    until: datetime


class Arrivals(NamedTuple):
    """Claims that waited: the rate and first harm of each, and those that somebody read.

    `members` are audit members that were read, `ranked` all claims that were read, each weighing 1.
    """

    rates: FloatArray
    harm: FloatArray
    n_members: int
    members: Read
    ranked: Read
    n_unsettled: int


class GoldenRead(NamedTuple):
    """What somebody said of a golden claim, and whether it is true."""

    user_id: int
    is_right: bool


def read_arrivals(connection: Connection, window: Window) -> Arrivals:
    """Return the claims that began to wait in a window.

    Left out are those that a batch's label decided, and those that live on in another: nobody was to read them.
    """
    drawn = connection.execute(
        _select_arrivals(window, Audit.probability, Audit.first_harm, Audit.member)
    ).all()
    columns = (Audit.member, Audit.probability, Audit.first_harm, Claim.verdict, Claim.score)
    judged = _select_arrivals(window, *columns).where(Claim.state == DECIDED)
    rows = connection.execute(judged.order_by(Claim.claim_id)).all()
    members = [row for row in rows if row.member]
    rates = np.array([row.probability for row in drawn], np.float64)
    weights = weigh_members(np.array([row.probability for row in members], np.float64), rates)
    return Arrivals(
        rates,
        np.array([row.first_harm for row in drawn], np.float64),
        sum(row.member for row in drawn),
        _make_read(members, weights),
        _make_read(rows, np.ones(len(rows))),
        sum(row.verdict in UNSETTLED for row in members),
    )


def read_pairs(connection: Connection, since: datetime) -> tuple[list[Pair], set[str]]:
    """Return the first and the blind second verdict of each claim read twice since then; which are audit members."""
    drawn = select(Verdict.claim_id).where(Verdict.standing == SECOND_READ, Verdict.decided_at >= since)
    said: dict[str, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(_select_verdicts().where(Verdict.claim_id.in_(drawn))):
        said[row.claim_id].append(row)
    pairs = [pair for rows in said.values() if (pair := _pair(rows)) is not None]
    why = select(SecondRead.claim_id).where(SecondRead.why == OF_AUDIT)
    return pairs, set(connection.execute(why).scalars())


def read_golden(connection: Connection) -> list[GoldenRead]:
    """Return what was said of golden claims since they were named, by others than those who named them."""
    query = (
        _select_verdicts(and_(Verdict.standing != RULING))
        .add_columns(Golden.verdict.label("truth"))
        .join(Golden, Golden.claim_id == Verdict.claim_id)
        .where(Verdict.decided_at >= Golden.added_at, Verdict.user_id != Golden.added_by)
    )
    return [GoldenRead(row.user_id, row.verdict == row.truth) for row in connection.execute(query)]


def _select_arrivals(window: Window, *columns: Any) -> Select[Any]:
    waited = and_(Audit.ranked_at >= window.since, Audit.ranked_at <= window.until)
    by_people = or_(Claim.verdict.is_(None), Claim.decided_by.is_not(None))
    query = select(*columns).select_from(Audit).join(Claim, Claim.claim_id == Audit.claim_id)
    return query.where(waited, Claim.state != MERGED, by_people)


def _select_verdicts(standing: Any = None) -> Select[*tuple[Any, ...]]:
    """Select verdicts that nobody took back; rulings and golden reads are no readers of a pair."""
    chosen = Verdict.standing.not_in((RULING, GOLDEN_READ)) if standing is None else standing
    undone = select(Verdict.undoes).where(Verdict.undoes.is_not(None))
    columns = (Verdict.claim_id, Verdict.user_id, Verdict.verdict, Verdict.standing)
    query = select(*columns).where(Verdict.verdict != UNDO, Verdict.id.not_in(undone), chosen)
    return query.order_by(Verdict.claim_id, Verdict.id)


def _pair(rows: Sequence[AnyRow]) -> Pair | None:
    first, *later = rows
    second = next((row for row in later if row.standing == SECOND_READ), None)
    if second is None:
        return None
    return Pair(first.claim_id, first.user_id, first.verdict, second.user_id, second.verdict)


def _make_read(rows: Sequence[AnyRow], weights: FloatArray) -> Read:
    return Read(
        np.array([row.verdict == MISINFORMATION for row in rows], np.bool_),
        np.array([row.first_harm for row in rows], np.float64),
        np.array([np.nan if row.score is None else row.score for row in rows], np.float64),
        np.asarray(weights, np.float64),
    )
