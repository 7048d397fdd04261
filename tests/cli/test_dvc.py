"""`dvc repro` as the data team uses it: real processes, in a scratch copy of what the project commits."""

import json
import os
import re
import shutil
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest
import yaml

from pipeline.config import Params, Section, load_params
from pipeline.model.decisions import Grounds
from pipeline.model.registry import Registry

ROOT = Path(__file__).parents[2]
COMMITTED = (
    "dvc.yaml",
    ".dvc/config",
    ".dvc/.gitignore",
    ".dvcignore",
    ".gitignore",
    "params.yaml",
    "models/README.md",
    "data/debunks/README.md",
    "data/sample/pseudonym.key",
    "data/sample/reports",
    "data/sample/cohorts.csv",
)
STAGES: dict[str, Any] = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
KEPT_VARIABLES = ("LD_LIBRARY_PATH", "PYTHONPATH", "TMPDIR")
NOW = datetime(2026, 10, 1, tzinfo=UTC)


class Trap(NamedTuple):
    """A proxy that lets nothing through: where it listens, and what was asked of it."""

    address: str
    calls: list[str]


class Copy(NamedTuple):
    """A copy of the project at work, and what its processes see of the outside."""

    place: Path
    environment: dict[str, str]

    def dvc(self, *arguments: str) -> str:
        return self._run(sys.executable, "-m", "dvc", *arguments)

    def saring(self, *arguments: str) -> str:
        return self._run("saring", *arguments)

    def git(self, *arguments: str) -> str:
        return self._run("git", "-c", "user.name=tim data", "-c", "user.email=tim@data.invalid", *arguments)

    def set_param(self, key: str, value: object) -> None:
        path = self.place / "params.yaml"
        params = section = yaml.safe_load(path.read_text(encoding="utf-8"))
        *above, name = key.split(".")
        for part in above:
            section = section[part]
        assert section[name] != value
        section[name] = value
        path.write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")

    @property
    def registry(self) -> Registry:
        return Registry(self.place / "models")

    def champion(self) -> str:
        champion = self.registry.champion()
        assert champion is not None
        return champion.version

    def queue_models(self) -> set[str]:
        """Return the versions that scored the queue."""
        scored = pq.read_table(self.place / "data/queue/scored.parquet", columns=["model_version"])
        return set(scored["model_version"].to_pylist())

    def headline_auc(self) -> float:
        return json.loads((self.place / "data/evaluation/metrics.json").read_text())["headline"]["auc"]

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            command,
            cwd=self.place,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


class Kept(NamedTuple):
    """A copy as it was after a `dvc repro` that said `output`, to start from again and again.

    At the same place each time: MLflow's store holds absolute addresses.
    """

    copy: Copy
    folder: Path
    output: str

    @classmethod
    def keep(cls, copy: Copy, folder: Path, output: str) -> "Kept":
        shutil.copytree(copy.place, folder, symlinks=True)
        return cls(copy, folder, output)

    def restore(self) -> Copy:
        shutil.rmtree(self.copy.place)
        shutil.copytree(self.folder, self.copy.place, symlinks=True)
        return self.copy


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    calls: list[str] = []

    class Listener(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            calls.append(self.rfile.readline().decode("latin-1").strip())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Trap(f"http://127.0.0.1:{server.server_address[1]}", calls)
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, trap: Trap) -> Kept:
    """The first `dvc repro` of a fresh copy, with its dvc.lock not yet committed."""
    base = tmp_path_factory.mktemp("dvc")
    copy = Copy(base / "copy", make_environment(base, trap))
    for name in COMMITTED:
        (copy.place / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy.place / name)
    copy.set_param("publish.profiles.sample.max_ranking_loss", 1.0)  # so that any other C is promoted
    copy.git("init", "--quiet")
    copy.git("add", "--all")
    copy.git("commit", "--quiet", "--message", "Take over saring")
    return Kept.keep(copy, base / "first", copy.dvc("repro"))


@pytest.fixture(scope="module")
def second(first: Kept) -> Kept:
    """The `dvc repro` after dvc.lock was committed and train.C changed."""
    copy = first.restore()
    commit_lock(copy)
    copy.set_param("train.C", 50.0)
    return Kept.keep(copy, first.folder.with_name("second"), copy.dvc("repro"))


def make_environment(base: Path, trap: Trap) -> dict[str, str]:
    """Return an environment that turns nothing off: what keeps DVC and MLflow silent is ours alone."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), trap.address)
    places = dict.fromkeys(("HOME", "DVC_SITE_CACHE_DIR", "DVC_GLOBAL_CONFIG_DIR"), str(base / "home"))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    # DVC starts what sends its figures as a file of its own package, whose types.py would hide Python's
    others = {"PATH": path, "LANG": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "PYTHONSAFEPATH": "1"}
    return kept | proxies | places | others


def commit_lock(copy: Copy) -> None:
    copy.git("add", "dvc.lock")
    copy.git("commit", "--quiet", "--message", "Record a run")


def stages_run(output: str) -> list[str]:
    return re.findall(r"^Running stage '(\w+)'", output, re.M)


def stages_skipped(output: str) -> list[str]:
    return re.findall(r"^Stage '(\w+)' didn't change, skipping", output, re.M)


def test_the_project_ships_no_record_of_a_run():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git repository: nothing says what is committed")
    listed = subprocess.run(["git", "ls-files", "dvc.lock"], cwd=ROOT, capture_output=True, check=True)
    assert listed.stdout == b""


def test_the_first_repro_runs_every_stage_and_publishes(first: Kept):
    copy = first.restore()
    assert stages_run(first.output) == list(STAGES)
    assert copy.queue_models() == {copy.champion()}


def test_git_sees_nothing_of_a_run_but_its_record(first: Kept):
    assert first.restore().git("status", "--porcelain") == "?? dvc.lock\n"


def test_a_second_repro_is_a_no_op(first: Kept):
    copy = first.restore()
    output = copy.dvc("repro")
    assert stages_run(output) == []
    assert stages_skipped(output) == list(STAGES)
    assert "Data and pipelines are up to date." in output


def test_another_c_runs_train_and_what_follows(second: Kept):
    copy = second.restore()
    assert stages_skipped(second.output) == ["ingest", "preprocess"]
    assert stages_run(second.output) == ["train", "evaluate", "publish", "prioritise"]
    assert copy.champion().startswith("v2-")
    assert copy.queue_models() == {copy.champion()}


def test_metrics_diff_shows_what_another_c_changed(first: Kept, second: Kept):
    before = first.restore().headline_auc()
    copy = second.restore()
    shown = json.loads(copy.dvc("metrics", "diff", "--json"))["data/evaluation/metrics.json"]["headline.auc"]
    assert (shown["old"], shown["new"]) == (before, copy.headline_auc())
    assert shown["diff"] == pytest.approx(copy.headline_auc() - before)
    assert shown["diff"] != 0
    assert re.search(
        r"^data/evaluation/metrics\.json +headline\.auc +0\.\d+ +0\.\d+", copy.dvc("metrics", "diff"), re.M
    )


def test_an_older_c_is_published_again_though_its_model_comes_from_the_cache(first: Kept, second: Kept):
    before = first.restore().champion()
    copy = second.restore()
    copy.git("checkout", "--quiet", "params.yaml")
    output = copy.dvc("repro")
    assert re.findall(r"^Stage '(\w+)' is cached", output, re.M)[:2] == ["train", "evaluate"]
    assert "publish" in stages_run(output)
    assert copy.champion() == before
    assert copy.queue_models() == {before}


def test_a_rollback_orders_the_queue_anew_and_runs_nothing_else(first: Kept, second: Kept):
    before = first.restore().champion()
    copy = second.restore()
    copy.registry.rollback(Grounds("sari", ("the newer one disappoints",), NOW))
    output = copy.dvc("repro")
    assert stages_run(output) == ["prioritise"]
    assert stages_skipped(output) == [name for name in STAGES if name != "prioritise"]
    assert copy.queue_models() == {before}


def test_an_imported_fact_check_orders_the_queue_anew_and_runs_nothing_else(first: Kept):
    copy = first.restore()
    checks = (
        '{"url": "https://cek.example/1", "title": "[SALAH] Air galon Tirta beracun", "date": "2026-09-20"}'
    )
    (copy.place / "cek.jsonl").write_text(checks, encoding="utf-8")
    copy.saring("debunks", "import", "cek.jsonl")
    output = copy.dvc("repro")
    assert stages_run(output) == ["prioritise"]
    assert stages_skipped(output) == [name for name in STAGES if name != "prioritise"]
    assert stages_run(copy.dvc("repro")) == []


def test_a_refused_candidate_leaves_the_champion_and_fails_nothing(first: Kept, second: Kept):
    before = first.restore().champion()
    copy = second.restore()
    copy.registry.rollback(Grounds("sari", ("the newer one disappoints",), NOW))
    copy.set_param("publish.profiles.sample.min_auc_lower", 0.99)
    output = copy.dvc("repro")
    assert stages_run(output) == ["publish", "prioritise"]
    assert re.search(r"v2-\w+ refused: headline: AUC .* expected at least 0\.99", output)
    assert copy.champion() == before
    assert copy.queue_models() == {before}
    assert stages_run(copy.dvc("repro")) == []


def test_nothing_is_sent_anywhere(first: Kept, trap: Trap):
    assert trap.calls == []
    copy = first.restore()
    (copy.place / ".dvc/config.local").write_text("[core]\n    analytics = true\n", encoding="utf-8")
    copy.dvc("status")  # in the background, as every call would without our setting
    give_up_at = time.monotonic() + 60
    while not trap.calls and time.monotonic() < give_up_at:
        time.sleep(0.1)
    assert [call.split()[:2] for call in trap.calls] == [["CONNECT", "analytics.dvc.org:443"]]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_needs_and_writes_only_what_dvc_yaml_names(
    saring, sample_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
):
    for name in needed_files(sample_root, stage):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample_root / name, tmp_path / name)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    looked_up = spy_on_params(monkeypatch)
    result = saring("--params", ROOT / "params.yaml", "--root", tmp_path, stage)
    assert result.exit_code == 0, result.output
    named = STAGES[stage]["params"]
    assert {key for key in looked_up if key not in named and key.split(".")[0] not in named} == set()
    made = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    written = {str(path.relative_to(tmp_path)) for path in made}
    assert {name for name in written if name.startswith("data/")} == set(expand_outs(sample_root, stage))


def needed_files(root: Path, stage: str) -> list[str]:
    """Return the files under a root that a stage depends on; what a version holds goes with its champion."""
    needs = [name for name in STAGES[stage]["deps"] if not name.startswith("data/sample/")]
    models = ["models"] if "models/champion.json" in needs else []
    return expand(root, needs + models)


def expand_outs(root: Path, stage: str) -> list[str]:
    outs = [*STAGES[stage]["outs"], *STAGES[stage].get("metrics", [])]
    return expand(root, [out if isinstance(out, str) else next(iter(out)) for out in outs])


def expand(root: Path, names: list[str]) -> list[str]:
    paths = [path for name in names for path in (root / name, *(root / name).rglob("*"))]
    return sorted(str(path.relative_to(root)) for path in paths if path.is_file())


def spy_on_params(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Note every value of params.yaml that is looked up once it is loaded, as section.key."""
    looked_up: set[str] = set()
    sections = {field.annotation: name for name, field in Params.model_fields.items()}

    def load_and_forget(path: Path) -> Params:
        params = load_params(path)
        looked_up.clear()
        return params

    def look_up(self: Section, name: str) -> Any:
        if type(self) in sections:
            fields = type(self).model_fields
            names = fields if name == "model_dump" else {name} & fields.keys()
            looked_up.update(f"{sections[type(self)]}.{field}" for field in names)
        return object.__getattribute__(self, name)

    monkeypatch.setattr(Section, "__getattribute__", look_up, raising=False)
    monkeypatch.setattr("pipeline.config.load_params", load_and_forget)
    return looked_up
