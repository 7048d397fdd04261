"""For moderators' leads: known fact-checks and official facts imported, listed, matched to reports, and tuned."""

from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from pipeline.cli.console import PoliteGroup
from pipeline.storage import lock_root

app = typer.Typer(
    cls=PoliteGroup,
    name="debunks",
    no_args_is_help=True,
    help="Known fact-checks: what has been refuted before.",
)


class Kind(StrEnum):
    """What a file holds."""

    debunk = "debunk"
    fact = "fact"


KIND = Annotated[Kind, typer.Option(help="Published fact-checks, or verified information of an office.")]


@app.command("import")
def import_debunks(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="ClaimReview JSON, JSON lines or CSV; each also .gz."),
    ],
    kind: KIND = Kind.debunk,
) -> None:
    """Add fact-checks to the library: one row a url; the same file again changes nothing."""
    context.obj.check_params()
    with lock_root(context.obj.root):
        _library().import_files(context.obj, files, kind.value)


@app.command("encode")
def encode_debunks(context: typer.Context) -> None:
    """Encode the library's titles by debunks.encoder, as import does; goes on where it was stopped."""
    context.obj.check_params()
    with lock_root(context.obj.root):
        _library().encode_library(context.obj)


@app.command("list")
def list_debunks(
    context: typer.Context,
    conflicts: Annotated[
        bool, typer.Option("--conflicts", help="Only urls that were imported with different verdicts.")
    ] = False,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="What the last import did not take, and why.")
    ] = False,
    most: Annotated[int, typer.Option(metavar="N", min=1, help="How many rows to show.")] = 20,
) -> None:
    """List the library, the latest first."""
    _library().print_library(context.obj, most, conflicts=conflicts, rejected=rejected)


@app.command("match")
def match_debunks(
    context: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(metavar="INPUT", help="Reports with their texts: Parquet, CSV or JSONL, or a folder."),
    ],
    output: Annotated[Path, typer.Option(help="Where to write; the suffix names the format.")],
    top: Annotated[
        int | None, typer.Option(metavar="K", min=1, help="At most so many of a report; null = params.yaml.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an output that exists.")] = False,
) -> None:
    """Find the known fact-checks that reports may repeat: a row each, the most similar first."""
    context.obj.check_params()
    _library().match_file(context.obj, source, output, top, force=force)


@app.command("fit")
def fit_debunks(
    context: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="PAIRS", help="text, title, reported_at: claims with their fact-check's title."
        ),
    ],
    before: Annotated[str, typer.Option(metavar="DATE", help="Pairs before it fit; pairs from it on judge.")],
    output: Annotated[
        Path | None, typer.Option(help="Write it here instead of under the root, where it would serve.")
    ] = None,
) -> None:
    """Fit order, similarity and thresholds on your own pairs, and note what they reach later."""
    context.obj.check_params()
    with lock_root(context.obj.root):
        _fitting().fit_file(context.obj, source, before, output)


def _fitting() -> ModuleType:
    from pipeline.cli import debunkfitting  # noqa: PLC0415 - as below

    return debunkfitting


def _library() -> ModuleType:
    from pipeline.cli import debunklib  # noqa: PLC0415 - loads pandas and scipy, which --help need not wait for

    return debunklib
