"""Problem details for HTTP APIs (RFC 9457): what went wrong in, an answer that programs can read out."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from pipeline.errors import ModelError, PipelineError, QueueError, StorageError

logger: Final = logging.getLogger("saring.web")

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = "10"


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """A request that is refused, with one line that says why; `more` are members of the answer."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more


def answer(status: int, title: str = "", detail: str = "", **more: Any) -> JSONResponse:
    """Return a problem; its title says what the status means."""
    content = {"type": "about:blank", "title": title or HTTPStatus(status).phrase, "status": status, **more}
    if detail:
        content["detail"] = detail
    return JSONResponse(content, status, media_type=MEDIA_TYPE)


def add_handlers(api: FastAPI) -> None:
    """Answer every mistake and every fault with a problem."""
    api.add_exception_handler(Problem, _say_problem)
    api.add_exception_handler(HTTPException, _say_refused)
    api.add_exception_handler(RequestValidationError, _say_invalid)
    api.add_exception_handler(StorageError, _say_away)
    api.add_exception_handler(ModelError, _say_away)
    api.add_exception_handler(QueueError, _say_conflict)
    api.add_exception_handler(PipelineError, _say_broken)
    api.add_exception_handler(Exception, _say_broken)


def describe_invalid(errors: Any) -> str:
    """Return the first thing that is wrong, by its place; never what stood there.

    >>> describe_invalid([{"loc": ("query", "limit"), "msg": "Input should be less than 200", "type": "x"}])
    'limit: input should be less than 200'
    """
    first = errors[0]
    place = ".".join(str(part) for part in first["loc"] if part not in {"query", "path", "body", "header"})
    said = str(first["msg"])
    return f"{place or 'body'}: {said[:1].lower()}{said[1:]}"


async def _say_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _finish(request, answer(error.status, detail=error.detail, **error.more), error.headers)


async def _say_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    detail = "" if error.detail == phrase else error.detail
    return _finish(request, answer(error.status_code, detail=detail), error.headers or {})


async def _say_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _finish(request, answer(422, detail=describe_invalid(error.errors())))


async def _say_away(request: Request, error: Exception) -> Response:
    logger.error("%s", error)
    detail = "the store or the model cannot be used now; nothing of this request was kept; try again"
    return _finish(request, answer(503, detail=detail), {"retry-after": RETRY_SECONDS})


async def _say_conflict(request: Request, error: Exception) -> Response:
    assert isinstance(error, QueueError)
    return _finish(request, answer(409, detail=str(error), code=error.mistake))


async def _say_broken(request: Request, error: Exception) -> Response:
    if isinstance(error, PipelineError):
        logger.error("%s", error)
    return _finish(request, answer(500, detail="this is a fault of ours; the server's log holds what it was"))


def _finish(request: Request, response: JSONResponse, headers: Mapping[str, str] | None = None) -> Response:
    """Add what a refusal says of the next try, and what the token may still ask."""
    allowed: Mapping[str, str] = getattr(request.state, "rate_headers", {})
    for name, value in {**allowed, **(headers or {})}.items():
        response.headers[name] = value
    return response
