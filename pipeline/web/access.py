"""Who may come in: a request in, the person behind it out, or the login page, or a refusal.

A form that comes after its session ended is not lost: it goes along with the login page, signed, and is shown
again to the same person afterwards. Nothing is done without the token of a session that holds.
"""

import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool

from pipeline.moderation.desk.people import DATA, LEAD, MODERATOR, Person
from pipeline.web.auth.sessions import find_login, find_owner, make_csrf, make_id, note_seen
from pipeline.web.services import Services

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF: Final = "csrf"
PENDING: Final = "pending form"
PENDING_LIFETIME: Final = timedelta(hours=1)
MAX_PENDING_CHARS: Final = 20_000
PASSWORDS: Final = frozenset({"password", "current", "wanted", "repeated"})
"""Fields that are never shown again."""


class LoginNeeded(Exception):  # noqa: N818 - no error, a way to the login page
    """Nobody is logged in; `pending` is the form that was sent, signed, where it came from this browser's page."""

    def __init__(self, pending: str | None = None, *, again: bool = False) -> None:
        super().__init__("nobody is logged in")
        self.pending = pending
        self.again = again


class Visit(NamedTuple):
    """A browser: the id in its cookie (new where it had none), and who is logged in."""

    session_id: str
    is_new: bool
    person: Person | None


def services_of(request: Request) -> Services:
    """Return what all requests of this application share."""
    services: Services = request.app.state.services
    return services


async def give_services(request: Request) -> Services:
    """Give the services to a route."""
    return services_of(request)


async def open_visit(request: Request) -> Visit:
    """Find out who is asking, once a request."""
    known = getattr(request.state, "visit", None)
    if isinstance(known, Visit):
        return known
    services = services_of(request)
    session_id = request.cookies.get(cookie_name(services))
    person = await run_in_threadpool(_look_up, services, session_id) if session_id else None
    visit = Visit(session_id or make_id(), not session_id, person)
    request.state.visit = visit
    return visit


async def guard(request: Request) -> Person:
    """Let in who is logged in; a form must carry the token of this very session."""
    visit = await open_visit(request)
    if request.method in SAFE:
        if visit.person is None:
            raise LoginNeeded
        return visit.person
    fits = await _has_token(request, visit)
    if visit.person is not None and fits:
        return visit.person
    sent_by_us = fits or request.headers.get("sec-fetch-site") == "same-origin"
    pending = await run_in_threadpool(_pack, request, visit, await request.form()) if sent_by_us else None
    if visit.person is None:
        raise LoginNeeded(pending)
    if pending is None:
        raise HTTPException(403, "this form was not sent from a page of yours")
    raise LoginNeeded(pending, again=True)


async def look_at_guest(request: Request) -> bool:
    """Let anybody in; say whether a form comes from a page that this browser was given."""
    visit = await open_visit(request)
    return request.method in SAFE or await _has_token(request, visit)


def require(*roles: str) -> Callable[..., Any]:
    """Return a dependency that lets in people of these roles."""

    async def find_person(person: Annotated[Person, Depends(guard)]) -> Person:
        if person.role not in roles:
            raise HTTPException(403, "your role does not open this page")
        return person

    return find_person


IsOurs = Annotated[bool, Depends(look_at_guest)]
App = Annotated[Services, Depends(give_services)]
Me = Annotated[Person, Depends(guard)]
Judge = Annotated[Person, Depends(require(MODERATOR, LEAD))]
Lead = Annotated[Person, Depends(require(LEAD))]
Data = Annotated[Person, Depends(require(DATA))]
LeadOrData = Annotated[Person, Depends(require(LEAD, DATA))]


def cookie_name(services: Services) -> str:
    """Return the cookie's name; by HTTPS browsers keep other hosts of the domain from setting it."""
    return "__Host-saring" if services.settings.secure else "saring"


def csrf_of(request: Request) -> str:
    """Return what the forms of this page must send along."""
    visit: Visit | None = getattr(request.state, "visit", None)
    return make_csrf(services_of(request).keys.secret, visit.session_id) if visit else ""


def make_local(path: str | None) -> str:
    r"""Return a path of this server, or "/" for whatever leads elsewhere.

    >>> make_local("/klaim/c-1?urut=tenggat"), make_local("//evil.example"), make_local("/\\\\evil.example")
    ('/klaim/c-1?urut=tenggat', '/', '/')
    """
    bad = not path or not path.startswith("/") or path.startswith("//") or "\\" in path
    return "/" if bad or not (path or "").isprintable() else str(path)


def read_pending(request: Request, signed: str | None) -> dict[str, Any] | None:
    """Return a form that came too late: path, fields (couples), owner (an account's number or None)."""
    content = services_of(request).signer(PENDING).read(signed, PENDING_LIFETIME)
    return content if isinstance(content, dict) else None


def _look_up(services: Services, session_id: str) -> Person | None:
    serve, now = services.params.serve, services.clock()
    with services.store.reading() as connection:
        login = find_login(connection, session_id, serve, now)
    if login is None:
        return None
    if login.is_stale:
        with services.store.writing() as connection:
            note_seen(connection, session_id, now)
    return login.person


async def _has_token(request: Request, visit: Visit) -> bool:
    sent = (await request.form()).get(CSRF)
    expected = make_csrf(services_of(request).keys.secret, visit.session_id)
    return isinstance(sent, str) and hmac.compare_digest(sent.encode(), expected.encode())


def _pack(request: Request, visit: Visit, form: Any) -> str | None:
    """Sign what was sent, so that it can be shown again after the login; None for passwords and files."""
    fields = [(name, value) for name, value in form.multi_items() if name != CSRF]
    if any(not isinstance(value, str) or name in PASSWORDS for name, value in fields):
        return None
    services = services_of(request)
    with services.store.reading() as connection:
        owner = find_owner(connection, visit.session_id)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    signed = services.signer(PENDING).sign({"path": path, "fields": fields, "owner": owner})
    return signed if len(signed) <= MAX_PENDING_CHARS else None
