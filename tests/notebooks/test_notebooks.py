"""Notebooks run from top to bottom on the sample, hold no output, and nothing imports them.

Their cells are run by Python itself: a kernel would bring some thirty packages for the same answer.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
RUN = """
import json, sys
cells = json.load(open(sys.argv[1], encoding="utf-8"))["cells"]
names = {"__name__": "__main__"}
for number, cell in enumerate(cells):
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
"""


def read_cells(notebook):
    return json.loads(notebook.read_text(encoding="utf-8"))["cells"]


def test_there_are_notebooks():
    assert NOTEBOOKS
    assert all(re.fullmatch(r"\d\d-[a-z0-9-]+\.ipynb", notebook.name) for notebook in NOTEBOOKS)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_a_notebook_holds_no_output(notebook):
    for cell in read_cells(notebook):
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_a_notebook_explores_the_package(notebook):
    source = "".join("".join(cell["source"]) for cell in read_cells(notebook) if cell["cell_type"] == "code")
    assert "from pipeline" in source
    assert not re.search(r"^\s*[!%]", source, re.M)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_a_notebook_runs_on_the_sample(notebook, sample_root):
    surroundings = os.environ | {"SARING_ROOT": str(sample_root), "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(notebook)],
        cwd=ROOT / "notebooks",
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_nothing_imports_a_notebook():
    for path in (ROOT / "pipeline").rglob("*.py"):
        assert "notebooks" not in path.read_text(encoding="utf-8"), path
