"""A task that one process at a time does, on either database; and the right to write SQLite."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from threading import Timer

import pytest

from pipeline.errors import StorageError
from pipeline.moderation.store import Store, create_store, open_database, try_alone
from pipeline.moderation.store.facts import note_fact, read_fact

HOLD = """
import sys, time
from pathlib import Path
from pipeline.moderation.store import open_database, try_alone
with try_alone(open_database(Path(sys.argv[1]), sys.argv[2] or None), "task") as is_alone:
    print(is_alone, flush=True)
    time.sleep(600)
"""


def try_task(store: Store, task: str = "task") -> bool:
    with try_alone(store, task) as is_alone:
        return is_alone


def test_nobody_begins_what_another_is_at_until_it_is_done(store: Store):
    with try_alone(store, "task") as is_alone:
        assert is_alone
        assert not try_task(store)
        assert try_task(store, "another")
    assert try_task(store)


def test_who_is_killed_holds_nothing_back(store: Store, tmp_path):
    address = store.engine.url.render_as_string(hide_password=False) if store.is_postgresql else ""
    command = [sys.executable, "-c", HOLD, str(tmp_path), address.replace("+psycopg", "")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert not try_task(store)
        other.kill()
        other.wait()
        assert any(try_task(store) for _ in range(1000))


def test_who_writes_waits_for_another_process_and_then_writes(tmp_path):
    store = open_database(tmp_path, None)
    create_store(store)
    other = sqlite3.connect(store.place, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    Timer(0.3, other.execute, ["COMMIT"]).start()
    with store.writing() as connection:
        note_fact(connection, "it", "is written")
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
    with store.reading() as connection:
        assert read_fact(connection, "it") == "is written"
    other.close()
    store.close()


def test_who_waits_for_ever_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.moderation.store.engine.PATIENCE_SECONDS", 0.1)
    store = open_database(tmp_path, None)
    create_store(store)
    with closing(sqlite3.connect(store.place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(StorageError, match=r"cannot be used \(database is locked\)"),
            store.writing() as connection,
        ):
            note_fact(connection, "it", "is not written")
    store.close()
