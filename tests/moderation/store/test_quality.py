"""Figures of quality, made from a store in which people decided."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from pipeline.moderation.desk import dealing
from pipeline.moderation.desk.golden import add_golden
from pipeline.moderation.desk.people import add_person
from pipeline.moderation.desk.second import rule
from pipeline.moderation.desk.verdicts import Ruling, decide, undo
from pipeline.moderation.quality import measure_prevalence, measure_quality
from pipeline.moderation.store.tables import Audit, Claim
from tests.moderation.store.conftest import LATER, Queue, at, report

HOAX, TRUE, UNCLEAR = Ruling("misinformation", "health"), Ruling("not misinformation"), Ruling("unclear")
THEN = LATER + timedelta(days=30)


@pytest.fixture
def busy(queue: Queue) -> Queue:
    """Twenty claims that arrived a month ago, ten of them audit members; sari reads all but one member."""
    queue.load([report(f"r{i:02}", f"c-{i:02}", score=i / 25, views=100 * i) for i in range(1, 21)])
    with queue.store.writing() as connection:
        connection.execute(update(Audit).values(member=False, probability=0.5, second=False))
        members = [f"c-{i:02}" for i in range(2, 21, 2)]
        connection.execute(update(Audit).where(Audit.claim_id.in_(members)).values(member=True))
    for number in range(20, 1, -1):
        said = HOAX if number > 16 else UNCLEAR if number == 4 else TRUE
        if number != 2:
            queue.write(decide, queue.sari, f"c-{number:02}", said, at(number))
    return queue


def measure(queue: Queue, *, readers: bool = False, **changed):
    quality = queue.params.quality.model_copy(update=changed)
    params = queue.params.model_copy(update={"quality": quality})
    return queue.read(measure_quality, params, THEN, readers=readers)


def test_figures_come_from_members_alone(busy: Queue):
    found = measure(busy)
    known = found.audited.prevalence
    assert (known.n_arrived, known.n_members, known.n_read, known.coverage) == (20, 10, 9, 0.9)
    assert known.estimate.value == pytest.approx(2 / 9)
    assert (found.audited.n_unsettled, found.ranked.n_read) == (1, 18)
    assert found.ranked.prevalence.value == pytest.approx(4 / 18)
    assert found.audited.misses.expected == pytest.approx(20 * 2 / 9)
    assert (found.audited.misses.n_found, found.audited.misses.missed) == (4, pytest.approx(20 * 2 / 9 - 4))
    assert found.audited.depths[-1].share == 0.5
    assert found.audited.depths[-1].found.value == 1.0
    assert found.as_dict()["audited"]["prevalence"]["n_read"] == 9


def test_below_the_least_coverage_there_is_no_figure(busy: Queue):
    busy.write(undo, busy.sari, "c-06", at(30))
    found = measure(busy)
    assert found.audited.prevalence.reason == (
        "only 80% of the audit members that are due were read, fewer than 90%"
    )
    assert (found.audited.prevalence.estimate, found.audited.depths, found.audited.misses) == (None, [], None)
    assert found.ranked.n_read == 17
    assert measure(busy, min_coverage=0.8).audited.prevalence.estimate is not None


def test_members_are_due_only_after_some_days_and_count_for_some_weeks(busy: Queue):
    for now in (LATER + timedelta(days=6), LATER + timedelta(days=91)):
        known = busy.read(measure_prevalence, busy.params, now)
        assert (known.n_arrived, known.estimate, known.reason) == (0, None, "no audit member's time has come")


def test_what_a_batch_decided_is_no_arrival(queue: Queue):
    queue.load([report("r1", "c-1", label=1), report("r2", "c-2")])
    with queue.store.writing() as connection:
        connection.execute(
            update(Claim).where(Claim.claim_id == "c-2").values(state="decided", verdict="unclear")
        )
    assert queue.read(measure_prevalence, queue.params, THEN).n_arrived == 0


def test_pairs_and_golden_reads_are_told_by_person(queue: Queue):
    queue.load([report(f"r{i}", f"c-{i}") for i in range(1, 5)])
    with queue.store.writing() as connection:
        connection.execute(update(Audit).values(member=True, second=False))
    shares = queue.params.prioritise.lanes
    for number, said in enumerate((HOAX, TRUE, TRUE, TRUE), start=1):
        queue.write(decide, queue.sari, f"c-{number}", said, at(number))
    for minute in range(10, 14):
        claim_id = queue.write(dealing.deal_next, queue.budi, shares, at(minute)).claim_id
        queue.write(
            decide, queue.budi, claim_id, {"c-1": HOAX, "c-4": UNCLEAR}.get(claim_id, TRUE), at(minute)
        )
    queue.write(rule, queue.lead, "c-4", UNCLEAR, at(20))
    queue.write(add_golden, queue.lead, "c-2", HOAX, at(21).now)
    eva = queue.write(add_person, "eva", "moderator", None, LATER)
    assert queue.write(dealing.deal_next, eva, shares, at(22)).claim_id == "c-2"
    queue.write(decide, eva, "c-2", TRUE, at(23))
    found = measure(queue, readers=True)
    assert (found.agreement.n, found.agreement.agreed) == (4, 0.75)
    assert found.agreement.kappa == pytest.approx((0.75 - (1 + 6) / 16) / (1 - 7 / 16))
    assert found.agreement_of_members == found.agreement
    assert (found.agreement_on_misinformation.agreed, found.agreement_on_misinformation.kappa) == (1.0, 1.0)
    assert found.agreement_on_misinformation.kappa_lower < 0.1
    readers = {reader.name: reader for reader in found.readers}
    assert sorted(readers) == ["budi", "eva", "sari"]
    assert (readers["budi"].agreement.n, readers["budi"].golden) == (4, None)
    assert (readers["eva"].golden.value, readers["eva"].golden.n) == (0.0, 1)
    assert found.golden.value == 0.0
    assert measure(queue).readers == []
