"""One's own account: a new password, and logging out everywhere."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.errors import Mistake, QueueError
from pipeline.web.access import App, Me
from pipeline.web.auth.login import change_own_password, leave_everywhere
from pipeline.web.auth.passwords import MIN_CHARS
from pipeline.web.faults import explain_fault
from pipeline.web.fields import Text
from pipeline.web.views import keep_session, redirect, render, translate

router = APIRouter(prefix="/akun")


@router.get("")
def show_account(request: Request, me: Me) -> Response:  # noqa: ARG001 - anybody who is logged in
    """Show one's own account."""
    return render(request, "account.html", fault="", min_chars=MIN_CHARS)


@router.post("/sandi")
def change_password(  # noqa: PLR0913, PLR0917 - the form's fields
    request: Request, app: App, me: Me, current: Text = "", wanted: Text = "", repeated: Text = ""
) -> Response:
    """Change one's own password; other browsers are logged out."""
    address = request.client.host if request.client else ""
    try:
        if wanted != repeated:
            line = "password: differs from its repetition; expected the same twice"
            raise QueueError(line, Mistake.PASSWORDS_DIFFER)
        session_id = change_own_password(app, me, (current, wanted), address)
    except QueueError as error:
        return render(request, "account.html", 409, fault=explain_fault(request, error), min_chars=MIN_CHARS)
    if session_id is None:
        fault = translate(request, "The current password is wrong, or was tried too often.")
        return render(request, "account.html", 409, fault=fault, min_chars=MIN_CHARS)
    said = translate(request, "Your password is changed. Other browsers are logged out.")
    response = redirect(request, "/akun", said)
    keep_session(request, response, session_id)
    return response


@router.post("/keluar")
def log_out_everywhere(request: Request, app: App, me: Me) -> Response:
    """End all of one's sessions."""
    leave_everywhere(app, me)
    return redirect(request, "/masuk")
