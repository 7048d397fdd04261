import gzip
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.config import Source
from pipeline.errors import PipelineError, SchemaError, StorageError
from pipeline.ingest import RawTable, read_sources

ROWS = [
    {"report_id": "a1", "text": "sembako, gratis; di | balai desa"},
    {"report_id": "a2", "text": 'baris satu\nbaris "dua"'},
]


def make_source(path: Path) -> Source:
    return Source(
        name="desa",
        path=path,
        columns={},
        constants={},
        label_values={},
        timezone="Asia/Jakarta",
        day_first=True,
    )


def read_one(path: Path) -> RawTable:
    (table,) = read_sources([make_source(path)])
    return table


def write_csv(delimiter: str, bom: bool = False) -> bytes:
    text = pd.DataFrame(ROWS).to_csv(index=False, sep=delimiter, quoting=1)
    return text.encode("utf-8-sig" if bom else "utf-8")


def write_jsonl() -> bytes:
    return "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def write_parquet() -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(ROWS), sink)
    return sink.getvalue().to_pybytes()


FILES = {
    "comma.csv": write_csv(","),
    "semicolon.csv": write_csv(";"),
    "tab.tsv": write_csv("\t"),
    "bar.csv": write_csv("|"),
    "bom.csv": write_csv(",", bom=True),
    "windows.csv": write_csv(";", bom=True).replace(b"\n", b"\r\n").replace(b"satu\r\n", b"satu\n"),
    "lines.jsonl": write_jsonl(),
    "bom.ndjson": b"\xef\xbb\xbf" + write_jsonl(),
    "table.parquet": write_parquet(),
}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_rows(tmp_path, name, zipped):
    path = tmp_path / (f"{name}.gz" if zipped else name)
    path.write_bytes(gzip.compress(FILES[name]) if zipped else FILES[name])
    table = read_one(path)
    assert [dict(row.values) for row in table.rows] == ROWS
    assert [row.number for row in table.rows] == [1, 2]
    assert (table.file, table.columns, table.broken) == (path.name, ("report_id", "text"), ())


def test_a_folder_is_read_whole_and_in_order_without_what_lies_beside_reports(tmp_path):
    folder = tmp_path / "laporan"
    for name in ("b.csv", "2026/01.csv", ".hidden.csv", ".dvc/x.csv", "README.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(FILES["comma.csv"])
    tables = read_sources([make_source(folder)])
    assert [table.file for table in tables] == ["laporan/2026/01.csv", "laporan/b.csv"]


def test_several_sources_are_read_one_after_the_other(tmp_path):
    for name in ("comma.csv", "lines.jsonl"):
        (tmp_path / name).write_bytes(FILES[name])
    sources = [make_source(tmp_path / "lines.jsonl"), make_source(tmp_path / "comma.csv")]
    assert [table.file for table in read_sources(sources)] == ["lines.jsonl", "comma.csv"]


def test_a_row_with_too_many_or_too_few_fields_is_broken_and_numbered(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("report_id,text\na,satu\nb,dua,tiga\n\nc\nd,empat\n")
    table = read_one(path)
    assert [row.number for row in table.rows] == [1, 4]
    assert [(row.number, row.reason) for row in table.broken] == [
        (2, "wrong number of fields: 3 instead of 2"),
        (3, "wrong number of fields: 1 instead of 2"),
    ]


@pytest.mark.parametrize(
    "stray",
    [
        'x,"kutipan tak ditutup',
        'x,"kutipan" lalu teks',
        'x,"kutipan\ny,"kutipan lagi',
    ],
)
def test_a_stray_quote_costs_its_own_lines_alone(tmp_path, stray):
    path = tmp_path / "x.csv"
    path.write_text(f'report_id,text\na,satu\n{stray}\nb,dua\nc,"tiga\nempat"\nd,lima\n')
    table = read_one(path)
    assert [row.values["report_id"] for row in table.rows] == ["a", "b", "c", "d"]
    assert len(table.broken) == stray.count("\n") + 1


def test_a_long_quoted_text_in_a_row_of_the_wrong_width_is_one_broken_row(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('report_id,text,views\na,"satu\ndua\ntiga"\nb,empat,1\n')
    table = read_one(path)
    assert (len(table.rows), len(table.broken)) == (1, 1)


def test_a_carriage_return_between_line_feeds_is_part_of_the_text(tmp_path):
    (tmp_path / "x.csv").write_bytes(b'report_id,text\na,satu\rdua\nb,"tiga\rempat"\nc,lima\n')
    (tmp_path / "y.csv").write_bytes(b"report_id,text\ra,satu\rb,dua\r")
    assert [row.values["text"] for row in read_one(tmp_path / "x.csv").rows] == [
        "satu\rdua",
        "tiga\rempat",
        "lima",
    ]
    assert [row.values["text"] for row in read_one(tmp_path / "y.csv").rows] == ["satu", "dua"]


def test_a_file_whose_quotes_never_close_is_given_up_soon(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("report_id,text\n" + 'b","c\n' * 3000)
    with pytest.raises(SchemaError, match=r"x\.csv: quotes do not close as they must; expected .* doubled"):
        read_one(path)


def test_a_text_of_five_megabytes_is_one_row(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('report_id,text\na,"' + "hoaks, lagi\n" * 420_000 + '"\nb,dua\n')
    assert [len(str(row.values["text"])) for row in read_one(path).rows] == [5_040_000, 3]


def test_nul_characters_and_lone_surrogates_are_counted_and_cost_no_row(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"report_id,text\na,sa\x00tu \xed\xa0\x80\nb,\xed\xa0\xbd\xed\xb8\x80\n")
    (tmp_path / "y.jsonl").write_bytes(b'{"report_id": "a", "text": "sa\\u0000tu \\ud800"}\n')
    expected = {"NUL characters removed": 1, "lone surrogates replaced": 1}
    delimited, lines = read_one(tmp_path / "x.csv"), read_one(tmp_path / "y.jsonl")
    assert [row.values["text"] for row in (*delimited.rows, *lines.rows)] == [
        "satu \ufffd",
        "😀",
        "satu \ufffd",
    ]
    assert delimited.replaced == lines.replaced == expected


def test_lines_that_are_no_json_objects_are_broken(tmp_path):
    path = tmp_path / "x.jsonl"
    good = '{"report_id": "a", "text": "satu\u2028dua"}'
    bad = ["{", "[1]", "7", '{"text": 1, "text": 2}', "[" * 100_000, "9" * 5000, "null"]
    path.write_text("\n".join([*bad, "", good]), encoding="utf-8")
    table = read_one(path)
    assert {row.reason for row in table.broken} == {"not a JSON object with each name once"}
    assert [row.number for row in table.broken] == [1, 2, 3, 4, 5, 6, 7]
    assert [row.values["text"] for row in table.rows] == ["satu\u2028dua"]


def test_json_lines_that_all_have_other_names_stay_small(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f'{{"report_id": "{n}", "text": "x", "k{n}": 1}}\n' for n in range(3000)))
    table = read_one(path)
    assert (len(table.columns), max(len(row.values) for row in table.rows)) == (3002, 3)


def test_parquet_times_of_any_unit_and_nested_values_are_read(tmp_path):
    moment = pd.Timestamp("2026-04-03 07:30:00.123456789", tz="UTC")
    frame = pa.table(
        {
            "report_id": pa.array(["a"]).dictionary_encode(),
            "text": pa.array([["x"]]),
            "reported_at": pa.array([moment], pa.timestamp("ns", "UTC")),
            "platform": pa.array([b"\xff"]),
        }
    )
    pq.write_table(frame, tmp_path / "x.parquet")
    (row,) = read_one(tmp_path / "x.parquet").rows
    assert row.values["reported_at"] == moment.floor("us").to_pydatetime()
    assert (row.values["text"], row.values["platform"]) == ("a list", "bytes that are not UTF-8")


def test_a_folder_named_like_a_partition_adds_no_column(tmp_path):
    path = tmp_path / "views=9" / "x.parquet"
    path.parent.mkdir()
    path.write_bytes(FILES["table.parquet"])
    assert read_one(path).columns == ("report_id", "text")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("empty.csv", b"", "is empty; expected reports"),
        ("blank.csv", b"\xef\xbb\xbf \r\n\n", "is empty; expected reports"),
        ("empty.csv.gz", gzip.compress(b"", mtime=0), "is empty; expected reports"),
        ("empty.parquet", b"", "is empty; expected reports"),
        ("junk.csv", bytes(range(256)) * 9, "is not UTF-8; expected UTF-8; save it again as UTF-8"),
        ("excel.csv", "report_id,text\n".encode("utf-16"), "is not UTF-8; expected UTF-8"),
        ("latin.jsonl", '{"text": "é"}'.encode("latin-1"), "is not UTF-8; expected UTF-8"),
        ("cut.parquet", FILES["table.parquet"][:-20], "is not a whole Parquet file; expected one"),
        ("hole.parquet", b"PAR1" + b"\0" * 90 + FILES["table.parquet"][94:], "is not a whole Parquet file"),
        ("junk.parquet", bytes(range(256)), "is not a whole Parquet file"),
        (
            "cut.csv.gz",
            gzip.compress(FILES["comma.csv"], mtime=0)[:-12],
            "is not a whole gzip file; expected one",
        ),
        ("no.csv.gz", FILES["comma.csv"], "is not a whole gzip file"),
        ("book.xlsx", b"PK", "is of an unknown kind; expected one of .csv, .jsonl, .ndjson, .parquet, .tsv"),
        ("only.gz", b"PK", "is of an unknown kind"),
    ],
)
def test_a_bad_file_is_one_line(tmp_path, name, content, line):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PipelineError) as caught:
        read_one(tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: {line}")
    assert "\n" not in str(caught.value)


def test_a_parquet_string_that_is_not_utf8_is_one_line(tmp_path):
    offsets = pa.array([0, 2], pa.int32()).buffers()[1]
    text = pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(b"\xff\xfe")])
    pq.write_table(pa.table({"report_id": ["a"], "text": text}), tmp_path / "x.parquet")
    with pytest.raises(SchemaError, match=r"x\.parquet: is not UTF-8"):
        read_one(tmp_path / "x.parquet")


def test_a_missing_path_is_one_line_that_names_the_source(tmp_path):
    with pytest.raises(
        StorageError, match=r"no such file or folder; expected the reports of source 'desa'; .*desa\.path"
    ):
        read_one(tmp_path / "nowhere")


def test_a_path_that_no_system_takes_is_one_line(tmp_path):
    with pytest.raises(StorageError, match=r"cannot be read \(file name too long\); expected a readable"):
        read_one(tmp_path / ("x" * 400))


def test_a_folder_without_files_is_one_line(tmp_path):
    (tmp_path / "README.md").write_text("about")
    with pytest.raises(
        StorageError, match="is a folder without files; expected the reports of source 'desa'"
    ):
        read_one(tmp_path)


def test_a_phone_number_in_a_path_is_not_shown(tmp_path):
    with pytest.raises(StorageError, match="no such file") as caught:
        read_one(tmp_path / "hp 081234567890.csv")
    assert "081234567890" not in str(caught.value)
