"""Whether the server can work, and how it does: health for load balancers, metrics for Prometheus."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse

from pipeline.moderation.desk.people import DATA, SERVICE
from pipeline.moderation.store import require_version
from pipeline.web.access import App
from pipeline.web.api.bearer import allow
from pipeline.web.api.contract import Health, refusals
from pipeline.web.api.metrics import CONTENT_TYPE

router = APIRouter(tags=["service"])


@router.get("/health", response_model=Health, responses=refusals(500, 503))
def read_health(app: App) -> Any:
    """Say that the store answers and which model is in service; 503 where the store does not."""
    require_version(app.store)
    bundle = app.models.get()
    return {"status": "ok", "store": "reachable", "model_version": bundle.version if bundle else None}


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    dependencies=[Depends(allow(DATA, SERVICE))],
    responses={
        200: {
            "content": {CONTENT_TYPE: {"schema": {"type": "string"}}},
            "description": "Prometheus' text format.",
        },
        **refusals(401, 403, 429, 500, 503),
    },
)
def read_metrics(request: Request, app: App) -> Response:
    """Read what this process counted since it began, and how the queue stands.

    A token is needed even from this very machine: behind a proxy everybody comes from there.
    """
    metrics = request.app.state.metrics
    return Response(metrics.write(app), media_type=CONTENT_TYPE)
