"""For the data team: verdicts as labels that the next training takes."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import PoliteGroup

app = typer.Typer(
    cls=PoliteGroup, name="labels", no_args_is_help=True, help="What moderators decided, for the next model."
)


@app.callback()
def _group() -> None:
    """Keep `export` a command of its own while it is the only one."""


@app.command()
def export(
    context: typer.Context,
    output: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, JSONL or Parquet, by its ending.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an output that exists.")] = False,
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", envvar="SARING_USER", help="Who acts; stands in the log."),
    ] = None,
) -> None:
    """Write a row for each report of a decided claim, weighed by how likely it was to be read; and withdrawals."""
    from pipeline.cli import labelfile  # noqa: PLC0415 - loads SQLAlchemy and pandas

    labelfile.export_file(context.obj, output, name, force=force)
