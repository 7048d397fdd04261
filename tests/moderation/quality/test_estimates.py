"""Figures from the audit sample: by hand, and against a queue whose truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from pipeline.moderation.quality.estimates import (
    Read,
    Scope,
    measure_calibration,
    measure_depths,
    measure_misses,
    weigh_members,
)
from pipeline.moderation.quality.shares import Share, bound_share, estimate_share

SCOPE = Scope(0.95, (0.1, 0.3), 3, 200, 45)
N_RUNS, N_CLAIMS, CAPACITY = 200, 30_000, 0.3


def make_read(hits, harm, score, weight) -> Read:
    return Read(
        *(
            np.asarray(values, kind)
            for values, kind in zip((hits, harm, score, weight), (bool, *[float] * 3), strict=True)
        )
    )


def test_two_strata_by_hand():
    rates = np.array([0.1] * 20 + [0.5] * 4)
    weights = weigh_members(np.array([0.1, 0.1, 0.5, 0.5]), rates)
    assert weights.tolist() == [10.0, 10.0, 2.0, 2.0]
    share = estimate_share(np.array([True, False, True, True]), weights, 0.95)
    assert share.value == pytest.approx(14 / 24)
    assert (share.lower, share.upper) == bound_share(14 / 24 * (24**2 / 208), 24**2 / 208, 0.95)


def test_depths_and_misses_by_hand():
    read = make_read([1, 0, 1, 0], [9, 8, 2, 1], [0.5] * 4, [1] * 4)
    depths = measure_depths(read, np.array([9.0, 8, 7, 6, 5, 4, 3, 2, 1, 0]), SCOPE)
    assert [(one.share, one.precision.value, one.found.value) for one in depths] == [
        (0.1, 1.0, 0.5),
        (0.3, 0.5, 0.5),
    ]
    assert depths[0].precision.n == 1
    assert measure_misses(Share(0.2, 0.1, 0.4, 9), 100, 15) == (20, 10, 40, 15, 5, 0, 25)


def test_calibration_leaves_abstained_claims_out_and_refuses_a_slope_of_few():
    read = make_read([1, 0, 0], [1, 2, 3], [0.9, 0.1, np.nan], [1] * 3)
    found = measure_calibration(read, SCOPE)
    assert (found.score, found.observed.value, found.slope) == (0.5, 0.5, None)
    assert found.reason == "fewer than 10 of either outcome"
    empty = measure_calibration(make_read([], [], [], []), SCOPE)
    assert (empty.observed, empty.reason) == (None, "no claim with a score was read")


def test_calibration_sees_scores_that_are_too_low():
    rng = np.random.default_rng(1)
    score = rng.uniform(0.02, 0.4, 4000)
    truth = rng.random(4000) < 2 * score
    found = measure_calibration(make_read(truth, score, score, np.ones(4000)), SCOPE)
    assert found.intercept[1] > 0.5
    assert all(part.observed.lower > part.score for part in found.bins)


def test_the_slope_of_scores_that_say_nothing_is_near_nothing():
    rng = np.random.default_rng(3)
    score = 1 / (1 + np.exp(-rng.normal(-3, 1.2, 400)))
    truth = rng.random(400) < 0.2
    slope, lower, upper = measure_calibration(make_read(truth, score, score, np.ones(400)), SCOPE).slope
    assert -0.4 < lower < slope < upper < 0.4
    fitted = LogisticRegression(C=np.inf).fit(np.log(score / (1 - score))[:, None], truth)
    assert slope == pytest.approx(fitted.coef_[0, 0], abs=1e-3)


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.floats(0.5, 0.99))
def test_a_share_lies_between_its_bounds_and_surer_is_wider(hits: list[bool], interval: float):
    wide, narrow = (estimate_share(np.array(hits), np.ones(len(hits)), one) for one in (0.995, interval))
    assert 0 <= wide.lower <= narrow.lower <= narrow.value + 1e-4
    assert narrow.value - 1e-4 <= narrow.upper <= wide.upper <= 1


def simulate(rng: np.random.Generator) -> dict[str, tuple[float, Share, Share]]:
    """One queue: the truth, what audit members say of it, and what the claims that were read say.

    Scores tell little of the truth, views are Pareto, the first 30 % by expected harm are read; between the two
    halves of the time the audit rate and the prevalence change.
    """
    late = np.arange(N_CLAIMS) >= N_CLAIMS // 2
    truth = rng.random(N_CLAIMS) < np.where(late, 0.14, 0.08)
    score = 1 / (1 + np.exp(-(rng.normal(size=N_CLAIMS) + 1.2 * truth - 2.6)))
    harm = score * np.minimum(1e6, rng.pareto(1.1, N_CLAIMS) + 1)
    rates = np.where(late, 0.02, 0.0075)
    member = rng.random(N_CLAIMS) < rates
    ranked = harm >= np.quantile(harm, 1 - CAPACITY)
    audited = Read(truth[member], harm[member], score[member], weigh_members(rates[member], rates))
    read = Read(truth[ranked], harm[ranked], score[ranked], np.ones(ranked.sum()))
    deep = measure_depths(audited, harm, SCOPE)
    whole = {"prevalence": truth.mean()}
    told = {
        "prevalence": (
            estimate_share(audited.is_misinformation, audited.weight, 0.95),
            estimate_share(read.is_misinformation, read.weight, 0.95),
        )
    }
    shallow = measure_depths(read, harm, SCOPE)
    for number, depth in enumerate(SCOPE.depths):
        above = harm >= np.quantile(harm, 1 - depth)
        whole[f"found at {depth}"] = truth[above].sum() / truth.sum()
        told[f"found at {depth}"] = (deep[number].found, shallow[number].found)
        whole[f"precision at {depth}"] = truth[above].mean()
        told[f"precision at {depth}"] = (deep[number].precision, shallow[number].precision)
    return {name: (whole[name], *told[name]) for name in whole}


@pytest.fixture(scope="module")
def runs() -> list[dict[str, tuple[float, Share, Share]]]:
    rng = np.random.default_rng(45)
    return [simulate(rng) for _ in range(N_RUNS)]


def count_covered(runs, name: str, place: int) -> float:
    inside = [run[name][place].lower <= run[name][0] <= run[name][place].upper for run in runs]
    return float(np.mean(inside))


@pytest.mark.parametrize(
    "name", ["prevalence", "precision at 0.1", "precision at 0.3", "found at 0.1", "found at 0.3"]
)
def test_the_audit_interval_covers_the_truth(runs, name: str):
    assert count_covered(runs, name, 1) >= 0.9


@pytest.mark.parametrize("name", ["prevalence", "found at 0.1", "found at 0.3"])
def test_what_was_read_in_the_queues_order_does_not(runs, name: str):
    assert count_covered(runs, name, 2) <= 0.05
