"""The first minutes of a new user: a clone of this repository, `make serve`, a login, the first verdict.

Needs what `make serve` needs (git, make, a package index for the first set-up). Prints when each step was
reached; the last line is one JSON object of seconds since the beginning.
"""

import json
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO

import httpx

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 120
STEPS = {
    "cloned": None,
    "set up, stages begin": re.compile(r"^ingest "),
    "champion published": re.compile(r"^publish "),
    "store filled": re.compile(r"^load "),
    "accounts printed": re.compile(r"^account "),
    "address printed": re.compile(r"^http://"),
}


class Stopwatch:
    """Notes when each step was reached."""

    def __init__(self) -> None:
        self.begin = time.perf_counter()
        self.reached: dict[str, float] = {}

    def note(self, step: str) -> None:
        """Note and print that a step was reached."""
        self.reached[step] = round(time.perf_counter() - self.begin, 1)
        print(f"{self.reached[step]:>8.1f} s  {step}", flush=True)


def read_until_served(written: IO[str], watch: Stopwatch) -> tuple[str, str]:
    """Return the server's address and the moderator's password."""
    password = ""
    for line in written:
        for step, sign in STEPS.items():
            if sign and step not in watch.reached and sign.match(line):
                watch.note(step)
        if line.startswith("moderator "):
            password = line.split()[-1]
        if line.startswith("http://"):
            return line.strip(), password
    raise SystemExit("make serve ended before it served")


def decide_first(address: str, password: str, watch: Stopwatch) -> None:
    """Log in, take the next claim, and decide it."""
    with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS, follow_redirects=True) as browser:
        page = send(browser, browser.get("/masuk"), "/masuk", name="moderator", password=password)
        watch.note("logged in, queue shown")
        page = send(browser, page, "/berikutnya")
        watch.note("first claim shown")
        done = send(browser, page, f"{page.url.path}/putusan", verdict="unclear")
        assert "Putusan Anda tersimpan." in done.text, done.status_code
        watch.note("first verdict taken")


def send(browser: httpx.Client, page: httpx.Response, path: str, **fields: str) -> httpx.Response:
    """Send a form of a page."""
    csrf = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert csrf, page.status_code
    answer = browser.post(path, data={"csrf": csrf[1], **fields})
    answer.raise_for_status()
    return answer


def main() -> None:
    """Clone, serve, decide, and print the times."""
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as place:
        clone = Path(place) / "saring"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        watch.note("cloned")
        server = subprocess.Popen(
            ["make", "serve", "OPTIONS=--port 0"],
            cwd=clone,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert server.stdout is not None
        try:
            decide_first(*read_until_served(server.stdout, watch), watch)
        finally:
            subprocess.run(["kill", f"-{signal.SIGTERM.value}", "--", f"-{server.pid}"], check=False)
            server.wait(PATIENCE_SECONDS)
    print(json.dumps(watch.reached))


if __name__ == "__main__":
    main()
