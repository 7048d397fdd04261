"""For leads: accounts and their roles; and the log of what they all did."""

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from pipeline.cli.console import PoliteGroup
from pipeline.cli.desk import AsAnybody

users = typer.Typer(cls=PoliteGroup, name="user", no_args_is_help=True, help="Accounts: who may do what.")
log = typer.Typer(
    cls=PoliteGroup, name="log", no_args_is_help=True, help="The log of all actions, chained by hash."
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account.")]
Role = Annotated[str, typer.Option(help="moderator, lead, data or service.")]


@users.command()
def add(context: typer.Context, name: Name, role: Role, by: AsAnybody = None) -> None:
    """Make an account."""
    _accounts().add_user(context.obj, name, role, by)


@users.command("list")
def list_users(context: typer.Context) -> None:
    """List all accounts."""
    _accounts().list_users(context.obj)


@users.command()
def role(
    context: typer.Context,
    name: Name,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="moderator, lead, data or service.")],
    by: AsAnybody = None,
) -> None:
    """Give an account another role; one that was off is on again."""
    _accounts().change_user(context.obj, name, role, by)


@users.command()
def off(context: typer.Context, name: Name, by: AsAnybody = None) -> None:
    """Switch an account off; what it did stays."""
    _accounts().switch_user_off(context.obj, name, by)


@log.command()
def verify(
    context: typer.Context,
    head: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What `saring log head` printed earlier.")
    ] = None,
) -> None:
    """Check every line of the log and every verdict; exit 4 when anything is not as it was written."""
    _accounts().verify(context.obj, head)


@log.command()
def head(context: typer.Context) -> None:
    """Print where the log ends, signed; kept elsewhere, it shows later whether the end was rewritten."""
    _accounts().print_head(context.obj)


def _accounts() -> ModuleType:
    from pipeline.cli import accounts  # noqa: PLC0415 - loads SQLAlchemy, which --help need not wait for

    return accounts
