import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import SchemaError, StorageError
from pipeline.storage.batches import add_columns, column_values, open_writer, read_batches

SCORE = {"score": pa.float64()}


def copy(source: Path, output: Path, size: int = 2) -> None:
    with open_writer(output, SCORE) as write:
        for batch in read_batches(source, size):
            write(add_columns(batch, {"score": [0.5] * len(batch)}, SCORE))


def test_csv_cells_stay_strings(tmp_path: Path):
    (tmp_path / "a.csv").write_text('id;text\n007;"satu; dua\ntiga"\n1e5;x\n3.10;\n', encoding="utf-8-sig")
    copy(tmp_path / "a.csv", tmp_path / "b.csv")
    assert (
        tmp_path / "b.csv"
    ).read_text() == 'id,text,score\n007,"satu; dua\ntiga",0.5\n1e5,x,0.5\n3.10,,0.5\n'


def test_parquet_keeps_its_types(tmp_path: Path):
    table = pa.table({"text": ["a", None, "c"], "n": pa.array([1, 2, None], pa.int8()), "l": [[1], [], None]})
    pq.write_table(table, tmp_path / "a.parquet")
    copy(tmp_path / "a.parquet", tmp_path / "b.parquet")
    result = pq.read_table(tmp_path / "b.parquet")
    assert result.drop_columns("score").equals(table)
    assert result["score"].to_pylist() == [0.5] * 3


def test_json_objects_stay_as_they_are(tmp_path: Path):
    rows = [{"text": "a", "n": 1}, {"text": "b", "n": "satu", "deep": {"x": [1]}}, {"text": "c"}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    copy(tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    lines = (tmp_path / "b.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [row | {"score": 0.5} for row in rows]


def test_formats_can_be_exchanged_and_gzipped(tmp_path: Path):
    with gzip.open(tmp_path / "a.csv.gz", "wt") as file:
        file.write("id,text\n1,satu\n2,dua\n3,tiga\n")
    copy(tmp_path / "a.csv.gz", tmp_path / "b.jsonl.gz")
    copy(tmp_path / "b.jsonl.gz", tmp_path / "c.parquet")
    assert pq.read_table(tmp_path / "c.parquet").to_pydict() == {
        "id": ["1", "2", "3"],
        "text": ["satu", "dua", "tiga"],
        "score": [0.5] * 3,
    }


@pytest.mark.parametrize("name", ["b.csv", "b.parquet"])
def test_no_rows_is_a_table_too(tmp_path: Path, name: str):
    (tmp_path / "a.csv").write_text("id,text\n")
    copy(tmp_path / "a.csv", tmp_path / name)
    [batch] = read_batches(tmp_path / name, 10)
    assert list(batch.column_names) == ["id", "text", "score"]
    assert len(batch) == 0


def test_objects_with_different_keys_keep_all_columns_in_parquet(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n{"text": "b", "n": 7}\n')
    copy(tmp_path / "a.jsonl", tmp_path / "b.parquet")
    assert pq.read_table(tmp_path / "b.parquet")["n"].to_pylist() == [None, 7]


def test_a_column_that_begins_later_is_refused_and_not_lost(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n' * 2 + '{"text": "b", "n": 7}\n')
    with pytest.raises(SchemaError, match=r"column 'n' begins after the first rows; write \.jsonl"):
        copy(tmp_path / "a.jsonl", tmp_path / "b.parquet")
    assert not (tmp_path / "b.parquet").exists()


def test_blank_lines_and_long_fields_are_read(tmp_path: Path):
    (tmp_path / "a.csv").write_text(f"id,text\n1,{'a' * 200_000}\n\n")
    copy(tmp_path / "a.csv", tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text().count("\n") == 2


def test_lone_surrogates_become_replacement_characters(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text('{"text": "a\\ud800b"}\n')
    values = [
        value for batch in read_batches(tmp_path / "a.jsonl", 5) for value in column_values(batch, "text")
    ]
    assert values == ["a\ufffdb"]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.csv", b"", "is empty; expected a header and rows"),
        ("a.csv", b"id,id\n1,2\n", "column 'id' occurs twice"),
        ("a.jsonl", b'{"text": {"a": "\\ud800"}}\n{"x"', "line 2 is not JSON"),
        ("a.csv", b"id,text\n1\n", "the row that ends in line 2 has 1 fields; expected 2"),
        ("a.csv", b"\xff\xfe\x00\x01", "is not UTF-8; expected UTF-8; save it again as UTF-8"),
        ("a.jsonl", b'{"text": "a"}\n{"text"', "line 2 is not JSON"),
        ("a.jsonl", b"[1]\n", "line 1 holds a list; expected one object a line"),
        ("a.parquet", b"PAR1 junk", "is not a whole parquet file"),
        ("a.csv.gz", b"no gzip", "is not a whole csv file"),
        ("a.xlsx", b"", "has the suffix '.xlsx'; expected .parquet, .csv, .jsonl"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path: Path, name: str, content: bytes, line: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SchemaError, match=line):
        list(read_batches(tmp_path / name, 10))


def test_a_missing_file_is_one_line(tmp_path: Path):
    with pytest.raises(StorageError, match=r"cannot be read \(no such file or directory\)"):
        list(read_batches(tmp_path / "a.csv", 10))
    with pytest.raises(StorageError, match="cannot be read"):
        list(read_batches(tmp_path / "a.parquet", 10))
