"""What went wrong in, a page for people or a problem for programs out; never a traceback or a report's text."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from pipeline.errors import PipelineError, QueueError, SchemaError, StorageError
from pipeline.web.access import SAFE, LoginNeeded, open_visit
from pipeline.web.api.problems import answer
from pipeline.web.faults import explain_fault
from pipeline.web.headers import API, HEADERS
from pipeline.web.views import render, translate

logger: Final = logging.getLogger("saring.web")

BAD_REQUEST: Final = 400
CONFLICT: Final = 409
BROKEN: Final = 500
AWAY: Final = 503
RETRY_SECONDS: Final = "10"

TITLES: Final = {
    400: "This request cannot be read",
    403: "This page is not yours to open",
    404: "There is no such page",
    405: "This cannot be done here",
    409: "This cannot be done now",
    413: "This is too large",
    429: "Too often",
    500: "Something broke",
    503: "The database does not answer",
}

Handler = Callable[[Request, Exception], Awaitable[Response]]


def add_handlers(app: FastAPI) -> None:
    """Say what becomes of each kind of mistake."""
    handlers: dict[type[Exception], Handler] = {
        HTTPException: _refuse,
        RequestValidationError: _refuse_form,
        LoginNeeded: _ask_login,
        StorageError: _say_away,
        QueueError: _say_mistake,
        SchemaError: _say_mistake,
        PipelineError: _say_broken,
        Exception: _say_broken,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def show_error(request: Request, status: int, detail: str = "") -> Response:
    """Return a page or a problem."""
    title = TITLES.get(status, TITLES[BAD_REQUEST])
    if request.url.path.startswith(API):
        return answer(status, title, detail)
    response = render(
        request, "error.html", status, title=translate(request, title), code=status, detail=detail
    )
    if status == AWAY:
        response.headers["retry-after"] = RETRY_SECONDS
    return response


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if not request.url.path.startswith(API):
        if error.status_code == 405 and request.method in SAFE:
            return _lead_up(request)
        with suppress(StorageError):  # so that the page knows who reads it, where that can be known
            await open_visit(request)
    response = show_error(request, error.status_code, "" if error.status_code == 404 else error.detail)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _lead_up(request: Request) -> Response:
    """Lead from an address that only takes forms to the page above it: a language link on its answer ends here."""
    query = f"?{request.url.query}" if request.url.query else ""
    path = request.url.path.rpartition("/")[0]
    while path and not _is_page(request, path):
        path = path.rpartition("/")[0]
    return RedirectResponse((path or "/") + query, 303)


def _is_page(request: Request, path: str) -> bool:
    scope = dict(request.scope) | {"path": path, "method": "GET"}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


async def _refuse_form(request: Request, error: Exception) -> Response:
    """Name the fields that are wrong, never what they held."""
    assert isinstance(error, RequestValidationError)
    places = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors()})
    return show_error(request, BAD_REQUEST, ", ".join(places))


async def _ask_login(request: Request, error: Exception) -> Response:
    """Go to the login page; a form that was sent waits there until its sender is back."""
    assert isinstance(error, LoginNeeded)
    if request.method in SAFE:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse("/masuk?" + urlencode({"next": request.url.path + query}), 303)
    from pipeline.web.pages.login import show_login, show_pending  # noqa: PLC0415 - pages render errors too

    if error.again and error.pending:
        return show_pending(request, error.pending)
    return show_login(request, 401, pending=error.pending)


async def _say_away(request: Request, error: Exception) -> Response:
    logger.error("%s", error)
    return show_error(request, AWAY)


async def _say_mistake(request: Request, error: Exception) -> Response:
    said = explain_fault(request, error) if isinstance(error, QueueError) else str(error)
    return show_error(request, CONFLICT, said)


async def _say_broken(request: Request, error: Exception) -> Response:
    """Answer after a bug; the server's log holds its traceback, without the values of statements."""
    if isinstance(error, PipelineError):
        logger.error("%s", error)
    response = show_error(request, BROKEN)
    response.headers.update(HEADERS)  # this answer does not pass the middleware
    return response
