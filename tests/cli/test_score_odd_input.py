"""What `saring score` is given by mistake or by malice, and an output that takes nothing more."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

READABLE = "warga desa dana segera sebarkan sebelum dihapus"
FULL = Path("/dev/full")


@pytest.fixture
def score(saring, sample_root: Path, tmp_path: Path):
    """Score a file beside which nothing else may appear when the job is refused."""
    return lambda *arguments: saring("--root", sample_root, "score", *arguments)


def refuse(result, line: str) -> None:
    assert result.exit_code == 2, result.output
    assert line in result.output
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("columns", ["text=a,text=b", "text=a,transcript=a"])
def test_a_column_named_again_is_one_line(score, tmp_path: Path, columns: str):
    pq.write_table(pa.table({"a": [READABLE], "b": [READABLE]}), tmp_path / "in.parquet")
    result = score(tmp_path / "in.parquet", "--output", tmp_path / "o.csv", "--columns", columns)
    refuse(result, "names a column or a part again; expected each once")
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_objects_without_any_column_are_one_line(score, tmp_path: Path):
    (tmp_path / "in.jsonl").write_text("{}\n{}\n")
    refuse(
        score(tmp_path / "in.jsonl", "--output", tmp_path / "o.csv"),
        "has no column; expected one called 'text'",
    )


def test_a_link_to_nowhere_in_a_folder_is_one_line(score, tmp_path: Path):
    """It was skipped once, and its rows with it."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.jsonl").write_text(json.dumps({"text": READABLE}) + "\n")
    (folder / "b.jsonl").symlink_to("nowhere.jsonl")
    refuse(score(folder, "--output", tmp_path / "o.csv"), "cannot be read (no such file or directory)")
    assert not (tmp_path / "o.csv").exists()


def test_a_folder_at_the_output_is_one_line_whatever_is_forced(score, tmp_path: Path):
    (tmp_path / "in.jsonl").write_text(json.dumps({"text": READABLE}) + "\n")
    (tmp_path / "o.csv").mkdir()
    for options in ((), ("--force",)):
        refuse(
            score(tmp_path / "in.jsonl", "--output", tmp_path / "o.csv", *options),
            "o.csv: is a folder; expected the name of a file",
        )


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_hundred_thousand_empty_rows_are_as_many_rows(score, tmp_path: Path, suffix: str):
    n_rows, source, output = 100_000, tmp_path / f"in.{suffix}", tmp_path / "out.parquet"
    if suffix == "parquet":
        pq.write_table(pa.table({"text": pa.nulls(n_rows, pa.string())}), source)
    else:
        source.write_text("text,id\n" + ",\n" * n_rows if suffix == "csv" else '{"text": null}\n' * n_rows)
    assert score(source, "--output", output).exit_code == 0
    reasons = pq.read_table(output, columns=["abstain_reason"])["abstain_reason"]
    assert len(reasons) == n_rows
    assert reasons.unique().to_pylist() == ["no text"]


def test_very_long_texts_are_rows_with_their_words(score, tmp_path: Path):
    texts = [
        unit * (200_000 // len(unit))
        for unit in (f"{READABLE} ", "x", "0812-3456-7890 ", "&amp;", "😀", "a.")
    ]
    pq.write_table(pa.table({"text": texts}), tmp_path / "in.parquet")
    result = score(tmp_path / "in.parquet", "--output", tmp_path / "o.parquet", "--explain", 3)
    assert result.exit_code == 0
    rows = pq.read_table(tmp_path / "o.parquet", columns=["score", "words"]).to_pylist()
    assert len(rows) == len(texts)
    assert set(rows[0]["words"]) <= set(READABLE.split())
    assert rows[0]["words"] != []
    assert all(row["words"] == [] for row in rows if row["score"] is None)


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "command",
    [
        ("explain", READABLE),
        ("explain", "--json", READABLE),
        ("stems", "params.yaml"),
        ("model", "list"),
        ("--help",),
    ],
    ids=" ".join,
)
def test_an_output_that_is_full_is_one_line(sample_root: Path, command: tuple[str, ...]):
    """And a file that is read is not blamed for it."""
    with FULL.open("wb") as full:
        done = run_alone(sample_root, *command, stdout=full, stderr=subprocess.PIPE)
        errors = done.communicate(timeout=120)[1]
    assert errors == b"saring: standard output cannot be written (no space left on device); expected room\n"
    assert done.returncode == 2


def test_a_reader_that_has_read_enough_is_no_mistake(sample_root: Path, tmp_path: Path):
    (tmp_path / "long.txt").write_text(f"{READABLE}\n" * 100_000)
    process = run_alone(
        sample_root, "stems", str(tmp_path / "long.txt"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"warga desa dana segera sebar belum hapus\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def run_alone(root: Path, *command: str, **pipes) -> subprocess.Popen[bytes]:
    saring = [sys.executable, "-c", "from pipeline.cli.app import main; main()", "--root", str(root)]
    return subprocess.Popen([*saring, *command], cwd=Path(__file__).parents[2], env={**os.environ}, **pipes)
