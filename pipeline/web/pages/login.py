"""Coming in and going out; a form whose session had ended is offered again."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from pipeline.moderation.desk.people import Person
from pipeline.web.access import App, IsOurs, Me, Visit, guard, make_local, read_pending
from pipeline.web.auth.login import leave, try_password
from pipeline.web.auth.passwords import Crowded
from pipeline.web.fields import Text
from pipeline.web.views import keep_session, redirect, render, translate

router = APIRouter(include_in_schema=False)


@router.get("/masuk")
def login_page(request: Request, _: IsOurs, next: str = "/") -> Response:  # noqa: A002 - the field's usual name
    """Show the login page."""
    if request.state.visit.person is not None:
        return redirect(request, make_local(next))
    return show_login(request, target=next)


@router.post("/masuk")
def log_in(  # noqa: PLR0913, PLR0917 - the form's fields
    request: Request,
    app: App,
    is_ours: IsOurs,
    name: Text = "",
    password: Text = "",
    next: Text = "/",  # noqa: A002
    pending: Text = "",
) -> Response:
    """Compare the password; then go on where the person was."""
    visit: Visit = request.state.visit
    if not is_ours:
        return _answer_stale(request, visit, next, name, pending)
    address = request.client.host if request.client else ""
    try:
        outcome = try_password(app, name, password, address, visit.session_id)
    except Crowded:
        return show_login(request, 503, target=next, name=name, pending=pending)
    if outcome.person is None:
        status = 429 if outcome.is_throttled else 401
        return show_login(request, status, target=next, name=name, pending=pending, fault=True)
    request.state.visit = Visit(outcome.session_id, False, outcome.person)
    response = show_pending(request, pending) if pending else redirect(request, next)
    keep_session(request, response, outcome.session_id)
    return response


@router.post("/keluar", dependencies=[Depends(guard)])
def log_out(request: Request, app: App, me: Me) -> Response:
    """End the session."""
    leave(app, me, request.state.visit.session_id)
    return redirect(request, "/masuk")


def _answer_stale(request: Request, visit: Visit, target: str, name: str, pending: str) -> Response:
    """Answer a form of an earlier page: in another tab somebody logged in meanwhile, or cookies are off."""
    if visit.person is not None:
        return redirect(request, make_local(target))
    return show_login(request, 403, target=target, name=name, pending=pending, stale=True)


def show_login(  # noqa: PLR0913 - what the page holds
    request: Request,
    status: int = 200,
    *,
    target: str = "/",
    name: str = "",
    pending: str | None = None,
    fault: bool = False,
    stale: bool = False,
) -> Response:
    """Return the login page."""
    context = {"target": make_local(target), "name": name, "pending": pending or "", "fault": fault}
    return render(
        request, "login.html", status, too_often=status == 429, crowded=status == 503, stale=stale, **context
    )


def show_pending(request: Request, pending: str) -> Response:
    """Offer a form again that came too late; only to the person who filled it in."""
    form = read_pending(request, pending)
    person: Person = request.state.visit.person
    if form is None or form["owner"] not in {None, person.id}:
        return redirect(request, "/", translate(request, "What was sent before the login was not kept."))
    return render(request, "pending.html", target=make_local(form["path"]), fields=form["fields"])
