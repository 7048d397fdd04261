"""Problem details for HTTP APIs (RFC 9457)."""

from typing import Any

from fastapi.responses import JSONResponse


def answer(status: int, title: str, detail: str = "", **more: Any) -> JSONResponse:
    """Return a problem."""
    content = {"type": "about:blank", "title": title, "status": status, **more}
    if detail:
        content["detail"] = detail
    return JSONResponse(content, status, media_type="application/problem+json")
