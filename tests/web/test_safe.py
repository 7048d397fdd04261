"""What holds for every page: headers, bounds, what the server's log holds, what happens without a database."""

import logging

import pytest
from sqlalchemy import create_engine, make_url, text

from pipeline.cli.opening import read_secret
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError, StorageError
from pipeline.moderation.store import create_store, open_database
from pipeline.web.headers import POLICY
from tests.web.conftest import PASSWORD, ROOT, Site, build_site


def test_every_answer_has_a_strict_policy(shared_site: Site):
    browser = shared_site.browser("ibu")
    for path in ("/", "/masuk", "/orang", "/akun", "/tidak-ada", "/static/style.css", "/api/v1/tidak-ada"):
        answer = browser.get(path)
        assert answer.headers["content-security-policy"] == POLICY, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "unsafe" not in POLICY
    assert browser.get("/orang").headers["cache-control"] == "no-store"


def test_a_bug_shows_no_traceback_and_has_the_policy_too(shared_site: Site):
    def break_down() -> None:
        raise RuntimeError("text of a report")

    site = Site(shared_site.services, shared_site.people)
    site.app.get("/rusak")(break_down)
    answer = site.browser(raise_server_exceptions=False).get("/rusak")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert "text of a report" not in answer.text


def test_no_page_holds_a_script_or_style_of_its_own(shared_site: Site):
    browser = shared_site.browser("ibu")
    for path in ("/masuk", "/antrean", "/orang", "/akun", "/tidak-ada"):
        page = browser.get(path).text
        assert not [
            piece for piece in ("<style", " style=", "<script>", " onclick=", "javascript:") if piece in page
        ]


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/orang/tambah?lang=en", "/orang?lang=en"),
        ("/orang/kohort/1/tutup", "/orang"),
        ("/klaim/c-1/putusan", "/klaim/c-1"),
        ("/massal", "/"),
        ("/massal/5/batal", "/"),
        ("/keluar", "/"),
    ],
)
def test_an_address_that_takes_forms_only_leads_back_to_its_page(shared_site: Site, path: str, above: str):
    assert shared_site.browser("ibu").get(path).headers["location"] == above


def test_by_https_cookies_never_go_in_the_clear(shared_site: Site):
    services = shared_site.services
    secure = Site(_secured(services), shared_site.people)
    answer = secure.browser().get("/masuk")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-saring=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_form_that_is_too_large_is_refused(shared_site: Site):
    browser = shared_site.browser()
    browser.get("/masuk")
    assert browser.submit("/masuk", name="x" * 300_000, password=PASSWORD).status_code == 413
    pieces = (b"name=" + b"x" * 100_000 for _ in range(3))
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/masuk", content=pieces, headers=kind).status_code == 413


def test_the_log_holds_no_words_no_names_and_no_secrets(shared_site: Site, caplog: pytest.LogCaptureFixture):
    browser = shared_site.browser()
    with caplog.at_level(logging.INFO, "saring"):
        browser.get("/antrean?q=kata-pencarian")
        browser.get("/masuk")
        browser.submit("/masuk", name="sari", password=PASSWORD)
        for path in ("/klaim/c-digest", "/klaim/c-digest/lepas", "/api/v1/reports/c-digest", "/c-digest"):
            browser.get(path)
        browser.get("/static/c-digest.css")
    written = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("saring"))
    for line in (
        "GET /antrean 303",
        "POST /masuk 303",
        "GET /klaim/{name} 404",
        "GET /api/v1/reports/{report_id:path} 401",
        "GET (no route) 404",
        "GET /static 404",
    ):
        assert line in written
    secrets = ("c-digest", "kata-pencarian", PASSWORD, browser.cookies["saring"], browser.csrf)
    assert not [secret for secret in secrets if secret in written]


def test_without_a_model_or_claims_the_queue_is_empty(shared_site: Site):
    assert shared_site.services.models.get() is None
    assert shared_site.browser("sari").get("/antrean").status_code == 200


def test_a_database_that_is_away_is_said_and_comes_back(address: str, tmp_path):
    site = _site_over(address, tmp_path)
    browser = site.browser("ibu")
    assert browser.get("/orang").status_code == 200
    _let_in(address, False)
    for path in ("/orang", "/antrean", "/"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert "Basis data tidak menjawab" in answer.text
        assert make_url(address).database not in answer.text
    assert browser.submit("/orang/mati", name="sari").status_code == 503
    assert browser.get("/masuk").status_code == 503
    assert browser.get("/tidak-ada").status_code == 404
    _let_in(address, True)
    assert browser.get("/orang").status_code == 200
    site.store.close()


@pytest.mark.parametrize(
    "content", ["00" * 32, "ab" * 32, "published:" + "0f" * 32, "0123456789abcdef", "saring"]
)
def test_a_secret_that_can_be_guessed_is_refused(tmp_path, content: str):
    workspace = Workspace(tmp_path, ROOT / "params.yaml")
    path = tmp_path / ".saring/web.key"
    path.parent.mkdir()
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises((ConfigError, StorageError), match=r"expected 32 (random )?bytes"):
        read_secret(workspace)


def test_a_secret_is_made_once_and_only_for_us(tmp_path):
    workspace = Workspace(tmp_path, ROOT / "params.yaml")
    first = read_secret(workspace)
    path = tmp_path / ".saring/web.key"
    assert read_secret(workspace) == first
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="can be read by others; expected mode 600"):
        read_secret(workspace)


def _secured(services):
    from dataclasses import replace

    return replace(services, settings=services.settings._replace(secure=True))


def _site_over(address: str, tmp_path) -> Site:
    store = open_database(tmp_path, address)
    create_store(store)
    return build_site(store, tmp_path)


def _let_in(address: str, open_again: bool) -> None:
    """Close a database to everybody, or open it."""
    name = make_url(address).database
    admin = create_engine(
        make_url(address).set(drivername="postgresql+psycopg", database="postgres"),
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {open_again}"))
        if not open_again:
            ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(ending), {"name": name})
    admin.dispose()
