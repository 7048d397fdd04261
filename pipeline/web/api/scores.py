"""A text in, its score out; nothing of it is kept."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from pipeline.moderation.desk.people import ROLES
from pipeline.text.parts import join_parts
from pipeline.text.redact import redact
from pipeline.web.access import App
from pipeline.web.api.bearer import allow
from pipeline.web.api.bodies import parse_as
from pipeline.web.api.contract import Text, TextScore, describe_body, refusals
from pipeline.web.api.problems import Problem
from pipeline.web.intake import Intake

router = APIRouter(tags=["model"])


@router.post(
    "/score",
    response_model=TextScore,
    responses=refusals(401, 403, 413, 415, 422, 429, 500, 503),
    openapi_extra=describe_body(Text),
    dependencies=[Depends(allow(*ROLES))],
)
def score_text(
    request: Request,
    app: App,
    body: Annotated[Text, Depends(parse_as(Text))],
) -> Any:
    """Score a text as a report of it would be scored; 503 where no model is published."""
    bundle = app.models.get()
    if bundle is None:
        raise Problem(503, "no model is published; reports are kept at the prior until one is")
    intake: Intake = request.app.state.intake
    parts = (body.text, body.transcript, body.ocr_text)
    text = redact(join_parts(*(part and part.replace("\0", "") for part in parts))).text
    prepared = intake.chain.prepare(text)
    scored = intake.score(text, prepared, bundle)
    return {**scored._asdict(), "abstain_reason": prepared.abstain_reason}
