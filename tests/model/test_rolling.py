"""Periods of what trains, each judged by its past, and the slope that they let expect of one more."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.model.calibration import calibrate_model
from pipeline.model.estimator import Examples, fit_model
from pipeline.model.linear import sigmoid
from pipeline.model.rolling import Period, Slope, judge_periods, number_periods, predict_slope
from tests.model.test_linear import FALSE, PARAMS, TRUE, examples, judge_among_known, prepare


def hold(sources: str, days: list[float], later: int = 0) -> Examples:
    """One example a letter, its source; the last `later` ones calibrate later."""
    n = len(sources)
    labels = np.arange(n, dtype=np.int8) % 2
    marked = np.arange(n) >= n - later
    return Examples(
        [prepare("x")] * n, labels, np.ones(n), list(sources), marked, None, np.array(days, float)
    )


def test_periods_are_as_long_as_the_calibration_and_leave_a_past_as_long():
    train = hold("aaaaaaab", [7, 1, 2, 6, 3, 5, 4, 9])
    assert number_periods(train, hold("aa", [8, 9], later=2)).tolist() == [1, 5, 5, 1, 5, 2, 2, 0]


def test_claims_of_one_moment_stay_together_and_those_without_a_time_are_timeless():
    train = hold("aaaaa", [1, 2, 3, 3, np.nan])
    assert number_periods(train, hold("a", [4], later=1)).tolist() == [5, 3, 1, 1, 0]


@pytest.mark.parametrize("later", [0, 3])
def test_without_later_claims_or_with_a_short_past_there_is_no_period(later):
    assert set(number_periods(hold("aaaa", [1, 2, 3, 4]), hold("aaa", [5, 6, 7], later)).tolist()) <= {0, 5}


def test_a_period_is_judged_by_what_came_before_it_and_has_no_time():
    train = hold("aaaaaab", [1, 2, 3, 4, 5, 6, 0])
    asked = []

    def decide(past, rows):
        asked.append((past.tolist(), rows.tolist()))
        return np.zeros(len(rows))

    periods = judge_periods(train, hold("aa", [7, 8], later=2), 1, decide)
    assert asked == [([0, 1, 2, 3, 6], [4, 5]), ([0, 1, 6], [2, 3])]
    assert [period.y_true.tolist() for period in periods] == [[0, 1], [0, 1]]
    assert judge_periods(train, hold("aa", [7, 8], later=2), 2, decide) == []


def test_the_expected_slope_is_that_of_dersimonian_and_laird():
    """By hand: weights 10 and 5, mean 1/3, Q 10/3, so between periods (10/3 - 1) / (20/3) = .35."""
    assert predict_slope([Slope(0.0, 0.1), Slope(1.0, 0.2)]) == pytest.approx(0.45)
    assert predict_slope([Slope(0.8, 0.1)]) == 0.8


def draw_period(slope: float, n: int = 4000) -> Period:
    rng = np.random.default_rng(7)
    decisions = rng.normal(0.0, 1.0, n)
    return Period(decisions, (rng.random(n) < sigmoid(slope * decisions)).astype(np.int8), np.ones(n))


def test_shyer_periods_before_make_the_calibrator_shyer_and_leave_its_mean():
    data = judge_among_known(n_known=20, n_later=60)
    later = data.take_later(20)
    model = fit_model(examples(), data, PARAMS, 0.1)
    shy = calibrate_model(model, data, [draw_period(0.1), draw_period(0.1)])
    assert shy.calibrator.slope < 0.7 * model.calibrator.slope
    means = [sigmoid(m.calibrator.calibrate(m.decide(later.prepared))).mean() for m in (model, shy)]
    assert means[0] == pytest.approx(means[1], abs=1e-6)


def test_periods_that_turn_the_order_round_change_nothing():
    data = judge_among_known(n_known=20, n_later=60)
    model = fit_model(examples(), data, PARAMS, 0.1)
    assert calibrate_model(model, data, [draw_period(-2.0)] * 2).calibrator == model.calibrator


def test_training_judges_its_own_periods():
    calibration = judge_among_known(n_known=20, n_later=60)
    texts = [*FALSE, *TRUE] * 40
    labels = np.tile(np.array([1, 1, 1, 0, 0, 0], np.int8), 40)
    wrong = np.where(np.arange(240) % 3 == 1, 1 - labels, labels).astype(np.int8)
    train = Examples([prepare(text) for text in texts], wrong, np.ones(240))
    timeless = fit_model(train, calibration, PARAMS, 0.1)
    timed = fit_model(train._replace(first_at=np.arange(240.0)), calibration, PARAMS, 0.1)
    assert timed.calibrator.slope != pytest.approx(timeless.calibrator.slope, rel=0.01)
    assert np.array_equal(timed.weights, timeless.weights)
    assert replace(timed, calibrator=timeless.calibrator).decide(train.prepared[:6]) == pytest.approx(
        timeless.decide(train.prepared[:6])
    )
