import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import SchemaError, StorageError
from pipeline.storage.batches import (
    ROW,
    SCORE,
    Format,
    Input,
    choose_top,
    detect_format,
    encode_rows,
    find_input,
    join_parts,
    open_rows,
    plan_layout,
    read_chunks,
    unify_schemas,
)

JSONL = Format(".jsonl")


def copy(source: Path, output: Path, size: int = 2) -> None:
    """Write the rows of a file with a score of 0.5 to another, as a batch job does."""
    packing = detect_format(output)
    chunks = list(read_chunks(find_input(source, output, JSONL), size))
    layout = plan_layout(packing.kind, open_rows(chunks[0].table), ["score"])
    parts = [
        encode_rows(open_rows(chunk.table), {"score": pa.array([0.5] * len(chunk.table))}, layout)
        for chunk in chunks
    ]
    schema = unify_schemas([part.schema for part in parts], output)
    with output.open("wb") as sink:
        assert join_parts(parts, sink, layout, packing, schema) == sum(map(len, parts))


def read_all(path: Path, size: int = 2) -> list[pa.Table]:
    return [chunk.table for chunk in read_chunks(Input(path, (path,), None), size)]


def read_text(path: Path) -> str:
    with pa.input_stream(str(path)) as stream:
        return stream.read().decode()


def test_csv_cells_stay_strings(tmp_path: Path):
    (tmp_path / "a.csv").write_text('id;text\n007;"satu; dua\ntiga"\n1e5;x\n3.10;\n', encoding="utf-8-sig")
    copy(tmp_path / "a.csv", tmp_path / "b.csv")
    assert (
        tmp_path / "b.csv"
    ).read_text() == 'id,text,score\n007,"satu; dua\ntiga",0.5\n1e5,x,0.5\n3.10,,0.5\n'


def test_parquet_keeps_its_types(tmp_path: Path):
    columns = {"text": ["a", None, "c"], "n": pa.array([1, 2, None], pa.int8()), "l": [[1], [], None]}
    table = pa.table(columns).replace_schema_metadata({"owner": "desa"})
    pq.write_table(table, tmp_path / "a.parquet")
    copy(tmp_path / "a.parquet", tmp_path / "b.parquet")
    result = pq.read_table(tmp_path / "b.parquet")
    assert result.drop_columns("score").equals(table)
    assert result.schema.metadata == {b"owner": b"desa"}
    assert result["score"].to_pylist() == [0.5] * 3


def test_json_objects_keep_even_their_spelling(tmp_path: Path):
    lines = ['{"text": "a",  "n": 1.10}', '{"text":"b", "n": "satu", "deep": {"x": [1e2]} }', "{}"]
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n")
    copy(tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert (tmp_path / "b.jsonl").read_text().splitlines() == [
        '{"text": "a",  "n": 1.10, "score": 0.5}',
        '{"text":"b", "n": "satu", "deep": {"x": [1e2]}, "score": 0.5}',
        '{"score": 0.5}',
    ]


def test_a_key_that_is_replaced_stands_once(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text('{"text": "a", "score": 7}\n')
    copy(tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert (tmp_path / "b.jsonl").read_text() == '{"text": "a", "score": 0.5}\n'


@pytest.mark.parametrize("packed", ["", ".gz", ".zst"])
@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_every_format_can_become_every_other(tmp_path: Path, kind: str, packed: str):
    with gzip.open(tmp_path / "a.csv.gz", "wt") as file:
        file.write("id,text\n1,satu\n2,dua\n3,tiga\n")
    copy(tmp_path / "a.csv.gz", tmp_path / f"b.{kind}{packed}")
    copy(tmp_path / f"b.{kind}{packed}", tmp_path / f"c.{kind}{packed}", size=1)
    copy(tmp_path / f"c.{kind}{packed}", tmp_path / "d.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "d.jsonl").read_text().splitlines()]
    assert [row | {"score": 0.5} for row in rows] == [
        {"id": str(number), "text": text, "score": 0.5}
        for number, text in enumerate(["satu", "dua", "tiga"], 1)
    ]


@pytest.mark.parametrize("name", ["b.csv", "b.parquet"])
def test_no_rows_is_a_table_too(tmp_path: Path, name: str):
    (tmp_path / "a.csv").write_text("id,text\n")
    copy(tmp_path / "a.csv", tmp_path / name)
    [table] = read_all(tmp_path / name)
    assert table.column_names == ["id", "text", "score"]
    assert len(table) == 0


def test_a_column_that_begins_or_ends_between_rows_is_kept_in_parquet(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text('{"text": "a", "m": 1}\n' * 3 + '{"text": "b", "n": 7}\n')
    copy(tmp_path / "a.jsonl", tmp_path / "b.parquet")
    result = pq.read_table(tmp_path / "b.parquet")
    assert result["n"].to_pylist() == [None, None, None, 7]
    assert result["m"].to_pylist() == [1, 1, 1, None]


def test_what_does_not_fit_a_table_is_refused_and_not_lost(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text('{"text": "a", "n": 1}\n' * 2 + '{"text": "b", "n": "x"}\n')
    with pytest.raises(SchemaError, match=r"a column changes its type between rows; expected one; write"):
        copy(tmp_path / "a.jsonl", tmp_path / "b.parquet")
    with pytest.raises(SchemaError, match=r"holds values of different types; expected one; write \.jsonl"):
        copy(tmp_path / "a.jsonl", tmp_path / "b.parquet", size=3)
    (tmp_path / "c.jsonl").write_text('{"text": "a"}\n' * 2 + '{"text": "b", "n": 7}\n')
    with pytest.raises(SchemaError, match=r"column 'n' is not in the first rows; .* write \.jsonl"):
        copy(tmp_path / "c.jsonl", tmp_path / "b.csv")


def test_blank_lines_nul_and_long_fields_are_read(tmp_path: Path):
    (tmp_path / "a.csv").write_text(f"id,text\n1,{'a' * 200_000}\n\n2,a\0b\n")
    copy(tmp_path / "a.csv", tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text().count("\n") == 3
    assert "a\0b" in (tmp_path / "b.csv").read_text()


def test_lone_surrogates_become_replacement_characters(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text('{"text": "a\\ud800b"}\n')
    [table] = read_all(tmp_path / "a.jsonl")
    assert open_rows(table).values("text") == ["a\ufffdb"]


def test_chunks_are_bounded_in_bytes(tmp_path: Path):
    text = "a" * (9 << 20)
    (tmp_path / "a.jsonl").write_text(f'{{"text": "{text}"}}\n' * 5)
    pq.write_table(pa.table({"text": [text + str(number) for number in range(4)]}), tmp_path / "a.parquet")
    assert [len(table) for table in read_all(tmp_path / "a.jsonl", 1000)] == [2, 2, 1]
    assert max(len(table) for table in read_all(tmp_path / "a.parquet", 1000)) <= 4


def test_a_folder_is_its_files_by_name(tmp_path: Path):
    folder = tmp_path / "in"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "1.jsonl").write_text('{"text": "tiga"}\n')
    (folder / "a.jsonl").write_text('{"text": "satu"}\n{"text": "dua"}\n')
    (folder / "_SUCCESS").write_text("")
    copy(folder, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "text,score\nsatu,0.5\ndua,0.5\ntiga,0.5\n"
    with pytest.raises(SchemaError, match="lies inside the input folder"):
        copy(folder, folder / "out.csv")
    (folder / "catatan.txt").write_text("")
    with pytest.raises(SchemaError, match=r"has the suffix '\.txt'"):
        copy(folder, tmp_path / "out.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SchemaError, match="holds no file; expected"):
        find_input(tmp_path / "empty", tmp_path / "out.csv", JSONL)


def test_the_highest_rows_of_all_parts_are_chosen_ties_in_their_order():
    parts = [
        pa.table({"n": [0, 1, 2], SCORE: [0.5, 0.9, 0.5], ROW: [0, 1, 2]}),
        pa.table(
            {"n": pa.array([], pa.int64()), SCORE: pa.array([], pa.float64()), ROW: pa.array([], pa.int64())}
        ),
        pa.table({"n": [3, 4], SCORE: [0.9, 0.1], ROW: [3, 4]}),
    ]
    assert choose_top(parts, 3).to_pydict() == {"n": [1, 3, 0]}
    assert choose_top(parts, 100)["n"].to_pylist() == [1, 3, 0, 2, 4]
    assert choose_top(parts[::-1], 3)["n"].to_pylist() == [1, 3, 0]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.csv", b"", "is empty; expected a header and rows"),
        ("a.csv", b"id,id\n1,2\n", "column 'id' occurs twice"),
        ("a.jsonl", b'{"text": {"a": "\\ud800"}}\n{"x"', "line 2 is not JSON"),
        ("a.csv", b"id,text\n1\n", "the row that ends in line 2 has 1 fields; expected 2"),
        ("a.csv", b"\xff\xfe\x00\x01", "is not UTF-8; expected UTF-8; save it again as UTF-8"),
        ("a.jsonl", b'{"text": "\xff"}\n', "is not UTF-8; expected UTF-8; save it again as UTF-8"),
        ("a.jsonl", b'{"text": "a"}\n{"text"', "line 2 is not JSON"),
        ("a.jsonl", b"[" * 100_000, "line 1 is not JSON"),
        ("a.jsonl", b"[1]\n", "line 1 holds a list; expected one object a line"),
        ("a.parquet", b"PAR1 junk", "is not a whole parquet file"),
        ("a.parquet.gz", b"PAR1 junk", "is not a whole parquet file"),
        ("a.csv.gz", b"no gzip", "is not a whole csv file"),
        ("a.csv.gz", gzip.compress(b"id,text\n" + b"1,satu\n" * 9, mtime=0)[:-12], "is not a whole csv file"),
        ("a.jsonl.zst", b"no zstd", "is not a whole jsonl file"),
        ("a.xlsx", b"", r"has the suffix '\.xlsx'; expected \.parquet, \.csv, \.jsonl"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path: Path, name: str, content: bytes, line: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SchemaError, match=line):
        [open_rows(table) for table in read_all(tmp_path / name)]


def test_a_missing_file_is_one_line(tmp_path: Path):
    with pytest.raises(StorageError, match=r"cannot be read \(no such file or directory\)"):
        read_all(tmp_path / "a.csv")
    with pytest.raises(StorageError, match="cannot be read"):
        read_all(tmp_path / "a.parquet")
