"""Rows, columns and shares of them that cannot be taken: each is said, none is lost."""

import json
from datetime import datetime

import pytest

from pipeline.errors import SchemaError
from pipeline.ingest import ingest_reports, read_sources
from pipeline.schema.columns import REPORT_COLUMNS
from tests.ingest.building import KEY, NOW, finds, ingest, make_params, make_source, make_table

PHONE, NIK = "081234567890", "3204110609970001"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"isi": "x"}, "no report_id"),
        ({"report_id": " ", "isi": "x"}, "no report_id"),
        ({"report_id": "a", "isi": " \n", "ocr_text": ""}, "no text"),
        ({"report_id": "a", "isi": "\0"}, "no text"),
        ({"report_id": "a", "isi": ["x"]}, "text holds a list"),
        ({"report_id": "a", "isi": "x" * 1001}, "text is longer than max_text_chars"),
        ({"report_id": "a", "isi": "x", "ocr_text": "x" * 1001}, "ocr_text is longer than max_text_chars"),
        ({"report_id": "a", "isi": "x", "label": "maybe"}, "label 'maybe' is not in label_values"),
        ({"report_id": "a", "isi": "x", "label": NIK}, "label '<NIK>' is not in label_values"),
        ({"report_id": "a", "isi": "x", "reported_at": "31/02/2026"}, "reported_at cannot be read as a time"),
        ({"report_id": "a", "isi": "x", "reported_at": "2026-10-02"}, "reported_at is in the future"),
        ({"report_id": "a", "isi": "x", "labelled_at": "2026-10-02"}, "labelled_at is in the future"),
        ({"report_id": "a", "isi": "x", "views": -1}, "views is negative"),
        ({"report_id": "a", "isi": "x", "shares": 10**10}, "shares is above max_views"),
        ({"report_id": "a", "isi": "x", "views": "banyak"}, "views cannot be read as a count"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_others_are_taken(row, reason):
    ingested = ingest({"report_id": "b", "isi": "baik"}, row)
    (rejected,) = ingested.rejected.to_dict("records")
    assert (rejected["source"], rejected["file"], rejected["row"]) == ("desa", "x.csv", 2)
    assert rejected["reason"] == reason
    assert ingested.flow == (2, 1, 0, 1)
    assert list(ingested.history["report_id"]) == ["b"]


def test_a_rejected_row_keeps_what_it_held_in_our_columns():
    row = {
        "report_id": 7,
        "isi": "x",
        "views": -1,
        "title": "tajuk",
        "observed_at": datetime(2026, 1, 1),
        "url": None,
    }
    content = json.loads(ingest(row).rejected.loc[0, "content"])
    expected = {
        "report_id": "7",
        "isi": "x",
        "views": "-1",
        "observed_at": "2026-01-01T00:00:00",
        "url": None,
    }
    assert content == expected


def test_an_endless_text_is_not_kept_twice():
    rejected = ingest({"report_id": "a", "isi": "x" * 5_000_000}).rejected
    assert json.loads(rejected.loc[0, "content"]) == {"report_id": "a", "isi": "(5000000 characters)"}


def test_too_many_rejected_rows_are_one_line_with_the_worst_file_and_its_most_frequent_reason():
    good = [{"report_id": f"g{n}", "isi": "x"} for n in range(10)]
    labels = [*["hoaks"] * 3, "maybe", "1", "maybe", "maybe", "maybe"]
    bad = [{"report_id": f"b{n}", "isi": "x", "label": label} for n, label in enumerate(labels)]
    tables = [
        make_table([*good, {"isi": "x"}], "good.csv"),
        make_table([*bad, {"isi": "x"}, {"report_id": "c"}], "bad.csv"),
    ]
    with pytest.raises(SchemaError) as caught:
        ingest_reports(tables, make_params(max_rejected_share=0.3), NOW, KEY)
    assert str(caught.value) == (
        "bad.csv: column 'label' holds 'maybe' (rows 4, 6, 7); expected one of 'hoaks', 'bukan hoaks', 1, 0; "
        "map it in params.yaml: ingest.sources.desa.label_values; "
        "7 of 21 rows in all are rejected, more than ingest.max_rejected_share: 0.3"
    )
    notes = ingest_reports(tables, make_params(max_rejected_share=0.34), NOW, KEY).notes
    assert notes == ("bad.csv: 6 of 10 rows are rejected",)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (
            [{"report_id": "a", "pesan": "x"}],
            r"x\.csv: none of its 2 columns is 'text'; expected 'isi' or 'text'",
        ),
        (
            [{"id": "a", "isi": "x"}],
            r"x\.csv: none of its 2 columns is 'report_id'; expected 'report_id'; map",
        ),
        ([{}], r"none of its 0 columns is 'text'"),
        (
            [{"report_id": "a", "isi": "x", "text": "y"}],
            r"columns 'isi' and 'text' are both 'text'; expected one",
        ),
    ],
)
def test_columns_that_are_missing_or_doubled_are_one_line(rows, line):
    with pytest.raises(SchemaError, match=line):
        ingest(*rows)


def test_a_column_name_that_stands_twice_is_one_line(tmp_path):
    (tmp_path / f"{PHONE}.csv").write_text("report_id,isi,catatan,,,catatan\na,x,1,,,2\n")
    tables = read_sources([make_source(tmp_path / f"{PHONE}.csv")])
    with pytest.raises(
        SchemaError, match=r"^<PHONE>\.csv: columns 3 and 6 have the same name, 'catatan'; expected"
    ):
        ingest_reports(tables, make_params(), NOW, KEY)


def test_junk_that_is_text_has_no_column_text_and_is_not_shown(tmp_path):
    (tmp_path / "junk.csv").write_bytes(bytes(range(1, 128)) * 40)
    with pytest.raises(SchemaError, match="columns is 'text'") as caught:
        ingest_reports(read_sources([make_source(tmp_path / "junk.csv")]), make_params(), NOW, KEY)
    assert "abcdef" not in str(caught.value)


@pytest.mark.parametrize("column", [name for name in REPORT_COLUMNS if name not in ("label", "source")])
def test_a_column_of_lists_is_rejected_row_by_row(column: str):
    row = {"report_id": "a", "isi": "x"}
    theirs = "isi" if column == "text" else column
    table = make_table([row | {theirs: [PHONE, "b"]}, {**row, "report_id": "b"}], constants={})
    ingested = ingest_reports([table], make_params(), NOW, KEY)
    assert len(ingested.reports) == len(ingested.rejected) == 1
    assert not finds(ingested, PHONE)


def test_a_note_of_five_megabytes_is_rejected_and_not_kept():
    note = f"hubungi {PHONE} " * 200_000
    ingested = ingest({"report_id": "a", "isi": "x", "label": 1, "label_detail": note, "catatan": note})
    assert ingested.rejected["reason"].tolist() == ["label_detail is longer than max_text_chars"]
    assert len(ingested.rejected.loc[0, "content"]) < 200
    noted = ingest({"report_id": "a", "isi": "x", "catatan": note})
    assert "\n".join(noted.notes) == "desa: columns ignored: 'catatan'"


def test_a_broken_json_line_is_not_kept(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"report_id": "a", "isi": "x", "reporter_id": "budi"}\n{"reporter_id": "budi", "is\n')
    ingested = ingest_reports(read_sources([make_source(path)]), make_params(), NOW, KEY)
    assert not finds(ingested, "budi")
    assert ingested.rejected.loc[0, "reason"] == "not a JSON object with each name once"
