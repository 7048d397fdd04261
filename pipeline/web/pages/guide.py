"""How the page is used, and its keys."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.web.access import App
from pipeline.web.views import render

router = APIRouter()


@router.get("/bantuan")
def show_help(request: Request, app: App) -> Response:
    """Show the help."""
    return render(request, "help.html", queue=app.params.queue, audit=app.params.audit)
