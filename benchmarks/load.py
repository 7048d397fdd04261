"""The page and the API under load: 50 moderators and 20 reports a second over 100,000 claims, then ever more.

python benchmarks/load.py [--claims N] [--seconds S] [--processes P] [--stores sqlite postgresql] [--double]
[--keep DIR]: a real `saring serve` with the sample's model, and `shift.py` as the generator, all on this machine.
Latency counts from the time at which a request was due. With --double the load doubles until the 95th percentile of
a route is above the target, a request fails or the generator is late. --keep plants once, for runs to come. Prints a
table for each run; the last line is one JSON object.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from clusters import copy_text
from families import read_cpu
from planting import ROOT, SARING, copy_store, plant_root, plant_texts, without_database
from sqlalchemy import func, select

from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.moves import number_new
from pipeline.moderation.desk.people import add_person, set_password
from pipeline.moderation.store import VARIABLE, Store, open_database, upgrade_store
from pipeline.moderation.store.api_tables import Move, Receipt
from pipeline.moderation.store.tables import Claim, Report, Verdict
from pipeline.web.auth.passwords import Passwords
from pipeline.web.auth.tokens import Lifetime, add_token

PASSWORD = "saring-sebelum-sharing"
TARGET_MS = 300.0
MODERATORS = 50
REPORTS_PER_SECOND = 20
STEP_SECONDS = 40.0
MAX_FACTOR = 64
LATE_MS = 250.0


def add_accounts(store: Store, factor: int) -> dict[str, Any]:
    """Make moderators and services for so many times the load, and a listener at the end of what is known."""
    now, kept = datetime.now(UTC), Passwords().hash(PASSWORD)
    names = [f"m{number}" for number in range(MODERATORS * factor)]
    with store.writing() as connection:
        for name in names:
            add_person(connection, name, "moderator", None, now)
            set_password(connection, name, kept, None, now)
        people = [add_person(connection, f"kanal{number}", "service", None, now) for number in range(factor)]
        listener = add_person(connection, "pendengar", "data", None, now)
        tokens = [add_token(connection, one, "load", None, Lifetime(now))[1] for one in [*people, listener]]
    with store.reading() as connection:
        cursor = connection.execute(select(func.coalesce(func.max(Move.sequence), 0))).scalar_one()
    return {
        "moderators": names,
        "password": PASSWORD,
        "tokens": tokens[:-1],
        "listener": tokens[-1],
        "cursor": cursor,
    }


@contextmanager
def serve(root: Path, address: str | None, n_processes: int) -> Iterator[tuple[int, int]]:
    """Run the server; give its port and its process."""
    environment = without_database() | ({VARIABLE: address} if address else {})
    command = [
        *SARING,
        "--params",
        root / "params.yaml",
        "--root",
        root,
        "serve",
        "--port",
        "0",
        "--no-refresh",
    ]
    with (root / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--processes", str(n_processes)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().rstrip("/\n").rpartition(":")[2])
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(30)


def generate(plan: dict[str, Any], families: dict[str, int]) -> dict[str, Any]:
    """Run the generator; add what each family of processes (by its first) took of the processor meanwhile."""
    command = [sys.executable, str(ROOT / "benchmarks/shift.py")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(plan) + "\n")
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["begun"]
    before = {name: read_cpu(first) for name, first in families.items()}
    told: dict[str, Any] = json.loads(process.stdout.readline())
    after = {name: read_cpu(first) for name, first in families.items()}
    process.wait()
    wall = told["wall_seconds"]
    cores = {name: (sum(after[name].values()) - sum(before[name].values())) / wall for name in after}
    answering = [(used - before["server"].get(pid, 0.0)) / wall for pid, used in after["server"].items()]
    busiest = {"busiest process": max(answering)}
    return told | {"cores": cores | busiest | {"generator": told["cpu_seconds"] / wall}}


def check(root: Path, address: str | None, acknowledged: list[dict[str, Any]]) -> dict[str, int]:
    """Look for what was acknowledged and is not there, and for what was decided twice."""
    store = open_database(root, address)
    while number_new(store):
        pass
    with store.reading() as connection:
        kept = set(connection.execute(select(Receipt.report_id)).scalars())
        there = set(
            connection.execute(select(Report.report_id).where(Report.source.startswith("kanal"))).scalars()
        )
        verdicts = connection.execute(select(Verdict)).all()
        moved = connection.execute(select(func.count()).select_from(Move)).scalar_one()
        claims = connection.execute(select(func.count()).select_from(Claim)).scalar_one()
        faults = verify_log(connection)
    store.close()
    sent = {name for told in acknowledged for name in told["reports"]}
    undone = {row.undoes for row in verdicts if row.undoes is not None}
    firsts = Counter(row.claim_id for row in verdicts if row.standing == "first" and row.id not in undone)
    return {
        "reports_acknowledged": len(sent),
        "reports_lost": len(sent - {name.partition(":")[2] for name in kept & there}),
        "verdicts_acknowledged": sum(told["verdicts"] for told in acknowledged),
        "verdicts_lost": max(0, sum(told["verdicts"] for told in acknowledged) - len(verdicts)),
        "decided_twice": sum(number > 1 for number in firsts.values()),
        "claims_never_told": claims - moved,
        "log_faults": len(faults),
    }


def summarise(told: dict[str, Any]) -> dict[str, Any]:
    """Return percentiles by route, failures and cores."""
    routes = {
        route: {"n": len(values)} | {f"p{q}": float(np.percentile(values, q)) for q in (50, 95, 99)}
        for route, values in sorted(told["latencies"].items())
    }
    worst = max((route["p95"] for route in routes.values()), default=0.0)
    n_sent = sum(route["n"] for route in routes.values())
    return {
        "routes": routes,
        "worst_p95_ms": worst,
        "requests_per_second": n_sent / told["wall_seconds"],
        "failures": told["failures"],
        "cores": told["cores"],
        "generator_slip_ms": told["slip_ms"],
    }


def find_break(found: dict[str, Any]) -> str | None:
    """Say what broke, or nothing."""
    if found["generator_slip_ms"] > LATE_MS and found["cores"]["generator"] > 0.8:
        return f"the generator: {found['generator_slip_ms']:.0f} ms late"
    if found["failures"]:
        return f"requests failed: {found['failures']}"
    if found["worst_p95_ms"] > TARGET_MS:
        route = max(found["routes"], key=lambda name: found["routes"][name]["p95"])
        return f"{route}: p95 {found['worst_p95_ms']:.0f} ms"
    return None


def show(kind: str, factor: int, found: dict[str, Any]) -> None:
    """Print one run."""
    cores = "cores: " + ", ".join(f"{name} {used:.2f}" for name, used in found["cores"].items())
    print(
        f"\n{kind}, {factor}x: {MODERATORS * factor} moderators, {REPORTS_PER_SECOND * factor} reports/s; {cores}"
    )
    print(f"{'from the due time, ms':26}{'n':>8}{'p50':>9}{'p95':>9}{'p99':>9}")
    for route, row in found["routes"].items():
        print(f"{route:26}{row['n']:>8,}{row['p50']:>9.1f}{row['p95']:>9.1f}{row['p99']:>9.1f}")
    if found["failures"]:
        print(f"failures: {found['failures']}")


def run_store(kind: str, place: Path, root: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Load one store, once as asked, then ever more."""
    rng = random.Random(7)
    texts = plant_texts(asked.claims, random.Random(45))
    factors = [1]
    while asked.double and factors[-1] < MAX_FACTOR:
        factors.append(factors[-1] * 2)
    runs: dict[int, Any] = {}
    acknowledged = []
    broke = None
    with copy_store(kind, place, root, asked.claims) as (copy, address):
        database = {"postgresql": _read_postmaster(place / "data")} if address else {}
        store = open_database(copy, address)
        upgrade_store(store)  # planted by an earlier Saring, perhaps
        while number_new(store):
            pass
        accounts = add_accounts(store, factors[-1])
        store.close()
        with serve(copy, address, asked.processes) as (port, pid):
            for factor in factors:
                plan = accounts | {"host": "127.0.0.1", "port": port, "seed": factor}
                plan |= {"seconds": asked.seconds if factor == 1 else min(STEP_SECONDS, asked.seconds)}
                plan |= {"moderators": accounts["moderators"][: MODERATORS * factor]}
                plan |= {
                    "tokens": accounts["tokens"][:factor],
                    "reports_per_second": REPORTS_PER_SECOND * factor,
                }
                plan["texts"] = [_write_report(texts, rng) for _ in range(2000)]
                told = generate(plan, {"server": pid} | database)
                acknowledged.append(told)
                runs[factor] = summarise(told)
                show(kind, factor, runs[factor])
                broke = find_break(runs[factor])
                if broke:
                    print(f"broke at {factor}x: {broke}")
                    break
        kept = check(copy, address, acknowledged)
    print(", ".join(f"{name} {number:,}" for name, number in kept.items()))
    return {"runs": runs, "broke": broke, **kept}


def _read_postmaster(data: Path) -> int:
    return int((data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])


def _write_report(texts: list[str], rng: random.Random) -> str:
    """Copy a planted text as people do, or write a new one of its words."""
    seen = rng.choice(texts)
    return copy_text(seen, rng) if rng.random() < 0.8 else " ".join(rng.choices(seen.split(), k=9))


def main() -> None:
    """Plant, load and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--stores", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--double", action="store_true")
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    place = asked.keep or Path(tempfile.mkdtemp(prefix="saring-load-"))
    place.mkdir(parents=True, exist_ok=True)
    try:
        began = time.perf_counter()
        root = plant_root(place.resolve(), asked.claims)
        print(
            f"{asked.claims:,} claims planted in {time.perf_counter() - began:.0f} s; {os.cpu_count()} cores"
        )
        figures: dict[str, Any] = {
            "claims": asked.claims,
            "seconds": asked.seconds,
            "processes": asked.processes,
        }
        figures |= {kind: run_store(kind, place.resolve(), root, asked) for kind in asked.stores}
        print(json.dumps(figures))
    finally:
        if asked.keep is None:
            shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
