import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import Params
from pipeline.config.prioritise import Reliability
from pipeline.moderation.reliability import (
    PastReport,
    Record,
    Reputation,
    Sender,
    measure_reputation,
    weigh_reporters,
)
from pipeline.moderation.terms import move_probability

NOW = datetime(2026, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)
EVERYBODY = [
    PastReport(f"old{number}", f"p{number}", NOW - 2 * DAY, NOW, number % 5 == 0) for number in range(100)
]
"""A hundred reporters of one claim each, a fifth of which was misinformation."""


@pytest.fixture(scope="module")
def reliability(params: Params) -> Reliability:
    return params.prioritise.reliability


def senders(*reporter_ids: str | None) -> list[Sender]:
    return [Sender(reporter_id, NOW) for reporter_id in reporter_ids]


def perfect(reporter_id: str, n_verdicts: int) -> list[PastReport]:
    return [PastReport(f"hoax{number}", reporter_id, NOW - 2 * DAY, NOW, 1) for number in range(n_verdicts)]


def test_a_posterior_by_hand(reliability: Reliability):
    reputation = Reputation(0.2, {"reporter:ani": Record(10, 10), "reporter:budi": Record(5, 0)})
    rules = reliability.model_copy(update={"prior_verdicts": 10.0, "cap": 9.0})
    ani = math.log((12 / 20) / (8 / 20)) - math.log(0.25)
    budi = math.log((2 / 15) / (13 / 15)) - math.log(0.25)
    assert weigh_reporters(senders("ani"), {}, reputation, rules) == pytest.approx(ani)
    assert weigh_reporters(senders("ani", "budi", "ani"), {}, reputation, rules) == pytest.approx(ani + budi)


def test_the_prior_is_everybodys_share(reliability: Reliability):
    reputation = measure_reputation(EVERYBODY, {})
    assert reputation.prior_mean == pytest.approx(20.5 / 101)
    assert reputation.records["reporter:p0"] == Record(1, 1)


def test_a_claim_counts_once_for_a_voice(reliability: Reliability):
    past = perfect("ani", 3) + perfect("ani", 3) + perfect("budi", 2)
    assert measure_reputation(past, {}).records["reporter:ani"] == Record(3, 3)
    assert measure_reputation(past, {"ani": "A", "budi": "A"}).records == {"cohort:A": Record(3, 3)}


@pytest.mark.parametrize("reported_at", [NOW, NOW + DAY, None])
def test_a_report_that_came_with_or_after_the_verdict_counts_nothing(reported_at, reliability: Reliability):
    late = PastReport("hoax", "ani", reported_at, NOW, 1)
    assert measure_reputation([late], {}).records == {}
    known = Reputation(0.2, {"reporter:ani": Record(10, 10)})
    sender = [Sender("ani", reported_at)]
    assert weigh_reporters(sender, {}, known, reliability, decided_at=NOW) == 0.0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(min_size=1), min_size=1, max_size=100, unique=True), st.floats(0, 1))
def test_a_hundred_fresh_accounts_with_invented_cohorts_move_a_claim_by_exactly_nothing(accounts, score):
    rules = Reliability(prior_verdicts=10, cap=1, cohorts=None)
    reputation = measure_reputation(EVERYBODY, {})
    fresh = senders(*(f"fresh {account}" for account in accounts), None)
    moved = weigh_reporters(fresh, {}, reputation, rules)
    assert moved == 0.0
    assert move_probability(score, moved) == score
    # had a lead registered each of their invented cohorts, it would be the same
    registered = {f"fresh {account}": f"cohort {account}" for account in accounts}
    assert weigh_reporters(fresh, registered, reputation, rules) == 0.0


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 500),
    st.floats(0.5, 50),
    st.floats(0, 3),
    st.booleans(),
    st.integers(0, 1),
)
def test_forty_classmates_with_a_perfect_past_move_a_claim_by_no_more_than_the_cap(
    n_classmates, n_verdicts, prior_verdicts, cap, registered, verdict
):
    rules = Reliability(prior_verdicts=prior_verdicts, cap=cap, cohorts=None)
    students = [f"student{number}" for number in range(n_classmates)]
    past = [
        PastReport(f"c{number}", student, NOW - 2 * DAY, NOW, verdict)
        for student in students
        for number in range(n_verdicts)
    ]
    cohorts = dict.fromkeys(students, "class A") if registered else {}
    reputation = measure_reputation([*past[:2000], *EVERYBODY], cohorts)
    moved = weigh_reporters(senders(*students), cohorts, reputation, rules)
    assert -cap <= moved <= cap
    if registered:
        alone = weigh_reporters(senders(students[0]), cohorts, reputation, rules)
        assert moved == alone  # a class is one voice, however many of it report


def test_who_is_right_more_often_than_all_moves_up_and_who_is_not_down(reliability: Reliability):
    past = [
        *EVERYBODY,
        *perfect("ani", 20),
        *(PastReport(f"c{n}", "budi", NOW - DAY, NOW, 0) for n in range(20)),
    ]
    reputation = measure_reputation(past, {})
    assert weigh_reporters(senders("ani"), {}, reputation, reliability) > 0
    assert weigh_reporters(senders("budi"), {}, reputation, reliability) < 0
