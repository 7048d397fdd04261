"""What a cohort of reporters gets to know: how much it reported, how much was right, what became of it."""

from typing import Final

from fastapi import APIRouter, Depends, HTTPException, Request
from sqlalchemy import Connection
from starlette.responses import Response

from pipeline.errors import QueueError
from pipeline.moderation.desk.cohort_report import (
    FEWEST,
    CohortReport,
    list_cohorts,
    list_reported,
    read_report,
)
from pipeline.moderation.desk.people import DATA, LEAD, MODERATOR
from pipeline.web.access import App, require
from pipeline.web.fields import RowInPath
from pipeline.web.sheets import write_sheet
from pipeline.web.views import render, translate

router = APIRouter()

SHOWN: Final = 200
MOST_ROWS: Final = 20_000
EXCERPT: Final = 200
COLUMNS: Final = (
    "claim_id", "first_reported", "n_reported", "platform", "region", "state", "verdict", "verdict_type", "decided_at",
    "link", "text",
)  # fmt: skip

READERS: Final = Depends(require(MODERATOR, LEAD, DATA))


@router.get("/laporan", dependencies=[READERS])
def show_cohorts(request: Request, app: App) -> Response:
    """List the cohorts."""
    with app.store.reading() as connection:
        cohorts = list_cohorts(connection)
    return render(request, "cohorts.html", cohorts=cohorts)


@router.get("/laporan/{cohort_id}", dependencies=[READERS])
def show_cohort(request: Request, app: App, cohort_id: RowInPath) -> Response:
    """Show one cohort's report."""
    with app.store.reading() as connection:
        report = _read(connection, cohort_id)
        claims = list_reported(connection, cohort_id, SHOWN)
    return render(
        request,
        "cohort.html",
        report=report,
        claims=claims,
        fewest=FEWEST,
        blurred=app.params.queue.blur_types,
        today=app.clock(),
    )


@router.get("/laporan/{cohort_id}/csv", dependencies=[READERS])
def download_cohort(request: Request, app: App, cohort_id: RowInPath) -> Response:
    """Give the claims of a cohort as a table that a spreadsheet opens and never runs."""
    with app.store.reading() as connection:
        _read(connection, cohort_id)
        claims = list_reported(connection, cohort_id, MOST_ROWS)
    rows = [[getattr(row, name) for name in COLUMNS[:-1]] + [row.text[:EXCERPT]] for row in claims]
    name = translate(request, "cohort-%(number)s.csv", number=cohort_id)
    return Response(
        write_sheet(COLUMNS, rows),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _read(connection: Connection, cohort_id: int) -> CohortReport:
    try:
        return read_report(connection, cohort_id)
    except QueueError as error:
        raise HTTPException(404) from error
