"""`saring serve` as a process on a real port, and the accounts and tokens that it is used with."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from click.testing import Result

from pipeline.cli.opening import clock, open_store
from pipeline.cli.workspace import Workspace
from pipeline.web.auth.tokens import find_token
from tests.web.conftest import ROOT

Saring = Callable[..., Result]
PATIENCE = 90


class Root(NamedTuple):
    """A root with a store, and how to call the command line on it."""

    place: Path
    saring: Saring

    def tell(self, *arguments: object) -> str:
        done = self.run(*arguments)
        assert done.exit_code == 0, done.output
        return done.stdout

    def run(self, *arguments: object) -> Result:
        return self.saring("--params", ROOT / "params.yaml", "--root", self.place, *arguments)


class Server(NamedTuple):
    """A running server: its address, and everything that it wrote."""

    process: subprocess.Popen[str]
    address: str
    errors: Path

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, saring: Saring) -> Root:
    place = tmp_path_factory.mktemp("served")
    return Root(place, saring)


@pytest.fixture(scope="module")
def password(root: Root) -> str:
    return password_in(root.tell("user", "add", "sari", "--role", "moderator"))


@pytest.fixture(scope="module")
def server(root: Root, password: str) -> Iterator[Server]:
    """Two processes behind a proxy of this machine."""
    running = start(root, "--processes", "2", "--behind-proxy")
    yield running
    if running.process.poll() is None:
        running.stop()


def start(root: Root, *options: str, params: Path = ROOT / "params.yaml") -> Server:
    command = [sys.executable, "-c", "from pipeline.cli.app import main; main()"]
    where = ["--params", str(params), "--root", str(root.place)]
    errors = root.place / "errors.txt"
    with errors.open("w") as file:
        process = subprocess.Popen(
            [*command, *where, "serve", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},
        )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    process.stdout.close()
    assert address.startswith("http://127.0.0.1:"), errors.read_text()
    return Server(process, address, errors)


def password_in(said: str) -> str:
    return re.search(r"password \(shown once\): (\S+)", said).group(1)


def log_in(browser: httpx.Client, name: str, password: str) -> httpx.Response:
    csrf = re.search(r'name="csrf" value="(\w+)"', browser.get("/masuk").text).group(1)
    return browser.post("/masuk", data={"csrf": csrf, "name": name, "password": password})


def test_both_processes_know_who_is_logged_in(server: Server, password: str):
    https = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}
    with httpx.Client(base_url=server.address, timeout=PATIENCE, headers=https) as browser:
        page = browser.get("/masuk")
        assert "Secure" in page.headers["set-cookie"]
        assert "server" not in page.headers
        held = dict([page.headers["set-cookie"].split(";")[0].split("=", 1)])
    answers = set()
    for _ in range(6):  # each a connection of its own, which either process may take
        with httpx.Client(base_url=server.address, timeout=PATIENCE, headers=https, cookies=held) as browser:
            if not answers:
                csrf = re.search(r'name="csrf" value="(\w+)"', browser.get("/masuk").text).group(1)
                came = browser.post("/masuk", data={"csrf": csrf, "name": "sari", "password": password})
                assert came.status_code == 303
                held = dict([came.headers["set-cookie"].split(";")[0].split("=", 1)])
                answers.add(came.status_code)
            else:
                assert browser.get("/akun").status_code == 200
    written = server.errors.read_text()
    assert "POST /masuk 303" in written
    assert password not in written
    assert held["__Host-saring"] not in written


def test_a_new_password_counts_while_it_runs(server: Server, root: Root):
    root.tell("user", "add", "budi", "--role", "moderator")
    new = password_in(root.tell("user", "password", "budi"))
    headers = {"x-forwarded-for": "203.0.113.8"}
    with httpx.Client(base_url=server.address, timeout=PATIENCE, headers=headers) as browser:
        page = browser.get("/masuk")
        held = page.headers["set-cookie"].split(";")[0]
        csrf = re.search(r'name="csrf" value="(\w+)"', page.text).group(1)
        fields = {"csrf": csrf, "name": "budi", "password": new}
        assert browser.post("/masuk", data=fields, headers={"cookie": held}).status_code == 303
    root.tell("user", "off", "budi")


def test_it_ends_when_asked_to(server: Server):
    assert server.stop() == 0
    assert "Traceback" not in server.errors.read_text()


def test_alone_it_believes_no_proxy(root: Root, password: str, tmp_path: Path):
    strict = tmp_path / "strict.yaml"
    strict.write_text(f"extends: {ROOT / 'params.yaml'}\nserve: {{login_attempts: 2}}\n")
    server = start(root, params=strict)
    try:
        with httpx.Client(base_url=server.address, timeout=PATIENCE) as browser:
            for number in range(2):
                browser.headers["x-forwarded-for"] = f"203.0.113.{number}"
                assert log_in(browser, "sari", "wrong-password-here").status_code == 401
            assert log_in(browser, "sari", password).status_code == 429
    finally:
        assert server.stop() == 0


def test_what_cannot_be_served_is_one_line(root: Root, password: str, tmp_path: Path, saring: Saring):
    missing = saring("--params", ROOT / "params.yaml", "--root", tmp_path, "serve", "--port", "0")
    assert (missing.exit_code, missing.stderr.count("\n")) == (2, 1)
    assert "is not there; expected a queue; make it with `saring queue init`" in missing.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        again = root.run("serve", "--port", port)
    assert (again.exit_code, again.stderr.count("\n")) == (2, 1)
    assert f"127.0.0.1:{port}: cannot be listened on (address already in use)" in again.stderr
    key = root.place / ".saring/web.key"
    kept = key.read_bytes()
    key.write_text("00" * 32)
    guessed = root.run("serve", "--port", "0")
    key.write_bytes(kept)
    assert guessed.exit_code == 2
    assert "can be guessed; expected 32 random bytes" in guessed.stderr


def test_tokens_are_made_listed_and_revoked(root: Root, password: str):
    root.tell("user", "add", "mesin", "--role", "service")
    made = root.tell("token", "add", "mesin", "--label", "aduan", "--days", "30")
    number, secret = re.search(
        r"token (\d+) of mesin \(service\)\ntoken \(shown once\): (\S+)\n", made
    ).groups()
    workspace = Workspace(root.place, ROOT / "params.yaml")
    with open_store(workspace) as store, store.reading() as connection:
        bearer = find_token(connection, secret, clock())
        assert find_token(connection, secret[:-1], clock()) is None
    assert (bearer.token_id, bearer.person.name) == (int(number), "mesin")
    listed = root.tell("token", "list")
    assert "aduan" in listed
    assert secret not in listed
    assert root.tell("token", "revoke", number) == f"token {number}: revoked\n"
    with open_store(workspace) as store, store.reading() as connection:
        assert find_token(connection, secret, clock()) is None
    for arguments, said in (
        (("token", "revoke", 99), "token 99: is unknown; expected one of `saring token list`"),
        (("token", "add", "nobody", "--label", "x"), "user 'nobody': is unknown"),
        (("token", "add", "mesin", "--label", " "), "label ' ': is none"),
        (("user", "password", "nobody"), "user 'nobody': is unknown"),
        (("user", "password", "mesin"), "user 'mesin': is a service, which has tokens"),
    ):
        refused = root.run(*arguments)
        assert (refused.exit_code, said in refused.stderr) == (2, True), refused.output
    assert root.tell("log", "verify").startswith("the log is whole")
