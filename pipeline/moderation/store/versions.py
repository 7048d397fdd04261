"""The store's own version: made, brought up to date, and refused where a newer Saring wrote it."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from pipeline.errors import StorageError
from pipeline.moderation.store.engine import Store

MIGRATIONS: Final = Path(__file__).parent / "migrations"


def create_store(store: Store) -> bool:
    """Make all tables where there are none; say whether there were none. An older store is left as it is."""
    with store.writing() as connection:
        if _find_version(connection) is not None:
            return False
        _upgrade(connection)
        return True


def upgrade_store(store: Store) -> tuple[str | None, str]:
    """Bring a store to this Saring's version; return the version before and after. Refuses a newer one."""
    with store.writing() as connection:
        found = _find_version(connection)
        _refuse_newer(found, store)
        _upgrade(connection)
        return found, newest_version()


def require_version(store: Store) -> None:
    """Raise StorageError unless the store is there, and of this Saring's version."""
    with store.reading() as connection:
        found = _find_version(connection)
    if found is None:
        raise StorageError(f"{store.place}: holds no queue; expected one; make it with `saring queue init`")
    _refuse_newer(found, store)
    if found != newest_version():
        raise StorageError(
            f"{store.place}: is of version {found}; expected {newest_version()}; "
            "make a copy, then run `saring queue upgrade`"
        )


def newest_version() -> str:
    """Return the version that this Saring writes."""
    newest = ScriptDirectory.from_config(_configure()).get_current_head()
    assert newest is not None
    return newest


def _refuse_newer(found: str | None, store: Store) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_configure()).walk_revisions()}
    if found is not None and found not in known:
        raise StorageError(
            f"{store.place}: is of version {found}, which this Saring does not know; "
            f"expected {newest_version()} or older; install the Saring that wrote it"
        )


def _find_version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    config = _configure()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _configure() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
