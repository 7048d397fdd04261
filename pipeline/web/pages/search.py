"""Looking for words in claims, and one verdict on all that was found: shown first, then decided, taken back at once."""

from typing import Final

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.responses import Response

from pipeline.errors import QueueError
from pipeline.moderation.desk.blind import list_in_hand
from pipeline.moderation.desk.bulk import BulkDone, decide_all, list_decidable, undo_all
from pipeline.moderation.desk.orders import Order, read_cursor, write_cursor
from pipeline.moderation.desk.pages import ANYTHING, resolve_claim
from pipeline.moderation.desk.search import Search, count_found, find_claims, read_words
from pipeline.moderation.desk.verdicts import MISINFORMATION, VERDICTS, Ruling
from pipeline.moderation.store.base import AnyRow
from pipeline.schema.columns import CLAIM_TYPES
from pipeline.web.access import App, Judge
from pipeline.web.faults import explain_fault
from pipeline.web.fields import RowInPath, Text
from pipeline.web.pages.filters import DUE_HOURS, Choice, Chosen
from pipeline.web.pages.queue import PAGE_ROWS, read_summary
from pipeline.web.views import redirect, render, translate, translate_plural

router = APIRouter()

SHOWN: Final = 10


@router.get("/cari")
def search_claims(  # noqa: PLR0913, PLR0917 - what the address may say
    request: Request,
    app: App,
    me: Judge,
    chosen: Chosen,
    q: str = "",
    tunggu: bool = False,
    setelah: str = "",
) -> Response:
    """Show what was found, or, for a claim's number, the claim."""
    with app.store.reading() as connection:
        named = _find_by_name(connection, q.strip())
        hidden = frozenset(list_in_hand(connection, me, app.clock()))
    if named:
        return redirect(request, f"/klaim/{named}")
    search = Search(read_words(q), chosen.build_filter(app.clock()), tunggu, hidden)
    try:
        after = read_cursor(setelah, Order.harm) if setelah else None
    except QueueError:
        after = None
    with app.store.reading() as connection:
        page = find_claims(connection, search, PAGE_ROWS, after)
        n_found, n_open = count_found(connection, search)
    return render(
        request,
        "search.html",
        searched=q,
        claims=page.claims,
        following=page.following and write_cursor(page.following),
        is_first=after is None,
        asked=bool(search.words or search.wanted != ANYTHING),
        n_found=n_found,
        n_open=n_open,
        max_bulk=app.params.queue.max_bulk,
        only_open=tunggu,
        chosen=chosen,
        types=CLAIM_TYPES,
        verdicts=VERDICTS,
        due_choices=list(DUE_HOURS),
        summary=read_summary(app),
        blurred=app.params.queue.blur_types,
        clock=app.tick(),
        fault=None,
    )


@router.post("/massal")
def preview_bulk(  # noqa: PLR0913, PLR0917 - the form's fields
    request: Request,
    app: App,
    me: Judge,
    chosen: Chosen,
    q: Text = "",
    verdict: Text = "",
    type: Text = "",  # noqa: A002 - the field's name
    note: Text = "",
) -> Response:
    """Show which claims would be decided, and how; nothing is decided yet."""
    with app.store.reading() as connection:
        hidden = frozenset(list_in_hand(connection, me, app.clock()))
        search = Search(read_words(q), chosen.build_filter(app.clock()), only_open=True, without=hidden)
        n_open = count_found(connection, search).n_open
        found = find_claims(connection, search, app.params.queue.max_bulk).claims
        free = list_decidable(connection, me, [row.claim_id for row in found], app.tick())
    return _show_preview(
        request,
        app,
        free,
        n_open - len(free),
        chosen,
        {"q": q, "verdict": verdict, "type": type, "note": note},
    )


@router.post("/massal/putusan")
def decide_bulk(  # noqa: PLR0913, PLR0917 - the form's fields
    request: Request,
    app: App,
    me: Judge,
    chosen: Chosen,
    claim_ids: Text = "",
    q: Text = "",
    verdict: Text = "",
    type: Text = "",  # noqa: A002
    note: Text = "",
) -> Response:
    """Decide exactly the claims that were shown, those that still wait."""
    named = claim_ids.split()[: app.params.queue.max_bulk]
    ruling = Ruling(verdict, type if verdict == MISINFORMATION else None, note.strip() or None)
    try:
        with app.store.writing() as connection:
            done = decide_all(connection, me, named, ruling, app.tick())
    except QueueError as error:
        with app.store.reading() as connection:
            free = list_decidable(connection, me, named, app.tick())
        fields = {"q": q, "verdict": verdict, "type": type, "note": note}
        return _show_preview(request, app, free, len(named) - len(free), chosen, fields, error)
    return _tell(request, done)


@router.post("/massal/{sequence}/batal")
def undo_bulk(request: Request, app: App, me: Judge, sequence: RowInPath) -> Response:
    """Take all of a bulk verdict back."""
    try:
        with app.store.writing() as connection:
            undone = undo_all(connection, me, sequence, app.tick())
    except QueueError as error:
        return redirect(request, "/pekerjaan", explain_fault(request, error))
    said = translate_plural(
        request, "%(num)d verdict was taken back.", "%(num)d verdicts were taken back.", undone.n_undone
    )
    if undone.n_gone:
        said += " " + translate_plural(
            request,
            "%(num)d had been changed since and stays.",
            "%(num)d had been changed since and stay.",
            undone.n_gone,
        )
    return redirect(request, "/pekerjaan", said)


def _show_preview(  # noqa: PLR0913, PLR0917 - what the page shows
    request: Request,
    app: App,
    free: list[AnyRow],
    n_left: int,
    chosen: Choice,
    fields: dict[str, str],
    error: QueueError | None = None,
) -> Response:
    """Return the page that asks once more; without a verdict or a claim it says what is missing."""
    fault = explain_fault(request, error) if error else None
    if fields["verdict"] not in VERDICTS:
        fault = translate(request, "Choose a verdict.")
    return render(
        request,
        "bulk.html",
        400 if fault else 200,
        claims=free,
        shown=SHOWN,
        n_left=n_left,
        fields=fields,
        chosen=chosen._asdict(),
        fault=fault,
        blurred=app.params.queue.blur_types,
        clock=app.tick(),
    )


def _tell(request: Request, done: BulkDone) -> Response:
    said = translate_plural(
        request, "%(num)d claim was decided.", "%(num)d claims were decided.", done.n_decided
    )
    if done.n_left:
        said += " " + translate_plural(
            request,
            "%(num)d was left alone: decided meanwhile, or in somebody's hands.",
            "%(num)d were left alone: decided meanwhile, or in somebody's hands.",
            done.n_left,
        )
    undo = None if done.sequence is None else f"/massal/{done.sequence}/batal"
    return redirect(request, "/pekerjaan", said, undo=undo)


def _find_by_name(connection: Connection, name: str) -> str | None:
    """Return the claim whose number was typed."""
    if not name.startswith("c-") or "\0" in name or " " in name:
        return None
    try:
        return resolve_claim(connection, name)
    except QueueError:
        return None
