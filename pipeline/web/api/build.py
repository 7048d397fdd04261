"""Services in, the API as an application of its own out: its errors are problems, its contract is OpenAPI."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware

from pipeline.web.api import claims, observations, priorities, reports, scores, service
from pipeline.web.api.contract import Observation, ProblemDetails, Report, RulingBody, Text
from pipeline.web.api.limits import RateLimiter
from pipeline.web.api.metrics import Measured, Metrics
from pipeline.web.api.problems import add_handlers
from pipeline.web.intake import Intake
from pipeline.web.services import Services

VERSION: Final = "1"
ABOUT: Final = (
    "Saring orders a queue of reported content; people decide. Send reports, and ask what became of them. "
    "Every error is a problem (RFC 9457). Docs: docs/api.md."
)
ROUTES: Final = (reports, observations, claims, priorities, scores, service)
READ_BY_HAND: Final = (Report, Observation, RulingBody, Text, ProblemDetails)


def create_api(services: Services) -> FastAPI:
    """Return the application that is mounted at /api/v1."""
    metrics = Metrics()
    api = FastAPI(
        title="Saring",
        version=VERSION,
        description=ABOUT,
        docs_url=None,  # the page would load scripts from elsewhere
        redoc_url=None,
        middleware=[Middleware(Measured, metrics=metrics)],
    )
    api.state.services = services
    api.state.metrics = metrics
    api.state.intake = Intake(services.params, services.keys.pseudonym, services.places.tombstones)
    api.state.limiter = RateLimiter(services.params.serve.api_units_per_minute)
    add_handlers(api)
    for module in ROUTES:
        api.include_router(module.router)
    api.openapi = lambda: describe(api)  # type: ignore[method-assign]
    return api


def describe(api: FastAPI) -> dict[str, Any]:
    """Return the contract: what FastAPI reads from the routes, and the bodies that routes read themselves."""
    if api.openapi_schema is None:
        made = get_openapi(
            title=api.title,
            version=api.version,
            description=api.description,
            routes=api.routes,
            servers=[{"url": "/api/v1"}],
        )
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for model in READ_BY_HAND:
            schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
        api.openapi_schema = made
    return api.openapi_schema
