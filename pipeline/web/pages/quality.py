"""How good the queue is: what audit members tell, what was read beside it, how far people agree; and rulings."""

from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request
from sqlalchemy import Connection
from starlette.responses import Response

from pipeline.errors import QueueError
from pipeline.moderation.desk.people import LEAD, list_people
from pipeline.moderation.desk.second import list_disagreements, rule
from pipeline.moderation.desk.verdicts import MISINFORMATION, VERDICTS, Ruling, list_standing
from pipeline.moderation.monitor import Measure, watch
from pipeline.moderation.quality import Quality, measure_quality
from pipeline.schema.columns import CLAIM_TYPES
from pipeline.web.access import App, Lead, LeadOrData
from pipeline.web.fields import Text
from pipeline.web.views import redirect, render, translate

router = APIRouter()

FIGURES_SECONDS: Final = 60.0
MEASURES_SECONDS: Final = 300.0
SHOWN_DISAGREEMENTS: Final = 20


@router.get("/mutu")
def show_quality(request: Request, app: App, me: LeadOrData) -> Response:
    """Show all figures; those of each person, and what is to be ruled on, to leads."""
    is_lead = me.role == LEAD
    with app.store.reading() as connection:
        disputes = _read_disputes(connection) if is_lead else []
    return render(
        request,
        "quality.html",
        found=read_figures(app),
        is_lead=is_lead,
        disputes=disputes,
        measures=read_measures(app),
        blurred=app.params.queue.blur_types,
        verdicts=VERDICTS,
        types=CLAIM_TYPES,
        quality=app.params.quality,
        due_days=app.params.prioritise.staffing.quality_days,
    )


@router.post("/mutu/{name}/putusan")
def rule_claim(  # noqa: PLR0913, PLR0917 - the form's fields
    request: Request,
    app: App,
    me: Lead,
    name: str,
    verdict: Text = "",
    type: Text = "",  # noqa: A002 - the field's name
) -> Response:
    """Let a lead's verdict stand where two others differ."""
    if verdict not in VERDICTS:
        raise HTTPException(400)
    ruling = Ruling(verdict, type if verdict == MISINFORMATION else None)
    try:
        with app.store.writing() as connection:
            rule(connection, me, name, ruling, app.tick())
    except QueueError:
        return redirect(request, "/mutu", translate(request, "There is nothing to rule on any more."))
    return redirect(request, "/mutu", translate(request, "Your ruling stands."))


def read_figures(app: App) -> Quality:
    """Return the figures, at most a minute old; the template shows those of persons to leads only."""

    def measure() -> Quality:
        with app.store.reading() as connection:
            return measure_quality(connection, app.params, app.clock(), readers=True)

    return app.memo.recall("quality", FIGURES_SECONDS, measure)


def read_measures(app: App) -> tuple[Measure, ...]:
    """Return whether what arrives is still what the champion learnt from, some minutes old; nothing without one."""

    def measure() -> tuple[Measure, ...]:
        bundle = app.models.get()
        if bundle is None:
            return ()
        with app.store.reading() as connection:
            return watch(connection, bundle, app.params, app.clock())

    return app.memo.recall("monitor", MEASURES_SECONDS, measure)


def _read_disputes(connection: Connection) -> list[dict[str, Any]]:
    """Return the claims on which verdicts differ, with everything that was said of them."""
    names = {person.id: person.name for person in list_people(connection)}
    return [
        {
            "claim": row,
            "said": [(names.get(one.user_id, "–"), one) for one in list_standing(connection, row.claim_id)],
        }
        for row in list_disagreements(connection)[:SHOWN_DISAGREEMENTS]
    ]
