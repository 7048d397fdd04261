"""A new model for the whole queue: its scores written beside the old ones, then taken over in one moment."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, or_, select, update

from pipeline.config import Params
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.shadow import take_over_shadow
from pipeline.moderation.intake.ground import AT_ONCE, Scale, make_ground, note_scale, read_audience
from pipeline.moderation.intake.reweigh import weigh_stored
from pipeline.moderation.intake.weigh import Scales
from pipeline.moderation.store import Store
from pipeline.moderation.store.tables import AGED, OPEN, Claim, Report
from pipeline.text.parts import join_parts

WAITING: Final = (OPEN, AGED)


class Scored(NamedTuple):
    """What a model says of some texts, one entry each."""

    score: Sequence[float | None]
    abstain_reason: Sequence[str | None]
    words: Sequence[Sequence[str]]


Scorer = Callable[[Sequence[str]], Scored]


def count_outdated(connection: Connection, version: str) -> int:
    """Return how many claims that may be read have no score of a model yet."""
    query = select(func.count()).select_from(Claim).where(_is_outdated(version))
    return int(connection.execute(query).scalar_one())


def write_shadow(store: Store, scorer: Scorer, scale: Scale, params: Params, now: datetime) -> Iterator[int]:
    """Score the claims that may be read beside what stands there, and yield how many each part scored.

    Nobody sees these scores before `flip`. A part that is killed is scored again.
    """
    assert scale.version is not None
    with store.reading() as connection:
        scales = Scales(make_ground(scale, read_audience(connection), params, now), params)
        outdated = select(Claim.claim_id).where(_is_outdated(scale.version)).order_by(Claim.claim_id)
        claim_ids = list(connection.execute(outdated).scalars())
    for first in range(0, len(claim_ids), AT_ONCE):
        some = claim_ids[first : first + AT_ONCE]
        with store.reading() as connection:
            texts = _read_texts(connection, some)
        scored = scorer([text for _, text in texts])
        with store.writing() as connection:
            _keep_shadow(connection, [claim_id for claim_id, _ in texts], scored, scale.version)
            _weigh_shadow(connection, some, scales)
        yield len(some)


def flip(store: Store, scale: Scale, user_id: int | None, received_at: datetime) -> int:
    """Let the new model order the queue; claims in somebody's hands follow once they are given back."""
    with store.writing() as connection:
        note_scale(connection, scale)
        n_flipped = take_over_shadow(connection, Claim.locked_by.is_(None))
        detail = {"model": scale.version, "n_claims": n_flipped}
        write_event(connection, user_id, "rescored", "queue", detail, received_at)
    return n_flipped


def _is_outdated(version: str) -> Any:
    return (
        Claim.state.in_(WAITING)
        & or_(Claim.model_version.is_(None), Claim.model_version != version)
        & or_(Claim.shadow_version.is_(None), Claim.shadow_version != version)
    )


def _read_texts(connection: Connection, claim_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return each claim with its earliest text."""
    order = (Report.reported_at.is_(None), Report.reported_at, Report.report_id)
    place = func.row_number().over(partition_by=Report.claim_id, order_by=order).label("place")
    ranked = (
        select(Report.claim_id, Report.text, Report.transcript, Report.ocr_text, place)
        .where(Report.claim_id.in_(claim_ids))
        .subquery()
    )
    rows = connection.execute(select(ranked).where(ranked.c.place == 1))
    return [(row.claim_id, join_parts(row.text, row.transcript, row.ocr_text)) for row in rows]


def _keep_shadow(connection: Connection, claim_ids: Sequence[str], scored: Scored, version: str) -> None:
    names = ("shadow_score", "shadow_abstain_reason", "shadow_words")
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    statement = update(Claim.__table__).where(Claim.claim_id == bindparam("which"))  # type: ignore[arg-type]
    bound = [
        {
            "which": claim_id,
            "new_shadow_score": score,
            "new_shadow_abstain_reason": reason,
            "new_shadow_words": list(words),
        }
        for claim_id, score, reason, words in zip(claim_ids, *scored, strict=True)
    ]
    connection.execute(statement.values(values | {"shadow_version": version}), bound)


def _weigh_shadow(connection: Connection, claim_ids: Sequence[str], scales: Scales) -> None:
    """Write the terms that the new scores give, and leave those that order the queue as they are."""
    names = ("shadow_probability", "shadow_harm", "shadow_priority")
    rows = weigh_stored(connection, claim_ids, scales)
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    statement = update(Claim.__table__).where(Claim.claim_id == bindparam("which"))  # type: ignore[arg-type]
    bound = [{"which": row["claim_id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
    if bound:
        connection.execute(statement.values(values), bound)
