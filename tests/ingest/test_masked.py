"""Identities are in no column of any frame, and yet tell reports and reporters apart."""

import json

import pytest

from pipeline.ingest import ingest_reports, read_sources
from pipeline.schema.columns import REPORT_COLUMNS
from tests.ingest.building import KEY, NOW, finds, ingest, make_params, make_source, make_table, only

NOT_STRINGS = ("reported_at", "observed_at", "labelled_at", "views", "shares", "label", "weight")
PHONE, NIK = "081234567890", "3204110609970001"


def test_identities_are_masked_in_every_column_of_every_frame():
    sentence = f"hubungi {PHONE} atau NIK {NIK}"
    free = [column for column in REPORT_COLUMNS if column not in NOT_STRINGS]
    good = dict.fromkeys(free, sentence) | {"label": 1}
    bad = {**good, "views": -1, "label": sentence}
    table = make_table([good, bad], f"{PHONE}.csv", constants={}, columns={})
    masked = ingest_reports([table], make_params(), NOW, KEY)
    assert (len(masked.reports), len(masked.rejected)) == (1, 1)
    assert not finds(masked, PHONE)
    assert not finds(masked, NIK)
    assert any(note.startswith("masked: NIK ") and "PHONE " in note for note in masked.notes)
    plain = ingest_reports([table], make_params(mask_identities=False), NOW, KEY)
    assert len(finds(plain, PHONE)) == len(finds(plain, NIK)) + 1 > 15
    assert plain.reports.loc[0, "reporter_id"] == sentence


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
    assert not finds(ingested, NIK)


def test_ten_thousand_digits_are_one_text_and_one_id():
    digits = "3273104108900002" * 625
    long = ingest({"report_id": digits, "isi": digits, "reporter_id": digits}, max_text_chars=20_000)
    assert only(long)[["report_id", "text"]].tolist() == [digits, digits]
    assert len(only(long)["reporter_id"]) == 22


def test_reporters_are_pseudonyms_everywhere_and_alike_across_files():
    rows = [{"report_id": name, "isi": "x", "reporter_id": "budi"} for name in "ab"]
    bad = [{"report_id": "c", "isi": "", "reporter_id": "budi"}]
    tables = [make_table(rows), make_table(bad, "y.csv")]
    ingested = ingest_reports(tables, make_params(), NOW, KEY)
    (name,) = set(ingested.reports["reporter_id"]) | set(ingested.history["reporter_id"])
    assert name.startswith("p-")
    assert json.loads(ingested.rejected.loc[0, "content"])["reporter_id"] == name
    assert not finds(ingested, "budi")


@pytest.mark.parametrize(
    "line", ["budi,a", "a,budi", "a,budi,x,y,z", "w,z,budi,a", 'a,"budi', "a,x,y,budi,z"]
)
def test_a_broken_row_does_not_show_its_reporter(tmp_path, line):
    path = tmp_path / "x.csv"
    path.write_text(f"report_id,reporter_id,isi\na,budi,x\n{line}\n")
    ingested = ingest_reports(read_sources([make_source(path)]), make_params(), NOW, KEY)
    assert ingested.flow == (2, 1, 0, 1)
    assert not finds(ingested, "budi")
