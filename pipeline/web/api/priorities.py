"""Priorities for other systems: which claims changed since they asked last, in the order of the changes."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request

from pipeline.moderation.desk.moves import (
    find_withdrawn,
    list_moves,
    list_reports_of,
    number_new,
    read_last,
    tell_state,
)
from pipeline.moderation.desk.people import DATA, LEAD, SERVICE
from pipeline.web.access import App
from pipeline.web.api.bearer import Caller, allow
from pipeline.web.api.contract import Priorities, refusals
from pipeline.web.api.problems import Problem
from pipeline.web.intake import Intake

router = APIRouter(tags=["claims"])

EXAMINED: Final = 1000
"""A service hears of its own reports' claims only; so many moves are looked through for them at a time."""
GREATEST: Final = 2**62
AHEAD: Final = (
    "cursor: is ahead of all changes; expected what this store gave; take the whole list again from 0"
)


@router.get("/priorities", response_model=Priorities, responses=refusals(401, 403, 410, 422, 429, 500, 503))
def read_priorities(
    request: Request,
    app: App,
    caller: Annotated[Caller, Depends(allow(SERVICE, DATA, LEAD))],
    cursor: Annotated[
        int, Query(ge=0, le=GREATEST, description="What the last answer gave; 0 at first.")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=EXAMINED)] = 100,
) -> Any:
    """Read each claim that changed since `cursor`, as it is now, in the order in which changes came true.

    A change is never skipped, however late its transaction ends. A claim whose verdict was taken back comes
    again as `withdrawn`, one that lives on in another as `merged`. A service hears of its own reports only. A
    cursor of 0 gives the whole list, however old; one that lies ahead of all changes, as after the restore of a
    backup, is gone (410).
    """
    number_new(app.store)
    intake: Intake = request.app.state.intake
    source = caller.person.name if caller.person.role == SERVICE else None
    prefix = intake.prefix_of(caller.person.name) if source else ""
    with app.store.reading() as connection:
        if cursor > read_last(connection):
            raise Problem(410, AHEAD)
        heard = list_moves(connection, cursor, limit if source is None else EXAMINED, source)
        withdrawn = find_withdrawn(connection, heard.claims)
        reports = list_reports_of(connection, source, [claim.claim_id for claim in heard.claims])
    claims = [
        {
            "claim_id": claim.claim_id,
            "state": tell_state(claim, withdrawn),
            "priority": claim.priority,
            "verdict": claim.verdict,
            "type": claim.verdict_type,
            "decided_at": claim.decided_at,
            "merged_into": claim.merged_into,
            "n_reports": claim.n_reports,
            "reports": [name.removeprefix(prefix) for name in reports.get(claim.claim_id, [])],
            "computed_at": claim.computed_at,
        }
        for claim in heard.claims
    ]
    return {"claims": claims, "cursor": heard.cursor, "more": heard.more}
