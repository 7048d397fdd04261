"""`saring score` as a batch job uses it, with the champion of a whole run (fixture `sample_root`)."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

TEXTS = [
    "Segera sebarkan sebelum dihapus, semua warga dapat dana kaget malam ini!",
    "😀😀",
    "Posyandu buka Selasa pagi",
]


def write_rows(path: Path) -> Path:
    path.write_text("".join(json.dumps({"text": text, "n": 1}) + "\n" for text in TEXTS), encoding="utf-8")
    return path


def test_a_file_with_only_text_is_scored_row_by_row(saring, sample_root: Path, tmp_path: Path):
    source, output = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.table({"text": TEXTS}), source)
    result = saring("--root", sample_root, "score", source, "--output", output)
    assert result.exit_code == 0
    scored = pq.read_table(output)
    assert scored["text"].to_pylist() == TEXTS
    assert scored.schema.field("score").type == pa.float64()
    first, second, third = scored["score"].to_pylist()
    assert second is None
    assert scored["abstain_reason"].to_pylist() == [None, "no text", None]
    assert 0 < third < first < 1
    version = json.loads((sample_root / "models/champion.json").read_text())["version"]
    assert scored["model_version"].to_pylist() == [version] * 3


def test_formats_give_the_same_scores(saring, sample_root: Path, tmp_path: Path):
    source = write_rows(tmp_path / "in.jsonl")
    for name in ("a.jsonl", "a.csv", "a.parquet"):
        assert saring("--root", sample_root, "score", source, "--output", tmp_path / name).exit_code == 0
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["score"] for row in rows] == pq.read_table(tmp_path / "a.parquet")["score"].to_pylist()
    assert [row["n"] for row in rows] == [1, 1, 1]
    again = saring("--root", sample_root, "score", tmp_path / "a.csv", "--output", tmp_path / "b.csv")
    assert again.exit_code == 2
    assert "has a column 'score' already; expected none; replace it with --overwrite" in again.output
    over = ["score", tmp_path / "a.csv", "--output", tmp_path / "b.csv", "--overwrite"]
    assert saring("--root", sample_root, *over).exit_code == 0
    assert (tmp_path / "b.csv").read_bytes() == (tmp_path / "a.csv").read_bytes()


def test_transcript_and_ocr_text_are_joined(saring, sample_root: Path, tmp_path: Path):
    whole = {"text": f"{TEXTS[2]}\n\n{TEXTS[0]}"}
    parts = {"text": TEXTS[2], "transcript": None, "ocr_text": TEXTS[0]}
    (tmp_path / "in.jsonl").write_text(json.dumps(whole) + "\n" + json.dumps(parts) + "\n", encoding="utf-8")
    saring("--root", sample_root, "score", tmp_path / "in.jsonl", "--output", tmp_path / "out.jsonl")
    first, second = (json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines())
    assert first["score"] == second["score"]


def test_an_output_that_exists_is_kept_unless_forced(saring, sample_root: Path, tmp_path: Path):
    source = write_rows(tmp_path / "in.jsonl")
    (tmp_path / "out.jsonl").write_text("mine")
    kept = saring("--root", sample_root, "score", source, "--output", tmp_path / "out.jsonl")
    assert kept.exit_code == 2
    assert "exists already; expected a new name; replace it with --force" in kept.output
    assert (tmp_path / "out.jsonl").read_text() == "mine"
    forced = saring("--root", sample_root, "score", source, "--output", tmp_path / "out.jsonl", "--force")
    assert forced.exit_code == 0


def test_before_anything_is_published_one_line_says_so(saring, tmp_path: Path):
    source = write_rows(tmp_path / "in.jsonl")
    result = saring("--root", tmp_path, "score", source, "--output", tmp_path / "out.jsonl")
    assert result.exit_code == 2
    assert "nothing is published yet; expected a champion, which `saring run` makes" in result.output
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("in.csv", "caption\nhalo\n", "has the columns caption; expected one called 'text'"),
        ("in.csv", "", "is empty; expected a header and rows"),
        ("in.txt", "halo", "has the suffix '.txt'"),
        ("in.jsonl", '{"text": "halo"}\n{"te', "line 2 is not JSON"),
    ],
)
def test_a_wrong_input_is_one_line_and_leaves_nothing(
    saring, sample_root: Path, tmp_path: Path, name: str, content: str, line: str
):
    (tmp_path / name).write_text(content)
    result = saring("--root", sample_root, "score", tmp_path / name, "--output", tmp_path / "out.jsonl")
    assert result.exit_code == 2
    assert line in result.output
    assert result.output.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_identities_are_masked_in_every_column_and_scores_stay(
    saring, sample_root: Path, tmp_path: Path, suffix: str
):
    rows = [
        {
            "id": "0812-3456-7890",
            "text": f"{TEXTS[0]} hub 0812-3456-7890",
            "note": "NIK 3273104108900002",
            "n": 1,
        },
        {"id": "r2", "text": TEXTS[2], "note": None, "n": 77},
    ]
    source, plain, masked = (tmp_path / f"{name}.jsonl" for name in ("in", "plain", "masked"))
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    between, output = tmp_path / f"between{suffix}", tmp_path / f"hidden{suffix}"
    for target, options in ((between, ()), (output, ("--mask",))):
        assert saring("--root", sample_root, "score", source, "--output", target, *options).exit_code == 0
    content = output.read_bytes() if suffix != ".parquet" else repr(pq.read_table(output)).encode()
    assert b"0812-3456" not in content
    assert b"3273104108900002" not in content
    for target, from_file in ((plain, between), (masked, output)):
        arguments = ("score", from_file, "--output", target, "--overwrite")
        assert saring("--root", sample_root, *arguments).exit_code == 0
    before, after = ([json.loads(line) for line in path.read_text().splitlines()] for path in (plain, masked))
    assert [row["score"] for row in before] == [row["score"] for row in after]
    assert [row["id"] for row in after] == ["<PHONE>", "r2"]
    assert [str(row["n"]) for row in after] == ["1", "77"]
    assert after[0]["note"] == "NIK <NIK>"


def test_identities_deep_in_a_row_are_masked(saring, sample_root: Path, tmp_path: Path):
    source, output = tmp_path / "in.parquet", tmp_path / "out.parquet"
    nested = pa.array([[{"from": "budi@contoh.co.id"}]])
    chosen = pa.array(["@budi_s"]).dictionary_encode()
    pq.write_table(pa.table({"text": [TEXTS[0]], "comments": nested, "by": chosen}), source)
    assert saring("--root", sample_root, "score", source, "--output", output, "--mask").exit_code == 0
    scored = pq.read_table(output)
    assert scored["comments"].to_pylist() == [[{"from": "<EMAIL>"}]]
    assert scored["by"].to_pylist() == ["<HANDLE>"]
    assert scored.schema.field("by").type == chosen.type
