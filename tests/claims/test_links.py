from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.claims.links import Link, read_links, write_links
from pipeline.errors import SchemaError

MERGED = Link("r1", "r2", "must", "sari", datetime(2026, 9, 1, 5, tzinfo=UTC))
SPLIT = Link("r3", "r, 4", "cannot", None, None)


@pytest.mark.parametrize("name", ["links.csv", "links.jsonl"])
def test_links_are_read_as_they_were_written(tmp_path: Path, name: str):
    write_links([MERGED, SPLIT], tmp_path / name)
    assert read_links(tmp_path / name) == [MERGED, SPLIT]


def test_a_file_may_lack_who_and_when(tmp_path: Path):
    path = tmp_path / "links.csv"
    path.write_text("link,report_id,other_report_id\nmust,r1,r2\n", encoding="utf-8")
    assert read_links(path) == [Link("r1", "r2", "must", None, None)]


def test_of_two_links_of_the_same_reports_the_later_row_holds(tmp_path: Path):
    path = tmp_path / "links.csv"
    path.write_text("report_id,other_report_id,link\nr1,r2,must\nr2,r1,cannot\n", encoding="utf-8")
    assert read_links(path) == [Link("r2", "r1", "cannot", None, None)]


def test_a_file_without_links_is_none(tmp_path: Path):
    write_links([], tmp_path / "links.csv")
    write_links([], tmp_path / "links.jsonl")
    assert read_links(tmp_path / "links.csv") == read_links(tmp_path / "links.jsonl") == []


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("links.txt", b"", "is not a file of links; expected one that ends in .csv or .jsonl"),
        ("links.csv", b"", "column 'report_id' is missing; expected report_id, other_report_id, link"),
        ("links.csv", b"report_id,link\n", "column 'other_report_id' is missing; expected report_id"),
        ("links.csv", b"\xff\xfe\x00", "is not text in UTF-8; expected a file of links"),
        (
            "links.csv",
            b"report_id,other_report_id,link\nr1,,must\n",
            "row 2 names no report; expected two report ids",
        ),
        ("links.csv", b"report_id,other_report_id,link\nr1,r1,must\n", "row 2 links a report with itself"),
        (
            "links.csv",
            b"report_id,other_report_id,link\nr1,r2,must\nr1,r3,maybe\n",
            "row 3: column 'link' holds 'maybe'; expected one of 'must', 'cannot'",
        ),
        (
            "links.csv",
            b"report_id,other_report_id,link,decided_by,decided_at\nr1,r2,must,sari,yesterday\n",
            "row 2: column 'decided_at' holds 'yesterday'; expected a time such as",
        ),
        ("links.jsonl", b'["r1", "r2"]\n', "row 1 is not a JSON object; expected report_id"),
        ("links.jsonl", b"{", "row 1 is not a JSON object"),
    ],
)
def test_a_bad_file_is_one_line(tmp_path: Path, name: str, content: bytes, line: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SchemaError, match=line) as raised:
        read_links(tmp_path / name)
    assert str(raised.value).startswith(f"{tmp_path / name}: ")


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path):
    with pytest.raises(SchemaError, match=r"links\.csv: cannot be read \(no such file or directory\)"):
        read_links(tmp_path / "links.csv")
