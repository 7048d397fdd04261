"""For leads: accounts and their roles; and the log of what they all did."""

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from pipeline.cli.console import PoliteGroup
from pipeline.cli.desk import AsAnybody

users = typer.Typer(cls=PoliteGroup, name="user", no_args_is_help=True, help="Accounts: who may do what.")
tokens = typer.Typer(
    cls=PoliteGroup, name="token", no_args_is_help=True, help="Tokens: what programs show to the API."
)
log = typer.Typer(
    cls=PoliteGroup, name="log", no_args_is_help=True, help="The log of all actions, chained by hash."
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account.")]
Role = Annotated[str, typer.Option(help="moderator, lead, data or service.")]

Ask = Annotated[bool, typer.Option("--ask", help="Ask for the password instead of making one.")]


@users.command()
def add(context: typer.Context, name: Name, role: Role, ask: Ask = False, by: AsAnybody = None) -> None:
    """Make an account; its password is printed once. A service has none, but tokens."""
    _accounts().add_user(context.obj, name, role, by, ask=ask)


@users.command()
def password(context: typer.Context, name: Name, ask: Ask = False, by: AsAnybody = None) -> None:
    """Give an account a new password, printed once; its open sessions end."""
    _accounts().change_password(context.obj, name, by, ask=ask)


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


@tokens.command("add")
def add_token(
    context: typer.Context,
    name: Name,
    label: Annotated[str, typer.Option(help="What it is for.")],
    days: Annotated[
        float | None, typer.Option(metavar="DAYS", min=0, help="How long it holds; without, until revoked.")
    ] = None,
    by: AsAnybody = None,
) -> None:
    """Make a token for an account and print it once; it may do what the account's role may."""
    _tokens().add(context.obj, name, label, days, by)


@tokens.command("list")
def list_tokens(context: typer.Context) -> None:
    """List all tokens; what they are is not kept."""
    _tokens().list_all(context.obj)


@tokens.command()
def revoke(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The token's number in the list.")],
    by: AsAnybody = None,
) -> None:
    """End a token at once."""
    _tokens().revoke(context.obj, number, by)


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


def _tokens() -> ModuleType:
    from pipeline.cli import tokens as module  # noqa: PLC0415 - as above

    return module
