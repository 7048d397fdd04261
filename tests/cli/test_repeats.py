"""Known fact-checks in the order of the queue: the stage and the store add the same."""

import json
import shutil
import sqlite3
from pathlib import Path

import pandas as pd

from pipeline.config import load_params

ROOT = Path(__file__).parents[2]
SHOWN = "debunk, debunk_url, debunk_similarity, expected_harm, priority"


def test_the_stage_and_the_store_weigh_the_same_matches(sample_root: Path, tmp_path: Path, saring):
    def tell(*arguments: object) -> str:
        done = saring("--params", ROOT / "params.yaml", "--root", tmp_path, *arguments)
        assert done.exit_code == 0, done.output
        return done.stdout

    for name in ("data", "models", ".saring"):
        shutil.copytree(sample_root / name, tmp_path / name)
    shutil.copy(sample_root / "queue.db", tmp_path / "queue.db")
    before = pd.read_parquet(tmp_path / "data/queue/claims.parquet")
    long = before[before["text"].str.len() > 80].head(40)["text"]
    checks = [
        {
            "url": f"https://cek.example/{number}",
            "title": text[:300],
            "verdict": "Salah",
            "date": "2026-09-20",
        }
        for number, text in enumerate(long)
    ]
    (tmp_path / "cek.jsonl").write_text("\n".join(map(json.dumps, checks)), encoding="utf-8")
    tell("debunks", "import", tmp_path / "cek.jsonl")
    tell("prioritise")
    tell("queue", "refresh")
    staged = pd.read_parquet(tmp_path / "data/queue/claims.parquet").set_index("claim_id")
    with sqlite3.connect(tmp_path / "queue.db") as database:
        query = f"SELECT claim_id, {SHOWN} FROM claims WHERE state = 'open'"
        stored = pd.read_sql_query(query, database).set_index("claim_id")
    database.close()
    matched = staged["debunk"] == load_params(ROOT / "params.yaml").prioritise.debunk.logits
    assert 10 <= matched.sum() < len(staged)
    columns = SHOWN.split(", ")
    expected = staged[columns].astype({"priority": "int64"}).sort_index()
    pd.testing.assert_frame_equal(stored.sort_index(), expected, check_dtype=False, rtol=1e-12)
    assert (
        staged.loc[matched, "expected_harm"]
        > before.set_index("claim_id")["expected_harm"][matched.index[matched]]
    ).all()
    shown = tell("queue", "show", staged.index[matched][0])
    assert "Known fact-checks and official facts" in shown
    assert "2026-09-20" in shown
