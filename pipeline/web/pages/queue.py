"""The queue: what waits, in the order that was asked for, what is due, who is missing; and the next claim."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from pipeline.errors import QueueError
from pipeline.moderation.desk.ahead import look_ahead
from pipeline.moderation.desk.blind import list_in_hand
from pipeline.moderation.desk.dealing import deal_next, list_held
from pipeline.moderation.desk.orders import Cursor, Order, read_cursor, write_cursor
from pipeline.moderation.desk.pages import Filter, list_claims
from pipeline.moderation.desk.people import LEAD
from pipeline.moderation.desk.summary import Summary, summarise
from pipeline.schema.columns import CLAIM_TYPES
from pipeline.web.access import App, Judge
from pipeline.web.pages.filters import DUE_HOURS, Chosen
from pipeline.web.views import redirect, render, translate

router = APIRouter()

PAGE_ROWS: Final = 30
AHEAD: Final = 10
SUMMARY_SECONDS: Final = 10.0
MISSED: Final = 3


@router.get("/antrean")
def show_queue(  # noqa: PLR0913, PLR0917 - what the address may say
    request: Request, app: App, me: Judge, chosen: Chosen, urut: str = "", setelah: str = ""
) -> Response:
    """Show a page of the queue."""
    order = Order(urut) if urut in set(Order) else Order.harm
    clock = app.tick()
    wanted = chosen.build_filter(clock.now)
    with app.store.reading() as connection:
        hidden = list_in_hand(connection, me, clock.now)
        page = list_claims(connection, PAGE_ROWS, _read_place(setelah, order), wanted, order, hidden)
        held = list_held(connection, me, clock)
        ahead = look_ahead(connection, app.params.prioritise.lanes, clock, AHEAD) if me.role == LEAD else []
    summary = read_summary(app)
    swept_at = None if app.settings.demo else summary.swept_at  # a demonstration's clock is not the real one
    return render(
        request,
        "queue.html",
        claims=page.claims,
        following=page.following and write_cursor(page.following),
        is_first=not setelah,
        order=order,
        orders=list(Order),
        types=CLAIM_TYPES,
        due_choices=list(DUE_HOURS),
        chosen=chosen,
        is_filtered=wanted != Filter(),
        summary=summary,
        swept_at=swept_at,
        is_stale=swept_at is not None and clock.now - swept_at > _patience(app),
        staffing=app.params.prioritise.staffing,
        held=held,
        ahead=ahead,
        clock=clock,
        blurred=app.params.queue.blur_types,
    )


@router.post("/berikutnya")
def take_next(request: Request, app: App, me: Judge, dari: Annotated[str, Form()] = "") -> Response:
    """Go to a claim that is in one's hands already, or take the next; `dari` is where one comes from."""
    clock = app.tick()
    with app.store.writing() as connection:
        held = [one.claim_id for one in list_held(connection, me, clock) if one.claim_id != dari]
        dealt = None if held else deal_next(connection, me, app.params.prioritise.lanes, clock)
    if held:
        return redirect(
            request, f"/klaim/{held[0]}", translate(request, "This claim is still in your hands.")
        )
    if dealt is None:
        return redirect(request, "/antrean", translate(request, "Nothing waits that nobody holds."))
    return redirect(request, f"/klaim/{dealt.claim_id}")


def _patience(app: App) -> timedelta:
    """Return how old the order may be before moderators are told that nobody keeps it."""
    return MISSED * timedelta(minutes=app.params.queue.refresh_minutes)


def read_summary(app: App) -> Summary:
    """Count the queue, at most every few seconds."""

    def count() -> Summary:
        with app.store.reading() as connection:
            return summarise(connection, app.params, app.clock())

    return app.memo.recall("queue", SUMMARY_SECONDS, count)


def _read_place(written: str, order: Order) -> Cursor | None:
    """Return where a page begins; the first where the address is no place of this list."""
    try:
        return read_cursor(written, order) if written else None
    except QueueError:
        return None
