"""Chromium, and servers on SQLite and PostgreSQL that hold the sample's queue."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from playwright.sync_api import Browser, Page, expect

from pipeline.moderation.store import DATABASE, VARIABLE
from tests.web.browser.chromium import PATH, REQUIRED, launch
from tests.web.browser.moderating import log_in
from tests.web.browser.pages import Scene, set_scene
from tests.web.browser.people import add_people
from tests.web.browser.serving import ROOT, Place, Server, serve
from tests.web.browser.watching import WIDE, Watch

HASTY = "extends: {base}\nqueue: {{lock_minutes: 0.08}}\n"
WAIT_MS = 30_000
expect.set_options(timeout=WAIT_MS)

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave these tests out where there is no browser, unless it is meant to be there."""
    if PATH is None and not REQUIRED:
        mark = pytest.mark.skip(reason="no chromium; install Debian's package of that name")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(mark)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launch() as browser:
        yield browser


@pytest.fixture(scope="session")
def seeded_root(sample_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with the sample's queue and people who can log in; to be copied."""
    root = tmp_path_factory.mktemp("seeded") / "root"
    shutil.copytree(sample_root, root)
    prepare(Place(root, ROOT / "params.yaml", None))
    return root


@pytest.fixture(scope="session")
def sqlite_place(seeded_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(copy_root(seeded_root, tmp_path_factory), ROOT / "params.yaml", None)


@pytest.fixture(scope="session")
def sqlite_server(sqlite_place: Place, scene: Scene) -> Iterator[Server]:
    with serve(sqlite_place) as server:
        yield server


@pytest.fixture(scope="session")
def scene(sqlite_place: Place) -> Scene:
    """Claims of the server on SQLite that have something to show; no other test comes to them."""
    with sqlite_place.opened() as store:
        return set_scene(store)


@pytest.fixture(scope="session")
def postgresql_server(
    seeded_root: Path,
    tmp_path_factory: pytest.TempPathFactory,
    make_database: Callable[[], str],
    saring: Callable[..., Result],
) -> Iterator[Server]:
    root = copy_root(seeded_root, tmp_path_factory)
    (root / DATABASE).unlink()
    place = Place(root, ROOT / "params.yaml", make_database())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, place.database or "")
        loaded = saring("--params", place.params, "--root", root, "queue", "load")
    assert loaded.exit_code == 0, loaded.output
    prepare(place)
    with serve(place) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Server:
    """A server on either database."""
    found: Server = request.getfixturevalue(f"{request.param}_server")
    return found


@pytest.fixture(scope="session")
def hasty_server(seeded_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose locks last for five seconds."""
    root = copy_root(seeded_root, tmp_path_factory)
    (root / "params.yaml").write_text(HASTY.format(base=ROOT / "params.yaml"), encoding="utf-8")
    with serve(Place(root, root / "params.yaml", None)) as server:
        yield server


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open a window on a server, logged in as somebody; in the end nothing may have gone wrong in any."""
    with ExitStack() as stack:
        watches = []

        def open_window(
            server: Server, name: str | None = None, *, tolerated: str = "", **options: Any
        ) -> Page:
            options = {"viewport": WIDE, **options}
            context = stack.enter_context(browser.new_context(base_url=server.address, **options))
            context.set_default_timeout(WAIT_MS)
            watches.append(Watch(server.address, tolerated))
            watches[-1].over(context)
            page = context.new_page()
            if name is not None:
                log_in(page, name)
            return page

        yield open_window
    for watch in watches:
        watch.check()


def copy_root(root: Path, factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(root, factory.mktemp("served") / "root"))


def prepare(place: Place) -> None:
    with place.opened() as store:
        add_people(store, datetime.now(UTC))
