"""`saring prioritise FILE` and `saring export` as their users call them."""

import json
import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

ROWS = [
    {"text": "warga desa rapat di balai", "score": 0.2, "views": 900},
    {"text": "segera sebarkan dana kaget", "score": 0.9, "views": 100},
    {"text": "segera sebarkan dana kaget!", "score": 0.8, "views": 500},
    {"text": "", "score": None, "views": 1},
]


def lay(path: Path, *drop: str, **more: object) -> Path:
    rows = [{k: v for k, v in row.items() if k not in drop} | more for row in ROWS]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_scored_file_becomes_a_queue(saring, sample_root: Path, tmp_path: Path):
    version = json.loads((sample_root / "models/champion.json").read_text())["version"]
    source = lay(tmp_path / "in.jsonl", model_version=version, reported_at="2026-09-30T08:00:00+07:00")
    done = saring("--root", sample_root, "prioritise", source, "--output", tmp_path / "queue.csv")
    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines() == [
        f"saring: warning: {source}: lacks claim_id (every report is a claim of its own)"
    ]
    queue = [line.split(",") for line in (tmp_path / "queue.csv").read_text().splitlines()]
    assert [row[:2] for row in queue[1:4]] == [
        ["1", "row-000000003"],
        ["2", "row-000000001"],
        ["3", "row-000000002"],
    ]
    assert "The queue: what to read first" in done.stdout


def test_claims_of_the_file_stay_together(saring, sample_root: Path, tmp_path: Path):
    source = tmp_path / "in.csv"
    source.write_text("claim_id,score,views,words\nb,0.5,10,satu dua\na,0.5,30,\nb,0.7,,\n")
    done = saring("--root", sample_root, "prioritise", source, "--output", tmp_path / "queue.parquet")
    assert done.exit_code == 0, done.output
    queue = pq.read_table(tmp_path / "queue.parquet").to_pylist()
    assert [(row["claim_id"], row["n_reports"], row["views"]) for row in queue] == [
        ("a", 1, 30.0),
        ("b", 2, 10.0),
    ]
    assert queue[1]["words"] == ["satu", "dua"]
    assert "lacks reported_at (ties go by report_id), text, model_version" in done.stderr
    assert re.search("scores are of unknown, not of the champion v1-", done.stderr)


def test_without_views_and_model_the_score_orders(saring, tmp_path: Path):
    source = lay(tmp_path / "in.jsonl", "views", "text")
    done = saring("--root", tmp_path / "root", "prioritise", source, "--output", tmp_path / "q.jsonl")
    assert done.exit_code == 0, done.output
    assert "nothing is published yet" in done.stderr
    assert "views (all claims count as equally far-reaching)" in done.stderr
    queue = [json.loads(line) for line in (tmp_path / "q.jsonl").read_text().splitlines()]
    assert [row["claim_id"][-1] for row in queue] == ["2", "3", "4", "1"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("text\nhalo\n", "has no column 'score'; expected a file that `saring score` wrote"),
        ("score\nbanyak\n", "column 'score' holds no numbers; expected numbers or nothing"),
        ("score,reported_at\n0.5,kemarin\n", "column 'reported_at' holds no times"),
        ("score\n1.5\n", "column 'score' fails in_range(0, 1)"),
        ("score,report_id\n0.5,a\n0.5,a\n", "column 'report_id' fails field_uniqueness"),
    ],
)
def test_a_wrong_scored_file_is_one_line(saring, tmp_path: Path, content: str, line: str):
    (tmp_path / "in.csv").write_text(content)
    done = saring("--root", tmp_path, "prioritise", tmp_path / "in.csv", "--output", tmp_path / "q.csv")
    assert done.exit_code == 2
    assert line in done.output
    assert not (tmp_path / "q.csv").exists()


def test_priorities_are_exported(saring, sample_root: Path, tmp_path: Path):
    saring("--root", sample_root, "export", "--to", "jsonl", "--output", tmp_path / "p.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text().splitlines()]
    assert len(rows) == pq.read_metadata(sample_root / "data/queue/scored.parquet").num_rows
    assert all(0 <= row["priority"] <= 100 for row in rows)
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
    saring("--root", sample_root, "export", "--to", "csv", "--output", tmp_path / "p.csv")
    header = (tmp_path / "p.csv").read_text().splitlines()[0]
    assert header == "report_id,claim_id,rank,priority,score,model_version,external_subject"
    kept = saring("--root", sample_root, "export", "--to", "csv", "--output", tmp_path / "p.csv")
    assert "exists already" in kept.output


def test_ozone_needs_an_account_and_gets_only_subjects(saring, sample_root: Path, tmp_path: Path):
    nobody = saring("--root", sample_root, "export", "--to", "ozone", "--output", tmp_path / "o.jsonl")
    assert nobody.exit_code == 2
    assert "--created-by: holds None; expected the DID of your Ozone account" in nobody.output
    root = tmp_path / "root"
    shutil.copytree(sample_root / "data/queue", root / "data/queue")
    scored = pq.read_table(root / "data/queue/scored.parquet").to_pandas()
    scored.loc[[0, 1], "external_subject"] = [
        "did:plc:abc",
        "at://did:plc:abc/app.bsky.feed.post/3 bafyreibx",
    ]
    scored.to_parquet(root / "data/queue/scored.parquet")
    arguments = ("export", "--to", "ozone", "--created-by", "did:plc:x", "--output", tmp_path / "o.jsonl")
    done = saring("--root", root, *arguments)
    assert done.exit_code == 0, done.output
    assert f"2 accepted +      0 merged + {len(scored) - 2:>6,} rejected" in done.output
    assert len((tmp_path / "o.jsonl").read_text().splitlines()) == 2
