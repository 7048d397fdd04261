"""A template and what it shows in, a page in the reader's language out; redirects that say what was done."""

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from starlette.responses import Response

from pipeline.web.access import Visit, cookie_name, csrf_of, make_local, services_of
from pipeline.web.formats import list_filters
from pipeline.web.language import COOKIE, LANGUAGES, choose_language, load_translations
from pipeline.web.naming import list_names

STATIC: Final = Path(__file__).parent / "static"
NOTE: Final = "note"
NOTE_COOKIE: Final = "note"
NOTE_LIFETIME: Final = timedelta(minutes=5)
A_YEAR: Final = 365 * 24 * 3600
SHORT_DIGEST: Final = 10


class Views:
    """One environment of templates for each language."""

    def __init__(self) -> None:
        self.translations = load_translations()
        self.environments = {language: self._build(language) for language in LANGUAGES}

    def _build(self, language: str) -> Environment:
        environment = Environment(
            loader=PackageLoader("pipeline.web"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(  # type: ignore[attr-defined]
            self.translations[language], newstyle=True
        )
        environment.filters.update(list_filters(language))
        environment.globals["asset"] = _name_asset
        environment.globals["languages"] = LANGUAGES
        environment.globals.update(list_names(self.translations[language]))
        environment.tests["web_address"] = _is_web_address
        return environment


@cache
def share_views() -> Views:
    """Return the one set of templates of a process; they are compiled when they are first used."""
    return Views()


def render(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page. Needs no database, so that it can also say that there is none."""
    language = language_of(request)
    services = services_of(request)
    visit: Visit | None = getattr(request.state, "visit", None)
    note = services.signer(NOTE).read(request.cookies.get(NOTE_COOKIE), NOTE_LIFETIME)
    everywhere = {
        "me": visit.person if visit else None,
        "csrf": csrf_of(request),
        "csrf_field": lambda: Markup('<input type="hidden" name="csrf" value="{}">').format(csrf_of(request)),
        "language": language,
        "path": request.url.path,
        "link": lambda **changes: _change_query(request, changes),
        "note": note,
        "demo": services.settings.demo,
        "now": services.clock(),
    }
    page = request.app.state.views.environments[language].get_template(template)
    response = HTMLResponse(page.render(everywhere | context), status)
    if note:
        response.delete_cookie(NOTE_COOKIE)
    _remember(request, response, visit)
    return response


def redirect(request: Request, path: str, note: str | None = None, *, undo: str | None = None) -> Response:
    """Send a browser on to a page of ours, which shows a note once, with a button that posts to `undo`."""
    response = RedirectResponse(make_local(path), 303)
    if note is not None:
        services = services_of(request)
        signed = services.signer(NOTE).sign({"text": note, "undo": undo})
        _set_cookie(request, response, NOTE_COOKIE, signed, int(NOTE_LIFETIME.total_seconds()))
    return response


def keep_session(request: Request, response: Response, session_id: str) -> None:
    """Give a browser the id of its session; the browser forgets it when it closes."""
    _set_cookie(request, response, cookie_name(services_of(request)), session_id, None)


def translate(request: Request, message: str, **values: Any) -> str:
    """Return a message in the reader's language, its %(name)s filled in."""
    text = request.app.state.views.translations[language_of(request)].gettext(message)
    return str(text % values if values else text)


def translate_plural(request: Request, one: str, many: str, n: int, **values: Any) -> str:
    """Return a message about `n` things; `%(num)d` is n."""
    text = request.app.state.views.translations[language_of(request)].ngettext(one, many, n)
    return str(text % ({"num": n} | values))


def language_of(request: Request) -> str:
    """Return the reader's language, id or en."""
    return choose_language(request)


def _remember(request: Request, response: Response, visit: Visit | None) -> None:
    """Keep what the browser needs for its next request: an id for its forms, the language it chose."""
    if visit and visit.is_new:
        keep_session(request, response, visit.session_id)
    wished = request.query_params.get(COOKIE)
    if wished in LANGUAGES and wished != request.cookies.get(COOKIE):
        _set_cookie(request, response, COOKIE, wished, A_YEAR)


def _set_cookie(request: Request, response: Response, name: str, value: str, max_age: int | None) -> None:
    secure = services_of(request).settings.secure
    response.set_cookie(name, value, max_age=max_age, secure=secure, httponly=True, samesite="lax")


def _change_query(request: Request, changes: dict[str, Any]) -> str:
    """Return this page's address with some of its query changed; None takes a part away."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changes]
    added = [(name, str(value)) for name, value in changes.items() if value is not None]
    query = urlencode(kept + added)
    return request.url.path + (f"?{query}" if query else "")


def _name_asset(name: str) -> str:
    """Return the address of a static file; it changes with the content, so that browsers may keep it."""
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:SHORT_DIGEST]}"


def _is_web_address(url: str) -> bool:
    """Say whether a reported address may become a link: only one that a browser opens as a page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable()
