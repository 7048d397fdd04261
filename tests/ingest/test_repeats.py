"""The same report again, and labels that replace, withdraw and weigh."""

import pandas as pd
import pytest

from tests.ingest.building import ingest, only

PHONE, NIK = "081234567890", "3204110609970001"


def test_repeats_keep_the_earliest_row_the_latest_label_and_the_latest_counts():
    """Worked by hand: three rows of one report; the second is the earliest, the third has the verdict."""
    rows = [
        {"report_id": "a", "isi": "kedua", "reported_at": "2026-02-02", "reporter_id": "r1", "views": 50,
         "shares": 2, "label": 1, "labelled_at": "2026-03-03"},
        {"report_id": "a", "isi": "pertama", "reported_at": "2026-02-01", "reporter_id": "r2", "views": 90,
         "observed_at": "2026-02-05"},
        {"report_id": "a", "isi": "ketiga", "reported_at": "2026-02-09", "reporter_id": "r3", "label": 0,
         "label_source": "verdict", "label_detail": "benar", "labelled_at": "2026-02-20"},
    ]  # fmt: skip
    ingested = ingest(*rows)
    report = only(ingested)
    assert (report["text"], report["views"], report["shares"]) == ("pertama", 90, 2)
    assert report["observed_at"] == pd.Timestamp("2026-02-04 17:00", tz="UTC")
    assert (report["label"], report["label_source"], report["label_detail"]) == (0, "verdict", "benar")
    assert ingested.flow == (3, 1, 2, 0)
    assert ingested.history["reporter_id"].nunique() == 3
    assert ingested.history["label"].sum() == 1


def test_a_later_import_replaces_an_earlier_one_and_one_without_time():
    rows = [
        {"report_id": "a", "isi": "x", "label": 1, "labelled_at": "2026-03-03"},
        {"report_id": "a", "isi": "x", "label": 0, "labelled_at": "2026-03-04"},
        {"report_id": "a", "isi": "x", "label": 1},
    ]
    assert only(ingest(*rows))["label"] == 0


def test_labels_that_differ_with_the_same_right_are_left_to_people():
    rows = [{"report_id": "a", "isi": "x", "label": label} for label in (0, 1)]
    ingested = ingest(*rows)
    assert only(ingested)[["label", "label_source", "labelled_at"]].isna().all()
    assert ingested.notes == ("labels that contradict each other at the same time, left empty: 1",)
    assert len(ingested.history) == 2


def verdict(label: int | None, at: str, **more: object) -> dict[str, object]:
    detail = {} if label is not None else {"label_detail": "withdrawn"}
    row = {"report_id": "a", "isi": "x", "label": label, "label_source": "verdict", "labelled_at": at}
    return row | detail | more


def test_a_withdrawn_verdict_goes_and_the_history_stays():
    given, taken = verdict(1, "2026-02-01", weight=4), verdict(None, "2026-03-01")
    ingested = ingest(given, taken)
    assert only(ingested)[["label", "label_source", "label_detail", "labelled_at", "weight"]].isna().all()
    assert ingested.history["label"].tolist() == [1, pd.NA]
    assert ingested.history["label_source"].tolist() == ["verdict", "verdict"]
    assert ingested.flow == (2, 1, 1, 0)


def test_a_withdrawal_leaves_later_verdicts_and_what_was_imported():
    taken = verdict(None, "2026-03-01")
    assert only(ingest(verdict(1, "2026-02-01"), taken, verdict(0, "2026-03-02")))["label"] == 0
    imported = {"report_id": "a", "isi": "x", "label": 1}
    report = only(ingest(imported, verdict(0, "2026-02-01"), taken))
    assert (report["label"], report["label_source"]) == (1, "import")


def test_a_report_that_is_withdrawn_alone_has_no_label():
    report = only(ingest(verdict(None, "2026-03-01")))
    assert report[["label", "label_source", "label_detail", "labelled_at"]].isna().all()


def test_an_empty_label_withdraws_nothing_unless_it_says_so():
    unsaid = verdict(None, "2026-03-01") | {"label_detail": "belum"}
    assert only(ingest(verdict(1, "2026-02-01"), unsaid))["label"] == 1


def test_a_weight_goes_with_its_label():
    assert only(ingest({"report_id": "a", "isi": "x", "label": 1, "weight": "2.5"}))["weight"] == 2.5
    assert pd.isna(only(ingest({"report_id": "a", "isi": "x", "weight": 2.5}))["weight"])
    imported = {"report_id": "a", "isi": "x", "label": 1, "weight": 9, "labelled_at": "2026-05-01"}
    assert only(ingest(imported, verdict(0, "2026-02-01", weight=3)))["weight"] == 3


@pytest.mark.parametrize("weight", [0, -1, "inf", "banyak", True])
def test_a_weight_that_is_none_is_rejected(weight: object):
    ingested = ingest({"report_id": "a", "isi": "x", "label": 1, "weight": weight})
    assert ingested.rejected["reason"].tolist() == ["weight is no number above 0"]


def test_a_pseudonym_and_a_digest_stand_for_themselves():
    first = only(ingest({"report_id": PHONE, "isi": "x", "reporter_id": "budi"}))
    again = only(ingest({"report_id": first["report_id"], "isi": "x", "reporter_id": first["reporter_id"]}))
    assert again[["report_id", "reporter_id"]].tolist() == first[["report_id", "reporter_id"]].tolist()


def test_a_known_time_comes_before_none_and_then_the_smaller_digest():
    rows = [{"report_id": "a", "isi": text} for text in "pqrs"]
    timed = {"report_id": "a", "isi": "waktu", "reported_at": "2026-02-02"}
    smallest = ingest(*rows).history.sort_values("digest")["digest"].iloc[0]
    single = {ingest(row).history.loc[0, "digest"]: row["isi"] for row in rows}
    assert only(ingest(*rows))["text"] == single[smallest]
    assert only(ingest(*rows, timed))["text"] == "waktu"
