"""Every route of the page with every role; a route that is missing here fails the test.

The API's routes have a table of their own, beside its tests.
"""

from collections.abc import Iterator
from typing import Final

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from pipeline.web.auth.sessions import begin_session, make_csrf
from tests.web.conftest import Browser, Site

MODERATOR, LEAD, DATA, SERVICE = "sari", "ibu", "dewi", "mesin"
NOBODY: Final = ""
PEOPLE: Final = {MODERATOR, LEAD, DATA}
JUDGES: Final = {MODERATOR, LEAD}
ANYBODY: Final = {NOBODY, SERVICE, *PEOPLE}

ALLOWED: Final[dict[str, set[str]]] = {
    "GET /masuk": ANYBODY,
    "POST /masuk": ANYBODY,
    "POST /keluar": PEOPLE,
    "GET /": PEOPLE,
    "GET /akun": PEOPLE,
    "POST /akun/sandi": PEOPLE,
    "POST /akun/keluar": PEOPLE,
    "GET /bantuan": PEOPLE,
    "GET /antrean": JUDGES,
    "POST /berikutnya": JUDGES,
    "GET /cari": JUDGES,
    "POST /massal": JUDGES,
    "POST /massal/putusan": JUDGES,
    "POST /massal/{sequence}/batal": JUDGES,
    "GET /pekerjaan": JUDGES,
    "GET /klaim/{name}": JUDGES,
    "POST /klaim/{name}/ambil": JUDGES,
    "POST /klaim/{name}/lepas": JUDGES,
    "POST /klaim/{name}/putusan": JUDGES,
    "POST /klaim/{name}/batal": JUDGES,
    "POST /klaim/{name}/pisah": JUDGES,
    "POST /klaim/{name}/gabung": JUDGES,
    "GET /laporan": PEOPLE,
    "GET /laporan/{cohort_id}": PEOPLE,
    "GET /laporan/{cohort_id}/csv": PEOPLE,
    "GET /log": PEOPLE,
    "POST /log": PEOPLE,
    "GET /model": PEOPLE,
    "GET /model/{version}": PEOPLE,
    "GET /model/{version}/{picture}": PEOPLE,
    "POST /model/{version}/pakai": {DATA},
    "GET /mutu": {LEAD, DATA},
    "POST /mutu/{name}/putusan": {LEAD},
    "GET /orang": {LEAD},
    "POST /orang/tambah": {LEAD},
    "POST /orang/sandi": {LEAD},
    "POST /orang/peran": {LEAD},
    "POST /orang/mati": {LEAD},
    "POST /orang/kohort": {LEAD},
    "POST /orang/kohort/{cohort_id}/{wish}": {LEAD},
}
MOUNTED: Final = {"/static", "/api/v1"}
GIVEN: Final = {"{cohort_id}": "1", "{sequence}": "1", "{wish}": "tutup"}


def list_routes(site: Site) -> list[str]:
    """Return each method and path of the page."""
    contexts = [context for context in iter_route_contexts(site.app.routes) if context.path]
    pages = [context for context in contexts if not context.path.startswith(("/api/", "/static"))]
    return sorted(f"{method} {context.path}" for context in pages for method in context.methods or ())


def test_every_route_stands_in_the_table(shared_site: Site):
    routes = list_routes(shared_site)
    assert len(routes) > 20
    assert [route for route in routes if route not in ALLOWED] == []
    mounts = {route.path for route in shared_site.app.routes if isinstance(route, Mount)}
    assert mounts <= MOUNTED


@pytest.mark.parametrize("who", [NOBODY, SERVICE, MODERATOR, LEAD, DATA])
def test_each_role_opens_what_is_its_own(shared_site: Site, who: str):
    for route, browser in visit_all(shared_site, who):
        if route == "POST /masuk":  # refuses an empty name whoever sends it
            continue
        method, path = route.split()
        answer = send(browser, method, path, browser.csrf)
        closed = answer.status_code in {401, 403} or answer.headers.get("location", "").startswith("/masuk?")
        if who in ALLOWED[route]:
            assert not closed, (route, answer.status_code)
            assert answer.status_code < 500, route
        elif who in PEOPLE:
            assert answer.status_code == 403, route
        else:
            assert answer.status_code == 303 if method == "GET" else answer.status_code == 401, route
            assert closed, route


def test_no_form_counts_without_its_sessions_token(shared_site: Site):
    forms = 0
    for who in (MODERATOR, LEAD, DATA):
        for route, browser in visit_all(shared_site, who):
            method, path = route.split()
            if method == "GET" or route == "POST /masuk" or who not in ALLOWED[route]:
                continue
            for wrong in ("", "0" * 64, make_csrf(shared_site.services.keys.secret, "another session")):
                assert send(browser, method, path, wrong).status_code == 403, route
            same_site = send(browser, method, path, "", **{"sec-fetch-site": "same-origin"})
            assert same_site.status_code == 200, route
            assert f'action="{fill_in(path)}"' in same_site.text  # shown again, not done
            forms += 1
    assert forms > 20


def visit_all(site: Site, who: str) -> Iterator[tuple[str, Browser]]:
    """Yield each route with a browser that has a session of its own."""
    secret = site.services.keys.secret
    for route in list_routes(site):
        browser = site.browser()
        session_id = "guest"
        if who:
            with site.store.writing() as connection:
                person, serve = site.people[who], site.services.params.serve
                session_id = begin_session(connection, person, serve, site.clock())
        browser.cookies.set("saring", session_id)
        browser.csrf = make_csrf(secret, session_id)
        yield route, browser


def fill_in(path: str) -> str:
    for name, value in GIVEN.items():
        path = path.replace(name, value)
    return path.replace("{", "").replace("}", "")


def send(browser: Browser, method: str, path: str, csrf: str, **headers: str) -> object:
    """Send what a route needs at least; an empty form changes nothing."""
    data = None if method == "GET" else {"csrf": csrf}
    return browser.request(method, fill_in(path), data=data, headers=headers)
