"""The store's version: made once, compared with the tables, refused where it is newer."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from pipeline.errors import StorageError
from pipeline.moderation.store import (
    Store,
    create_store,
    open_database,
    require_version,
    upgrade_store,
    web_tables,
)
from pipeline.moderation.store.base import Base
from pipeline.moderation.store.versions import _configure, newest_version


def test_migrations_make_what_the_tables_say(address: str, tmp_path: Path):
    assert web_tables.Session.metadata is Base.metadata
    store = open_database(tmp_path, address)  # PostgreSQL tells all; SQLite cannot tell an index that falls
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    store.close()


def test_making_a_store_again_changes_nothing(store: Store):
    assert create_store(store) is False
    require_version(store)


def test_an_upgraded_store_is_of_the_newest_version(store: Store):
    before, after = upgrade_store(store)
    assert before == after == newest_version()


def test_an_older_store_is_refused_until_it_is_brought_up(tmp_path: Path):
    store = open_database(tmp_path, None)
    with store.writing() as connection:
        config = _configure()
        config.attributes["connection"] = connection
        command.upgrade(config, "v0001")
    with pytest.raises(StorageError, match=r"is of version v0001; expected .*; make a copy, then run"):
        require_version(store)
    assert upgrade_store(store) == ("v0001", newest_version())
    require_version(store)
    store.close()


def test_a_store_of_a_newer_version_is_refused(store: Store):
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'v9999'"))
    for refuse in (require_version, upgrade_store):
        with pytest.raises(StorageError, match="of version v9999, which this Saring does not know") as caught:
            refuse(store)
        assert len(str(caught.value).splitlines()) == 1


def test_no_store_is_one_line(tmp_path):
    store = open_database(tmp_path, None)
    with pytest.raises(StorageError, match="holds no queue; expected one; make it with `saring queue init`"):
        require_version(store)
    store.close()


def test_sqlite_keeps_what_was_committed(tmp_path):
    store = open_database(tmp_path, None)
    create_store(store)
    with store.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    store.close()
