"""The whole way through the command line: what a run leaves, and that it always leaves the same."""

import csv
import json
import random
import re
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load_file

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data/sample"
PARAMS = ROOT / "params.yaml"


def planted() -> list[str]:
    with (SAMPLE / "source/planted.csv").open(encoding="utf-8", newline="") as file:
        return sorted({row["value"] for row in csv.DictReader(file)})


def decode(path: Path) -> str:
    """Turn any file that a run writes into text: tables, arrays, databases, what PNGs hold beside pixels."""
    match path.suffix:
        case ".parquet":
            return json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False, default=str)
        case ".safetensors":
            return " ".join(load_file(path))
        case ".db":
            with sqlite3.connect(path) as database:
                return "\n".join(database.iterdump())
        case ".png":
            return path.read_bytes().decode("latin-1") + _png_texts(path.read_bytes())
        case _:
            return path.read_text(encoding="utf-8", errors="replace")


def _png_texts(content: bytes) -> str:
    return " ".join(
        zlib.decompress(part).decode("latin-1")
        for part in re.findall(rb"zTXt.+?\0\0(.+?)....(?:IEND|IDAT)", content, re.S)
    )


def decoded_files(root: Path) -> Iterator[tuple[Path, str]]:
    yield from ((path, decode(path)) for path in sorted(root.rglob("*")) if path.is_file())


def find_planted(root: Path) -> dict[str, list[str]]:
    """Say for each planted value in which files under a root it stands, as written or as bare digits."""
    texts = [(path.name, content) for path, content in decoded_files(root)]
    found: dict[str, list[str]] = {}
    for value in planted():
        digits = re.sub(r"\D", "", value)
        forms = {value} | ({digits} if len(digits) >= 9 else set())
        found[value] = [name for name, content in texts if any(form in content for form in forms)]
    return found


def comparable_bytes(root: Path) -> dict[str, bytes]:
    """Return what two runs have in common: all but MLflow, store, decisions, keys, numbers of rejected rows."""
    exempt = re.compile(
        r"mlflow\.db|queue\.db|mlartifacts/|decisions\.jsonl|\.saring/|output\.txt|interim/rejected\.parquet"
    )
    paths = (path for path in sorted(root.rglob("*")) if path.is_file())
    names = {str(path.relative_to(root)): path for path in paths}
    return {name: path.read_bytes() for name, path in names.items() if not exempt.search(name)}


def test_a_run_prints_a_line_a_stage_and_ten_claims(sample_root: Path):
    output = (sample_root / "output.txt").read_text(encoding="utf-8")
    lines = output.splitlines()
    for stage in ("ingest", "preprocess", "train", "evaluate", "publish", "score", "prioritise"):
        assert any(line.startswith(stage) for line in lines), stage
    for line in lines:
        if count := re.match(
            r"\w+ +([\d,]+) = +([\d,]+) accepted \+ +([\d,]+) merged \+ +([\d,]+) rejected", line
        ):
            rows_in, accepted, merged, rejected = (int(number.replace(",", "")) for number in count.groups())
            assert rows_in == accepted + merged + rejected > 0
    assert re.search(r"AUC 0\.\d\d \[0\.\d\d-[01]\.\d\d\] forward.*random split [01]\.\d\d \[", output)
    assert len(re.findall(r"^ *│? *(?:[1-9]|10) +│", output, re.M)) == 10


def test_the_queue_holds_the_unlabelled_claims_and_every_term(sample_root: Path):
    claims = pq.read_table(sample_root / "data/queue/claims.parquet").to_pandas()
    assert len(claims) >= 150
    assert claims["rank"].tolist() == list(range(1, len(claims) + 1))
    harm = claims["severity"] * claims["probability"] * claims["views_next_24h"]
    assert claims["expected_harm"].to_numpy() == pytest.approx(harm.to_numpy())


def test_the_queue_puts_more_misinformation_first_than_chance(sample_root: Path):
    claims = pq.read_table(sample_root / "data/queue/claims.parquet").to_pandas()
    reports = pq.read_table(sample_root / "data/queue/scored.parquet").to_pandas()
    with (SAMPLE / "source/truth.csv").open(encoding="utf-8", newline="") as file:
        false_reports = {
            report
            for row in csv.DictReader(file)
            if row["label"] == "1"
            for report in row["report_ids"].split()
        }
    false_claims = set(reports.loc[reports["report_id"].isin(false_reports), "claim_id"])
    scored = claims[claims["score"].notna()].sort_values("score", ascending=False)
    first_third = scored.head(len(scored) // 3)["claim_id"].isin(false_claims).sum()
    assert first_third > len(false_claims) / 3


def test_the_model_is_data_and_holds_no_pickle(sample_root: Path):
    for path in (path for path in sample_root.rglob("*") if path.is_file()):
        assert path.suffix not in {".pkl", ".pickle", ".joblib"}, path
        assert not path.read_bytes().startswith(b"\x80\x04"), path
    [version] = [path for path in (sample_root / "models").iterdir() if path.is_dir()]
    arrays = load_file(version / "arrays.safetensors")
    assert all(np.isfinite(array).all() for array in arrays.values())


def test_no_planted_identity_stands_anywhere_under_the_root(sample_root: Path):
    assert len(planted()) >= 50
    assert {value: files for value, files in find_planted(sample_root).items() if files} == {}


def test_with_masking_off_every_planted_identity_is_found(saring, tmp_path: Path):
    mine = tmp_path / "params.yaml"
    mine.write_text(f"extends: {PARAMS}\ningest: {{mask_identities: false}}\n", encoding="utf-8")
    root = tmp_path / "root"
    assert saring("--params", mine, "--root", root, "ingest").exit_code == 0
    assert [value for value, files in find_planted(root).items() if not files] == []


def test_a_second_run_changes_no_byte(saring, sample_root: Path):
    before = comparable_bytes(sample_root)
    result = saring("--params", PARAMS, "--root", sample_root, "run")
    assert result.exit_code == 0
    assert "is the champion already" in result.output
    assert comparable_bytes(sample_root) == before


def test_shuffled_files_and_rows_give_identical_bytes(saring, sample_root: Path, tmp_path: Path):
    data = tmp_path / "elsewhere/data/sample"
    shutil.copytree(SAMPLE, data)
    shuffle_reports(data / "reports", random.Random(7))
    shutil.copy(PARAMS, tmp_path / "elsewhere/params.yaml")
    root = tmp_path / "root"
    result = saring("--params", tmp_path / "elsewhere/params.yaml", "--root", root, "run")
    assert result.exit_code == 0
    straight, shuffled = comparable_bytes(sample_root), comparable_bytes(root)
    assert straight.keys() == shuffled.keys()
    assert [name for name in straight if straight[name] != shuffled[name]] == []
    rejected = [
        pq.read_table(path / "data/interim/rejected.parquet").to_pylist() for path in (sample_root, root)
    ]
    reasons = [sorted((row["source"], row["content"]) for row in rows) for rows in rejected]
    assert reasons[0] == reasons[1]


def shuffle_reports(folder: Path, chance: random.Random) -> None:
    """Mix the rows of every file, and the names of the files of each folder."""
    import gzip

    for path in sorted(folder.rglob("*")):
        if path.suffix == ".jsonl":
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            chance.shuffle(lines)
            path.write_text("".join(lines), encoding="utf-8")
        elif path.name.endswith(".jsonl.gz"):
            lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
            chance.shuffle(lines)
            path.write_bytes(gzip.compress(b"".join(lines)))
        elif path.suffix == ".parquet":
            table = pq.read_table(path)
            order = list(range(len(table)))
            chance.shuffle(order)
            pq.write_table(table.take(order), path)
    for source in (path for path in folder.iterdir() if path.is_dir()):
        files = sorted(path for path in source.rglob("*") if path.is_file())
        for number, path in enumerate(reversed(files)):
            path.rename(path.with_name(f"{number:02d}-{''.join(path.suffixes)}"))
