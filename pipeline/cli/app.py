"""The table of contents of the command line."""

import os
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import (
    debunking,
    desk,
    explaining,
    golden,
    labels,
    models,
    monitoring,
    people,
    privacy,
    quality,
    replaying,
    scoring,
    serving,
    stages,
    words,
)
from pipeline.cli.console import PoliteGroup
from pipeline.cli.workspace import Workspace

app = typer.Typer(
    cls=PoliteGroup,
    name="saring",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Order a queue of reported Indonesian-language content: likely, far-reaching, harmful first.",
)


@app.callback()
def configure(
    context: typer.Context,
    params: Annotated[Path, typer.Option(help="The parameters of the run.")] = Path("params.yaml"),
    root: Annotated[Path, typer.Option(help="Everything that is written lies below it.")] = Path(),
) -> None:
    """Note where the parameters and the root are; nothing is read or written yet."""
    context.obj = Workspace(Path(os.path.realpath(root)), params)


for command in (
    stages.run,
    stages.ingest,
    stages.preprocess,
    stages.train,
    stages.evaluate,
    stages.search,
    stages.publish,
    stages.prioritise,
    scoring.score,
    scoring.export,
    words.stems,
    explaining.explain,
    privacy.forget,
    replaying.replay,
    monitoring.monitor,
    quality.quality,
    serving.serve,
):
    app.command()(command)

for group in (
    models.app,
    desk.app,
    golden.app,
    debunking.app,
    labels.app,
    people.users,
    people.tokens,
    people.log,
):
    app.add_typer(group)


def main() -> None:
    """Run the `saring` command."""
    app()
