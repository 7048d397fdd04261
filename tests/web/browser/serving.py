"""A real `saring serve`: a process of its own on a free port, over either database."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pipeline.moderation.store import VARIABLE, Store, open_database

ROOT = Path(__file__).parents[3]
MAIN = "from pipeline.cli.app import main; main()"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
SECONDS = 120


class Place(NamedTuple):
    """Where a queue lies: the root of its files, its parameters, and its database where that is not the root's."""

    root: Path
    params: Path
    database: str | None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that works here."""
        mine = {} if self.database is None else {VARIABLE: self.database}
        return {**{name: value for name, value in os.environ.items() if name != VARIABLE}, **mine}

    def command(self, *arguments: object) -> list[str]:
        """Return the command line that does something here."""
        options = ["--params", self.params, "--root", self.root]
        return [sys.executable, "-c", MAIN, *map(str, options), *map(str, arguments)]

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """The store, beside the server that works on it."""
        store = open_database(self.root, self.database)
        try:
            yield store
        finally:
            store.close()


class Server(NamedTuple):
    """A server that runs."""

    address: str
    place: Place
    process: subprocess.Popen[bytes]


@contextmanager
def serve(place: Place, *options: str) -> Iterator[Server]:
    """Run a server until the block ends; it must end as told."""
    said = place.root / "serve.txt"
    command = place.command("serve", "--port", 0, *options)
    with said.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=place.environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield Server(wait_for_address(process, said), place, process)
    finally:
        process.terminate()
        code = process.wait(timeout=SECONDS)
    assert code in {0, -15}, said.read_text(encoding="utf-8")
    assert "Traceback" not in said.read_text(encoding="utf-8")


def wait_for_address(process: subprocess.Popen[bytes], said: Path) -> str:
    """Return the address that a server prints once it listens."""
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        if found := ADDRESS.search(said.read_text(encoding="utf-8")):
            return found.group()
        time.sleep(0.05)
    raise AssertionError(f"no address printed: {said.read_text(encoding='utf-8')}")
