from datetime import UTC, datetime, timedelta

import pytest

from pipeline.config.prioritise import Lanes, Staffing
from pipeline.moderation.lanes import Waiting
from pipeline.moderation.staffing import count_missing

NOW = datetime(2026, 10, 1, tzinfo=UTC)
LANES = Lanes(quality=0.05, due=0.25, oldest=0.05)
TWO = Staffing(moderators=2, reads_per_day=100, quality_days=5)


def due_in(*days: float, quality: bool = False) -> list[Waiting]:
    return [Waiting(f"c{n}", 1.0, NOW, NOW + timedelta(days=day), quality) for n, day in enumerate(days)]


def test_the_tightest_deadline_says_how_many_people_are_needed():
    # 50 a day is what two people read in the due lane: 30 are due within a day, 300 more within two
    shortages = count_missing(due_in(*[1.0] * 30, *[2.0] * 300), NOW, TWO, LANES, 14)
    assert shortages.due.n_claims == 330
    assert shortages.due.needed == pytest.approx(330 / 2 / 25)
    assert shortages.due.missing == 5


def test_enough_people_lack_nobody():
    shortages = count_missing(due_in(1.0, 2.0), NOW, TWO, LANES, 14)
    assert (shortages.due.missing, shortages.quality.missing, shortages.everything.missing) == (0, 0, 0)


def test_overdue_claims_are_counted_apart():
    shortages = count_missing(due_in(-1.0, 0.0, 3.0), NOW, TWO, LANES, 14)
    assert (shortages.n_overdue, shortages.due.n_claims) == (2, 1)


def test_the_quality_lane_and_the_whole_queue_have_their_own_times():
    claims = due_in(*[100.0] * 2800, quality=True)
    shortages = count_missing(claims, NOW, TWO, LANES, window_days=14)
    assert shortages.quality.needed == pytest.approx(2800 / 5 / 5)
    assert shortages.everything.needed == pytest.approx(2800 / 14 / 100)
    assert shortages.everything.missing == 0


def test_an_empty_queue_needs_nobody_and_a_deadline_within_minutes_not_a_crowd():
    assert count_missing([], NOW, TWO, LANES, 14).due.needed == 0
    assert count_missing(due_in(1e-9), NOW, TWO, LANES, 14).due.needed == pytest.approx(24 / 25)
