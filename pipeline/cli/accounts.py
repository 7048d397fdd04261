"""Accounts and the log: what `saring user` and `saring log` do."""

from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import EXIT_ALARM, plain_console
from pipeline.cli.opening import LOG_KEY, act_as, clock, open_store, read_key
from pipeline.cli.workspace import Workspace
from pipeline.errors import StorageError
from pipeline.moderation.desk import people
from pipeline.moderation.desk.log import read_head, read_signed_head, sign_head, verify_log
from pipeline.moderation.desk.people import LEAD, SERVICE
from pipeline.storage import reason_of
from pipeline.web.auth.passwords import Passwords, make_password

SHOWN_FAULTS = 10


def add_user(workspace: Workspace, name: str, role: str, by: str | None, *, ask: bool) -> None:
    """Make an account with a password, and the store with it where there is none; a service has only tokens."""
    password = _choose_password(ask=ask) if role != SERVICE else None
    kept = None if password is None else Passwords().hash(password)
    with open_store(workspace, make=True) as store, store.writing() as connection:
        person = people.add_person(connection, name, role, act_as(connection, by, LEAD), clock(), kept)
    typer.echo(f"{person.name}: {person.role}")
    _tell_password(password, ask=ask)


def change_password(workspace: Workspace, name: str, by: str | None, *, ask: bool) -> None:
    """Give an account a new password; whoever is logged in with the old one is out."""
    password = _choose_password(ask=ask)
    kept = Passwords().hash(password)
    with open_store(workspace) as store, store.writing() as connection:
        person = people.set_password(connection, name, kept, act_as(connection, by, LEAD), clock())
    typer.echo(f"{person.name}: new password; open sessions ended")
    _tell_password(password, ask=ask)


def list_users(workspace: Workspace) -> None:
    """Print all accounts."""
    with open_store(workspace) as store, store.reading() as connection:
        found = people.list_people(connection)
    table = Table("name", "role", "active", title="Accounts", title_justify="left", pad_edge=False)
    for person in found:
        table.add_row(Text(person.name), person.role, "yes" if person.active else "off")
    plain_console().print(table)


def change_user(workspace: Workspace, name: str, role: str, by: str | None) -> None:
    """Give an account another role."""
    with open_store(workspace) as store, store.writing() as connection:
        person = people.change_role(connection, name, role, act_as(connection, by, LEAD), clock())
    typer.echo(f"{person.name}: {person.role}")


def switch_user_off(workspace: Workspace, name: str, by: str | None) -> None:
    """Switch an account off."""
    with open_store(workspace) as store, store.writing() as connection:
        person = people.switch_off(connection, name, act_as(connection, by, LEAD), clock())
    typer.echo(f"{person.name}: off")


def print_head(workspace: Workspace) -> None:
    """Print where the log ends."""
    with open_store(workspace) as store, store.reading() as connection:
        head = read_head(connection)
    typer.echo(sign_head(head, clock(), read_key(workspace, LOG_KEY)))


def verify(workspace: Workspace, path: Path | None) -> None:
    """Check the log, and say where it is not what was written."""
    with open_store(workspace) as store:
        earlier = None if path is None else read_signed_head(_read(path), read_key(workspace, LOG_KEY))
        with store.reading() as connection:
            faults = verify_log(connection, earlier)
            head = read_head(connection)
    if not faults:
        since = f", and holds line {earlier.sequence} of the head" if earlier else ""
        typer.echo(f"the log is whole: {head.sequence:,} lines{since}")
        return
    for fault in faults[:SHOWN_FAULTS]:
        typer.echo(f"line {fault.sequence}: {fault.found}")
    if len(faults) > SHOWN_FAULTS:
        typer.echo(f"and {len(faults) - SHOWN_FAULTS:,} more")
    typer.echo(f"saring: the log is not what was written, at {len(faults):,} places", err=True)
    raise typer.Exit(EXIT_ALARM)


def _choose_password(*, ask: bool) -> str:
    return typer.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else make_password()


def _tell_password(password: str | None, *, ask: bool) -> None:
    if password is not None and not ask:
        typer.echo(f"password (shown once): {password}")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "not text"
        raise StorageError(
            f"{path}: cannot be read ({reason}); expected what `saring log head` printed"
        ) from error
