from datetime import UTC, datetime, timedelta

import pytest

from pipeline.config import Params
from pipeline.moderation.growth import History, Look
from pipeline.moderation.reference import PastClaim, find_reference, measure_u_ref

NOW = datetime(2026, 10, 1, tzinfo=UTC)


def claim(views: int, probability: float = 0.5) -> PastClaim:
    first = NOW - timedelta(days=10)
    return PastClaim(probability, History("x", first, [Look("u", True, first, views)]), None, "other")


def test_the_reference_is_the_harm_of_the_worst_in_a_thousand():
    assert find_reference(range(1, 1001)) == 999
    assert find_reference([3.0]) == 3.0
    assert find_reference([]) == 0


def test_ten_times_the_views_make_ten_times_the_reference(params: Params):
    few, many = (
        measure_u_ref([claim(times * views) for views in range(100, 200)], NOW, params) for times in (1, 10)
    )
    assert many == pytest.approx(10 * few, rel=0.01)


def test_the_reference_is_at_least_one_and_needs_no_counts(params: Params):
    assert measure_u_ref([], NOW, params) == 1
    uncounted = PastClaim(0.5, History(None, None, []), None, "other")
    assert measure_u_ref([uncounted], NOW, params) == 1


def test_what_was_counted_after_the_window_is_not_known(params: Params):
    first = NOW - timedelta(days=10)
    later = PastClaim(
        0.5, History("x", first, [Look("u", True, first, 10), Look("u", True, NOW, 10**9)]), None, "other"
    )
    known = measure_u_ref([later], NOW - timedelta(days=5), params)
    assert known == measure_u_ref([claim(10)], NOW - timedelta(days=5), params)
