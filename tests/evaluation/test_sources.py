"""Source by source: which protocol, and what may train."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.config import load_params
from pipeline.evaluation.cases import Bench, build_cases, headline_rows
from pipeline.evaluation.likeness import Likeness
from pipeline.evaluation.sources import (
    COLUMNS,
    FORWARD,
    LEFT_OUT,
    NOT_COMPUTABLE,
    measure_sources,
    nest_sources,
    plan_source,
)
from pipeline.evaluation.splits import SPLIT_DTYPE
from pipeline.schema.frames import MOMENT
from pipeline.text.chain import PreparedText

PARAMS = load_params(Path(__file__).parents[2] / "params.yaml")
DAY_ZERO = pd.Timestamp("2026-01-01", tz="UTC")


def build_prepared(text, reason=None):
    words = tuple(text.split())
    return PreparedText(text, words, words, "indonesian", reason, words)


def build_bench(rows, texts=None, sources=None, candidate=None):
    """Take (report_id, source, day or None, label, claim_id, split)."""
    table = pd.DataFrame(rows, columns=["report_id", "source", "day", "label", "claim_id", "split"])
    days = pd.to_timedelta(table["day"].astype(float), unit="D")
    reports = table.assign(
        reported_at=(DAY_ZERO + days).astype(MOMENT),
        labelled_at=(DAY_ZERO + days).astype(MOMENT),
        label=table["label"].astype("Int8"),
        source=pd.Categorical(table["source"], sources or sorted(set(table["source"]))),
        split=table["split"].astype(SPLIT_DTYPE),
        repeats=False,
    )
    texts = texts or [f"kata{row} lain{row}" for row in range(len(rows))]
    cases = build_cases(reports, [build_prepared(text) for text in texts], 0.0)
    return Bench(cases, Likeness(cases.prepared), candidate, PARAMS)


def two_classes(source, day, split, n=20):
    return [(f"{source}{split}{i:02}", source, day, i % 2, f"{source}{split}{i}", split) for i in range(n)]


def ids_of(bench, rows):
    return set(bench.cases.table["report_id"].iloc[rows])


def test_forward_trains_on_what_was_reported_and_known_before_over_all_sources():
    rows = [
        *two_classes("a", 50.0, "test"),
        ("old", "b", 10.0, 1, "c1", "train"),
        ("undated", "b", None, 0, "c2", "train"),
        ("later", "b", 60.0, 0, "c3", "train"),
        ("shared", "b", 10.0, 0, "atest0", "train"),
    ]
    bench = build_bench(rows)
    plan = plan_source(bench, "a")
    assert plan.protocol == FORWARD
    assert ids_of(bench, plan.fitted) == {"old", "undated"}


def test_undated_source_is_left_out_as_a_whole_with_its_claims():
    rows = [
        *two_classes("a", None, "train"),
        ("other", "b", 10.0, 1, "c1", "train"),
        ("shared", "b", 10.0, 1, "atrain1", "train"),
    ]
    bench = build_bench(rows)
    plan = plan_source(bench, "a")
    assert plan.protocol == LEFT_OUT
    assert len(plan.judged) == 20
    assert ids_of(bench, plan.fitted) == {"other"}


def test_what_another_source_says_in_nearly_the_same_words_does_not_train():
    rows = [*two_classes("a", None, "train"), *two_classes("b", 10.0, "train", n=2)]
    texts = [f"kabar{row} isi{row}" for row in range(20)] + ["kabar3 isi3 baru", "lain sama sekali"]
    bench = build_bench(rows, texts)
    assert ids_of(bench, plan_source(bench, "a").fitted) == {"btrain01"}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no labelled claim"),
        ([("x", "a", 1.0, 1, "c1", "train")], "only label 1"),
        (two_classes("a", None, "train", n=19), "only 9 claims of label 1, fewer than 10"),
    ],
)
def test_what_cannot_be_computed_says_why(rows, reason):
    bench = build_bench([*rows, *two_classes("b", 50.0, "test")], sources=["a", "b"])
    plan = plan_source(bench, "a")
    assert (plan.protocol, plan.reason) == (NOT_COMPUTABLE, reason)


def test_a_claim_is_judged_by_its_earliest_report():
    rows = [*two_classes("a", 50.0, "test"), ("early", "b", 40.0, 0, "atest0", "test")]
    bench = build_bench(rows)
    assert "early" in ids_of(bench, headline_rows(bench.cases.table))
    assert "atest00" not in ids_of(bench, headline_rows(bench.cases.table))
    assert plan_source(bench, "a").protocol == LEFT_OUT  # nine claims of label 0 are left forward


def test_claims_with_both_labels_are_nobodys_case():
    bench = build_bench([("x", "a", 1.0, 1, "c1", None), ("y", "a", 2.0, 0, "c1", None)])
    assert bench.cases.table.empty


def test_a_table_without_figures_is_json_without_nan():
    bench = build_bench([("x", "a", 1.0, 1, "c1", "train")], sources=["a", "z"])
    sources = measure_sources(bench, np.random.default_rng(0))
    assert list(sources.columns) == list(COLUMNS)
    assert sources["n_claims"].tolist() == [1, 0]
    nested = nest_sources(sources)
    assert nested["z"]["auc"] is None
    assert nested["z"]["reason"] == "no labelled claim"


def test_a_missing_class_in_training_says_so():
    bench = build_bench(two_classes("a", 50.0, "test"))
    (row,) = measure_sources(bench, np.random.default_rng(0)).to_dict("records")
    assert row["protocol"] == NOT_COMPUTABLE
    assert "no labelled claim" in row["reason"]


def test_a_source_of_ten_rows_says_why_it_is_not_judged():
    bench = build_bench([*two_classes("a", 1, "train"), *two_classes("b", 1, "train", n=10)])
    row = measure_sources(bench, np.random.default_rng(1)).set_index("source").loc["b"]
    assert row["protocol"] == NOT_COMPUTABLE
    assert row["reason"].startswith("only 5 claims of label 1")
    assert np.isnan(row["auc"])
