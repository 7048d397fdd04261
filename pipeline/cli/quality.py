"""For leads and the data team: how much misinformation arrives, what the order misses, how far people agree."""

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from pipeline.cli.desk import AsAnybody


def quality(
    context: typer.Context,
    name: AsAnybody = None,
    output: Annotated[
        Path | None, typer.Option(help="Write every figure there as well; ends in .json.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an output that exists.")] = False,
) -> None:
    """Say what the audit sample and second reads tell; figures of each person for leads only."""
    _figures().print_quality(context.obj, name, output, force=force)


def _figures() -> ModuleType:
    from pipeline.cli import qualityfigures  # noqa: PLC0415 - loads SQLAlchemy and scipy

    return qualityfigures
