"""Reports that come one at a time, on a store that other processes write too."""

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pipeline.claims.clusters import Limits, group_reports
from pipeline.claims.signature import Signer
from pipeline.errors import QueueError
from pipeline.moderation.claim_types import guess_type
from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.verdicts import Ruling, decide
from pipeline.moderation.intake.around import Around
from pipeline.moderation.intake.arrive import Arrival, Received, Rules, look_around, receive
from pipeline.moderation.intake.ground import read_ground
from pipeline.moderation.intake.load import Terms, load_batch, make_batch
from pipeline.moderation.intake.regroup import Rules as Grouping
from pipeline.moderation.intake.weigh import Scales
from pipeline.moderation.store.tables import Claim, Relation, Report, Wording
from pipeline.preprocess import preprocess_reports
from pipeline.schema.frames import REPORTS, check_frame
from tests.moderation.store.conftest import KEY, LATER, NOW, SCALE, Queue, at, report

LIMITS = Limits(0.6, 128, 32)
ALARM = "Awas, air minum di pasar ikan Muara Tenang dicampur racun tikus, jangan dibeli dulu"
COPY = "Awas!! air minum di pasar ikan Muara Tenang dicampur racun tikus, jangan dibeli dulu ya"
NEGATED = "Awas, air minum di pasar ikan Muara Tenang tidak dicampur racun tikus, jangan dibeli dulu"
OTHER = "Jalan ditutup sebagian karena perbaikan saluran di depan balai kota Simpang Lima"


def prepare(queue: Queue, report_id: str, text: str, **more: Any) -> tuple[Arrival, Rules, Around]:
    """Read a report, and look up what stands around it by now."""
    prepared = queue.chain.prepare(text)
    signature = Signer(queue.chain.rules.names, LIMITS).sign(text, prepared, None)
    arrival = Arrival(report(report_id, "", text=text, **more), signature, guess_type(prepared))
    with queue.store.reading() as connection:
        scales = Scales(read_ground(connection, queue.params, NOW), queue.params)
        rules = Rules(scales, Grouping.from_params(queue.params, KEY))
        return arrival, rules, look_around(connection, arrival, rules.grouping.limits)


def send(queue: Queue, report_id: str, text: str, **more: Any) -> Received:
    arrival, rules, seen = prepare(queue, report_id, text, **more)
    return queue.write(receive, arrival, rules, LATER, seen)


def test_a_copy_joins_and_what_is_negated_is_related(queue: Queue):
    first = send(queue, "r3", ALARM)
    assert (first.state, first.verdict, first.repeated) == ("open", None, False)
    assert send(queue, "r2", COPY).claim_id == first.claim_id
    negated = send(queue, "r1", NEGATED)
    assert negated.claim_id != first.claim_id
    assert send(queue, "r4", OTHER).claim_id not in {first.claim_id, negated.claim_id}
    [related] = queue.read(lambda c: c.execute(select(Relation)).all())
    assert {related.first, related.second} == {first.claim_id, negated.claim_id}
    assert related.why == "negations"


def test_what_was_looked_up_too_early_is_looked_up_again(queue: Queue):
    early = [prepare(queue, *sent) for sent in (("r3", ALARM), ("r2", COPY), ("r1", ALARM), ("r3", ALARM))]
    taken = [queue.write(receive, arrival, rules, LATER, seen) for arrival, rules, seen in early]
    assert len({one.claim_id for one in taken}) == 1
    assert [one.repeated for one in taken] == [False, False, False, True]
    texts = queue.read(lambda c: c.execute(select(Wording.rank_id)).scalars().all())
    assert sorted(texts) == ["r2", "r3"]


def test_the_same_report_again_is_told_so_and_another_text_refused(queue: Queue):
    first = send(queue, "r1", ALARM)
    assert send(queue, "r1", ALARM) == first._replace(repeated=True)
    with pytest.raises(QueueError, match="report 'r1': stands for another text; expected a new id"):
        send(queue, "r1", OTHER)


def test_a_report_of_a_decided_claim_is_answered_with_the_verdict(queue: Queue):
    claim = send(queue, "r3", ALARM).claim_id
    queue.write(decide, queue.sari, claim, Ruling("misinformation", "health"), at())
    answered = send(queue, "r2", COPY)
    assert (answered.claim_id, answered.state, answered.verdict) == (claim, "decided", "misinformation")


def test_without_a_model_a_report_is_kept_at_the_prior(queue: Queue):
    claim = send(queue, "r1", ALARM, score=None, model_version=None).claim_id
    row = queue.read(lambda c: c.execute(select(Claim).where(Claim.claim_id == claim)).one())
    assert row.probability == queue.params.queue.prevalence
    assert row.expected_harm == pytest.approx(row.severity * row.probability * row.views_next_24h)


def test_a_report_without_words_is_a_claim_of_its_own(queue: Queue):
    assert send(queue, "r1", "😀😀").claim_id != send(queue, "r2", "😀😀").claim_id


def test_later_counts_of_a_known_report_are_kept(queue: Queue):
    seen = {"url": "u", "observed_at": NOW - timedelta(hours=9)}
    claim = send(queue, "r1", ALARM, views=10, **seen).claim_id
    send(queue, "r1", ALARM, views=5000, **seen | {"observed_at": NOW - timedelta(hours=1)})
    row = queue.read(lambda c: c.execute(select(Claim).where(Claim.claim_id == claim)).one())
    assert row.views == 5000


def group_at_once(queue: Queue, records: Sequence[tuple[str, str]]) -> set[frozenset[str]]:
    """Group reports, the earliest first, as `preprocess` does."""
    signer = Signer(queue.chain.rules.names, LIMITS)
    signed = [signer.sign(text, queue.chain.prepare(text), None) for _, text in records]
    ids = [report_id for report_id, _ in records]
    found = group_reports(ids, [one.wording for one in signed], [one.facts for one in signed], LIMITS)
    groups: dict[int, set[str]] = {}
    for report_id, group in zip(ids, found.groups.tolist(), strict=True):
        groups.setdefault(group, set()).add(report_id)
    return set(map(frozenset, groups.values()))


TEXTS = [
    ALARM,
    COPY,
    NEGATED,
    OTHER,
    ALARM.replace("Muara Tenang", "Batu Apung"),
    f"{ALARM} sebarkan segera ke semua keluarga dan tetangga",
    f"{COPY} paslon 02 sudah tahu",
    f"{COPY} paslon 01 sudah tahu",
]
ORDERS = list(itertools.permutations(range(len(TEXTS))))


@example(order=(2, 6, 0, 1, 7, 3, 4, 5))  # the report that named a claim leaves it
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.sampled_from(ORDERS))
def test_every_order_of_arrival_gives_the_partition_of_all_at_once(queue: Queue, order: tuple[int, ...]):
    run = next(COUNTER)
    ranked = [(f"r{10 * run + number}", TEXTS[number]) for number in range(len(TEXTS))]
    ids = dict(zip(range(len(TEXTS)), (report_id for report_id, _ in ranked), strict=True))
    with queue.store.writing() as connection:
        for table in ("relations", "bands", "reports", "wordings", "audit", "aliases", "events", "claims"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE log_head SET sequence = 0")
    for number in order:
        send(queue, ids[number], TEXTS[number])
    rows = queue.read(lambda c: c.execute(select(Report.report_id, Report.claim_id)).all())
    claims: dict[str, set[str]] = {}
    for row in rows:
        claims.setdefault(row.claim_id, set()).add(row.report_id)
    # report() makes a larger number an older report
    assert set(map(frozenset, claims.values())) == group_at_once(queue, ranked[::-1])


def test_reports_that_come_at_the_same_time_are_grouped_as_one_after_the_other(queue: Queue):
    ranked = [(f"r{number + 10}", text) for number, text in enumerate([*TEXTS, *TEXTS])]
    early = [prepare(queue, *sent) for sent in ranked]
    with ThreadPoolExecutor(4) as pool:
        jobs = [
            pool.submit(queue.write, receive, arrival, rules, LATER, seen) for arrival, rules, seen in early
        ]
        assert not any(job.result().repeated for job in jobs)
    rows = queue.read(lambda c: c.execute(select(Report.report_id, Report.claim_id)).all())
    claims: dict[str, set[str]] = {}
    for row in rows:
        claims.setdefault(row.claim_id, set()).add(row.report_id)
    assert set(map(frozenset, claims.values())) == group_at_once(queue, ranked[::-1])
    assert queue.read(verify_log) == []


COUNTER = itertools.count(1)


def load_texts(queue: Queue, texts: dict[str, str]) -> None:
    """Load a batch that was grouped by itself, as a run does."""
    frame = pd.DataFrame([report(name, "", text=text) for name, text in texts.items()])
    times = {
        name: pd.to_datetime(frame[name], utc=True) for name in ("reported_at", "observed_at", "labelled_at")
    }
    reports = check_frame(frame.assign(**times)[list(REPORTS.columns)], REPORTS, "test")
    done = preprocess_reports(reports, queue.chain, queue.params)
    scored = frame[["report_id", "score", "model_version", "words"]]
    batch = make_batch(done.reports, scored, done.wordings, done.related)
    for _ in load_batch(queue.store, batch, SCALE, Terms(queue.chain, queue.params, NOW, KEY), LATER):
        pass


def test_a_batch_joins_what_came_one_at_a_time_since(queue: Queue):
    single = send(queue, "r9", ALARM).claim_id
    load_texts(queue, {"r8": COPY, "r7": ALARM, "r6": OTHER, "r5": NEGATED})
    homes = queue.read(lambda c: dict(c.execute(select(Report.report_id, Report.claim_id)).all()))
    assert homes["r8"] == homes["r7"] == single
    assert len({homes["r6"], homes["r5"], single}) == 3
    load_texts(queue, {"r8": COPY, "r7": ALARM, "r6": OTHER, "r5": NEGATED})
    assert queue.read(lambda c: dict(c.execute(select(Report.report_id, Report.claim_id)).all())) == homes


def test_an_arrival_joins_what_a_batch_brought(queue: Queue):
    load_texts(queue, {"r8": ALARM, "r6": OTHER})
    homes = queue.read(lambda c: dict(c.execute(select(Report.report_id, Report.claim_id)).all()))
    assert send(queue, "r5", COPY).claim_id == homes["r8"]
    assert send(queue, "r4", OTHER).claim_id == homes["r6"]
