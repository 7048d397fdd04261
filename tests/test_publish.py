import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from pipeline.config import GateProfile
from pipeline.evaluation.metrics import Judged, Terms
from pipeline.publish import FIRST_CHAMPION, Comparison, compare_models, decide_gate

PROFILE = GateProfile(min_auc_lower=0.55, max_probe_lower=0.6, max_ranking_loss=0.02, max_name_shift=0.2)
TERMS = Terms(prevalence=0.1, capacity_share=0.3, bootstraps=500, interval=0.95)
METRICS: dict[str, Any] = {
    "headline": {"auc": 0.71, "auc_lower": 0.64, "auc_upper": 0.78, "n_claims": 132},
    "gap": {"auc": 0.22},
    "probes": {
        "date": {"auc": 0.52, "auc_lower": 0.43, "auc_upper": 0.61, "alarm": False},
        "source": {"auc": None, "auc_lower": None, "auc_upper": None, "alarm": False, "reason": "one source"},
    },
    "neutrality": {"max_shift": 0.01},
}
BETTER = Comparison(0.03, -0.01, 0.07, 0.02, 132, 41)


def change(section: str, **values: Any) -> dict[str, Any]:
    metrics = copy.deepcopy(METRICS)
    metrics[section] |= values
    return metrics


def judge(labels: list[int], scores: list[float], clusters: list[int] | None = None) -> Judged:
    numbers = clusters or list(range(len(labels)))
    return Judged(np.array(labels, np.int8), np.array(scores, np.float64), np.array(numbers, np.int64))


def rng() -> np.random.Generator:
    return np.random.default_rng(45)


def test_a_good_first_champion_passes_and_is_called_that() -> None:
    gate = decide_gate(METRICS, None, PROFILE)
    assert gate.passed
    assert gate.blocks == ()
    assert FIRST_CHAMPION in gate.notes
    assert "leak probe: source is not computable (one source)" in gate.notes
    assert "gap: the random split flatters the AUC by +0.220" in gate.notes


def test_a_good_successor_passes_with_its_comparison() -> None:
    gate = decide_gate(METRICS, BETTER, PROFILE)
    assert gate.passed
    assert gate.notes[0] == (
        "against the champion: AUC +0.030, from -0.010 to +0.070, average precision +0.020, on 132 claims"
    )


@pytest.mark.parametrize(
    ("metrics", "block"),
    [
        (
            change("headline", auc_lower=0.5499),
            "headline: AUC 0.710 is surely above 0.550 only; expected at least 0.55",
        ),
        (
            change("headline", auc=None, auc_lower=None, reason="only label 1"),
            "headline: AUC is not computable (only label 1); expected a figure",
        ),
        (
            change("probes", length={"auc": 0.7, "auc_lower": 0.61, "auc_upper": 0.8}),
            "leak probe: length alone reaches AUC 0.700, surely above 0.610; expected at most 0.6",
        ),
        (
            change("neutrality", max_shift=0.21),
            "neutrality: a swapped name moves a logit by 0.210; expected at most 0.2",
        ),
        (
            change("neutrality", max_shift=None),
            "neutrality: how far swapped names move a score is not known (not measured); expected a figure",
        ),
    ],
)
def test_each_condition_blocks_alone(metrics: dict[str, Any], block: str) -> None:
    for comparison in (None, BETTER):
        gate = decide_gate(metrics, comparison, PROFILE)
        assert not gate.passed
        assert gate.blocks == (block,)


@pytest.mark.parametrize(
    "metrics",
    [
        change("headline", auc_lower=0.55),
        change("probes", length={"auc": 0.7, "auc_lower": 0.6, "auc_upper": 0.8}),
        change("neutrality", max_shift=0.2),
    ],
)
def test_a_value_on_the_line_passes(metrics: dict[str, Any]) -> None:
    assert decide_gate(metrics, None, PROFILE).passed


def test_a_possible_loss_against_the_champion_blocks() -> None:
    assert decide_gate(METRICS, BETTER._replace(auc_lower=-0.02), PROFILE).passed
    gate = decide_gate(METRICS, BETTER._replace(auc_lower=-0.021), PROFILE)
    assert gate.blocks == (
        "ranking: may lose 0.021 AUC against the champion (AUC +0.030, from -0.021 to +0.070, "
        "average precision +0.020, on 132 claims); expected at most 0.02",
    )


def test_a_comparison_that_cannot_be_made_blocks() -> None:
    gate = decide_gate(METRICS, Comparison(None, None, None, None, 5, 5, "only label 1"), PROFILE)
    assert gate.blocks == (
        "ranking: cannot be compared with the champion's (only label 1); expected a comparison",
    )


def test_nothing_measured_blocks_without_a_crash() -> None:
    gate = decide_gate({}, None, PROFILE)
    assert [block.split(":")[0] for block in gate.blocks] == ["headline", "neutrality"]


def test_the_differences_are_those_of_scikit_learn() -> None:
    chance = np.random.default_rng(7)
    labels = chance.integers(0, 2, 200)
    ours, theirs = labels + chance.normal(size=200), np.round(labels + 2 * chance.normal(size=200))
    compared = compare_models(
        judge(labels.tolist(), ours.tolist()), judge(labels.tolist(), theirs.tolist()), TERMS, rng()
    )
    weights = np.where(labels == 1, 0.1 / np.sum(labels == 1), 0.9 / np.sum(labels == 0))
    assert compared.auc == pytest.approx(roc_auc_score(labels, ours) - roc_auc_score(labels, theirs))
    assert compared.average_precision == pytest.approx(
        average_precision_score(labels, ours, sample_weight=weights)
        - average_precision_score(labels, theirs, sample_weight=weights)
    )
    assert compared.auc_lower is not None
    assert compared.auc_upper is not None
    assert compared.auc_lower < compared.auc < compared.auc_upper
    assert (compared.n_claims, compared.n_misinformation) == (200, int(labels.sum()))


def test_a_model_compared_with_itself_differs_by_exactly_nothing() -> None:
    judged = judge([1, 0, 1, 0, 0], [0.9, 0.8, 0.4, 0.3, 0.1])
    assert compare_models(judged, judged, TERMS, rng()) == Comparison(0.0, 0.0, 0.0, 0.0, 5, 2)


def test_pairing_narrows_the_interval() -> None:
    chance = np.random.default_rng(3)
    labels = chance.integers(0, 2, 300).tolist()
    scores = (np.array(labels) + chance.normal(size=300)).tolist()
    nudged = (np.array(scores) + 0.05 * chance.normal(size=300)).tolist()
    shuffled = (np.array(labels) + chance.normal(size=300)).tolist()
    near = compare_models(judge(labels, nudged), judge(labels, scores), TERMS, rng())
    far = compare_models(judge(labels, shuffled), judge(labels, scores), TERMS, rng())
    assert near.auc_lower is not None
    assert near.auc_upper is not None
    assert far.auc_lower is not None
    assert far.auc_upper is not None
    assert near.auc_upper - near.auc_lower < (far.auc_upper - far.auc_lower) / 4


def test_copies_of_a_claim_are_drawn_together() -> None:
    labels, ours, theirs = [1, 0, 1, 0] * 10, [0.9, 0.5, 0.4, 0.1] * 10, [0.4, 0.5, 0.9, 0.1] * 10
    apart = compare_models(judge(labels, ours), judge(labels, theirs), TERMS, rng())
    together = [0, 1, 2, 3] * 10
    copies = compare_models(judge(labels, ours, together), judge(labels, theirs, together), TERMS, rng())
    assert (copies.n_claims, copies.n_misinformation) == (4, 2)
    assert copies.auc == apart.auc
    assert copies.auc_lower is not None
    assert apart.auc_lower is not None
    assert copies.auc_lower < apart.auc_lower


@pytest.mark.parametrize(("labels", "reason"), [([1, 1], "only label 1"), ([], "no labelled claim")])
def test_one_class_or_none_gives_the_reason(labels: list[int], reason: str) -> None:
    judged = judge(labels, [0.5] * len(labels))
    assert compare_models(judged, judged, TERMS, rng()) == Comparison(
        None, None, None, None, len(labels), sum(labels), reason
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=4, max_size=12))
def test_changing_sides_changes_the_sign(scores: list[tuple[float, float]]) -> None:
    labels = [row % 2 for row in range(len(scores))]
    ours, theirs = (judge(labels, list(column)) for column in zip(*scores, strict=True))
    terms = TERMS._replace(bootstraps=20)
    there, back = compare_models(ours, theirs, terms, rng()), compare_models(theirs, ours, terms, rng())
    assert there.auc == pytest.approx(-(back.auc or 0.0))
    assert there.auc_lower == pytest.approx(-(back.auc_upper or 0.0))


def test_ten_thousand_claims_take_seconds_not_minutes() -> None:
    chance = np.random.default_rng(1)
    labels = chance.integers(0, 2, 10_000).tolist()
    scores = chance.random((2, 10_000)).tolist()
    compared = compare_models(judge(labels, scores[0]), judge(labels, scores[1]), TERMS, rng())
    assert compared.n_claims == 10_000
