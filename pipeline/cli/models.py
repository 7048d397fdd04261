"""For the data team: published models listed, read, compared, checked, promoted, rolled back, removed."""

from types import ModuleType
from typing import Annotated

import typer

from pipeline.cli.console import PoliteGroup

app = typer.Typer(
    cls=PoliteGroup, name="model", no_args_is_help=True, help="Published models: which, why, and which next."
)

Version = Annotated[str, typer.Argument(help="As `saring model list` names it; or champion, or challenger.")]
Because = Annotated[str, typer.Option(metavar="REASON", help="Why; stays in models/decisions.jsonl.")]


@app.command("list")
def list_versions(context: typer.Context) -> None:
    """List versions with their headline and what was decided about them."""
    _versions().list_versions(context.obj)


@app.command()
def show(context: typer.Context, version: Version = "champion") -> None:
    """Show what a version was made from and with, what it reached, and what was decided about it."""
    _versions().show_version(context.obj, version)


@app.command()
def card(context: typer.Context, version: Version = "champion") -> None:
    """Print the model card of a version, and who decided what about it."""
    _versions().print_card(context.obj, version)


@app.command()
def diff(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="A")],
    second: Annotated[str, typer.Argument(metavar="B")],
    most: Annotated[int, typer.Option(metavar="N", min=1, help="How many reports and words to show.")] = 10,
    texts: Annotated[bool, typer.Option("--texts", help="Show the texts that the root has of them.")] = False,
) -> None:
    """Compare two versions: data, parameters, metrics on the same rows, reports and words that moved."""
    from pipeline.cli.comparison import compare_versions  # noqa: PLC0415 - loads pandas

    compare_versions(context.obj, first, second, most, texts)


@app.command()
def verify(
    context: typer.Context,
    version: Annotated[str | None, typer.Argument(help="One version; all without it.")] = None,
) -> None:
    """Check every file of the versions, load them, and rescore their golden reports."""
    _versions().verify_versions(context.obj, version)


@app.command()
def promote(context: typer.Context, version: Version, because: Because = "") -> None:
    """Put a version into service; one that the gate refused needs --because (exit 3 without it)."""
    _promotion().promote_version(context.obj, version, because)


@app.command()
def rollback(context: typer.Context, because: Because = "") -> None:
    """Put the champion before this one into service again; repeated, the one before that."""
    _promotion().roll_back(context.obj, because)


@app.command()
def gc(
    context: typer.Context,
    keep: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many of the newest, and of earlier champions, stay.")
    ] = 5,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    because: Because = "",
) -> None:
    """Remove versions that are neither champion, challenger, among the newest, nor needed by a rollback."""
    _promotion().remove_versions(context.obj, keep, dry_run, because)


@app.command()
def register(
    context: typer.Context,
    version: Annotated[str | None, typer.Argument(help="One version.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every version that is not damaged.")] = False,
) -> None:
    """Show versions in MLflow, made anew where its store was lost, and set its aliases."""
    _promotion().register_versions(context.obj, version, everything)


def _versions() -> ModuleType:
    from pipeline.cli import versions  # noqa: PLC0415 - loads numpy and scipy, which --help need not wait for

    return versions


def _promotion() -> ModuleType:
    from pipeline.cli import promotion  # noqa: PLC0415 - as above

    return promotion
