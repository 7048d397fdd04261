"""`saring replay`: a file in, a table, JSON and a picture out; what cannot be compared is one line."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path):
    text = f"extends: {ROOT / 'params.yaml'}\nreplay: {{claims: 60, days: 4, seeds: 2, tails: [1.1]}}\n"
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    write_claims(tmp_path / "claims.csv")
    return tmp_path


def write_claims(path, **changes):
    chance = random.Random(45)
    rows = [
        {
            "report_id": f"r{number}-{copy}",
            "claim_id": f"c{number}",
            "reported_at": (NOW + timedelta(hours=number + copy)).isoformat(),
            "score": round(chance.uniform(0.4, 0.9) if number % 4 == 0 else chance.uniform(0.05, 0.6), 3),
            "truth": int(number % 4 == 0),
            "views": chance.randint(1, 10_000),
            "type": "kesehatan",
            "reporter": f"p{number % 5}",
        }
        | changes
        for number in range(40)
        for copy in range(1 + number % 2)
    ]
    pd.DataFrame(rows).to_csv(path, index=False)


def saring(desk, *arguments):
    options = ["--params", str(desk / "params.yaml"), "--root", str(desk / "root"), "replay"]
    return CliRunner().invoke(app, [*options, *map(str, arguments)], env={"COLUMNS": "250"})


def test_a_replay_says_where_its_views_come_from_and_writes_table_and_picture(desk):
    done = saring(
        desk, desk / "claims.csv", "--output", desk / "out.json", "--staff", "0.05,1", "--per-day", "100"
    )
    assert done.exit_code == 0, done.output
    assert "simulated view curves (Pareto 1.1, half-life 24 h)" in done.output
    assert "How many people are needed, simulated view curves" in done.output
    found = json.loads((desk / "out.json").read_text(encoding="utf-8"))
    (replay,) = found["replays"]
    assert replay["title"].startswith("simulated view curves")
    assert replay["figures"]["pure U"]["recall"][0] > replay["figures"]["first in, first out"]["recall"][0]
    shares = [figures["share_of_reads"][0] for figures in replay["lanes"].values()]
    assert sum(shares) == pytest.approx(1.0)
    assert "What each lane read" in done.output
    assert {"bound: the truth known", "bound: this score, calibrated by the truth"} <= set(replay["figures"])
    assert set(found["staff"]) == {"0.05", "1"}
    assert found["staff"]["1"]["figures"]["ours (lanes)"]["recall"][0] > 0.9
    assert (desk / "out.png").read_bytes().startswith(b"\x89PNG")
    refused = saring(desk, desk / "claims.csv", "--output", desk / "out.json")
    assert refused.exit_code == 2
    assert "exists already" in refused.stderr


def test_what_was_counted_is_named_and_used(desk):
    seen = [
        {
            "claim_id": f"c{number}",
            "seen_at": (NOW + timedelta(hours=number + 5 * step)).isoformat(),
            "views": 10 * step,
        }
        for number in range(10)
        for step in range(3)
    ]
    pd.DataFrame(seen, columns=["claim_id", "seen_at", "views"]).to_csv(desk / "seen.csv", index=False)
    done = saring(
        desk, desk / "claims.csv", "--observations", desk / "seen.csv", "--output", desk / "out.json"
    )
    assert done.exit_code == 0, done.output
    assert "views as counted for 10 of 40 claims, simulated view curves" in done.output
    assert json.loads((desk / "out.json").read_text(encoding="utf-8"))["n_counted"] == 10


def test_the_file_s_own_views_can_take_the_place_of_a_tail(desk):
    done = saring(desk, desk / "claims.csv", "--own-views", "--output", desk / "out.json")
    assert done.exit_code == 0, done.output
    assert "simulated view curves (the file's views" in done.output


@pytest.mark.parametrize(
    ("changes", "arguments", "message"),
    [
        ({"truth": None}, [], "no claim has a truth"),
        ({"truth": 1}, [], "every claim's truth is 1"),
        ({"truth": 3}, [], "column 'truth' holds 3"),
        ({"score": 7}, [], "column 'score' holds 7; expected 0 to 1"),
        ({"score": None}, [], "no claim has a score"),
        ({"reported_at": "kemarin"}, [], "holds no times"),
        ({}, ["--tails", "eins"], "--tails: holds 'eins'"),
        ({}, ["--row", "Q"], "--row: "),
        ({}, ["--staff", "-1"], "expected numbers above 0"),
        ({"reported_at": None}, ["--staff", "1"], "expected --per-day"),
        ({}, ["--observations", "claims.csv"], "expected claim_id (or report_id), seen_at, views"),
    ],
)
def test_what_cannot_be_compared_is_one_line(desk, changes, arguments, message):
    write_claims(desk / "claims.csv", **changes)
    named = [desk / word if word.endswith(".csv") else word for word in arguments]
    done = saring(desk, desk / "claims.csv", "--output", desk / "out.json", *named)
    assert done.exit_code == 2, done.output
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (desk / "out.json").exists()


def test_claims_of_one_report_each_are_compared_with_a_warning(desk):
    rows = pd.read_csv(desk / "claims.csv").drop_duplicates("claim_id").drop(columns="claim_id")
    rows.to_csv(desk / "single.csv", index=False)
    done = saring(desk, desk / "single.csv", "--output", desk / "out.json")
    assert done.exit_code == 0, done.output
    assert "every claim has one report" in done.stderr


def test_of_a_protocol_s_sheet_one_row_is_replayed(desk):
    """The same claims stand there once for each model; mixed they would be no queue."""
    claims = pd.read_csv(desk / "claims.csv").rename(columns={"truth": "y_true"}).assign(part="all")
    pd.concat([claims.assign(row="W"), claims.assign(row="Q").head(30)]).to_parquet(desk / "sheet.parquet")
    for arguments in ([], ["--row", "X"]):
        done = saring(desk, desk / "sheet.parquet", "--output", desk / "out.json", *arguments)
        assert done.exit_code == 2, done.output
        assert done.stderr.endswith("sheet.parquet: Q, W\n")
    done = saring(desk, desk / "sheet.parquet", "--row", "Q", "--output", desk / "out.json")
    assert done.exit_code == 0, done.output
    assert json.loads((desk / "out.json").read_text(encoding="utf-8"))["n_claims"] == 20


def test_without_a_file_the_last_evaluation_is_asked_for(desk):
    done = saring(desk, "--output", desk / "out.json")
    assert done.exit_code == 2
    assert "expected the output of an earlier stage" in done.stderr
