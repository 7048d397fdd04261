"""A page over a small queue on SQLite, with one account of each role, and browsers that are logged in."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from pipeline.config import Params, load_params
from pipeline.moderation.desk.people import ROLES, Person, add_person
from pipeline.moderation.store import Store, create_store, open_database
from pipeline.web.app import create_app
from pipeline.web.auth.passwords import Passwords
from pipeline.web.models import ModelHolder
from pipeline.web.services import Keys, Places, Services

ROOT = Path(__file__).parents[2]
PASSWORD = "saring-sebelum-sharing"
NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Hand:
    """A clock that is turned by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **step: float) -> None:
        self.now += timedelta(**step)


class Site:
    """An application, its services and the accounts in its store: sari, budi (moderators), ibu (lead), dewi (data)."""

    def __init__(self, services: Services, people: dict[str, Person]) -> None:
        self.services = services
        self.people = people
        self.app = create_app(services)

    @property
    def store(self) -> Store:
        return self.services.store

    @property
    def clock(self) -> Hand:
        assert isinstance(self.services.clock, Hand)
        return self.services.clock

    def browser(self, name: str | None = None, address: str = "10.1.1.1", **options: Any) -> "Browser":
        """A browser, logged in where a name is given."""
        client = (address, 50_000)
        browser = Browser(
            self.app, base_url="http://saring.test", client=client, follow_redirects=False, **options
        )
        if name:
            assert browser.log_in(name).status_code == 303
        return browser


class Browser(TestClient):
    """Sends forms as a browser does: with the token of the page that was read last."""

    csrf = ""

    def request(self, *arguments: Any, **named: Any) -> Any:
        response = super().request(*arguments, **named)
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', response.text)
        self.csrf = found.group(1) if found else self.csrf
        return response

    def submit(self, path: str, **fields: Any) -> Any:
        return self.post(path, data={"csrf": self.csrf, **fields})

    def log_in(self, name: str, password: str = PASSWORD, **fields: str) -> Any:
        self.get("/masuk")
        return self.submit("/masuk", name=name, password=password, **fields)


NAMES = {"sari": "moderator", "budi": "moderator", "ibu": "lead", "dewi": "data", "mesin": "service"}


@cache
def read_params() -> Params:
    return load_params(ROOT / "params.yaml")


def build_site(store: Store, root: Path) -> Site:
    """Make accounts in an empty store, and an application over it."""
    assert set(NAMES.values()) == set(ROLES)
    kept = QUICK.hash(PASSWORD)
    with store.writing() as connection:
        people = {name: add_person(connection, name, role, None, NOW, kept) for name, role in NAMES.items()}
    services = Services(
        store=store,
        params=read_params(),
        models=ModelHolder(root / "models"),
        keys=Keys(b"p" * 32, b"l" * 32, bytes(range(32))),
        places=Places(root, root / "models", root / ".saring/forgotten.jsonl", root / "debunks.parquet"),
        clock=Hand(NOW),
        passwords=QUICK,
    )
    return Site(services, people)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An application of this test's own over an empty store on SQLite."""
    store = open_database(tmp_path, None)
    create_store(store)
    yield build_site(store, tmp_path)
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def either_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """The same, on SQLite and on PostgreSQL."""
    address = request.getfixturevalue("address") if request.param == "postgresql" else None
    store = open_database(tmp_path, address)
    create_store(store)
    yield build_site(store, tmp_path)
    store.close()


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One application for all tests of a file, which leave its accounts as they are."""
    root = tmp_path_factory.mktemp("site")
    store = open_database(root, None)
    create_store(store)
    yield build_site(store, root)
    store.close()
