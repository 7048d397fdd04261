"""Later counts of views and shares in; they move the order at once."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from pipeline.ingest.record import RecordReader
from pipeline.ingest.values import Fault
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.people import SERVICE
from pipeline.moderation.intake.observe import Count, take_counts
from pipeline.web.access import App
from pipeline.web.api.bearer import Caller, allow, spend
from pipeline.web.api.bodies import Body, Twice, parse_items
from pipeline.web.api.contract import Counts, Observation, describe_body, refusals
from pipeline.web.api.problems import Problem
from pipeline.web.intake import Intake
from pipeline.web.services import Services

router = APIRouter(tags=["reports"])

AT_ONCE: Final = 100
COLUMNS: Final = ("report_id", "url", "observed_at", "views", "shares")


@router.post(
    "/observations",
    response_model=Counts,
    responses=refusals(401, 403, 413, 415, 422, 429, 500, 503),
    openapi_extra=describe_body(Observation, many=True),
)
def send_observations(
    request: Request,
    response: Response,
    app: App,
    caller: Annotated[Caller, Depends(allow(SERVICE))],
    body: Body,
) -> Any:
    """Send one later count or up to 1,000: of a report of yours or of a url, with the time of counting.

    The same count again changes nothing. Where none is taken, the answer is a problem with the same `results`.
    """
    items = parse_items(body)
    spend(request, response, caller, len(items) - 1)
    intake: Intake = request.app.state.intake
    reader = intake.open_reader(caller.person.name, app.clock())
    counts = [_read(item, reader) for item in items]
    found = [count for count in counts if isinstance(count, Count)]
    unknown = set[int]()
    for first in range(0, len(found), AT_ONCE):
        unknown |= _keep(app, intake, caller, found[first : first + AT_ONCE])
    results = [{"index": index, **_tell(count, unknown)} for index, count in enumerate(counts)]
    if not any(result["status"] == "accepted" for result in results):
        detail = f"none of {len(items):,} observations was taken: {results[0]['detail']}"
        raise Problem(422, detail, results=results)
    return {"results": results}


def _keep(app: Services, intake: Intake, caller: Caller, counts: Sequence[Count]) -> set[int]:
    """Keep counts in one transaction; return which objects are of unknown content."""
    with app.store.writing() as connection:
        scales = intake.read_rules(connection).scales
        taken = take_counts(connection, counts, scales, app.clock())
        if taken.moved:
            detail = {"n_claims": len(taken.moved), "n_rows": taken.n_known}
            write_event(connection, caller.person.id, "observed", "batch", detail, app.clock())
    return {id(count) for count in taken.unknown}


def _read(item: Any, reader: RecordReader) -> Count | Fault:
    if not isinstance(item, dict) or isinstance(item, Twice):
        return Fault("no object", "no object that names each thing once", "one")
    return read_count(item, reader)


def read_count(item: Mapping[str, object], reader: RecordReader) -> Count | Fault:
    """Read an observation by the rules of a source's reports."""
    values = reader.read_columns(item, COLUMNS)
    fault = next((value for value in values.values() if isinstance(value, Fault)), None)
    if fault is not None:
        return fault
    if values["report_id"] is None and values["url"] is None:
        return _fault("names no report_id and no url", "one of them")
    if values["views"] is None and values["shares"] is None:
        return _fault("counts neither views nor shares", "one of them")
    if values["observed_at"] is None:
        return _fault("no observed_at", "the time of counting")
    return Count(**values)


def _tell(count: Count | Fault, unknown: set[int]) -> dict[str, Any]:
    if isinstance(count, Fault):
        return {"status": "rejected", "detail": f"{count.found}; expected {count.expected}"}
    if id(count) in unknown:
        return {"status": "unknown", "detail": "no report of yours and no url that is known"}
    return {"status": "accepted"}


def _fault(found: str, expected: str) -> Fault:
    return Fault(found, found, expected)
