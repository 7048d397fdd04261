"""P(read) by hand, and that weighing by it brings the prevalence of what was read nearer the truth."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.estimator import spread_importance
from pipeline.moderation.labels.chances import (
    FILTERED,
    IN_ORDER,
    PICKED,
    Waited,
    cut_deciles,
    measure_chances,
    week_of,
)

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
PI = 0.01
FLOOR = 0.05


def wait(number: int, harm: float, found: str | None = None, **more) -> Waited:
    known = {"ranked_at": MONDAY, "is_member": False, "audit_probability": PI}
    return Waited(f"c-{number}", first_harm=harm, found=found, **known | more)


def test_a_chance_is_the_share_read_among_those_of_its_week_and_harm():
    low = [wait(n, 1.0, IN_ORDER if n < 2 else None) for n in range(10)]
    high = [wait(n, 9.0, IN_ORDER if n < 18 else None) for n in range(10, 20)]
    chances = measure_chances([*low, *high], FLOOR)
    assert chances["c-0"].p_read == pytest.approx(PI + (1 - PI) * 0.2)
    assert chances["c-15"].p_read == pytest.approx(PI + (1 - PI) * 0.8)
    assert chances["c-15"].weight == pytest.approx(1 / chances["c-15"].p_read)


def test_what_was_picked_stays_out_of_the_share_and_stands_for_itself():
    claims = [wait(n, 1.0, IN_ORDER if n < 4 else None) for n in range(8)]
    chances = measure_chances([*claims, wait(8, 1.0, PICKED), wait(9, 1.0, FILTERED)], FLOOR)
    assert chances["c-8"] == chances["c-9"] == (1.0, 1.0)
    assert chances["c-0"].p_read == pytest.approx(PI + (1 - PI) * 0.5)


def test_members_and_what_an_import_decided_say_nothing_of_the_order():
    claims = [wait(n, 1.0, IN_ORDER if n < 4 else None) for n in range(8)]
    others = [wait(8, 1.0, IN_ORDER, is_member=True), wait(9, 1.0, left=True)]
    chances = measure_chances([*claims, *others], FLOOR)
    assert chances["c-8"].p_read == chances["c-0"].p_read == pytest.approx(PI + (1 - PI) * 0.5)


def test_a_picked_member_would_have_been_read_anyway():
    claims = [wait(n, 1.0) for n in range(9)]
    assert measure_chances([*claims, wait(9, 1.0, PICKED, is_member=True)], FLOOR)["c-9"].p_read == FLOOR


def test_a_week_without_reads_has_the_floor_and_weeks_do_not_mix():
    later = [wait(n, 1.0, IN_ORDER, ranked_at=MONDAY + timedelta(days=7)) for n in range(10, 20)]
    chances = measure_chances([*(wait(n, 1.0) for n in range(10)), *later], FLOOR)
    assert chances["c-3"] == (FLOOR, pytest.approx(1 / FLOOR))
    assert chances["c-13"].p_read == pytest.approx(1.0)


def test_where_all_were_picked_the_week_tells_the_share():
    picked = [wait(n, 9.0, PICKED) for n in range(9)]
    others = [wait(n, 1.0, IN_ORDER if n < 15 else None) for n in range(10, 20)]
    chances = measure_chances([*picked, wait(9, 9.0, IN_ORDER, is_member=True), *others], FLOOR)
    assert chances["c-9"].p_read == pytest.approx(PI + (1 - PI) * 0.5)


def test_nothing_gives_nothing():
    assert measure_chances([], FLOOR) == {}


def test_a_week_begins_on_monday():
    assert week_of(MONDAY) == week_of(MONDAY + timedelta(days=6, hours=23)) == MONDAY
    assert week_of(MONDAY - timedelta(seconds=1)) == MONDAY - timedelta(days=7)


@given(st.lists(st.integers(0, 5), max_size=300))
def test_parts_hold_every_claim_once_and_equal_harms_together(harms: list[int]):
    claims = [wait(number, float(harm)) for number, harm in enumerate(harms)]
    parts = cut_deciles(claims)
    assert sorted(claim.claim_id for part in parts for claim in part) == sorted(c.claim_id for c in claims)
    assert len(parts) <= 10
    kinds = [{claim.first_harm for claim in part} for part in parts]
    assert sum(map(len, kinds)) == len(set().union(*kinds)) if kinds else True


def simulate(rng: np.random.Generator) -> tuple[float, float, float]:
    """The prevalence of all claims of four weeks, of the labels read, and of the labels weighed.

    Harm and falsity go together, the order reads nine in ten of the highest tenth and few of the lowest.
    """
    n = 2400
    rank = rng.permutation(n) / n
    y_true = rng.random(n) < 0.02 + 0.5 * rank**4
    member = rng.random(n) < 0.05
    in_order = rng.random(n) < 0.05 + 0.85 * rank**3
    waited = [
        wait(
            number,
            float(rank[number]),
            IN_ORDER if member[number] or in_order[number] else None,
            is_member=bool(member[number]),
            audit_probability=0.05,
            ranked_at=MONDAY - timedelta(days=7 * (number % 4)),
        )
        for number in range(n)
    ]
    chances = measure_chances(waited, FLOOR)
    read = [number for number, claim in enumerate(waited) if claim.found]
    given = np.array([chances[waited[number].claim_id].weight for number in read])
    masses = spread_importance(given, np.ones(len(read)))
    labels = y_true[read]
    return float(y_true.mean()), float(labels.mean()), float(np.average(labels, weights=masses))


def test_the_weighed_training_set_is_nearer_the_truth():
    runs = [simulate(np.random.default_rng(seed)) for seed in range(20)]
    plain = [abs(read - truth) for truth, read, _ in runs]
    weighed = [abs(estimate - truth) for truth, _, estimate in runs]
    assert all(better < worse for better, worse in zip(weighed, plain, strict=True))
    assert np.mean(plain) > 0.1
    assert np.mean(weighed) < 0.02
