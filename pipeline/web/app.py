"""The application: services in, a FastAPI application out."""

from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from pipeline.web.api import create_api
from pipeline.web.errors import add_handlers
from pipeline.web.headers import Bounds, Headers
from pipeline.web.pages import build_pages, login
from pipeline.web.services import Services
from pipeline.web.views import STATIC, share_views

KB: Final = 1024
FOREVER: Final = "public, max-age=31536000, immutable"


def create_app(services: Services) -> FastAPI:
    """Return the page and the API over these services."""
    serve = services.params.serve
    app = FastAPI(
        title="Saring",
        openapi_url=None,
        middleware=[
            Middleware(Headers, secure=services.settings.secure),
            Middleware(Bounds, page_bytes=serve.page_body_kb * KB, api_bytes=serve.api_body_mb * KB * KB),
        ],
    )
    app.state.services = services
    app.state.views = share_views()
    add_handlers(app)
    app.include_router(login.router)
    app.include_router(build_pages())
    app.mount("/api/v1", create_api(services))
    app.mount("/static", Static(directory=STATIC), name="static")
    return app


class Static(StaticFiles):
    """Files that a browser may keep for good where their address names their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file."""
        response = await super().get_response(path, scope)
        is_named = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = FOREVER if is_named else "no-cache"
        return response
