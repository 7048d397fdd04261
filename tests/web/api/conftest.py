"""The API over a small queue on either database, with a token for one account of each role."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipeline.moderation.desk.people import add_person
from pipeline.moderation.store import create_store, open_database
from pipeline.web.auth.tokens import Lifetime, add_token
from tests.web.conftest import NOW, Site, build_site

API = "/api/v1"
ALARM = "Awas, air minum di pasar ikan Muara Tenang dicampur racun tikus, jangan dibeli dulu"
OTHER = "Jalan ditutup sebagian karena perbaikan saluran di depan balai kota Simpang Lima"


class Desk:
    """An application, and a client that shows the token of whom it is asked to be."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.store.writing() as connection:
            self.tokens = {
                name: add_token(connection, person, "test", None, Lifetime(NOW))[1]
                for name, person in site.people.items()
            }
        self.client = TestClient(site.app, base_url="http://saring.test", raise_server_exceptions=False)

    def ask(self, name: str | None, method: str, path: str, **named: Any) -> Any:
        headers = named.pop("headers", {})
        if name:
            headers = {"authorization": f"Bearer {self.tokens[name]}", **headers}
        return self.client.request(method, API + path, headers=headers, **named)

    def add_service(self, name: str) -> None:
        with self.site.store.writing() as connection:
            person = add_person(connection, name, "service", None, NOW)
            self.tokens[name] = add_token(connection, person, "test", None, Lifetime(NOW))[1]

    def send(self, *reports: dict[str, Any], name: str = "mesin") -> Any:
        return self.ask(name, "POST", "/reports", json=list(reports) if len(reports) > 1 else reports[0])

    def send_raw(self, body: Any, name: str = "mesin") -> Any:
        """Send what JSON can write though UTF-8 cannot."""
        kind = {"content-type": "application/json"}
        return self.ask(name, "POST", "/reports", content=json.dumps(body), headers=kind)

    def decide(self, claim_id: str, name: str = "sari", **ruling: Any) -> Any:
        ruling = {"verdict": "not misinformation"} | ruling
        body, kind = json.dumps(ruling), {"content-type": "application/json"}
        return self.ask(name, "POST", f"/claims/{claim_id}/verdict", content=body, headers=kind)


def report(report_id: str, text: str = ALARM, **more: Any) -> dict[str, Any]:
    return {"report_id": report_id, "text": text} | more


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty queue on SQLite."""
    store = open_database(tmp_path, None)
    create_store(store)
    yield Desk(build_site(store, tmp_path))
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """An empty queue on either database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("desk")
        return
    store = open_database(tmp_path, request.getfixturevalue("address"))
    yield Desk(build_site(store, tmp_path))
    store.close()
