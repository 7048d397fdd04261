"""The OpenAPI contract, tried with what schemathesis makes of it: nothing breaks, and answers are as it says."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from pipeline.moderation.desk.people import list_people
from pipeline.moderation.store import create_store, open_database
from tests.score.test_explain import BUNDLE
from tests.web.api.conftest import API, Desk, report
from tests.web.conftest import Site, build_site

CALLERS = {"/queue": "ibu", "/claims/{claim_id}/verdict": "ibu"}
"""Who may ask what; the others are for services, or for everybody."""
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.unsupported_method,
]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory):
    """An API with one claim, and its contract."""
    place: Path = tmp_path_factory.mktemp("contract")
    store = open_database(place, None)
    create_store(store)
    services = replace(build_site(store, place).services, models=SimpleNamespace(get=lambda: BUNDLE))
    with store.reading() as connection:
        people = {person.name: person for person in list_people(connection)}
    desk = Desk(Site(services, people))
    desk.send(report("r1"))
    yield desk, schemathesis.openapi.from_asgi(f"{API}/openapi.json", desk.site.app)
    store.close()


FEW = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def try_operation(operation, token: str) -> None:
    @FEW
    @given(case=operation.as_strategy())
    def try_it(case):
        response = case.call(headers={"authorization": f"Bearer {token}"})
        case.validate_response(response, checks=CHECKS)

    try_it()


def test_every_answer_is_as_the_contract_says(asked):
    desk, schema = asked
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        try_operation(operation, desk.tokens[CALLERS.get(operation.path, "mesin")])
    assert len(operations) == 9


def test_the_contract_names_every_problem_and_the_token(asked):
    described = asked[0].ask(None, "GET", "/openapi.json").json()
    assert described["servers"] == [{"url": API}]
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            problems = {code for code in operation["responses"] if int(code) >= 400}
            assert {"500", "503"} <= problems, (method, path)
            assert ("401" in problems) == (path != "/health") == ("security" in operation)
            for code in problems:
                assert list(operation["responses"][code]["content"]) == ["application/problem+json"]
