"""The model in service and those before it: their cards, what was decided about them, and putting one into service."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from starlette.responses import FileResponse, Response

from pipeline.errors import ModelError, PipelineError
from pipeline.model.decisions import Decision, Grounds, find_challenger, find_doubts, last_judgement
from pipeline.model.freeze import METRICS
from pipeline.model.manifest import CARD, read_manifest
from pipeline.model.registry import Registry, Version
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.people import DATA, LEAD, MODERATOR
from pipeline.storage import read_json
from pipeline.web.access import App, Data, require
from pipeline.web.prose import draw_markdown
from pipeline.web.views import redirect, render, translate

router = APIRouter()

PROMOTED: Final = "model promoted"
NO_REASON: Final = "no reason was given"
MAX_REASON: Final = 500

READERS: Final = Depends(require(MODERATOR, LEAD, DATA))


@router.get("/model", dependencies=[READERS])
def show_models(request: Request, app: App) -> Response:
    """List the versions; show the card of the one in service."""
    registry = Registry(app.places.models)
    named = registry.champion()
    return _draw(request, registry, registry.find(named.version) if named else None)


@router.get("/model/{version}", dependencies=[READERS])
def show_version(request: Request, app: App, version: str) -> Response:
    """Show the card of a version."""
    registry = Registry(app.places.models)
    return _draw(request, registry, _find(registry, version))


@router.get("/model/{version}/{picture}", dependencies=[READERS])
def show_picture(app: App, version: str, picture: str) -> Response:
    """Give a plot of a card."""
    found = _find(Registry(app.places.models), version)
    named = read_manifest(found.directory)["files"]
    if picture not in named or not picture.endswith(".png"):
        raise HTTPException(404)
    return FileResponse(found.directory / picture, media_type="image/png")


@router.post("/model/{version}/pakai")
def promote_version(
    request: Request, app: App, me: Data, version: str, because: Annotated[str, Form()] = ""
) -> Response:
    """Put a version into service; one that the gate refused needs a reason."""
    registry = Registry(app.places.models)
    found, because = _find(registry, version), because.strip()[:MAX_REASON]
    doubts = find_doubts(last_judgement(registry.decisions(), found.name))
    if doubts and not because:
        said = translate(request, "Say why: the gate has not let this version pass.")
        return _draw(request, registry, found, fault=said)
    grounds = Grounds(me.name, (because or NO_REASON,), app.clock())
    with app.store.writing() as connection:
        write_event(
            connection, me.id, PROMOTED, f"model:{found.name}", {"overrode": bool(doubts)}, app.clock()
        )
        registry.promote(found.name, grounds, "overrode" if doubts else "promoted")
    return redirect(request, "/model", translate(request, "%(version)s is in service.", version=found.name))


def _draw(request: Request, registry: Registry, shown: Version | None, fault: str | None = None) -> Response:
    decisions, named = registry.decisions(), registry.champion()
    challenger, before = find_challenger(decisions), registry.previous_champion()
    roles = {challenger: "challenger", before: "before"} | ({named.version: "champion"} if named else {})
    versions = [_describe(registry, version, roles, decisions) for version in reversed(registry.versions())]
    card = _draw_card(request, shown) if shown else ""
    return render(
        request,
        "model.html",
        409 if fault else 200,
        versions=versions,
        shown=shown.name if shown else None,
        card=card,
        decisions=[one for one in reversed(decisions) if shown and shown.name in {one.version, one.previous}],
        champion=named.version if named else None,
        doubts=find_doubts(last_judgement(decisions, shown.name)) if shown else "",
        fault=fault,
    )


def _draw_card(request: Request, version: Version) -> str:
    written = (version.directory / CARD).read_text(encoding="utf-8")
    return draw_markdown(written, f"/model/{version.name}/", translate(request, "Table"))


def _describe(
    registry: Registry, version: str, roles: dict[str | None, str], decisions: list[Decision]
) -> dict[str, Any]:
    """Return what the list says of a version."""
    return {
        "name": version,
        "role": roles.get(version),
        "headline": _read_headline(registry, version),
        "judged": last_judgement(decisions, version),
    }


def _read_headline(registry: Registry, version: str) -> dict[str, Any]:
    """Return a version's honest figure; nothing where its file cannot be read."""
    try:
        content = read_json(registry.models / version / METRICS)
    except PipelineError:
        return {}
    headline = content.get("headline") if isinstance(content, dict) else None
    return headline if isinstance(headline, dict) else {}


def _find(registry: Registry, version: str) -> Version:
    try:
        return registry.find(version)
    except ModelError as error:
        raise HTTPException(404) from error
