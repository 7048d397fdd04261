"""Tokens of the API: what `saring token` does."""

from datetime import timedelta

import typer
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import plain_console
from pipeline.cli.opening import act_as, clock, open_store
from pipeline.cli.workspace import Workspace
from pipeline.moderation.desk.people import LEAD, ROLES, require_role
from pipeline.web.auth import tokens
from pipeline.web.auth.tokens import Lifetime, Listed


def add(workspace: Workspace, name: str, label: str, days: float | None, by: str | None) -> None:
    """Make a token and print it."""
    now = clock()
    lifetime = Lifetime(now, None if days is None else now + timedelta(days=days))
    with open_store(workspace) as store, store.writing() as connection:
        person = require_role(connection, name, *ROLES)
        number, secret = tokens.add_token(connection, person, label, act_as(connection, by, LEAD), lifetime)
    typer.echo(f"token {number} of {person.name} ({person.role})")
    typer.echo(f"token (shown once): {secret}")


def list_all(workspace: Workspace) -> None:
    """Print all tokens."""
    with open_store(workspace) as store, store.reading() as connection:
        found = tokens.list_tokens(connection)
    columns = ("number", "account", "role", "label", "made", "ends", "last used")
    table = Table(*columns, title="Tokens", title_justify="left", pad_edge=False)
    for token in found:
        used = f"{token.last_used:%Y-%m-%d}" if token.last_used else "never"
        described = Text(token.name), token.role, Text(token.label)
        table.add_row(str(token.id), *described, f"{token.made_at:%Y-%m-%d}", _tell_end(token), used)
    plain_console().print(table)


def revoke(workspace: Workspace, number: int, by: str | None) -> None:
    """End a token."""
    with open_store(workspace) as store, store.writing() as connection:
        tokens.revoke_token(connection, number, act_as(connection, by, LEAD), clock())
    typer.echo(f"token {number}: revoked")


def _tell_end(token: Listed) -> str:
    if token.revoked_at:
        return f"revoked {token.revoked_at:%Y-%m-%d}"
    return f"{token.expires_at:%Y-%m-%d}" if token.expires_at else "when revoked"
