"""Reports in, receipts out; and what became of a report for who sent it."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from pipeline.moderation.desk.people import SERVICE
from pipeline.moderation.desk.senders import Fate, read_fates
from pipeline.web.access import App
from pipeline.web.api.bearer import Caller, allow, spend
from pipeline.web.api.bodies import Body, parse_items
from pipeline.web.api.contract import Receipts, Report, ReportState, describe_body, refusals
from pipeline.web.api.problems import Problem
from pipeline.web.api.taking import list_ignored, take_reports
from pipeline.web.api.turns import Turn
from pipeline.web.intake import Intake

router = APIRouter(tags=["reports"])

Sender = Annotated[Caller, Depends(allow(SERVICE))]


@router.post(
    "/reports",
    status_code=202,
    response_model=Receipts,
    response_model_exclude_none=False,
    responses=refusals(401, 403, 409, 413, 415, 422, 429, 500, 503),
    openapi_extra=describe_body(Report, many=True),
)
def send_reports(
    request: Request,
    response: Response,
    app: App,
    caller: Sender,
    body: Body,
    _: Turn,
) -> Any:
    """Send one report or up to 1,000; each is kept, redacted, when the answer comes.

    The same report again gives the same answer; another body under its id is a conflict. Where none of them is
    accepted, the answer is a problem with the same `results`: 409 where all are conflicts, otherwise 422.
    """
    items = parse_items(body)
    spend(request, response, caller, len(items) - 1)
    results = take_reports(app, request.app.state.intake, caller.person, items)
    request.app.state.metrics.count_reports(results)
    answer: dict[str, Any] = {"results": results, "ignored": list_ignored(items)}
    statuses = {result["status"] for result in results}
    if "accepted" in statuses:
        return answer
    status = 409 if statuses == {"conflict"} else 422
    raise Problem(status, f"none of {len(items):,} reports was accepted: {results[0]['detail']}", **answer)


@router.get(
    "/reports/{report_id:path}",
    response_model=ReportState,
    responses=refusals(401, 403, 404, 422, 429, 500, 503),
)
def read_report(
    request: Request,
    app: App,
    caller: Sender,
    report_id: Annotated[str, Path(description="The sender's own id.", min_length=1)],
) -> Any:
    """Say where a report stands that this account sent, by the id that it gave."""
    intake: Intake = request.app.state.intake
    reader = intake.open_reader(caller.person.name, app.clock())
    stored = reader.name_report(report_id)
    fates: Mapping[str, Fate] = {}
    if "\0" not in stored:
        with app.store.reading() as connection:
            fates = read_fates(connection, caller.person, [stored])
    if stored not in fates:
        raise Problem(404, "this account sent no report of this id")
    return {**fates[stored]._asdict(), "report_id": report_id}
