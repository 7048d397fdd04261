"""Many processes at once, and what breaks: killed ones, holders that are gone, a database that goes and comes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, select, text

from pipeline.errors import StorageError
from pipeline.moderation.desk.dealing import deal_next
from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.people import add_person
from pipeline.moderation.desk.verdicts import FIRST, UNDO
from pipeline.moderation.store import Store, open_database, require_version
from pipeline.moderation.store.tables import Claim, Deal, Verdict
from tests.moderation.store.conftest import LATER, ROOT, Queue, at, report

PROCESSES = 4
SECONDS = 5.0


def start(queue: Queue, name: str, seconds: float) -> subprocess.Popen[str]:
    store = queue.store
    address = store.engine.url.render_as_string(hide_password=False) if store.is_postgresql else ""
    place = "." if store.is_postgresql else str(Path(store.place).parent)
    command = [sys.executable, "-m", "tests.moderation.store.crowd", place, address, name, str(seconds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def crowd(queue: Queue) -> list[str]:
    """Some thousand claims, and people to read them."""
    queue.load([report(f"r{i}", f"c-{i:04}", score=0.5, views=i, url=f"u{i}") for i in range(1, 3001)])
    names = [f"m{number}" for number in range(PROCESSES)]
    with queue.store.writing() as connection:
        for name in names:
            add_person(connection, name, "moderator", None, LATER)
    return names


def check_consistent(queue: Queue, told: list[dict]) -> None:
    """No verdict is lost, none stands twice, and the log is whole."""
    with queue.store.reading() as connection:
        assert verify_log(connection) == []
        verdicts = connection.execute(select(Verdict)).all()
        claims = {row.claim_id: row for row in connection.execute(select(Claim)).all()}
    kept = {row.id for row in verdicts}
    assert {one["verdict_id"] for one in told if "verdict_id" in one} <= kept
    undone = {row.undoes for row in verdicts if row.verdict == UNDO}
    standing = [row for row in verdicts if row.verdict != UNDO and row.id not in undone]
    firsts = Counter(row.claim_id for row in standing if row.standing == FIRST)
    assert max(firsts.values()) == 1
    decided = {name for name, row in claims.items() if row.state == "decided"}
    assert decided == {row.claim_id for row in standing}
    assert not {name for name, row in claims.items() if row.locked_by is not None} & decided


def test_many_at_once_lose_nothing_and_decide_nothing_twice(queue: Queue, crowd: list[str]):
    working = [start(queue, name, SECONDS) for name in crowd]
    ended = [process.communicate(timeout=120) for process in working]
    assert [process.returncode for process in working] == [0] * PROCESSES, [error for _, error in ended]
    told = [json.loads(line) for output, _ in ended for line in output.splitlines()]
    assert len(told) > 20
    check_consistent(queue, told)


def test_a_kill_in_the_middle_leaves_a_whole_store(queue: Queue, crowd: list[str]):
    working = [start(queue, name, 30) for name in crowd]
    outputs = []
    for process in working:
        process.stdout.readline()
    time.sleep(1)
    for process in working:
        os.kill(process.pid, signal.SIGKILL)
        outputs.append(process.communicate()[0])
    told = [json.loads(line) for output in outputs for line in output.splitlines() if line.endswith("}")]
    check_consistent(queue, told)
    held = queue.read(
        lambda c: c.execute(select(Deal.claim_id).where(Deal.ended_at.is_(None))).scalars().all()
    )
    waits = {dealt.claim_id for _ in range(len(held) + 1) if (dealt := ask(queue, 60 * 24 * 365)) is not None}
    assert set(held) <= waits | {None}


def ask(queue: Queue, minutes: float):
    return queue.write(deal_next, queue.sari, queue.params.prioritise.lanes, at(minutes))


def test_a_killed_load_goes_on_where_it_stopped(queue: Queue, monkeypatch: pytest.MonkeyPatch):
    from pipeline.moderation.intake import batch, load

    monkeypatch.setattr(batch, "REPORTS_AT_ONCE", 5)
    reports = [report(f"r{i}", f"c-{i:02}") for i in range(1, 21)]
    done = load._load_part
    parts = iter(range(2))

    def break_off(*arguments):
        loaded = done(*arguments)
        if next(parts, None) is None:
            raise KeyboardInterrupt
        return loaded

    monkeypatch.setattr(load, "_load_part", break_off)
    with pytest.raises(KeyboardInterrupt):
        queue.load(reports)
    monkeypatch.setattr(load, "_load_part", done)
    assert queue.load(reports).n_reports == 10
    assert queue.read(verify_log) == []


def test_a_database_that_goes_and_comes_back(address: str, tmp_path: Path):
    store = open_database(tmp_path, address)
    require_version(store)
    url = make_url(address)
    admin = create_engine(
        url.set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        with pytest.raises(StorageError, match=r"cannot be used .*nothing of this step was kept") as caught:
            with store.writing() as mine:
                mine.execute(text("UPDATE lane_balance SET harm = 7"))
                _end_sessions(connection, url.database)
                mine.execute(text("SELECT 1"))
        assert len(str(caught.value).splitlines()) == 1
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false"))
        with pytest.raises(StorageError, match="cannot be used"):
            require_version(store)
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true"))
    admin.dispose()
    with store.reading() as back:
        assert back.execute(text("SELECT harm FROM lane_balance")).scalar() == 0
    store.close()


def test_a_locked_sqlite_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from pipeline.moderation.store import create_store, engine

    monkeypatch.setattr(engine, "PATIENCE_SECONDS", 0.2)
    first, second = open_database(tmp_path, None), open_database(tmp_path, None)
    create_store(first)
    with first.writing():
        with pytest.raises(StorageError, match=r"cannot be used .database is locked.; expected a database"):
            with second.writing():
                pass
    with second.writing() as connection:
        connection.execute(text("UPDATE lane_balance SET harm = 0"))
    first.close()
    second.close()


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path):
    (tmp_path / "queue.db").write_bytes(b"no database at all, but quite long enough to be read as one" * 9)
    store: Store = open_database(tmp_path, None)
    with pytest.raises(StorageError, match="file is not a database"):
        require_version(store)
    store.close()


def _end_sessions(connection, database: str) -> None:
    connection.execute(
        text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
        {"name": database},
    )
