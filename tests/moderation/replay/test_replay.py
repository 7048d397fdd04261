"""Orders compared on small claims of our own: by hand, by an oracle, and where ours must lose."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import load_params
from pipeline.moderation.lanes import Balance, Lane, Waiting, deal_all
from pipeline.moderation.replay.bounds import calibrate_by_truth
from pipeline.moderation.replay.cases import Case, Report, build_cases
from pipeline.moderation.replay.compare import Ground, replay
from pipeline.moderation.replay.curves import Curves
from pipeline.moderation.replay.flags import weigh_flagger
from pipeline.moderation.replay.measures import measure_lanes, measure_reading
from pipeline.moderation.replay.policies import (
    BEST_USE,
    FIFO,
    OURS,
    PURE_U,
    TRUTH,
    VIEWS_ALONE,
    Reader,
    list_policies,
    weigh_harm,
)
from pipeline.moderation.replay.reading import Reading, read_scene
from pipeline.moderation.replay.scene import BEGIN, Scene, Setting, draw_scene

NOW = datetime(2026, 10, 1, tzinfo=UTC)
PARAMS = load_params(Path(__file__).parents[3] / "params.yaml")
SETTING = Setting(1.1, 4.0, 60, 0.25, 0.3, 24.0, 6.0, 0.05)


def make_case(number, truth, score, **changes):
    case = Case(f"c{number}", truth, score, 1.0, 0.0, None, None, "x", (0.0,), (1.0,))
    return case._replace(**changes)


CASES = [make_case(number, int(number % 4 == 0), 0.6 if number % 4 == 0 else 0.2) for number in range(20)]
GROUND = Ground(CASES, {}, PARAMS.prioritise)


def make_report(report_id, claim_id, day, **changes):
    report = Report(report_id, claim_id, NOW + timedelta(days=day), 0.5, 1, 10.0, None, None, None, None, "x")
    return report._replace(**changes)


def test_claims_are_what_their_reports_say():
    """Two reports an hour apart are one claim; the earlier's score counts, the larger views, the earliest deadline."""
    reports = [
        make_report("b", "c1", 1 / 24, score=0.9, views=70.0, reporter_group="kominfo"),
        make_report("a", "c1", 0, score=0.3, reported_type="kesehatan"),
        make_report("d", "c2", 0, truth=None),
        make_report("e", "c3", 0, truth=0),
        make_report("f", "c3", 0, truth=1),
    ]
    found = build_cases(reports, PARAMS.prioritise, PARAMS.evaluate.election_window, NOW)
    (case,) = found.cases
    assert (found.n_unknown, found.n_contradictory) == (1, 1)
    assert (case.score, case.views, case.severity) == (
        0.3,
        70.0,
        PARAMS.prioritise.severity.weights["health"],
    )
    assert case.report_hours == pytest.approx((0.0, 1.0))
    assert case.due_hours == pytest.approx(25.0)


def test_a_claim_s_own_truth_is_no_part_of_its_reporters_past():
    """Ani was right eight times; that the ninth is right too says nothing about the ninth."""
    others = [make_report(f"r{number}", f"c{number}", number, reporter_id="ani") for number in range(8)]
    rest = [
        make_report(f"s{number}", f"d{number}", number, reporter_id="budi", truth=0) for number in range(8)
    ]
    for truth in (0, 1):
        reports = [*others, *rest, make_report("x", "cx", 9, reporter_id="ani", truth=truth)]
        cases = build_cases(reports, PARAMS.prioritise, PARAMS.evaluate.election_window, NOW).cases
        (asked,) = [case for case in cases if case.claim_id == "cx"]
        assert asked.flags == pytest.approx((weigh_flagger(8, 0),))
        assert asked.reliability > 0


def test_a_flagger_is_weighed_as_discourse_does():
    """Twelve flags, nine agreed: .75 is a sixth of the way from .7 to 1; times 5 log4(12) = 8.96."""
    assert weigh_flagger(9, 3) == pytest.approx(1 + 1.49)
    assert weigh_flagger(5, 0) == 1.0


def make_scene(n=12, seed=1):
    rng = np.random.default_rng(seed)
    cases = [
        make_case(number, int(rng.random() < 0.5), float(rng.random()), due_hours=float(rng.integers(5, 400)))
        for number in range(n)
    ]
    arrived = np.arange(n) * 0.1
    curves = Curves(rng.pareto(1.1, n) + 1, arrived - 1, arrived, 24.0, [None] * n)
    due = arrived + [case.due_hours for case in cases]
    quality = rng.random(n) < 0.3
    score = np.array([case.score for case in cases])
    foreseen = curves.total[None, :]
    return Scene(cases, score > 0.5, arrived, due, quality, curves, np.ones(n), score, score, score, np.zeros(1),
                 foreseen, curves.total, np.arange(n), arrived, np.ones(n), 100.0)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_ours_deals_what_the_queue_s_own_function_deals(seed):
    """Nothing arriving any more and no time passing, reading one by one is `deal_all`."""
    scene = make_scene(40, seed)
    lanes = PARAMS.prioritise.lanes
    (ours,) = [policy for policy in list_policies(lanes) if policy.name == OURS]
    hours, waiting = 50.0, np.ones(40, bool)
    harm = weigh_harm(scene, hours)
    as_times = [BEGIN + timedelta(hours=float(at)) for at in scene.arrived]
    claims = [
        Waiting(str(place), float(harm[place]), as_times[place],
                BEGIN + timedelta(hours=float(scene.due[place])), bool(scene.in_quality[place]))
        for place in range(40)
    ]  # fmt: skip
    expected = [
        int(made.claim_id) for made in deal_all(Balance(), claims, BEGIN + timedelta(hours=hours), lanes)
    ]
    reader, found = Reader(scene, ours), []
    while waiting.any():
        found.append(reader.choose(waiting, hours).place)
        waiting[found[-1]] = False
    assert found == expected


def test_harmful_views_by_hand():
    """A claim of 100 views in the end, published when it is reported, read a half-life later: 50 were lost."""
    scene = make_scene(2)
    curves = Curves(np.array([100.0, 40.0]), np.zeros(2), np.zeros(2), 24.0, [None, None])
    scene = scene._replace(
        truth=np.array([True, False]), arrived=np.zeros(2), curves=curves, due=np.array([10.0, 30.0])
    )
    found = measure_reading(scene, np.array([24.0, 12.0]))
    assert found["harmful_views"] == pytest.approx(50.0)
    assert (found["recall"], found["precision"], found["oldest_waiting_days"]) == (1.0, 0.5, 1.0)
    assert found["deadlines_met"] == 0.5


def test_what_was_counted_takes_the_place_of_a_curve():
    counted = (np.array([0.0, 10.0]), np.array([0.0, 1000.0]))
    curves = Curves(np.ones(2), np.zeros(2), np.array([5.0, 5.0]), 24.0, [counted, None])
    assert curves.at(10.0)[0] == pytest.approx(500.0)
    assert curves.at(99.0)[0] == pytest.approx(1000.0)


def test_every_policy_reads_its_share_and_nobody_before_arrival():
    scene = draw_scene(CASES, SETTING, PARAMS.prioritise.views, {}, np.random.default_rng(3))
    assert scene.truth.mean() == pytest.approx(0.25)
    for policy in list_policies(PARAMS.prioritise.lanes):
        read_at = read_scene(scene, policy, 0.3).at
        assert np.isfinite(read_at).sum() == 18
        assert (read_at >= scene.arrived).all()


def test_the_same_seed_gives_the_same_and_the_order_matters():
    first = replay(GROUND, SETTING, range(4))
    assert first == replay(GROUND, SETTING, range(4))
    ratio = first.ratios[PURE_U]
    assert ratio[FIFO][0] < 0.5
    assert ratio[VIEWS_ALONE][0] < 1.0


def test_few_claims_of_one_truth_make_wide_intervals():
    """Two claims that are true, one scored high and one low: what a run shows depends on which of them it drew."""
    few = [make_case(number, int(number < 2), (0.9, 0.01)[number % 2]) for number in range(30)]
    many = [case._replace(claim_id=f"{case.claim_id}-{copy}") for case in few for copy in range(40)]
    widths = []
    for cases in (few, many):
        found = replay(Ground(cases, {}, PARAMS.prioritise), SETTING._replace(n_claims=200), range(8))
        _, lower, upper = found.figures["score alone"]["recall"]
        widths.append(upper - lower)
    assert widths[0] > 2 * widths[1]


def test_bounds_say_what_no_order_could_do_better():
    """Twenty claims of two scores, which tell truth from the rest: calibrated, the score leaves what the truth does."""
    found = replay(GROUND, SETTING, range(4))
    left = {name: figures["harmful_views"][0] for name, figures in found.figures.items()}
    assert left[TRUTH] == pytest.approx(left[BEST_USE])
    assert left[TRUTH] <= min(left.values())
    assert not {TRUTH, BEST_USE} & set(found.ours_loses_to)


def test_a_score_is_calibrated_by_the_truth_at_the_queue_s_prevalence():
    """Half of the file is true, a tenth of the queue: odds go by a ninth. Of .2 a third is true, of .6 two thirds."""
    truths = {0.2: (0, 0, 1), 0.6: (1, 1, 0)}
    cases = [make_case(0, truth, score) for score, all_of in truths.items() for truth in all_of]
    scores = np.array([case.score for case in cases])
    found = calibrate_by_truth(cases, scores, 0.1).predict([0.1, 0.2, 0.6, 0.9])
    low, high = (0.5 / 9 / (1 + 0.5 / 9), 2 / 9 / (1 + 2 / 9))
    assert found == pytest.approx([low, low, high, high])


def test_each_lane_s_part_by_hand():
    """Three reads: harm prevents the 50 views left of a claim of 100, due meets one deadline of two."""
    scene = make_scene(3)
    curves = Curves(np.full(3, 100.0), np.zeros(3), np.zeros(3), 24.0, [None] * 3)
    scene = scene._replace(truth=np.array([True, False, False]), curves=curves, due=np.array([np.inf, 9.0, 9.0]),
                           end=1e6)  # fmt: skip
    lanes = {0: Lane.harm, 1: Lane.due, 2: Lane.due}
    found = measure_lanes(scene, Reading(np.array([24.0, 5.0, 10.0]), lanes))
    assert found[Lane.harm] == pytest.approx(
        {"share_of_reads": 1 / 3, "precision": 1.0, "views_prevented": 50.0, "deadlines_met": 0.0}
    )
    assert (found[Lane.due]["share_of_reads"], found[Lane.due]["deadlines_met"]) == (2 / 3, 0.5)
    assert np.isnan(found[Lane.quality]["precision"])


def test_ours_loses_where_scores_mislead():
    """Scores that say the contrary of the truth: views alone leave fewer harmful views, and the replay says so."""
    misled = [case._replace(score=0.9 - case.score) for case in CASES for _ in range(2)]
    found = replay(Ground(misled, {}, PARAMS.prioritise), SETTING._replace(n_claims=200), range(6))
    assert VIEWS_ALONE in found.ours_loses_to
