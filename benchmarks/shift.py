"""Many moderators and a platform at once: what `load.py` starts as a process of its own to send requests.

Every request has a time at which it is due, whether or not the one before was answered in time (an open loop), and its
latency counts from then: a server that falls behind is not spared the waiting (Tene, "How NOT to measure latency").
Reads one JSON object from its input, prints one: for each route the latencies in ms and the failures, what was
acknowledged, and the seconds of processor that sending took.
"""

import asyncio
import json
import random
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable
from typing import Any, NamedTuple
from urllib.parse import urlencode

CSRF = re.compile(rb'name="csrf" value="([0-9a-f]{64})"')
PAGE_EVERY = 5.0
VERDICT_EVERY = 20.0
LIMIT_SECONDS = 30.0
IDLE_SECONDS = 60.0
FORM = "application/x-www-form-urlencoded"


class Answer(NamedTuple):
    """A response: its status, where it leads, what it holds."""

    status: int
    location: str
    cookies: list[str]
    body: bytes


class Client:
    """One connection that stays open, as a browser's; opened again where the server closed it."""

    def __init__(self, host: str, port: int, headers: dict[str, str]) -> None:
        self.host = host
        self.port = port
        self.headers = {"host": f"{host}:{port}", **headers}
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used = 0.0

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = FORM) -> Answer:
        """Send a request on this connection, and return what came back."""
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers.items())]
        if method == "POST":
            lines += [f"content-type: {kind}", f"content-length: {len(body)}"]
        reader, writer = await self._connect()
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            return await self._read(reader)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return the connection; one that lay idle or was closed is made anew, as browsers do."""
        now = time.perf_counter()
        if self._streams and (self._streams[0].at_eof() or now - self._used > IDLE_SECONDS):
            self.close()
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port)
        self._used = now
        return self._streams

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields: dict[str, list[str]] = defaultdict(list)
        for line in head[1:]:
            name, _, value = line.partition(": ")
            fields[name.lower()].append(value)
        n_bytes = int(fields["content-length"][0]) if "content-length" in fields else 0
        body = await reader.readexactly(n_bytes)
        if fields.get("connection") == ["close"]:
            self.close()
        cookies = [value.partition(";")[0] for value in fields["set-cookie"]]
        return Answer(int(head[0].split(" ")[1]), next(iter(fields["location"]), ""), cookies, body)


class Notes:
    """What was measured and acknowledged."""

    def __init__(self) -> None:
        self.latencies: dict[str, list[float]] = defaultdict(list)
        self.failures: Counter[str] = Counter()
        self.reports: list[str] = []
        self.verdicts = 0
        self.slips: list[float] = []

    async def time(self, route: str, due: float, asked: Awaitable[Answer], wanted: int) -> Answer | None:
        """Await an answer, and note how long after its due time it came."""
        try:
            answer = await asyncio.wait_for(asked, LIMIT_SECONDS)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            self.failures[f"{route}: {type(error).__name__}"] += 1
            return None
        self.latencies[route].append((time.perf_counter() - due) * 1000)
        if answer.status != wanted:
            self.failures[f"{route}: {answer.status}"] += 1
            return None
        return answer


async def sleep_until(due: float, notes: Notes) -> None:
    """Wait; what the generator itself was late by is noted."""
    left = due - time.perf_counter()
    if left > 0:
        await asyncio.sleep(left)
        notes.slips.append((time.perf_counter() - due) * 1000)


class Moderator:
    """A person at the page: takes a claim, reads, looks at the queue, decides."""

    def __init__(self, plan: dict[str, Any], number: int) -> None:
        self.client = Client(plan["host"], plan["port"], {"accept-language": "id"})
        self.name = plan["moderators"][number]
        self.password = plan["password"]
        self.csrf = ""
        self.place = ""
        self.held = ""
        self.following = ""

    async def log_in(self) -> None:
        """Log in by the form, and open the queue."""
        self._keep(await self.client.ask("GET", "/masuk"))
        answer = await self._send("/masuk", name=self.name, password=self.password)
        assert answer.status == 303, (self.name, answer.status)
        self._keep(answer)
        self._keep(await self.client.ask("GET", "/antrean"))

    async def work(self, begin: float, end: float, notes: Notes, rng: random.Random) -> None:
        """Go on in turns of VERDICT_EVERY: the next claim, the queue, its second page, a verdict."""
        turn = begin + rng.uniform(0, VERDICT_EVERY)
        while turn < end:
            for number, step in enumerate((self._take, self._look, self._turn, self._decide)):
                due = turn + number * PAGE_EVERY
                if due >= end:
                    return
                await sleep_until(due, notes)
                await step(due, notes)
            turn += VERDICT_EVERY

    async def _take(self, due: float, notes: Notes) -> None:
        answer = await notes.time("POST next", due, self._send("/berikutnya"), 303)
        if answer is None or not answer.location.startswith("/klaim/"):
            self.held = ""
            return
        self._keep(answer)
        self.held = answer.location
        await self._open("GET claim", self.held, time.perf_counter(), notes)

    async def _look(self, due: float, notes: Notes) -> None:
        answer = await self._open("GET queue", "/antrean", due, notes)
        found = re.search(rb"setelah=([A-Za-z0-9_-]+)", answer.body) if answer else None
        self.following = found[1].decode() if found else ""

    async def _turn(self, due: float, notes: Notes) -> None:
        await self._open("GET queue, later page", f"/antrean?setelah={self.following}", due, notes)

    async def _decide(self, due: float, notes: Notes) -> None:
        if not self.held:
            await self._look(due, notes)
            return
        sent = self._send(f"{self.held}/putusan", verdict="not misinformation")
        answer = await notes.time("POST verdict", due, sent, 303)
        if answer is not None:
            notes.verdicts += 1
            self._keep(answer)
            await self._open("GET claim, decided", answer.location, time.perf_counter(), notes)

    async def _open(self, route: str, path: str, due: float, notes: Notes) -> Answer | None:
        answer = await notes.time(route, due, self.client.ask("GET", path), 200)
        if answer is not None:
            self._keep(answer)
        return answer

    async def _send(self, path: str, **fields: str) -> Answer:
        return await self.client.ask("POST", path, urlencode({"csrf": self.csrf, **fields}).encode())

    def _keep(self, answer: Answer) -> None:
        """Remember cookies and the token of the page's forms."""
        known = dict(one.split("=", 1) for one in self.client.headers.get("cookie", "").split("; ") if one)
        known |= dict(one.split("=", 1) for one in answer.cookies)
        if known:
            self.client.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in known.items())
        if found := CSRF.search(answer.body):
            self.csrf = found[1].decode()


async def send_reports(plan: dict[str, Any], begin: float, end: float, notes: Notes) -> None:
    """Send single reports evenly, each at its time, over as many connections as are in use at once."""
    idle: list[Client] = []
    running = set()
    rng = random.Random(plan["seed"])
    for number in range(int((end - begin) * plan["reports_per_second"])):
        due = begin + number / plan["reports_per_second"]
        await sleep_until(due, notes)
        report_id = f"{plan['seed']}-{number}"
        text = plan["texts"][number % len(plan["texts"])]
        token = plan["tokens"][number % len(plan["tokens"])]
        report = {"report_id": report_id, "text": text, "platform": "whatsapp", "views": rng.randrange(1000)}
        report |= {"reporter_id": f"penduduk {rng.randrange(5000)}"}
        running.add(asyncio.create_task(_send_report(plan, due, report, token, idle, notes)))
        running = {task for task in running if not task.done()}
    await asyncio.gather(*running)


async def _send_report(  # noqa: PLR0913, PLR0917 - a report's way
    plan: dict[str, Any], due: float, report: dict[str, Any], token: str, idle: list[Client], notes: Notes
) -> None:
    client = idle.pop() if idle else Client(plan["host"], plan["port"], {})
    client.headers["authorization"] = f"Bearer {token}"
    sent = client.ask("POST", "/api/v1/reports", json.dumps(report).encode(), "application/json")
    answer = await notes.time("POST report", due, sent, 202)
    if answer is None:
        client.close()
        return
    notes.reports.append(report["report_id"])
    idle.append(client)


async def hear_priorities(plan: dict[str, Any], begin: float, end: float, notes: Notes) -> None:
    """Ask for changed priorities every second, from where the last answer ended."""
    client = Client(plan["host"], plan["port"], {"authorization": f"Bearer {plan['listener']}"})
    cursor, due = plan["cursor"], begin
    while due < end:
        await sleep_until(due, notes)
        path = f"/api/v1/priorities?cursor={cursor}"
        answer = await notes.time("GET priorities", due, client.ask("GET", path), 200)
        if answer is not None:
            cursor = json.loads(answer.body)["cursor"]
        due += 1.0


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Log everybody in, then work until the time is over."""
    moderators = [Moderator(plan, number) for number in range(len(plan["moderators"]))]
    for moderator in moderators:
        await moderator.log_in()
    notes = Notes()
    before = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    begin = time.perf_counter() + 0.5
    end = begin + plan["seconds"]
    print(json.dumps({"begun": True}), flush=True)
    rng = random.Random(plan["seed"])
    await asyncio.gather(
        *(one.work(begin, end, notes, rng) for one in moderators),
        send_reports(plan, begin, end, notes),
        hear_priorities(plan, begin, end, notes),
    )
    return {
        "latencies": notes.latencies,
        "failures": notes.failures,
        "reports": notes.reports,
        "verdicts": notes.verdicts,
        "cpu_seconds": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - before,
        "slip_ms": max(notes.slips, default=0.0),
        "wall_seconds": time.perf_counter() - begin,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.loads(sys.stdin.readline())))))
