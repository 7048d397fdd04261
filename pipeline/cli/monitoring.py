"""For cron and the data team: whether what arrives is still what the champion learnt from."""

import typer

from pipeline.cli.console import EXIT_ALARM
from pipeline.cli.workspace import Workspace


def monitor(context: typer.Context) -> None:
    """Compare what arrived lately with the champion's training; exit 4 when something is beyond its limit."""
    from pipeline.cli import monitorlines  # noqa: PLC0415 - loads SQLAlchemy and scipy, which --help need not wait for

    workspace: Workspace = context.obj
    if monitorlines.print_measures(workspace):
        raise typer.Exit(EXIT_ALARM)
