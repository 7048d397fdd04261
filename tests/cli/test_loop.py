"""The loop, whole: raw files, a queue, verdicts, labels, a second training, refused and promoted, the queue rescored.

On a part of the sample, small enough for every run of the tests; `pytest -s` shows both models' figures.
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
import yaml
from sqlalchemy import select

from pipeline.cli.opening import open_store
from pipeline.cli.workspace import Workspace
from pipeline.config import load_params
from pipeline.ingest import read_sources
from pipeline.moderation.desk.dealing import Clock, deal_next
from pipeline.moderation.desk.people import require_person
from pipeline.moderation.desk.verdicts import Ruling, decide, undo
from pipeline.moderation.store.tables import OPEN, Claim, Report
from pipeline.storage import read_frame, read_json

ROOT = Path(__file__).parents[2]
PARAMS = ROOT / "params.yaml"
LABELLED_CLAIMS, WAITING_CLAIMS, REPORTS_EACH, SHARE_READ = 130, 50, 2, 0.6
LENIENT = {"min_auc_lower": 0.0, "max_probe_lower": 1.0, "max_ranking_loss": 1.0, "max_name_shift": 100.0}


class Loop(NamedTuple):
    """A folder with a part of the sample, the root of both trainings, and the command."""

    folder: Path
    saring: Any
    truth: Mapping[str, int]

    @property
    def root(self) -> Path:
        return self.folder / "root"

    def run(self, *arguments: object, params: str = "first.yaml"):
        return self.saring("--params", self.folder / params, "--root", self.root, *arguments)

    def tell(self, *arguments: object, params: str = "first.yaml") -> str:
        done = self.run(*arguments, params=params)
        assert done.exit_code == 0, done.output
        return done.output

    def store(self):
        return open_store(Workspace(self.root, self.folder / "first.yaml"))

    def champion(self) -> str:
        return read_json(self.root / "models/champion.json")["version"]

    def export(self, *more: str) -> str:
        return self.tell("labels", "export", self.folder / "labels/desk.jsonl", *more)

    def reports(self) -> pd.DataFrame:
        return read_frame(self.root / "data/interim/reports.parquet").set_index("report_id")


def read_truth() -> dict[str, tuple[str, int, list[str]]]:
    """When each claim of the sample was first reported, its label and its reports."""
    with (ROOT / "data/sample/source/truth.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["topic"] != "edge"]
    return {
        row["claim_id"]: (row["first_reported_at"], int(row["label"]), row["report_ids"].split())
        for row in rows
    }


def choose_reports(truth: Mapping[str, tuple[str, int, list[str]]], boundary: str) -> set[str]:
    """Some claims of the past and some of the queue, each with its first reports."""
    ordered = sorted(truth.values())
    past = [reports for at, _, reports in ordered if at < boundary][-LABELLED_CLAIMS:]
    waiting = [reports for at, _, reports in ordered if at >= boundary][:WAITING_CLAIMS]
    return {report for reports in (*past, *waiting) for report in reports[:REPORTS_EACH]}


def lay_sources(folder: Path, chosen: set[str], truth: Mapping[str, int]) -> list[dict[str, Any]]:
    """Write the rows of chosen reports as raw files, source by source; of the past every row has its label."""
    params = load_params(PARAMS)
    sources = []
    for source in params.ingest.sources:
        names = {ours: theirs for theirs, ours in source.columns.items()}
        rows = [
            dict(row.values)
            for table in read_sources([source])
            for row in table.rows
            if row.values.get(names.get("report_id", "report_id")) in chosen
        ]
        path = folder / f"{source.name}.jsonl"
        path.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows), encoding="utf-8")
        sources.append(source.model_dump(mode="json") | {"path": str(path)})
    return sources


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory, saring) -> Iterator[Loop]:
    """After the first training, the queue loaded and read."""
    folder = tmp_path_factory.mktemp("loop")
    whole = read_truth()
    truth = {report: label for _, label, reports in whole.values() for report in reports}
    boundary = "2026-09-17"
    sources = lay_sources(folder, choose_reports(whole, boundary), truth)
    desk = {
        "name": "desk",
        "path": str(folder / "labels"),
        "columns": {},
        "constants": {},
        "label_values": {1: 1, 0: 0},
        "timezone": "UTC",
        "day_first": False,
    }
    later = max(datetime.now(UTC), load_params(PARAMS).now()) + timedelta(hours=1)
    base = {
        "extends": str(PARAMS),
        "ingest": {"sources": sources, "pseudonym_key": None},
        "evaluate": {"bootstraps": 20},
        "labels": {"maturity_days": 0},
        "monitor": {"min_claims": 20, "max_psi": 100.0, "max_abstained_rise": 0.9, "max_age_days": 1e6},
        "publish": {"profile": "lenient", "profiles": {"lenient": LENIENT}},
    }
    second = {
        "extends": "first.yaml",
        "run": {"now": later.isoformat()},
        "ingest": {"sources": [*sources, desk]},
    }
    alarmed = {"extends": "second.yaml", "monitor": {"max_age_days": 1e-9}}
    strict = {"extends": "second.yaml", "publish": {"profiles": {"lenient": {"min_auc_lower": 0.999}}}}
    for name, content in (("first", base), ("second", second), ("strict", strict), ("alarmed", alarmed)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    loop = Loop(folder, saring, truth)
    loop.tell("run")
    loop.tell("user", "add", "ibu", "--role", "lead")
    loop.tell("user", "add", "sari", "--role", "moderator", "--as", "ibu")
    loop.tell("user", "add", "tim", "--role", "data", "--as", "ibu")
    return loop


def read_queue(loop: Loop) -> list[str]:
    """Let a moderator read a share of what waits, in the queue's order, and decide as the truth is."""
    params = load_params(PARAMS)
    decided = []
    with loop.store() as store, store.writing() as connection:
        sari = require_person(connection, "sari")
        n_open = len(connection.execute(select(Claim.claim_id).where(Claim.state == OPEN)).all())
        for _ in range(round(SHARE_READ * n_open)):
            clock = Clock(datetime.now(UTC), timedelta(minutes=15))
            dealt = deal_next(connection, sari, params.prioritise.lanes, clock)
            query = select(Report.report_id).where(Report.claim_id == dealt.claim_id)
            is_false = any(loop.truth.get(name, 0) for name in connection.execute(query).scalars())
            ruling = Ruling("misinformation", "other") if is_false else Ruling("not misinformation")
            decide(connection, sari, dealt.claim_id, ruling, clock)
            decided.append(dealt.claim_id)
    return decided


def print_figures(loop: Loop, first: str) -> None:
    """Show what each model reached on its own forward test, and the gate's comparison on the second's."""
    for version in (first, loop.champion()):
        metrics = read_json(loop.root / "models" / version / "metrics.json")["headline"]
        sys.stdout.write(
            f"\n{version}: AUC {metrics['auc']:.2f} [{metrics['auc_lower']:.2f}-{metrics['auc_upper']:.2f}] forward, "
            f"{metrics['n_claims']} claims\n"
        )
    decisions = (loop.root / "models/decisions.jsonl").read_text(encoding="utf-8").splitlines()
    sys.stdout.write("\n".join(json.loads(decisions[-1])["reasons"]) + "\n")


def test_verdicts_train_the_next_model_which_orders_the_queue(loop: Loop):
    first = loop.champion()
    decided = read_queue(loop)

    said = loop.export("--as", "tim")
    assert f"{len(decided)} claims with a label, weights " in said
    content = (loop.folder / "labels/desk.jsonl").read_bytes()
    loop.export("--force")
    assert (loop.folder / "labels/desk.jsonl").read_bytes() == content
    rows = [json.loads(line) for line in content.splitlines()]
    assert {row["decided_by"][:2] for row in rows} == {"m-"}
    assert b'"sari"' not in content

    before = loop.reports()
    for stage in ("ingest", "preprocess", "train", "evaluate"):
        loop.tell(stage, params="second.yaml")
    after = loop.reports()
    assert after.index.tolist() == before.index.tolist()
    kept = [name for name in before if not name.startswith("label") and name not in {"weight", "observed_at"}]
    pd.testing.assert_frame_equal(after[kept].astype(object), before[kept].astype(object))
    labelled = after[after["label_source"] == "verdict"]
    assert labelled["label"].to_dict() == {row["report_id"]: row["label"] for row in rows}
    assert labelled["weight"].to_dict() == pytest.approx({row["report_id"]: row["weight"] for row in rows})
    assert {name: loop.truth[name] for name in labelled.index} == labelled["label"].to_dict()

    refused = loop.run("publish", params="strict.yaml")
    assert refused.exit_code == 3
    assert "refused: headline: AUC" in refused.output
    assert loop.champion() == first
    assert "0 of 0 claims" in loop.tell("queue", "rescore", "--as", "tim", params="second.yaml")

    assert "is champion" in loop.tell("publish", params="second.yaml")
    assert loop.champion() != first
    loop.tell("queue", "rescore", "--as", "tim", params="second.yaml")
    with loop.store() as store, store.reading() as connection:
        versions = Counter(
            connection.execute(select(Claim.model_version).where(Claim.state == OPEN)).scalars()
        )
    assert set(versions) == {loop.champion()}
    print_figures(loop, first)


def test_a_verdict_undone_after_training_goes_and_its_history_stays(loop: Loop):
    """It also goes where the older export still lies beside the new one."""
    claim = json.loads((loop.folder / "labels/desk.jsonl").read_text(encoding="utf-8").splitlines()[0])[
        "claim_id"
    ]
    with loop.store() as store, store.writing() as connection:
        clock = Clock(datetime.now(UTC), timedelta(minutes=15))
        undo(connection, require_person(connection, "sari"), claim, clock)
        mine = select(Report.report_id).where(Report.claim_id == claim)
        reports = set(connection.execute(mine).scalars())
    (loop.folder / "labels/desk.jsonl").rename(loop.folder / "labels/before.jsonl")
    assert "; 1 withdrawn ->" in loop.export()
    loop.tell("ingest", params="second.yaml")
    assert loop.reports().loc[sorted(reports), ["label", "label_source", "weight"]].isna().all(axis=None)
    history = read_frame(loop.root / "data/interim/history.parquet")
    kept = history[history["report_id"].isin(reports) & (history["label_source"] == "verdict")]
    assert kept["label"].notna().sum() == kept["label"].isna().sum() == len(reports)


def test_the_monitor_says_what_to_do_and_exits_4(loop: Loop):
    calm = loop.tell("monitor", params="second.yaml")
    for name in ("scores", "unknown words", "abstained", "rejected", "prevalence", "model's age"):
        assert f"│ {name}" in calm.replace("│", "│ ").replace("  ", " ")
    assert calm.endswith("no alarm\n")
    done = loop.run("monitor", params="alarmed.yaml")
    assert done.exit_code == 4
    (age,) = done.stderr.splitlines()
    assert age.startswith("saring: alarm: model's age: ")
    assert age.endswith("export labels and train anew")


def test_the_shipped_retraining_day_has_the_sample_s_sources_and_the_desk():
    shipped, day = (
        load_params(PARAMS).ingest.sources,
        load_params(ROOT / "data/sample/retraining-day.yaml").ingest.sources,
    )
    assert day[:-1] == shipped
    assert (day[-1].name, day[-1].path) == ("desk", ROOT / "data/labels")


def test_without_a_champion_nothing_is_watched(loop: Loop, tmp_path: Path):
    done = loop.saring("--params", loop.folder / "first.yaml", "--root", tmp_path, "monitor")
    assert done.exit_code == 2
    assert "nothing is published yet" in done.stderr


@pytest.mark.parametrize("name", ["desk.csv", "desk.parquet", "desk.jsonl.gz"])
def test_every_format_is_read_back_alike(loop: Loop, name: str, tmp_path: Path):
    from pipeline.config import Source
    from pipeline.ingest import ingest_reports

    loop.tell("labels", "export", tmp_path / name)
    loop.tell("labels", "export", tmp_path / "plain.jsonl")
    params = load_params(loop.folder / "second.yaml")
    desk = params.ingest.sources[-1].model_dump() | {"path": tmp_path / name}
    read, plain = (
        ingest_reports(
            read_sources([Source.model_validate(desk | {"path": path})]), params.ingest, params.now(), b"k"
        )
        for path in (tmp_path / name, tmp_path / "plain.jsonl")
    )
    assert len(read.rejected) == 0
    pd.testing.assert_frame_equal(read.reports, plain.reports)


def test_labels_that_cannot_be_written_are_one_line(loop: Loop, tmp_path: Path):
    (tmp_path / "desk.csv").write_text("mine")
    for arguments, said in (
        ((tmp_path / "desk.csv",), "exists already; expected a new name; replace it with --force"),
        ((tmp_path / "desk.xlsx",), "expected"),
        ((tmp_path / "x.csv", "--as", "sari"), "user 'sari': is moderator; expected lead or data"),
    ):
        done = loop.run("labels", "export", *arguments)
        assert done.exit_code == 2
        [line] = done.stderr.splitlines()
        assert said in line
    assert (tmp_path / "desk.csv").read_text() == "mine"
