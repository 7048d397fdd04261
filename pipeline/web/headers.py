"""What surrounds every request: bounds for its body, headers for its answer, one line in the server's log."""

import logging
import secrets
import time
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger: Final = logging.getLogger("saring.web")

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
ALWAYS_HTTPS: Final = "max-age=31536000"
API: Final = "/api/"
NO_ROUTE: Final = "(no route)"


def name_route(scope: Scope) -> str:
    """Return the pattern of the path that was asked for, never what stood in it."""
    pattern = getattr(scope.get("route"), "path", "")
    return f"{scope.get('root_path', '')}{pattern}" or NO_ROUTE


class Headers:
    """Adds security headers and a request's number, and notes method, route, status and milliseconds.

    The route stands for the path: a claim's name is the digest of a report's id, and what somebody searched for
    may be a report's words.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.added = HEADERS | ({"strict-transport-security": ALWAYS_HTTPS} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, number, status = time.perf_counter(), secrets.token_hex(8), 500

        async def add(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self.added.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
                headers["x-request-id"] = number
            await send(message)

        try:
            await self.app(scope, receive, add)
        finally:
            took_ms = (time.perf_counter() - began) * 1000
            logger.info("%s %s %d %.0f ms %s", scope["method"], name_route(scope), status, took_ms, number)


class Bounds:
    """Refuses a body that is larger than pages or the API take, before it is held in memory."""

    def __init__(self, app: ASGIApp, *, page_bytes: int, api_bytes: int) -> None:
        self.app = app
        self.page_bytes = page_bytes
        self.api_bytes = api_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.api_bytes if scope["path"].startswith(API) else self.page_bytes
        announced = dict(scope["headers"]).get(b"content-length", b"")
        n_bytes = int(announced) if announced.isdigit() else 0
        n_read = 0

        async def count() -> Message:
            nonlocal n_read
            if n_bytes <= limit:
                message = await receive()
                n_read += len(message.get("body", b""))
            if max(n_bytes, n_read) > limit:
                raise HTTPException(413, f"more than {limit:,} bytes were sent")
            return message

        await self.app(scope, count, send)
