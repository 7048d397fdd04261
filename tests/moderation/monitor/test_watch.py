"""Each measure of drift beside its limit."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import load_params
from pipeline.model.bundle import Bundle
from pipeline.model.reference import Reference, compare_scores
from pipeline.moderation.monitor.arrivals import Arrivals
from pipeline.moderation.monitor.watch import ADVICE, judge_age, judge_arrivals

LIMITS = load_params(Path(__file__).parents[3] / "params.yaml").monitor
REFERENCE = Reference(tuple(tenth / 10 for tenth in range(1, 10)), 0.1, 0.05, 5000.0)
EVEN = tuple(place / 200 + 0.0025 for place in range(200))


def judge(arrivals: Arrivals, reference: Reference | None = REFERENCE):
    return {measure.name: measure for measure in judge_arrivals(arrivals, reference, LIMITS)}


def test_what_is_as_in_training_raises_no_alarm():
    found = judge(Arrivals(220, EVEN, 0.06))
    assert [measure.alarm for measure in found.values()] == [False] * 3
    assert found["scores"].value == pytest.approx(0, abs=1e-6)
    assert found["abstained"].value == pytest.approx(20 / 220)


@pytest.mark.parametrize(
    ("arrivals", "name"),
    [
        (Arrivals(200, tuple(score**3 for score in EVEN), 0.05), "scores"),
        (Arrivals(200, EVEN, 0.16), "unknown words"),
        (Arrivals(260, EVEN, 0.05), "abstained"),
    ],
)
def test_what_is_not_trips_its_own_alarm(arrivals: Arrivals, name: str):
    found = judge(arrivals)
    assert [measure.name for measure in found.values() if measure.alarm] == [name]
    assert found[name].advice == ADVICE[name]


def test_a_shift_that_chance_makes_of_few_claims_is_no_alarm():
    shifted = Arrivals(200, tuple(score**1.8 for score in EVEN), 0.05)
    many, few = (judge(shifted, REFERENCE._replace(n_claims=n))["scores"] for n in (5000.0, 60.0))
    assert (many.limit, many.alarm) == (LIMITS.max_psi, True)
    assert (few.value > LIMITS.max_psi, few.alarm) == (True, False)


@pytest.mark.parametrize(("n_here", "n_there"), [(150, 90), (2000, 300)])
def test_chance_passes_its_index_once_in_a_hundred(n_here: int, n_there: int):
    rng = np.random.default_rng(7)
    passed = []
    for _ in range(2000):
        edges = np.quantile(rng.random(n_there), np.arange(0.1, 1.0, 0.1), method="inverted_cdf")
        index, chance = compare_scores(
            rng.random(n_here).tolist(), Reference(tuple(edges), 0.1, n_claims=n_there)
        )
        passed.append(index > chance)
    assert np.mean(passed) < 0.02


def test_too_few_claims_and_no_record_measure_nothing():
    few = judge(Arrivals(99, EVEN[:99], 0.9))
    assert {measure.value for measure in few.values()} == {None}
    assert few["scores"].why == "fewer claims than monitor.min_claims (100)"
    old = judge(Arrivals(200, EVEN, 0.9), REFERENCE._replace(unknown_rate=None))
    assert (old["unknown words"].value, old["scores"].alarm) == (None, False)
    assert judge(Arrivals(200, EVEN, 0.9), None)["scores"].why.startswith("the champion was trained before")


def test_claims_that_say_nothing_are_an_alarm_and_no_fault():
    found = judge(Arrivals(200, (), None))
    assert (found["abstained"].alarm, found["scores"].why) == (True, "no claim has a score")


@pytest.mark.parametrize(("learnt", "alarm"), [(date(2026, 6, 1), False), (date(2026, 5, 1), True)])
def test_an_old_model_is_an_alarm(learnt: date, alarm: bool):
    measure = judge_age(
        Bundle("v1", None, None, 1.0, None, learnt), LIMITS, datetime(2026, 11, 27, tzinfo=UTC)
    )
    assert measure.alarm is alarm
    assert judge_age(Bundle("v1", None, None, 1.0), LIMITS, datetime.now(UTC)).why
