"""What many tests share: the command line in this process, and one whole run of the sample."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipeline.cli.app import app

ROOT = Path(__file__).parents[1]
Saring = Callable[..., Result]


def invoke(*arguments: object) -> Result:
    """Run `saring ARGUMENTS` in this process; a bug keeps its traceback."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="session")
def saring() -> Saring:
    return invoke


@pytest.fixture(scope="session")
def sample_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root after `saring run` on the shipped sample; tests must not change it."""
    root = tmp_path_factory.mktemp("sample-root")
    result = invoke("--params", ROOT / "params.yaml", "--root", root, "run")
    assert result.exit_code == 0, result.output
    (root / "output.txt").write_text(result.output, encoding="utf-8")
    return root
