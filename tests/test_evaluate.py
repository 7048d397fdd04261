"""The stage: an honest figure, a flattering one, and alarms where the label leaks."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.config import load_params
from pipeline.evaluate import evaluate_model
from pipeline.evaluation.plots import draw_precision_recall, draw_reliability
from pipeline.evaluation.splits import assign_splits
from pipeline.model.estimator import UNCALIBRATED, Examples, fit_model
from pipeline.model.linear import Block, LinearModel
from pipeline.publish import decide_gate
from pipeline.schema.frames import MOMENT
from pipeline.text.chain import PreparedText
from pipeline.train import train_model

SHIPPED = load_params(Path(__file__).parents[1] / "params.yaml")
PARAMS = SHIPPED.model_copy(update={"evaluate": SHIPPED.evaluate.model_copy(update={"bootstraps": 200})})
N_CLAIMS = 300
SOURCES = ["bawaslu", "kelas", "tombol"]


class PlainChain:
    """Words as they are."""

    rules = SimpleNamespace(names={"kata01": "party", "kata02": "place"})

    def prepare(self, text):
        words = tuple(text.lower().split())
        return PreparedText(" ".join(words), words, words, "indonesian", None, words)


def write_text(label, signal, rng):
    """Sixteen words; with `signal`, misinformation uses four of them more often than others as long."""
    words = [f"kata{number:02}" for number in rng.integers(0, 60, 12)]
    signs = ["tanda" if rng.random() < 0.3 + signal * label else "biasa" for _ in range(4)]
    return " ".join(words + [f"{sign}{number}" for number, sign in enumerate(signs)])


def build_reports(signal=0.5, seed=1, **changes):
    """Three hundred claims over three hundred days, every third reported twice, two sources."""
    rng = np.random.default_rng(seed)
    labels = (rng.random(N_CLAIMS) < 0.4).astype(int)
    texts = [write_text(label, signal, rng) for label in labels]
    rows = [(claim, copy) for claim in range(N_CLAIMS) for copy in range(2 if claim % 3 == 0 else 1)]
    claims = np.array([claim for claim, _ in rows])
    days = claims + np.array([copy * 2 for _, copy in rows])
    moments = pd.Series(pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(days, unit="D")).astype(MOMENT)
    reports = pd.DataFrame(
        {
            "report_id": [f"r{claim:03}-{copy}" for claim, copy in rows],
            "source": pd.Categorical(
                np.where(claims % 2, "bawaslu", "kelas"), ["bawaslu", "kelas", "tombol"]
            ),
            "text": [texts[claim] for claim in claims],
            "transcript": None,
            "ocr_text": None,
            "reported_at": moments,
            "platform": pd.Categorical(["wa"] * len(rows)),
            "region": pd.Categorical(np.where(claims % 3, "Jawa", None)),
            "reporter_group": pd.Categorical(["kelas"] * len(rows)),
            "reported_type": None,
            "views": pd.array([None] * len(rows), "Int64"),
            "label": pd.Series(labels[claims]).astype("Int8"),
            "labelled_at": moments,
            "claim_id": [f"c{claim:03}" for claim in claims],
            "abstain_reason": None,
        }
    )
    changed = reports.assign(**{name: change(reports) for name, change in changes.items()})
    splits = assign_splits(changed, PARAMS.preprocess, 45, 0.0)
    return changed.assign(split=splits["split"], repeats=splits["repeats"])


def evaluate(reports, candidate=None):
    chain = PlainChain()
    prepared = [chain.prepare(text) for text in reports["text"]]
    model = candidate or train_model(reports, prepared, {}, PARAMS).model
    return evaluate_model(reports, prepared, chain, model, PARAMS, np.random.default_rng(45))


def build_mute_model():
    return LinearModel(
        (Block("word", (1, 1), 0, {}, np.empty(0)),),
        np.empty((1, 0)),
        np.zeros(1),
        np.ones(1),
        UNCALIBRATED,
        0.0,
        0.1,
    )


@pytest.fixture(scope="module")
def reports():
    return build_reports()


@pytest.fixture(scope="module")
def evaluation(reports):
    return evaluate(reports)


def test_the_headline_is_one_row_a_claim_of_the_test_split(reports, evaluation):
    tested = reports[reports["split"] == "test"]
    headline, predictions = evaluation.metrics["headline"], evaluation.predictions
    assert headline["n_claims"] == len(predictions) == tested["claim_id"].nunique() == 60
    assert headline["n_misinformation"] == int(predictions["y_true"].sum())
    assert list(predictions.columns) == ["report_id", "claim_id", "source", "y_true", "score"]
    assert predictions["report_id"].str.endswith("-0").all()
    assert predictions["score"].between(0, 1).all()


def test_a_signal_is_found_and_every_figure_has_its_bounds(evaluation):
    headline = evaluation.metrics["headline"]
    assert 0.5 < headline["auc_lower"] < headline["auc"] < headline["auc_upper"] <= 1.0
    assert headline["reason"] is None
    assert evaluation.metrics["gap"]["auc"] == pytest.approx(
        evaluation.metrics["random"]["auc"] - headline["auc"]
    )


def test_the_random_split_flatters_where_copies_are_learnt_by_heart():
    metrics = evaluate(build_reports(signal=0.0)).metrics
    assert metrics["random"]["auc"] > metrics["headline"]["auc"]


def test_shuffled_labels_are_a_toss_of_a_coin():
    headline = evaluate(build_reports(signal=0.0, seed=2)).metrics["headline"]
    assert headline["auc_lower"] < 0.5 < headline["auc_upper"]


def test_metrics_are_json_without_nan_and_the_same_twice(reports, evaluation):
    written = json.dumps(evaluation.metrics, allow_nan=False, sort_keys=True)
    assert written == json.dumps(evaluate(reports).metrics, allow_nan=False, sort_keys=True)


def test_inputs_stay_as_they_are(reports):
    before = reports.copy(deep=True)
    evaluate(reports)
    pd.testing.assert_frame_equal(reports, before)


def test_every_row_is_accounted_for(reports, evaluation):
    flow = evaluation.flow
    assert flow.rows_in == len(reports) == flow.accepted + flow.merged + flow.rejected
    assert flow.accepted == 60
    assert flow.merged == 20


def test_each_source_has_its_row_also_one_without_labels(evaluation):
    sources = evaluation.sources.set_index("source")
    assert sources.loc[["bawaslu", "kelas"], "protocol"].tolist() == ["forward in time"] * 2
    assert sources.loc["tombol", "reason"] == "no labelled claim"
    assert sources.loc[["bawaslu", "kelas"], "n_claims"].sum() == 60


def test_honest_data_trips_no_probe(evaluation):
    assert set(evaluation.metrics["probes"]) == {
        "date",
        "source",
        "shape",
        "first word",
        "markers",
        "reporter group",
    }
    assert not any(probe["alarm"] for probe in evaluation.metrics["probes"].values())


def shout(reports):
    return reports["text"].str.upper().where(reports["label"] == 1, reports["text"])


def report_by_night(reports):
    return reports["reported_at"] + pd.to_timedelta(reports["label"].astype(int) * 12, unit="h")


def tell_by_platform(reports):
    return pd.Categorical(np.where(reports["label"] == 1, "x", "wa"))


@pytest.mark.parametrize(
    ("probe", "changes"),
    [
        ("shape", {"text": shout}),
        ("date", {"reported_at": report_by_night}),
        ("source", {"platform": tell_by_platform}),
    ],
)
def test_a_planted_leak_trips_its_probe(probe, changes):
    probes = evaluate(build_reports(signal=0.0, **changes)).metrics["probes"]
    assert probes[probe]["alarm"]
    assert probes[probe]["auc_lower"] > 0.6
    assert not any(found["alarm"] for name, found in probes.items() if name != probe)


def open_with_the_verdict(reports):
    return reports["text"].where(reports["label"] == 0, "klarifikasi " + reports["text"])


def mark_as_checkers_do(reports):
    return reports["text"].where(reports["label"] == 0, reports["text"] + " [SALAH]")


def tell_by_group(reports):
    return pd.Categorical(np.where(reports["label"] == 1, "kelas", "tombol"))


@pytest.mark.parametrize(
    ("probe", "changes"),
    [
        ("first word", {"text": open_with_the_verdict}),
        ("markers", {"text": mark_as_checkers_do}),
        ("reporter group", {"reporter_group": tell_by_group}),
    ],
)
def test_a_planted_leak_blocks_its_release(probe, changes):
    metrics = evaluate(build_reports(signal=0.0, **changes)).metrics
    gate = decide_gate(metrics, None, SHIPPED.publish.profiles["sample"])
    assert any(block.startswith(f"leak probe: {probe} alone reaches AUC") for block in gate.blocks)


def test_twenty_rows_are_learnt_by_heart():
    reports = build_reports(signal=0.0)
    chain = PlainChain()
    few = reports[reports["split"] == "train"].drop_duplicates("claim_id").head(20)
    labels = few["label"].to_numpy(np.int8)
    examples = Examples([chain.prepare(text) for text in few["text"]], labels, np.ones(20))
    params = PARAMS.train.model_copy(update={"min_claims": 1, "C": 100.0})
    decisions = fit_model(examples, examples, params, 0.1).decide(examples.prepared)
    assert decisions[labels == 1].min() > decisions[labels == 0].max()


def test_thresholds_and_calibration_stand_with_their_split_and_n(evaluation):
    metrics = evaluation.metrics
    assert set(metrics["thresholds"]) == {"recall >= 0.9", "precision >= 0.8"}
    for section in (metrics["calibration"], *metrics["thresholds"].values()):
        assert section["split"] == "test"
        assert section["n_claims"] == 60
    found = metrics["thresholds"]["recall >= 0.9"]
    scores, labels = (evaluation.predictions[name] for name in ("score", "y_true"))
    assert found["recall"] == pytest.approx((scores[labels == 1] >= found["threshold"]).mean())
    assert metrics["calibration"]["ece_reason"].endswith("fewer than 100")


def keep_one_class_in_the_test(reports):
    late = reports["reported_at"] > pd.Timestamp("2026-08-01", tz="UTC")
    return reports["label"].mask(late, 1)


def test_a_test_of_one_class_is_not_computable():
    evaluation = evaluate(build_reports(label=keep_one_class_in_the_test), build_mute_model())
    headline = evaluation.metrics["headline"]
    assert headline["auc"] is None
    assert headline["reason"] == "only label 1"
    assert evaluation.metrics["gap"]["auc"] is None
    assert evaluation.metrics["probes"]["date"]["reason"] == "test: only label 1"
    json.dumps(evaluation.metrics, allow_nan=False)
    assert draw_precision_recall(evaluation).startswith(b"\x89PNG")
    assert draw_reliability(evaluation).startswith(b"\x89PNG")


def forget_time(reports):
    return pd.Series(pd.NaT, reports.index, dtype=MOMENT)


def test_without_dates_there_is_no_headline_but_sources_are_left_out():
    evaluation = evaluate(build_reports(reported_at=forget_time, labelled_at=forget_time))
    assert evaluation.metrics["headline"]["reason"] == "no labelled claim"
    assert evaluation.metrics["headline"]["first_reported_at"] is None
    assert evaluation.metrics["probes"]["date"]["reason"] == "no dates"
    assert evaluation.sources["protocol"].tolist() == ["source left out", "source left out", "not computable"]
    assert draw_precision_recall(evaluation).startswith(b"\x89PNG")


def test_no_labelled_report_at_all_is_not_computable(reports):
    evaluation = evaluate(reports.iloc[:0], build_mute_model())
    assert evaluation.metrics["headline"]["reason"] == "no labelled claim"
    assert evaluation.metrics["random"]["auc"] is None
    assert evaluation.flow.rows_in == 0
    json.dumps(evaluation.metrics, allow_nan=False)


def test_where_the_model_abstains_the_prior_stands(reports):
    chain = PlainChain()
    prepared = [chain.prepare(text) for text in reports["text"]]
    model = train_model(reports, prepared, {}, PARAMS).model
    silent = [text._replace(abstain_reason="too short") for text in prepared]
    result = evaluate_model(reports, silent, chain, model, PARAMS, np.random.default_rng(45))
    assert set(result.predictions["score"]) == {PARAMS.queue.prevalence}
    assert result.metrics["headline"]["n_abstained"] == 60
    assert "holds no labelled claim" in result.metrics["random"]["reason"]


def test_pictures_are_the_same_bytes_twice(evaluation):
    for draw in (draw_precision_recall, draw_reliability):
        picture = draw(evaluation)
        assert picture.startswith(b"\x89PNG")
        assert picture == draw(evaluation)
