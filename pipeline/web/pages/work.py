"""One's own work: what is in hand, what was decided, and all of it to be taken back."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from pipeline.moderation.desk.bulk import BULK
from pipeline.moderation.desk.logbook import read_codes
from pipeline.moderation.desk.work import count_work, read_bulks, read_decided, read_held
from pipeline.web.access import App, Judge
from pipeline.web.fields import RowInQuery
from pipeline.web.formats import ZONE
from pipeline.web.views import render

router = APIRouter()

PAGE_ROWS: Final = 30


@router.get("/pekerjaan")
def show_work(request: Request, app: App, me: Judge, sebelum: RowInQuery = None) -> Response:
    """Show what somebody holds and decided."""
    clock = app.tick()
    morning = clock.now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    with app.store.reading() as connection:
        held = read_held(connection, me, clock)
        decided = read_decided(connection, me, PAGE_ROWS, sebelum)
        bulks = read_bulks(connection, me)
        tally = count_work(connection, me, morning, clock.now)
    read = [(line, read_codes(line.detail)) for line in bulks]
    taken_back = {codes.get("undoes") for _, codes in read}
    return render(
        request,
        "work.html",
        held=held,
        decided=decided,
        bulks=[
            (line, codes) for line, codes in read if line.kind == BULK and line.sequence not in taken_back
        ],
        tally=tally,
        is_first=sebelum is None,
        blurred=app.params.queue.blur_types,
        clock=clock,
    )
