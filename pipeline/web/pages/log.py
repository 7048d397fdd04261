"""The log of all actions, line by line, and whether it is whole."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from pipeline.errors import QueueError
from pipeline.moderation.desk.blind import list_in_hand
from pipeline.moderation.desk.log import read_head, read_signed_head, sign_head, verify_log
from pipeline.moderation.desk.logbook import list_kinds, list_lines, read_codes
from pipeline.moderation.desk.people import DATA, LEAD, MODERATOR, Person
from pipeline.web.access import App, require
from pipeline.web.fields import RowInQuery
from pipeline.web.views import render, translate

router = APIRouter()

PAGE_ROWS: Final = 50
SHOWN_FAULTS: Final = 20
KINDS_SECONDS: Final = 60.0
HIDDEN: Final = frozenset({"lane", "purpose", "standing"})
"""What only leads may know of a line: it could tell which claims are read for quality."""

Reader = Annotated[Person, Depends(require(MODERATOR, LEAD, DATA))]


@router.get("/log")
def show_log(  # noqa: PLR0913, PLR0917 - what the address may say
    request: Request, app: App, me: Reader, sebelum: RowInQuery = None, jenis: str = "", siapa: str = ""
) -> Response:
    """Show some lines, the latest first."""
    return _draw(request, app, me, sebelum, jenis.replace("\0", ""), siapa.replace("\0", ""))


@router.post("/log")
def check_log(request: Request, app: App, me: Reader, head: Annotated[str, Form()] = "") -> Response:
    """Verify the whole log, against an earlier head where one is given."""
    try:
        earlier = read_signed_head(head, app.keys.log) if head.strip() else None
    except QueueError:
        said = translate(request, "This is no head of this log: paste the whole line as it was shown.")
        return _draw(request, app, me, fault=said)
    with app.store.reading() as connection:
        faults = verify_log(connection, earlier)
    return _draw(request, app, me, faults=faults[:SHOWN_FAULTS], n_faults=len(faults), checked=True)


def _draw(  # noqa: PLR0913, PLR0917 - what the page shows
    request: Request,
    app: App,
    me: Person,
    before: int | None = None,
    kind: str = "",
    who: str = "",
    **found: Any,
) -> Response:
    with app.store.reading() as connection:
        page = list_lines(connection, PAGE_ROWS, before, kind or None, who or None)
        head = read_head(connection)
        kinds = app.memo.recall("kinds of lines", KINDS_SECONDS, lambda: list_kinds(connection))
        hidden = list_in_hand(connection, me, app.clock())
    told: dict[str, Any] = {"faults": [], "n_faults": 0, "checked": False, "fault": None} | found
    return render(
        request,
        "log.html",
        lines=[(line, _read_shown(line.detail, me)) for line in page.lines if line.subject not in hidden],
        before=page.before,
        is_first=before is None,
        kinds=kinds,
        kind=kind,
        who=who,
        head=head,
        signed=sign_head(head, app.clock(), app.keys.log),
        **told,
    )


def _read_shown(detail: str, me: Person) -> dict[str, Any]:
    codes = read_codes(detail)
    hidden = frozenset() if me.role == LEAD else HIDDEN
    return {name: value for name, value in codes.items() if value is not None and name not in hidden}
