"""The largest claim of a store in, how long it takes to show, join, decide, split, sweep and forget in it out.

Used by desk.py; times are of the wall, in milliseconds, the database's included.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from clusters import copy_text
from sqlalchemy import select

from pipeline.claims.signature import Signer
from pipeline.config import Params
from pipeline.moderation.claim_types import guess_type
from pipeline.moderation.desk.dealing import Clock
from pipeline.moderation.desk.erase import erase
from pipeline.moderation.desk.links import split
from pipeline.moderation.desk.people import Person
from pipeline.moderation.desk.show import read_claim
from pipeline.moderation.desk.verdicts import Ruling, decide, undo
from pipeline.moderation.intake.arrive import Arrival, Rules, look_around, receive
from pipeline.moderation.intake.ground import read_ground
from pipeline.moderation.intake.regroup import Rules as Grouping
from pipeline.moderation.intake.unsettled import settle_flagged
from pipeline.moderation.intake.weigh import Scales
from pipeline.moderation.store import Store
from pipeline.moderation.store.tables import Claim, Report
from pipeline.schema.columns import REPORT_COLUMNS
from pipeline.text.chain import TextChain

ROUNDS = 15


class LargeClaim:
    """The claim of a store that has the most reports."""

    def __init__(self, store: Store, person: Person, chain: TextChain, params: Params, key: bytes) -> None:
        self.store, self.person, self.chain, self.params = store, person, chain, params
        self.grouping = Grouping.from_params(params, key)
        with store.reading() as connection:
            query = select(Claim.claim_id, Claim.n_reports).order_by(Claim.n_reports.desc()).limit(1)
            self.name, self.n_reports = connection.execute(query).one()
            mine = select(Report.report_id, Report.text).where(Report.claim_id == self.name)
            rows = connection.execute(mine.order_by(Report.reported_at.desc()).limit(1000)).all()
        self.ids, self.texts = [row.report_id for row in rows], [row.text for row in rows]

    def measure(self, now: datetime) -> dict[str, float]:
        """Do each thing that people do."""
        clock = Clock(now, timedelta(minutes=15))
        figures: dict[str, float] = {"largest_claim_reports": self.n_reports}
        figures["largest_show_ms"] = statistics.median(
            self._time_read(read_claim, self.name) for _ in "12345"
        )
        rng = random.Random(3)
        copies = [rng.choice(self.texts) for _ in range(ROUNDS)]
        figures["largest_copy_ms"] = self._time_arrivals(copies, "k", now)
        changed = [copy_text(text, rng) + f" {rng.choice(self.texts).split()[0]}" for text in copies]
        figures["largest_near_copy_ms"] = self._time_arrivals(changed, "l", now)
        figures["largest_decide_ms"] = self._time_write(
            decide, self.person, self.name, Ruling("unclear"), clock
        )
        figures["largest_undo_ms"] = self._time_write(undo, self.person, self.name, clock)
        rules = self._read_rules(now)
        figures["largest_split_ms"] = self._time_write(
            split, self.person, self.name, self.ids[0], rules.scales, rules.grouping, clock
        )
        begin = time.perf_counter()
        figures["sweep_regrouped_claims"] = sum(
            map(len, settle_flagged(self.store, Grouping.from_params(self.params, rules.grouping.key), now))
        )
        figures["sweep_regroup_seconds"] = time.perf_counter() - begin
        figures["largest_forget_ms"] = self._time_write(erase, {self.ids[1]}, set(), now, dry_run=False)
        return figures

    def _read_rules(self, now: datetime) -> Rules:
        with self.store.reading() as connection:
            return Rules(Scales(read_ground(connection, self.params, now), self.params), self.grouping)

    def _time_arrivals(self, texts: list[str], prefix: str, now: datetime) -> float:
        """Return the median time of a report from its text to its answer."""
        signer, taken = Signer(self.chain.rules.names, self.grouping.limits), []
        for number, text in enumerate(texts):
            record: dict[str, Any] = dict.fromkeys(REPORT_COLUMNS)
            record |= {"report_id": f"{prefix}{number}", "source": "api", "text": text, "reported_at": now}
            record |= {"score": 0.1, "abstain_reason": None, "model_version": None, "words": []}
            begin = time.perf_counter()
            prepared = self.chain.prepare(text)
            arrival = Arrival(record, signer.sign(text, prepared, None), guess_type(prepared))
            rules = self._read_rules(now)
            with self.store.reading() as connection:
                seen = look_around(connection, arrival, self.grouping.limits)
            with self.store.writing() as connection:
                receive(connection, arrival, rules, now, seen)
            taken.append((time.perf_counter() - begin) * 1000)
        return statistics.median(taken)

    def _time_read(self, action: Callable[..., Any], *arguments: Any) -> float:
        begin = time.perf_counter()
        with self.store.reading() as connection:
            action(connection, *arguments)
        return (time.perf_counter() - begin) * 1000

    def _time_write(self, action: Callable[..., Any], *arguments: Any, **named: Any) -> float:
        begin = time.perf_counter()
        with self.store.writing() as connection:
            action(connection, *arguments, **named)
        return (time.perf_counter() - begin) * 1000
