"""A root in, a queue and three invented accounts in its store: what `saring serve --demo` makes first."""

from typing import Final

import typer
from sqlalchemy import Connection

from pipeline.cli.opening import clock, open_store
from pipeline.cli.stages import run_all
from pipeline.cli.workspace import Workspace
from pipeline.model.champion import read_champion
from pipeline.moderation.desk import people
from pipeline.moderation.desk.pages import count_states
from pipeline.web.auth.passwords import Passwords, make_password

ACCOUNTS: Final = (people.MODERATOR, people.LEAD, people.DATA)
"""Each is called as its role."""
ROW: Final = "{:<12}{:<12}{}"


def prepare_demo(workspace: Workspace) -> None:
    """Fill what is empty; what is there already stays as it is."""
    if read_champion(workspace.models) is None or not _holds_claims(workspace):
        run_all(workspace)
    typer.echo(ROW.format("account", "role", "password (shown once)"))
    passwords = Passwords()
    with open_store(workspace) as store, store.writing() as connection:
        told = [ROW.format(role, role, _make_account(connection, role, passwords)) for role in ACCOUNTS]
    for line in told:
        typer.echo(line)


def _holds_claims(workspace: Workspace) -> bool:
    with open_store(workspace, make=True) as store, store.reading() as connection:
        return sum(count_states(connection).values()) > 0


def _make_account(connection: Connection, role: str, passwords: Passwords) -> str:
    """Make an account and return its password, or what to do where it is there already."""
    if people.find_person(connection, role) is not None:
        return f"made earlier; for a new one: saring user password {role}"
    password = make_password()
    people.add_person(connection, role, role, None, clock(), passwords.hash(password))
    return password
