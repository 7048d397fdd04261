"""The store of a root: opened, made, brought up to date; and the keys that go with it."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import typer
from sqlalchemy import Connection

from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError, StorageError
from pipeline.moderation.desk.people import Person, require_role
from pipeline.moderation.store import (
    VARIABLE,
    Store,
    create_store,
    open_database,
    require_version,
    upgrade_store,
)
from pipeline.storage import reason_of, write_text

LOG_KEY: Final = "log.key"
WEB_KEY: Final = "web.key"
KEY_BYTES: Final = 32
MIN_DISTINCT: Final = 16
"""Random bytes of this length hold fewer different values less than once in 10**9 times."""


@contextmanager
def open_store(workspace: Workspace, *, make: bool = False) -> Iterator[Store]:
    """Open the root's store, of this version or refused in one line; with `make` one that is missing is made."""
    store = open_database(workspace.root, os.environ.get(VARIABLE))
    try:
        if make:
            _make(workspace, store)
        elif not store.is_postgresql and not _is_there(workspace):
            raise StorageError(
                f"{store.place}: is not there; expected a queue; make it with `saring queue init`"
            )
        require_version(store)
        yield store
    finally:
        store.close()


def make_store(workspace: Workspace) -> None:
    """Make the store, or say that it is there."""
    with _opened(workspace) as store:
        made = _make(workspace, store)
        require_version(store)
        typer.echo(f"{store.place}: {'made' if made else 'is there already'}")


def bring_up(workspace: Workspace) -> None:
    """Upgrade the store."""
    with _opened(workspace) as store:
        before, after = upgrade_store(store)
        typer.echo(
            f"{store.place}: {before or 'nothing'} -> {after}"
            if before != after
            else f"{store.place}: is of {after} already"
        )


def act_as(connection: Connection, name: str | None, *roles: str) -> Person | None:
    """Return who acts, or None where nobody was named. Raises QueueError for an account that may not."""
    return None if name is None else require_role(connection, name, *roles)


def read_key(workspace: Workspace, name: str) -> bytes:
    """Return a secret of this root, made when first asked for."""
    path = workspace.root / ".saring" / name
    try:
        if not path.exists():
            write_text(secrets.token_hex(KEY_BYTES) + "\n", path)
            path.chmod(0o600)
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "no hexadecimal digits"
        raise StorageError(f"{path}: is no key ({reason}); expected {KEY_BYTES} bytes") from error


def read_secret(workspace: Workspace) -> bytes:
    """Return what signs cookies and forms, made at the first start; one that could be guessed is refused."""
    secret = read_key(workspace, WEB_KEY)
    path = workspace.root / ".saring" / WEB_KEY
    if len(secret) != KEY_BYTES or len(set(secret)) < MIN_DISTINCT:
        raise ConfigError(
            f"{path}: can be guessed; expected {KEY_BYTES} random bytes; remove it, and one is made"
        )
    if path.stat().st_mode & 0o077:
        raise ConfigError(f"{path}: can be read by others; expected mode 600; `chmod 600` it")
    return secret


def make_keys(workspace: Workspace) -> None:
    """Make what secrets are missing, and refuse those that are none, before several processes read them."""
    workspace.pseudonym_key()
    read_key(workspace, LOG_KEY)
    read_secret(workspace)


def clock() -> datetime:
    """Return the time it is: locks and verdicts are of the real world, whatever run.now says."""
    return datetime.now(UTC)


@contextmanager
def _opened(workspace: Workspace) -> Iterator[Store]:
    store = open_database(workspace.root, os.environ.get(VARIABLE))
    try:
        yield store
    finally:
        store.close()


def _make(workspace: Workspace, store: Store) -> bool:
    try:
        workspace.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{workspace.root}: cannot be written ({reason_of(error)}); expected a writable root"
        ) from error
    return create_store(store)


def _is_there(workspace: Workspace) -> bool:
    from pipeline.moderation.store import DATABASE  # noqa: PLC0415

    return (workspace.root / DATABASE).exists()
