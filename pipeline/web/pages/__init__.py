"""The pages, one router each; whoever opens them is logged in, and every form carries its session's token."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from pipeline.moderation.desk.people import DATA
from pipeline.web.access import Me, guard
from pipeline.web.pages import (
    account,
    claim,
    cohorts,
    guide,
    log,
    model,
    people,
    quality,
    queue,
    search,
    work,
)
from pipeline.web.views import redirect

PAGES: tuple[APIRouter, ...] = (
    queue.router,
    claim.router,
    search.router,
    work.router,
    cohorts.router,
    quality.router,
    model.router,
    log.router,
    guide.router,
    people.router,
    account.router,
)
"""All pages that need a login; their links stand in base.html."""


def build_pages() -> APIRouter:
    """Return one router of all pages behind the login."""
    pages = APIRouter(dependencies=[Depends(guard)], include_in_schema=False)
    pages.get("/")(open_first)
    for page in PAGES:
        pages.include_router(page)
    return pages


def open_first(request: Request, me: Me) -> Response:
    """Go to where this person's work is."""
    return redirect(request, "/model" if me.role == DATA else "/antrean")
