"""A task that one process at a time does, on either database."""

import subprocess
import sys

from pipeline.moderation.store import Store, try_alone

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
