import json
import math
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from pipeline.errors import StorageError
from pipeline.model.decisions import Grounds
from pipeline.model.mirror import mirror_version
from pipeline.model.registry import Registry, Version
from pipeline.score import score_texts

# MLflow and the SQLAlchemy calls it makes warn of their own deprecations.
pytestmark = [
    pytest.mark.filterwarnings("ignore::Warning:mlflow"),
    pytest.mark.filterwarnings("ignore::Warning:sqlalchemy"),
]

STEPS = """
import socket, sys
from pathlib import Path
import mlflow

def refuse(*_):
    raise RuntimeError("the network was used")

socket.socket.connect = refuse
from pipeline.model.mirror import mirror_version
root, first, second = (Path(argument) for argument in sys.argv[1:4])
mirror_version(root, first, "champion", {"commit": "abc"})
mirror_version(root, second, "challenger", {})
mirror_version(root, first, "champion", {"commit": "abc"})
mirror_version(root, second, "champion", {})
"""


class Root(NamedTuple):
    """Two versions, mirrored by a process of its own: the first as champion, then the second."""

    path: Path
    registry: Registry
    first: Version
    second: Version
    done: subprocess.CompletedProcess[str]
    elsewhere: Path

    @property
    def store(self) -> str:
        return f"sqlite:///{self.path / 'mlflow.db'}"


@pytest.fixture(scope="module")
def root(
    tmp_path_factory: pytest.TempPathFactory, candidate: Path, evaluation: Path, facts: dict[str, Any]
) -> Root:
    path, elsewhere = tmp_path_factory.mktemp("root") / "akar é 1", tmp_path_factory.mktemp("elsewhere")
    registry = Registry(path / "models")
    first = registry.add(candidate, evaluation, facts)
    second = registry.add(candidate, evaluation, facts | {"data": {"reports": "two"}})
    registry.promote(second.name, Grounds("gate", ("better",), datetime(2026, 10, 1, tzinfo=UTC)))
    arguments = [str(path), str(first.directory), str(second.directory)]
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", STEPS, *arguments],
        cwd=elsewhere,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Root(path, registry, first, second, done, elsewhere)


@pytest.fixture
def client(root: Root) -> Any:
    import mlflow

    return mlflow.MlflowClient(root.store, root.store)


def test_it_says_nothing_and_writes_nowhere_else(root: Root) -> None:
    assert root.done.stdout == ""
    assert root.done.stderr == ""
    assert list(root.elsewhere.iterdir()) == []
    assert {path.name for path in root.path.iterdir()} == {"models", "mlflow.db", "mlartifacts"}


def test_a_version_is_registered_once_whatever_its_alias(root: Root, client: Any) -> None:
    versions = {version.tags["saring_version"]: version for version in client.search_model_versions()}
    assert set(versions) == {root.first.name, root.second.name}
    assert len(client.search_runs([client.get_experiment_by_name("saring").experiment_id])) == 2
    assert client.get_registered_model("saring").aliases == {"champion": versions[root.second.name].version}


def test_a_run_shows_parameters_metrics_plots_and_the_card(root: Root, client: Any) -> None:
    version = next(v for v in client.search_model_versions() if v.tags["saring_version"] == root.first.name)
    run = client.get_run(version.run_id)
    assert run.info.run_name == root.first.name
    assert run.info.status == "FINISHED"
    assert run.data.params["train.C"] == "0.5"
    assert run.data.params["queue.prevalence"] == "0.1"
    assert run.data.metrics["headline.auc_lower"] == 0.64
    assert "headline.reason" not in run.data.metrics
    assert "probes.date.alarm" not in run.data.metrics
    assert run.data.tags["commit"] == "abc"
    shown = {item.path for item in client.list_artifacts(version.run_id)}
    assert {"MODEL_CARD.md", "metrics.json", "reliability.png", "sources.csv"} <= shown


def test_mlflow_gives_the_scores_of_the_champion(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    import mlflow

    monkeypatch.setenv("MLFLOW_TRACKING_URI", root.store)
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", root.store)
    loaded = mlflow.pyfunc.load_model("models:/saring@champion")
    texts = [
        "sebarkan sebelum dihapus, surat suara sudah dicoblos",
        None,
        "😂",
        "harga cabai naik di pasar induk",
    ]
    bundle = root.registry.load_champion()
    expected = score_texts(bundle, [text or "" for text in texts])
    nothing = [math.nan] * len(texts)
    for frame in (
        pd.DataFrame({"text": texts}),
        pd.DataFrame({"id": nothing, "transcript": nothing, "text": texts}),
    ):
        scored = loaded.predict(frame)
        assert [None if math.isnan(score) else score for score in scored["score"]] == expected.score
        assert [None if pd.isna(why) else why for why in scored["abstain_reason"]] == expected.abstain_reason
        assert set(scored["model_version"]) == {root.second.name}


def test_what_mlflow_keeps_is_the_folder_and_no_pickle(root: Root) -> None:
    logged = next((root.path / "mlartifacts").rglob(root.first.name))
    for file in root.first.directory.iterdir():
        assert (logged / file.name).read_bytes() == file.read_bytes()
    files = [path for path in (root.path / "mlartifacts").rglob("*") if path.is_file()]
    assert len(files) > 20
    for file in files:
        assert file.suffix not in (".pkl", ".pickle", ".joblib"), file
        assert not file.read_bytes().startswith((b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")), file


def test_requirements_are_those_of_the_manifest(root: Root) -> None:
    file = next((root.path / "mlartifacts").rglob("requirements.txt"))
    libraries = json.loads((root.first.directory / "manifest.json").read_text())["libraries"]
    assert f"numpy=={libraries['numpy']}" in file.read_text().splitlines()
    assert "PySastrawi==1.2.1" in file.read_text().splitlines()
    assert "scikit-learn" not in file.read_text()


def test_a_store_of_another_place_is_refused_in_one_line(root: Root, tmp_path: Path) -> None:
    shutil.copy(root.path / "mlflow.db", tmp_path / "mlflow.db")
    with pytest.raises(
        StorageError, match=r"keeps its files in 'file://.*'; expected 'file://.*move it away"
    ) as caught:
        mirror_version(tmp_path, root.first.directory, "champion", {})
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "mlartifacts").exists()


def test_a_store_that_is_no_database_is_refused_in_one_line(root: Root, tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"no database at all, but long enough to be read as a page " * 20)
    with pytest.raises(StorageError, match=r"MLflow's store cannot be used \(.*move it away") as caught:
        mirror_version(tmp_path, root.first.directory, "champion", {})
    assert "\n" not in str(caught.value)


def test_a_version_that_cannot_be_mirrored_leaves_a_failed_run(
    root: Root, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Path(shutil.copytree(root.first.directory, tmp_path / "v3-00000000"))
    (broken / "metrics.json").unlink()
    before = client.get_registered_model("saring").aliases
    with pytest.raises(StorageError, match=r"metrics\.json: no such file"):
        mirror_version(root.path, broken, "champion", {})
    runs = client.search_runs([client.get_experiment_by_name("saring").experiment_id])
    assert [run.info.status for run in runs if run.info.run_name == "v3-00000000"] == ["FAILED"]
    assert client.get_registered_model("saring").aliases == before
