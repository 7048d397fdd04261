"""What MLflow shows of a run, as its user meets it: the store, the registered model, `mlflow ui`."""

import json
import math
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

# MLflow asks SQLAlchemy for a loader that SQLAlchemy will drop; seen with 3.17 and 2.0.
pytestmark = pytest.mark.filterwarnings(
    "ignore:The ``noload`` loader strategy is deprecated:sqlalchemy.exc.SADeprecationWarning"
)

READABLE = "Segera sebarkan sebelum dihapus, semua warga dapat dana kaget malam ini!"
ABSTAINED = [
    None,
    "",
    "😀😀",
    "Posyandu",
    "The weather will be sunny this afternoon and nobody should expect any rain before the weekend.",
]
KNOWN_SUFFIXES = {
    ".csv",
    ".html",
    ".json",
    ".jsonl",
    ".md",
    ".parquet",
    ".png",
    ".safetensors",
    ".txt",
    ".yaml",
}
PATIENCE_SECONDS = 180


class Page(NamedTuple):
    """`mlflow ui` at work."""

    port: int

    def get(self, path: str) -> bytes:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            content = answer.read()
        assert answer.status == HTTPStatus.OK, content
        return content


@pytest.fixture
def client(sample_root: Path) -> Any:
    import mlflow

    return mlflow.MlflowClient(store_of(sample_root), store_of(sample_root))


@pytest.fixture
def champion(sample_root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The champion, loaded as the documentation says; the note that MLflow leaves beside it is taken away."""
    import mlflow

    monkeypatch.setenv("MLFLOW_TRACKING_URI", store_of(sample_root))
    yield mlflow.pyfunc.load_model("models:/saring@champion")
    for path in (sample_root / "mlartifacts").rglob("registered_model_meta"):
        path.unlink()


@pytest.fixture(scope="module")
def page(sample_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    elsewhere = tmp_path_factory.mktemp("ui")
    page = Page(find_free_port())
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", store_of(sample_root)]
    with (elsewhere / "log").open("wb") as log:
        started = subprocess.Popen(
            [*command, "--port", str(page.port), "--workers", "1"],
            cwd=elsewhere,
            env=os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for(page, started, elsewhere / "log")
        yield page
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def store_of(root: Path) -> str:
    return f"sqlite:///{root / 'mlflow.db'}"


def champion_of(root: Path) -> str:
    return json.loads((root / "models/champion.json").read_text())["version"]


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for(page: Page, started: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        assert started.poll() is None, log.read_text()
        assert time.monotonic() < give_up_at, log.read_text()
        try:
            page.get("/health")
        except OSError:
            time.sleep(0.2)
        else:
            return


def make_rows(root: Path) -> pd.DataFrame:
    """Return real rows of the sample, some with a transcript, and rows of every kind that abstains."""
    known = pd.read_parquet(root / "data/queue/scored.parquet")[["text", "transcript"]]
    spoken = pd.DataFrame({"text": ["", "😀"], "transcript": [READABLE, READABLE]})
    silent = pd.DataFrame({"text": ABSTAINED, "transcript": [None] * len(ABSTAINED)})
    rows = pd.concat([known.head(200), known[known["transcript"].notna()], spoken, silent])
    return rows.astype("str").assign(n=range(len(rows))).reset_index(drop=True)


def plain(column: pd.Series) -> list[object]:
    return [None if pd.isna(value) else value for value in column]


def test_the_experiment_shows_parameters_metrics_and_plots(sample_root: Path, client: Any):
    [run] = client.search_runs([client.get_experiment_by_name("saring").experiment_id])
    assert run.info.run_name == champion_of(sample_root)
    assert run.info.status == "FINISHED"
    assert run.data.params["train.C"] == "0.5"
    metrics = json.loads((sample_root / "data/evaluation/metrics.json").read_text())
    for name in ("auc", "auc_lower", "auc_upper", "average_precision", "recall_at_capacity", "brier_skill"):
        assert run.data.metrics[f"headline.{name}"] == metrics["headline"][name]
    shown = {item.path for item in client.list_artifacts(run.info.run_id)}
    assert {"precision_recall.png", "reliability.png", "metrics.json", "MODEL_CARD.md"} <= shown


def test_the_champion_is_a_registered_model_of_its_run(sample_root: Path, client: Any):
    version = client.get_model_version_by_alias("saring", "champion")
    assert version.tags["saring_version"] == champion_of(sample_root)
    assert version.status == "READY"
    assert client.get_run(version.run_id).info.run_name == champion_of(sample_root)
    assert [model.name for model in client.search_registered_models()] == ["saring"]


def test_a_loaded_champion_predicts_exactly_what_saring_score_writes(
    saring, sample_root: Path, tmp_path: Path, champion: Any
):
    rows = make_rows(sample_root)
    rows.to_parquet(tmp_path / "in.parquet")
    done = saring(
        "--root", sample_root, "score", tmp_path / "in.parquet", "--output", tmp_path / "out.parquet"
    )
    assert done.exit_code == 0, done.output
    written = pd.read_parquet(tmp_path / "out.parquet")
    predicted = champion.predict(rows)
    for name in ("score", "abstain_reason", "model_version"):
        assert plain(predicted[name]) == plain(written[name]), name
    assert written["score"].isna().sum() >= len(ABSTAINED)
    assert written["abstain_reason"].notna().equals(written["score"].isna())
    spoken = written.iloc[-len(ABSTAINED) - 2 : -len(ABSTAINED)]
    assert not any(math.isnan(score) for score in spoken["score"]), "the transcript alone can be read"


def test_no_artefact_is_a_pickle(sample_root: Path):
    files = [path for path in (sample_root / "mlartifacts").rglob("*") if path.is_file()]
    assert {"MLmodel", "arrays.safetensors", "manifest.json"} <= {path.name for path in files}
    assert {path.suffix for path in files if path.name != "MLmodel"} <= KNOWN_SUFFIXES
    assert [path for path in files if path.read_bytes().startswith(b"\x80")] == [], "as pickles do"
    [flavours] = [path.read_text() for path in files if path.name == "MLmodel"]
    assert "loader_module: pipeline.pyfunc" in flavours
    assert "pickle" not in flavours


def test_the_page_answers_and_lists_the_model_with_its_champion(sample_root: Path, page: Page):
    assert b"<title>MLflow</title>" in page.get("/")
    listed = json.loads(page.get("/api/2.0/mlflow/registered-models/search"))
    [model] = listed["registered_models"]
    assert model["name"] == "saring"
    [alias] = model["aliases"]
    assert alias["alias"] == "champion"
    [version] = model["latest_versions"]
    assert version["version"] == alias["version"]
    assert {"key": "saring_version", "value": champion_of(sample_root)} in version["tags"]


def test_the_page_shows_the_plots_of_the_run(sample_root: Path, page: Page):
    named = page.get("/api/2.0/mlflow/registered-models/alias?name=saring&alias=champion")
    run_id = json.loads(named)["model_version"]["run_id"]
    for plot in ("precision_recall.png", "reliability.png"):
        shown = page.get(f"/get-artifact?path={plot}&run_uuid={run_id}")
        assert shown == (sample_root / "data/evaluation" / plot).read_bytes()
