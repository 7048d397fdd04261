"""The queue as moderators' programs see it, page by page; and verdicts of people."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import Connection

from pipeline.errors import QueueError
from pipeline.moderation.desk.blind import list_in_hand, show_standing
from pipeline.moderation.desk.dealing import Clock, is_held
from pipeline.moderation.desk.orders import Cursor, Order, read_cursor, write_cursor
from pipeline.moderation.desk.pages import Filter, list_claims, resolve_claim
from pipeline.moderation.desk.people import DATA, JUDGES
from pipeline.moderation.desk.verdicts import Ruling, decide
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import FAR
from pipeline.web.access import App
from pipeline.web.api.bearer import Caller, allow
from pipeline.web.api.bodies import parse_as
from pipeline.web.api.contract import (
    ClaimType,
    QueuedClaim,
    QueuePage,
    RulingAnswer,
    RulingBody,
    describe_body,
    refusals,
)
from pipeline.web.api.problems import Problem

router = APIRouter(tags=["claims"])

Judge = Annotated[Caller, Depends(allow(*JUDGES))]
Word = Annotated[str | None, Query(max_length=200)]


@router.get(
    "/queue",
    response_model=QueuePage,
    responses=refusals(401, 403, 422, 429, 500, 503),
)
def read_queue(  # noqa: PLR0913, PLR0917 - what can be asked
    app: App,
    caller: Annotated[Caller, Depends(allow(*JUDGES, DATA))],
    cursor: Annotated[str | None, Query(max_length=400, description="What the page before gave.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    order: Order = Order.harm,
    type: ClaimType | None = None,  # noqa: A002 - its name in the address
    platform: Word = None,
    region: Word = None,
    due_before: datetime | None = None,
) -> Any:
    """Read the claims that wait, by expected harm unless asked otherwise; a late page is as fast as the first.

    Claims in the caller's own hands are not among them.
    """
    wanted = Filter(type, _clean(platform), _clean(region), _require_zone(due_before))
    after = None if cursor is None else _read_cursor(cursor, order)
    with app.store.reading() as connection:
        hidden = list_in_hand(connection, caller.person, app.clock())
        page = list_claims(connection, limit, after, wanted, order, hidden)
    following = None if page.following is None else write_cursor(page.following)
    return {"claims": [_show(claim, app.tick()) for claim in page.claims], "cursor": following}


@router.post(
    "/claims/{claim_id}/verdict",
    response_model=RulingAnswer,
    responses=refusals(401, 403, 404, 409, 413, 415, 422, 429, 500, 503),
    openapi_extra=describe_body(RulingBody),
)
def send_verdict(
    app: App,
    caller: Judge,
    claim_id: Annotated[str, Path(max_length=200)],
    body: Annotated[RulingBody, Depends(parse_as(RulingBody))],
) -> Any:
    """Decide a claim as the person whose token this is; the same verdict again changes nothing."""
    ruling = Ruling(body.verdict, body.type, body.note, body.link)
    with app.store.writing() as connection:
        found = _find_claim(connection, claim_id)
        outcome = decide(connection, caller.person, found, ruling, app.tick())
    return outcome._asdict() | {"standing": show_standing(outcome.standing)}


def _read_cursor(written: str, order: Order) -> Cursor:
    try:
        return read_cursor(written, order)
    except QueueError as error:
        raise Problem(422, "cursor: is no place in this list; expected what the page before gave") from error


def _find_claim(connection: Connection, claim_id: str) -> str:
    try:
        return resolve_claim(connection, _clean(claim_id) or "")
    except QueueError as error:
        raise Problem(404, "there is no such claim") from error


def _clean(word: str | None) -> str | None:
    """Return a word of an address without what no database takes."""
    return None if word is None else word.replace("\0", "")


def _require_zone(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise Problem(422, "due_before: names no zone; expected one, such as 2026-10-01T08:30:00+07:00")
    return moment


def _show(claim: AnyRow, clock: Clock) -> dict[str, Any]:
    """Return what moderators may know of a claim; neither its lane nor whether it is of the audit."""
    named = {name: getattr(claim, name) for name in QueuedClaim.model_fields if hasattr(claim, name)}
    since = claim.waiting_since
    return named | {
        "type": claim.ruled_type,
        "waiting_since": None if since == FAR else since,
        "is_held": is_held(claim, clock),
    }
