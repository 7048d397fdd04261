"""Files of fact-checks in any of their shapes: what is taken, what is not, and why."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from pipeline.claims.debunks import files
from pipeline.claims.debunks.entries import Debunk, Kind, read_debunk
from pipeline.claims.debunks.files import read_entries
from pipeline.claims.debunks.library import empty_library, gather_debunks
from pipeline.errors import SchemaError, StorageError

NOW = datetime(2026, 10, 1, tzinfo=UTC)
REVIEW = {
    "@type": "ClaimReview",
    "url": "https://Cek.example/1#atas",
    "headline": "[SALAH] Pulsa gratis dari kelurahan",
    "claimReviewed": "kelurahan membagi pulsa gratis",
    "datePublished": "2026-09-01",
    "author": {"@type": "Organization", "name": "Cek Desa"},
    "reviewRating": {"ratingValue": 1, "alternateName": "Salah"},
}
ROW = {"url": "https://cek.example/2", "title": "Air galon beracun", "verdict": "Salah", "date": "2026-08-01"}


def read(entry, kind=Kind.debunk):
    return read_debunk(entry.fields, kind, NOW)


def write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "document",
    [
        REVIEW,
        [REVIEW],
        {"@context": "https://schema.org", "@graph": [{"@type": "Organization", "name": "Cek Desa"}, REVIEW]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": REVIEW}]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": REVIEW}]},
    ],
    ids=["object", "list", "graph", "feed", "item list"],
)
def test_a_claim_review_is_found_in_whatever_holds_it(tmp_path, document):
    (entry,) = read_entries(write(tmp_path / "reviews.json", document))
    assert read(entry) == Debunk(
        "https://cek.example/1",
        "[SALAH] Pulsa gratis dari kelurahan",
        "kelurahan membagi pulsa gratis",
        "Salah",
        datetime(2026, 9, 1, tzinfo=UTC),
        "Cek Desa",
        Kind.debunk,
    )


def test_lines_and_csv_hold_the_same_as_json(tmp_path):
    as_lines = write(tmp_path / "a.jsonl", json.dumps(ROW) + "\n\n" + json.dumps(REVIEW) + "\n")
    as_csv = write(tmp_path / "b.csv", ";".join(ROW) + "\n" + ";".join(ROW.values()) + "\n")
    packed = tmp_path / "c.csv.gz"
    packed.write_bytes(gzip.compress(as_csv.read_bytes()))
    taken = [read(entry) for entry in read_entries(as_lines)]
    assert [debunk.url for debunk in taken] == ["https://cek.example/2", "https://cek.example/1"]
    assert [read(entry) for entry in read_entries(as_csv)] == taken[:1]
    assert [read(entry) for entry in read_entries(packed)] == taken[:1]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"url": None}, "no url"),
        ({"url": "javascript:alert(1)"}, "no web address"),
        ({"url": "https://[cek/"}, "no web address"),
        ({"title": "<p> </p>"}, "no title"),
        ({"date": "2026-10-02"}, "date is in the future"),
        ({"date": "kemarin"}, "date is unreadable"),
        ({"date": 20261001}, "date is unreadable"),
    ],
)
def test_an_entry_that_cannot_be_taken_says_why(changes, reason):
    assert reason in read_debunk(ROW | changes, Kind.debunk, NOW)


def test_html_and_identities_in_titles_do_not_reach_the_library():
    entry = ROW | {"title": "&lt;b&gt;Hubungi&lt;/b&gt; <i>0812-3456-7890</i> untuk hadiah &amp; pulsa"}
    assert read_debunk(entry, Kind.debunk, NOW).title == "Hubungi <PHONE> untuk hadiah & pulsa"


def test_what_is_no_object_is_an_entry_without_fields(tmp_path):
    path = write(tmp_path / "a.jsonl", '{"url": \n[1]\n"teks"\n')
    assert [entry.fields for entry in read_entries(path)] == [None, None, None]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", "{", "is no JSON"),
        ("a.json", "[" * 100_000, "is no JSON"),
        ("a.csv", "judul,isi\na,b\n", "lacks 'url' or 'title'"),
        ("a.txt", "", "no known ending"),
    ],
)
def test_a_file_that_is_no_list_of_fact_checks_is_refused(tmp_path, name, content, message):
    with pytest.raises(SchemaError, match=message):
        list(read_entries(write(tmp_path / name, content)))


def test_json_that_is_too_large_is_refused_before_it_is_parsed(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_JSON_MB", 1)
    path = write(tmp_path / "a.json", " " * (1 << 20) + "[]")
    with pytest.raises(SchemaError, match=r"larger than 1 MB.*write one object a line"):
        list(read_entries(path))


def test_a_cut_gzip_and_a_missing_file_are_one_line(tmp_path):
    cut = tmp_path / "a.jsonl.gz"
    cut.write_bytes(gzip.compress(json.dumps(ROW).encode())[:-10])
    with pytest.raises(SchemaError, match="not a whole gzip file"):
        list(read_entries(cut))
    with pytest.raises(StorageError, match="no such file"):
        list(read_entries(tmp_path / "b.json"))


def make(url, day, verdict, title="Judul"):
    return read_debunk({"url": url, "title": title, "verdict": verdict, "date": day}, Kind.debunk, NOW)


def test_the_same_url_is_one_row_and_the_later_date_wins():
    """Two verdicts of one url: the later is kept, the other noted; whatever the order, and once more."""
    first = make("https://cek.example/1", "2026-01-01", "Salah")
    second = make("https://cek.example/1", "2026-02-01", "Benar")
    forth = gather_debunks(empty_library(), [first, second]).library
    back = gather_debunks(empty_library(), [second, first]).library
    again = gather_debunks(forth, [first, second, second])
    assert forth.equals(back)
    assert again.library.equals(forth)
    assert (again.n_new, again.n_changed, again.n_unchanged) == (0, 0, 3)
    assert forth[["verdict", "conflicts"]].to_dict("records") == [{"verdict": "Benar", "conflicts": "Salah"}]


def test_a_correction_of_the_title_replaces_it_without_a_conflict():
    library = gather_debunks(empty_library(), [make("https://cek.example/1", "2026-01-01", "Salah")]).library
    added = gather_debunks(library, [make("https://cek.example/1", "2026-01-02", "Salah", "Judul baru")])
    assert (added.n_new, added.n_changed) == (0, 1)
    assert added.library["title"].tolist() == ["Judul baru"]
    assert added.library["conflicts"].isna().all()
