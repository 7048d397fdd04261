"""For leads and the data team: claims whose truth is known, dealt to moderators as any other."""

from types import ModuleType
from typing import Annotated

import typer

from pipeline.cli.console import PoliteGroup
from pipeline.cli.desk import As, Claim

app = typer.Typer(
    cls=PoliteGroup,
    name="golden",
    no_args_is_help=True,
    help="Golden claims: their truth is known; nobody who reads one can tell.",
)


@app.command()
def add(
    context: typer.Context,
    claim: Claim,
    verdict: Annotated[
        str, typer.Argument(help="What is true of it, in the words of `saring queue decide`.")
    ],
    name: As,
    claim_type: Annotated[str | None, typer.Option("--type", help="Of misinformation: what about.")] = None,
) -> None:
    """Name a claim whose truth is known; again corrects it."""
    _judging().add_claim(context.obj, claim, name, verdict, claim_type)


@app.command()
def remove(context: typer.Context, claim: Claim, name: As) -> None:
    """Deal a golden claim no more; what was read of it stays."""
    _judging().remove_claim(context.obj, claim, name)


@app.command("list")
def list_claims(context: typer.Context, name: As) -> None:
    """List golden claims, the latest first."""
    _judging().list_claims(context.obj, name)


def _judging() -> ModuleType:
    from pipeline.cli import goldclaims  # noqa: PLC0415 - loads SQLAlchemy, which --help need not wait for

    return goldclaims
