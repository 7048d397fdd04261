"""A real server that is killed in the middle of a batch: sending the batch again completes it, without doubles."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from pipeline.moderation.desk.people import add_person
from pipeline.moderation.store import VARIABLE, Store, create_store, open_database
from pipeline.moderation.store.tables import Report
from pipeline.web.auth.tokens import Lifetime, add_token
from tests.web.api.conftest import OTHER, report
from tests.web.conftest import NOW, ROOT

N_REPORTS = 300
SERVE = "from pipeline.cli.app import main; main()"


@contextmanager
def serve(root: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-c", SERVE, "--params", str(ROOT / "params.yaml"), "--root", str(root)]
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    server = subprocess.Popen(
        [*command, "serve", "--port", "0"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        yield server, server.stdout.readline().strip()
    finally:
        server.kill()
        server.communicate()


def post(address: str, token: str) -> "urllib.request.Request":
    body = [report(f"r{number}", f"{OTHER} nomor {number}") for number in range(N_REPORTS)]
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    return urllib.request.Request(f"{address}api/v1/reports", json.dumps(body).encode(), headers)


def count(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(Report)).scalar_one()


def kill_in_the_middle(root: Path, token: str, store: Store) -> int:
    with serve(root) as (server, address):
        script = f"import urllib.request as u; u.urlopen({address!r} + 'api/v1/health').read()"
        subprocess.run([sys.executable, "-c", script], check=True)
        request = post(address, token)
        sending = subprocess.Popen(
            [sys.executable, "-c", SEND, request.full_url, token], stdin=subprocess.PIPE
        )
        assert sending.stdin is not None
        sending.stdin.write(request.data)
        sending.stdin.close()
        until = time.monotonic() + 60
        while not count(store) and time.monotonic() < until:
            time.sleep(0.01)
        server.send_signal(signal.SIGKILL)
        assert sending.wait(30) != 0
    return count(store)


SEND = (
    "import sys, urllib.request as u; r = u.Request(sys.argv[1], sys.stdin.buffer.read(), "
    "{'content-type': 'application/json', 'authorization': 'Bearer ' + sys.argv[2]}); u.urlopen(r).read()"
)


def test_a_batch_whose_server_was_killed_is_completed_by_sending_it_again(tmp_path: Path):
    store = open_database(tmp_path, None)
    create_store(store)
    with store.writing() as connection:
        person = add_person(connection, "mesin", "service", None, NOW)
        token = add_token(connection, person, "test", None, Lifetime(NOW))[1]
    assert 0 < kill_in_the_middle(tmp_path, token, store) < N_REPORTS
    with serve(tmp_path) as (_, address), urllib.request.urlopen(post(address, token), timeout=60) as answer:
        results = json.load(answer)["results"]
    assert [one["status"] for one in results] == ["accepted"] * N_REPORTS
    assert count(store) == N_REPORTS
    store.close()
