import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import Ingest, Source
from pipeline.errors import SchemaError
from pipeline.ingest import Ingested, RawTable, build_table, ingest_reports, read_sources
from pipeline.schema.columns import REPORT_COLUMNS
from pipeline.schema.frames import HISTORY, REJECTED, REPORTS

NOW = datetime(2026, 10, 1, tzinfo=UTC)
KEY = b"a key of the tests"
NOT_STRINGS = ("reported_at", "observed_at", "labelled_at", "views", "shares", "label", "weight")
PHONE, NIK = "081234567890", "3204110609970001"

Row = Mapping[str, object]


def make_source(path: Path = Path("x.csv"), **changes: object) -> Source:
    known: dict[str, object] = {
        "name": "desa",
        "path": path,
        "columns": {"isi": "text"},
        "constants": {"reporter_group": "bawaslu"},
        "label_values": {"hoaks": 1, "bukan hoaks": 0, 1: 1, 0: 0},
        "timezone": "Asia/Jakarta",
        "day_first": True,
    }
    return Source.model_validate(known | changes)


def make_params(**changes: object) -> Ingest:
    known: dict[str, object] = {
        "sources": [make_source()],
        "max_rejected_share": 1.0,
        "max_text_chars": 1000,
        "max_views": 10**9,
        "mask_identities": True,
        "pseudonym_key": None,
    }
    return Ingest.model_validate(known | changes)


def make_table(rows: Sequence[Row], file: str = "x.csv", **changes: object) -> RawTable:
    return build_table(make_source(**changes), file, rows)


def ingest(*rows: Row, **changes: object) -> Ingested:
    return ingest_reports([make_table(rows)], make_params(**changes), NOW, KEY)


def only(ingested: Ingested) -> pd.Series:
    assert len(ingested.reports) == 1
    return ingested.reports.iloc[0]


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


def test_identities_are_masked_in_every_column_of_every_frame():
    sentence = f"hubungi {PHONE} atau NIK {NIK}"
    free = [column for column in REPORT_COLUMNS if column not in NOT_STRINGS]
    good = dict.fromkeys(free, sentence) | {"label": 1}
    bad = {**good, "views": -1, "label": sentence}
    table = make_table([good, bad], f"{PHONE}.csv", constants={}, columns={})
    masked = ingest_reports([table], make_params(), NOW, KEY)
    assert (len(masked.reports), len(masked.rejected)) == (1, 1)
    assert not _finds(masked, PHONE)
    assert not _finds(masked, NIK)
    assert any(note.startswith("masked: NIK ") and "PHONE " in note for note in masked.notes)
    plain = ingest_reports([table], make_params(mask_identities=False), NOW, KEY)
    assert len(_finds(plain, PHONE)) == len(_finds(plain, NIK)) + 1 > 15
    assert plain.reports.loc[0, "reporter_id"] == sentence


def _finds(ingested: Ingested, needle: str) -> list[str]:
    frames = ingested[:3]
    found = [
        column
        for frame in frames
        for column in frame.columns
        if frame[column].astype("str").str.contains(needle, regex=False).any()
    ]
    return found + [note for note in ingested.notes if needle in note]


def test_ids_that_hold_identities_become_digests_that_keep_reports_apart():
    ids = [PHONE, "081234567891", "a1", "LP-2026-7"]
    ingested = ingest(*({"report_id": name, "isi": "x", "url": f"https://wa.me/{name}"} for name in ids))
    digests = [name for name in ingested.reports["report_id"] if name.startswith("x-")]
    assert {len(name) for name in digests} == {22}
    assert set(ingested.reports["report_id"]) == {*digests, "a1", "LP-2026-7"}
    assert len(ingested.reports) == ingested.reports["url"].nunique() == 4
    other = ingest_reports([make_table([{"report_id": PHONE, "isi": "x"}])], make_params(), NOW, b"other")
    assert only(other)["report_id"] not in digests


@pytest.mark.parametrize(
    "url",
    [
        f"https://warta.example/{NIK}",
        "https://warta.example/?hubungi=%2B62%20812-3456-7890",
        "https://warta.example/?surel=budi%40surel.example",
        "https://warta.example/Jl.+Melati+No.+5+RT+03/RW+05",
    ],
)
def test_an_identity_inside_a_url_is_seen_however_it_is_encoded(url: str):
    ingested = ingest({"report_id": "a", "isi": "x", "url": url, "external_subject": url})
    assert only(ingested)["url"].startswith("x-")
    assert only(ingested)["url"] == only(ingested)["external_subject"]


def test_a_nik_in_a_reporter_id_and_in_a_file_name_is_not_kept():
    rows = [
        {"report_id": "a", "isi": "x", "reporter_id": NIK},
        {"report_id": "b", "isi": "", "reporter_id": NIK},
    ]
    ingested = ingest_reports([make_table(rows, f"lapor/ktp {NIK}.csv")], make_params(), NOW, KEY)
    assert ingested.rejected.loc[0, "file"] == "lapor/ktp <NIK>.csv"
    assert not _finds(ingested, NIK)


def test_ten_thousand_digits_are_one_text_and_one_id():
    digits = "3273104108900002" * 625
    long = ingest({"report_id": digits, "isi": digits, "reporter_id": digits}, max_text_chars=20_000)
    assert only(long)[["report_id", "text"]].tolist() == [digits, digits]
    assert len(only(long)["reporter_id"]) == 22


@pytest.mark.parametrize("column", [name for name in REPORT_COLUMNS if name not in ("label", "source")])
def test_a_column_of_lists_is_rejected_row_by_row(column: str):
    row = {"report_id": "a", "isi": "x"}
    theirs = "isi" if column == "text" else column
    table = make_table([row | {theirs: [PHONE, "b"]}, {**row, "report_id": "b"}], constants={})
    ingested = ingest_reports([table], make_params(), NOW, KEY)
    assert len(ingested.reports) == len(ingested.rejected) == 1
    assert not _finds(ingested, PHONE)


def test_a_note_of_five_megabytes_is_rejected_and_not_kept():
    note = f"hubungi {PHONE} " * 200_000
    ingested = ingest({"report_id": "a", "isi": "x", "label": 1, "label_detail": note, "catatan": note})
    assert ingested.rejected["reason"].tolist() == ["label_detail is longer than max_text_chars"]
    assert len(ingested.rejected.loc[0, "content"]) < 200
    noted = ingest({"report_id": "a", "isi": "x", "catatan": note})
    assert "\n".join(noted.notes) == "desa: columns ignored: 'catatan'"


def test_reporters_are_pseudonyms_everywhere_and_alike_across_files():
    rows = [{"report_id": name, "isi": "x", "reporter_id": "budi"} for name in "ab"]
    bad = [{"report_id": "c", "isi": "", "reporter_id": "budi"}]
    tables = [make_table(rows), make_table(bad, "y.csv")]
    ingested = ingest_reports(tables, make_params(), NOW, KEY)
    (name,) = set(ingested.reports["reporter_id"]) | set(ingested.history["reporter_id"])
    assert name.startswith("p-")
    assert json.loads(ingested.rejected.loc[0, "content"])["reporter_id"] == name
    assert not _finds(ingested, "budi")


@pytest.mark.parametrize(
    "line", ["budi,a", "a,budi", "a,budi,x,y,z", "w,z,budi,a", 'a,"budi', "a,x,y,budi,z"]
)
def test_a_broken_row_does_not_show_its_reporter(tmp_path, line):
    path = tmp_path / "x.csv"
    path.write_text(f"report_id,reporter_id,isi\na,budi,x\n{line}\n")
    ingested = ingest_reports(read_sources([make_source(path)]), make_params(), NOW, KEY)
    assert ingested.flow == (2, 1, 0, 1)
    assert not _finds(ingested, "budi")


def test_a_broken_json_line_is_not_kept(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"report_id": "a", "isi": "x", "reporter_id": "budi"}\n{"reporter_id": "budi", "is\n')
    ingested = ingest_reports(read_sources([make_source(path)]), make_params(), NOW, KEY)
    assert not _finds(ingested, "budi")
    assert ingested.rejected.loc[0, "reason"] == "not a JSON object with each name once"


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
