"""Columns and rows in, one frame of reports out, whatever the order of files and rows."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest import ingest_reports
from pipeline.schema.columns import REPORT_COLUMNS
from pipeline.schema.frames import HISTORY, REJECTED, REPORTS
from tests.ingest.building import KEY, NOW, ingest, make_params, make_source, make_table, only

PHONE, NIK = "081234567890", "3204110609970001"


def test_columns_are_mapped_taken_as_they_are_constant_or_ignored():
    row = {"report_id": "a", "isi": "halo", "views": "7", "title": "tajuk", "reporter_group": "x"}
    ingested = ingest(row)
    report = only(ingested)
    assert (report["text"], report["views"], report["reporter_group"]) == ("halo", 7, "bawaslu")
    assert report["source"] == "desa"
    assert list(ingested.reports.columns) == list(REPORT_COLUMNS)
    assert ingested.notes == ("desa: columns ignored: 'title'",)


def test_a_mapped_source_column_stands_above_the_name_of_the_section():
    names = {"source": "platform", "dataset": "source"}
    rows = [
        {"report_id": "a", "text": "x", "source": "twitter", "dataset": "mafindo"},
        {"report_id": "b", "text": "x", "source": "twitter", "dataset": None},
    ]
    reports = ingest_reports([make_table(rows, columns=names)], make_params(), NOW, KEY).reports
    assert list(reports["source"]) == ["mafindo", "desa"]
    assert list(reports["platform"]) == ["twitter", "twitter"]


def test_a_mapped_column_that_no_file_has_is_told():
    tables = [
        make_table([{"report_id": "a", "text": "x"}]),
        make_table([{"report_id": "b", "isi": "x"}], "y"),
    ]
    mapped = {"isi": "text", "kanal": "platform"}
    tables = [table._replace(source=make_source(columns=mapped)) for table in tables]
    assert ingest_reports(tables, make_params(), NOW, KEY).notes == (
        "desa: columns that params.yaml maps and no file has: kanal",
    )


def test_what_is_missing_is_filled_in_where_it_follows():
    row = {
        "report_id": "a",
        "isi": None,
        "transcript": "suara",
        "reported_at": "03/04/2026 14:30",
        "label": "hoaks",
    }
    report = only(ingest(row))
    assert (report["text"], report["transcript"], report["label_source"]) == ("", "suara", "import")
    assert report["reported_at"] == report["observed_at"] == pd.Timestamp("2026-04-03 07:30", tz="UTC")
    assert pd.isna(report["labelled_at"])


def test_a_report_without_label_says_nothing_of_a_label():
    report = only(
        ingest({"report_id": "a", "isi": "x", "labelled_at": "2026-01-01", "label_source": "verdict"})
    )
    assert report[["label", "label_source", "labelled_at"]].isna().all()


def test_no_tables_and_no_rows_give_empty_frames():
    for tables in ([], [make_table([])]):
        ingested = ingest_reports(tables, make_params(), NOW, KEY)
        assert ingested.flow == (0, 0, 0, 0)
        for frame, schema in zip(ingested[:3], (REPORTS, REJECTED, HISTORY), strict=True):
            assert (len(frame), list(frame.columns)) == (0, list(schema.columns))


def test_replaced_characters_are_told():
    ingested = ingest({"report_id": "a", "isi": "sa\0tu \ud800\ud800"})
    assert only(ingested)["text"] == "satu \ufffd\ufffd"
    assert ingested.notes == ("characters: NUL characters removed 1, lone surrogates replaced 2",)


@st.composite
def raw_rows(draw: st.DrawFn) -> dict[str, object]:
    some = st.sampled_from
    return {
        "report_id": draw(some(["a", "b", "c", PHONE, None])),
        "isi": draw(some(["satu", "dua", f"hub {PHONE}", f"hub {NIK}", "", None])),
        "reported_at": draw(some(["2026-02-01", "02/02/2026", "2099-01-01", None])),
        "reporter_id": draw(some(["r1", "r2", None])),
        "platform": draw(some(["wa", "x", None])),
        "views": draw(some([0, 5, "7", -1, None])),
        "shares": draw(some([1, None])),
        "observed_at": draw(some(["2026-03-01", "2026-03-02", None])),
        "label": draw(some(["hoaks", 0, "maybe", None])),
        "label_source": draw(some(["verdict", "import", None])),
        "label_detail": draw(some(["p", "q", None])),
        "labelled_at": draw(some(["2026-04-01", "2026-04-02", None])),
    }


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(raw_rows(), max_size=12), data=st.data())
def test_the_order_of_files_and_rows_changes_nothing_and_no_row_is_lost(rows, data):
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    once = ingest_reports([make_table(rows)], make_params(), NOW, KEY)
    again = ingest_reports(
        [make_table(shuffled[cut:], "z.csv"), make_table(shuffled[:cut], "a.csv")], make_params(), NOW, KEY
    )
    pd.testing.assert_frame_equal(once.reports, again.reports)
    pd.testing.assert_frame_equal(once.history, again.history)
    columns = ["reason", "content"]
    pd.testing.assert_frame_equal(
        once.rejected[columns].sort_values(columns, ignore_index=True),
        again.rejected[columns].sort_values(columns, ignore_index=True),
    )
    assert once.flow == again.flow
    assert once.flow.rows_in == len(rows) == len(once.history) + len(once.rejected)


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(raw_rows(), max_size=8))
def test_reports_that_come_twice_are_the_same_reports(rows):
    once = ingest_reports([make_table(rows)], make_params(), NOW, KEY)
    twice = ingest_reports([make_table(rows), make_table(rows[::-1])], make_params(), NOW, KEY)
    pd.testing.assert_frame_equal(once.reports, twice.reports)
    assert twice.flow.merged == once.flow.merged + len(once.history)


def test_the_tables_are_left_as_they_were():
    rows = [{"report_id": "a", "isi": f"hub {PHONE}", "views": -1}]
    table = make_table(rows)
    before = repr(table)
    ingest_reports([table], make_params(), NOW, KEY)
    assert repr(table) == before
