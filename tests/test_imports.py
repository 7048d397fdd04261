"""Which way imports point, and what the path from text to score must not load."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_imports_point_one_way():
    command = [
        Path(sys.executable).with_name("lint-imports"),
        "--config",
        ROOT / "pyproject.toml",
        "--no-cache",
    ]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("library", ["mlflow", "sklearn", "pandas", "sqlalchemy"])
def test_the_path_from_text_to_score_loads_none_of(library: str):
    code = (
        "import sys, pipeline.score, pipeline.cli.batchjob, pipeline.cli.scoring, pipeline.model.registry\n"
        f"sys.exit({library!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("library", ["numpy", "pyarrow", "pydantic", "scipy", "sqlalchemy"])
def test_help_waits_for_none_of(library: str):
    code = f"import sys, pipeline.cli.app\nsys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_server_loads_no_training_library():
    code = "import sys, pipeline.cli.webapp\nsys.exit(bool({'mlflow', 'sklearn', 'pandas'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_way_from_text_to_score_unpickles_nothing():
    for path in (ROOT / "pipeline").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for word in ("import pickle", "joblib.load", "allow_pickle=True", "cloudpickle"):
            assert word not in source, f"{path}: {word}"
