"""Splits: whole claims, forward in time, nothing that was not yet known."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import Preprocess
from pipeline.evaluation.splits import assign_splits, draw_share
from pipeline.schema.frames import MOMENT


def build_params(split_by="time", test_share=0.25, calibration_share=0.25):
    return Preprocess(
        near_duplicate_jaccard=0.6,
        permutations=128,
        bands=32,
        links=None,
        large_claim_reports=5000,
        split_by=split_by,
        test_share=test_share,
        calibration_share=calibration_share,
    )


def build_reports(rows):
    """Take (report_id, source, day or None, label or None, day of label or None, claim_id)."""
    columns = ["report_id", "source", "reported_at", "label", "labelled_at", "claim_id"]
    frame = pd.DataFrame(rows, columns=columns)
    start = pd.Timestamp("2026-01-01", tz="UTC")
    days = {
        key: pd.to_timedelta(frame[key].astype(float), unit="D") for key in ("reported_at", "labelled_at")
    }
    return frame.assign(
        **{key: (start + value).astype(MOMENT) for key, value in days.items()},
        label=frame["label"].astype("Int8"),
        claim_id=frame["claim_id"].astype("str"),
        report_id=frame["report_id"].astype("str"),
        source=frame["source"].astype("category"),
    )


def split_of(reports, params=None, delay=0.0):
    result = assign_splits(reports, params or build_params(), 45, delay)
    assert result.index.equals(reports.index)
    names = [None if pd.isna(split) else split for split in result["split"]]
    return dict(zip(reports["report_id"], names, strict=True)), dict(
        zip(reports["report_id"], result["repeats"].tolist(), strict=True)
    )


FOUR = [
    ("r1", "a", 0, 1, 0, "c1"),
    ("r2", "a", 10, 0, 10, "c2"),
    ("r3", "a", 20, 1, 20, "c3"),
    ("r4", "a", 30, 0, 30, "c4"),
]


def test_latest_claims_test_and_those_before_calibrate():
    split, repeats = split_of(build_reports(FOUR))
    assert split == {"r1": "train", "r2": "train", "r3": "calibration", "r4": "test"}
    assert not any(repeats.values())


def test_a_claim_belongs_to_its_earliest_report_and_later_copies_are_repeats():
    rows = [*FOUR, ("r5", "b", 25, 1, 25, "c1"), ("r6", "b", 35, 1, 35, "c3"), ("r7", "b", 40, 0, 40, "c4")]
    split, repeats = split_of(build_reports(rows))
    assert (split["r5"], repeats["r5"]) == ("train", True)
    assert (split["r6"], repeats["r6"]) == ("calibration", True)
    assert (split["r7"], repeats["r7"]) == ("test", False)


def test_a_claim_with_both_labels_is_out_with_all_its_reports():
    split, _ = split_of(build_reports([*FOUR, ("r5", "a", 5, 0, 5, "c9"), ("r6", "a", 6, 1, 6, "c9")]))
    assert split["r5"] is None
    assert split["r6"] is None


def test_reports_and_claims_without_a_label_get_no_split():
    rows = [*FOUR, ("r5", "a", 5, None, None, "c1"), ("r6", "a", 6, None, None, "c8")]
    split, _ = split_of(build_reports(rows))
    assert split["r5"] is None
    assert split["r6"] is None


def test_an_unlabelled_first_report_dates_its_claim():
    rows = [*FOUR[1:3], ("r0", "a", 0, None, None, "c4"), ("r4", "a", 30, 0, 15, "c4")]
    split, repeats = split_of(build_reports(rows))
    assert split == {"r0": None, "r2": "calibration", "r3": "test", "r4": "train"}
    assert repeats["r4"]


@pytest.mark.parametrize(("known", "expected"), [(30, "train"), (30.5, None)])
def test_a_label_known_only_after_the_test_began_trains_nothing(known, expected):
    split, _ = split_of(build_reports([("r1", "a", 0, 1, known, "c1"), *FOUR[1:]]))
    assert split["r1"] == expected


def test_a_label_without_a_time_is_known_after_the_verdict_delay():
    rows = [("r1", "a", 0, 1, None, "c1"), *FOUR[1:]]
    assert split_of(build_reports(rows), delay=30.0)[0]["r1"] == "train"
    assert split_of(build_reports(rows), delay=31.0)[0]["r1"] is None


def test_undated_claims_train_or_calibrate_by_their_own_id():
    undated = [(f"u{i}", "b", None, i % 2, None, f"d{i}") for i in range(60)]
    split, _ = split_of(build_reports([*FOUR, *undated]))
    for report_id, _, _, _, _, claim_id in undated:
        drawn = "calibration" if draw_share(claim_id, 45) < 0.25 else "train"
        assert split[report_id] == drawn


def test_by_source_only_dated_sources_with_both_classes_test():
    one_class = [(f"o{i}", "b", 100 + i, 1, None, f"o{i}") for i in range(40)]
    undated = [(f"u{i}", "c", None, i % 2, None, f"u{i}") for i in range(40)]
    split, _ = split_of(build_reports([*FOUR, *one_class, *undated]), build_params("source"))
    assert {key for key, value in split.items() if value == "test"} == {"r4"}
    assert {split[row[0]] for row in one_class} == {"train", "calibration"}
    assert {split[row[0]] for row in undated} == {"train", "calibration"}


def test_by_source_every_source_has_its_own_boundaries():
    later = [(f"z{i}", "b", 1000 + i, i % 2, None, f"z{i}") for i in range(4)]
    split, _ = split_of(build_reports([*FOUR, *later]), build_params("source"))
    assert {key for key, value in split.items() if value == "test"} == {"r4", "z3"}
    assert {key for key, value in split.items() if value == "calibration"} == {"r3", "z2"}


def test_claims_of_one_moment_are_not_cut_apart():
    rows = [*FOUR[:3], ("r4", "a", 20, 0, 20, "c4"), ("r5", "a", 20, 0, 20, "c5")]
    split, _ = split_of(build_reports(rows))
    assert [split[key] for key in ("r3", "r4", "r5")] == ["test"] * 3


def test_one_moment_for_all_cannot_test_anything():
    split, _ = split_of(build_reports([(f"r{i}", "a", 1, i % 2, 1, f"c{i}") for i in range(40)]))
    assert set(split.values()) == {"train", "calibration"}


def test_an_empty_table_has_no_splits():
    result = assign_splits(build_reports([]), build_params(), 45, 7.0)
    assert list(result.columns) == ["split", "repeats"]
    assert result.empty


ROWS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.none() | st.integers(0, 12),
        st.none() | st.integers(0, 1),
        st.none() | st.integers(0, 20),
        st.sampled_from("123456"),
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=100)
@given(ROWS, st.sampled_from(["time", "source"]), st.randoms(use_true_random=False))
def test_a_claim_never_stands_on_two_sides_whatever_the_order(rows, split_by, random):
    reports = build_reports([(f"r{i:02}", *row) for i, row in enumerate(rows)])
    before = reports.copy(deep=True)
    result = assign_splits(reports, build_params(split_by), 45, 3.0)
    pd.testing.assert_frame_equal(reports, before)
    sides = result["split"].astype("object").groupby(reports["claim_id"]).nunique()
    assert (sides <= 1).all()
    order = random.sample(range(len(reports)), len(reports))
    again = assign_splits(reports.iloc[order], build_params(split_by), 45, 3.0)
    pd.testing.assert_frame_equal(again.sort_index(), result)


@settings(deadline=None, max_examples=100)
@given(ROWS)
def test_what_trains_was_reported_and_known_before_the_test_began(rows):
    reports = build_reports([(f"r{i:02}", *row) for i, row in enumerate(rows)])
    result = assign_splits(reports, build_params(), 45, 3.0)
    test_at = reports.loc[result["split"] == "test", "reported_at"].min()
    fits = result["split"].isin(["train", "calibration"]) & ~result["repeats"]
    assert not (reports.loc[fits, "reported_at"] >= test_at).any()
