"""The queue, verdicts, priorities and scores by the API; who may do what, and what is refused how."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import func, select, update

from pipeline.moderation.desk import verdicts
from pipeline.moderation.desk.dealing import deal_next
from pipeline.moderation.desk.people import switch_off
from pipeline.moderation.intake.sweep import sweep
from pipeline.moderation.store.api_tables import Move, Moved
from pipeline.moderation.store.tables import Audit, Claim
from pipeline.web.api.limits import RateLimiter
from tests.web.api.conftest import ALARM, OTHER, Desk, report
from tests.web.conftest import NOW

OFFERS = {
    ("POST", "/reports"): {"mesin"},
    ("GET", "/reports/r1"): {"mesin"},
    ("POST", "/observations"): {"mesin"},
    ("GET", "/queue"): {"sari", "ibu", "dewi"},
    ("POST", "/claims/c-1/verdict"): {"sari", "ibu"},
    ("GET", "/priorities"): {"mesin", "dewi", "ibu"},
    ("POST", "/score"): {"mesin", "dewi", "ibu", "sari"},
    ("GET", "/metrics"): {"mesin", "dewi"},
    ("GET", "/health"): {None, "mesin", "dewi", "ibu", "sari"},
}


def test_each_route_is_for_its_roles_alone(desk: Desk):
    for (method, path), allowed in OFFERS.items():
        for name in (None, "sari", "ibu", "dewi", "mesin"):
            status = desk.ask(name, method, path, **({"json": {}} if method == "POST" else {})).status_code
            if name in allowed:
                assert status not in {401, 403}, (path, name)
            else:
                assert status == (403 if name else 401), (path, name)


def test_a_token_that_ended_or_whose_account_is_off_opens_nothing(desk: Desk):
    assert desk.ask("sari", "GET", "/queue").status_code == 200
    with desk.site.store.writing() as connection:
        switch_off(connection, "sari", None, desk.site.clock.now)
    refused = desk.ask("sari", "GET", "/queue")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    desk.tokens["sari"] = "saring_wrong"
    assert desk.ask("sari", "GET", "/queue").json()["detail"].startswith("the token is unknown, revoked")


def test_pages_of_the_queue_hold_each_claim_once(desk: Desk):
    for number in range(7):
        assert (
            desk.send(report(f"r{number}", f"{OTHER} nomor {number}", views=number * 10)).status_code == 202
        )
    seen, cursor = [], None
    while True:
        page = desk.ask(
            "ibu", "GET", "/queue", params={"limit": 3} | ({"cursor": cursor} if cursor else {})
        ).json()
        seen += [claim["expected_harm"] for claim in page["claims"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert len(seen) == 7
    assert seen == sorted(seen, reverse=True)
    assert desk.ask("ibu", "GET", "/queue", params={"platform": "tiktok\0"}).json()["claims"] == []
    for bad in ({"cursor": "x"}, {"limit": 0}, {"due_before": "2026-10-01T00:00:00"}, {"order": "best"}):
        refused = desk.ask("ibu", "GET", "/queue", params=bad)
        assert refused.status_code == 422
        assert next(iter(bad)) in refused.json()["detail"]


def test_a_verdict_is_a_persons_and_is_given_once(desk: Desk):
    claim_id = desk.send(report("r1")).json()["results"][0]["claim_id"]
    first = desk.decide(claim_id)
    assert first.json()["standing"] == "first"
    assert desk.decide(claim_id).json() == first.json() | {"standing": "repeated"}
    other = desk.decide(claim_id, verdict="unclear")
    assert (other.status_code, other.json()["code"]) == (409, "decided-already")
    assert "expected the same, or undo it first" in other.json()["detail"]
    assert desk.decide(claim_id, name="budi", verdict="unclear").json()["standing"] == "second opinion"
    assert desk.decide("c-none").status_code == 404
    assert desk.decide("c%00").status_code == 404
    for bad in ({"verdict": "true"}, {"note": "\ud800"}, {"link": "javascript:alert(1)"}, {"more": 1}):
        assert desk.decide(claim_id, **bad).status_code == 422
    assert desk.decide(claim_id, verdict="misinformation").status_code == 422


def test_a_blind_read_is_answered_and_listed_as_any_other(desk: Desk):
    """Neither the answer nor the list of what waits tells that somebody had decided before."""
    claim_id, other = (
        desk.send(one).json()["results"][0]["claim_id"] for one in (report("r1"), report("r2", OTHER))
    )
    with desk.site.store.writing() as connection:
        connection.execute(update(Audit).where(Audit.claim_id == claim_id).values(member=True))
    desk.decide(claim_id)
    budi, shares = desk.site.people["budi"], desk.site.services.params.prioritise.lanes
    with desk.site.store.writing() as connection:
        dealt = {deal_next(connection, budi, shares, desk.site.services.tick()).claim_id for _ in range(2)}
    assert dealt == {claim_id, other}
    assert desk.ask("budi", "GET", "/queue").json()["claims"] == []
    assert len(desk.ask("sari", "GET", "/queue").json()["claims"]) == 1
    answers = [desk.decide(name, name="budi").json() for name in (claim_id, other)]
    assert [answer["standing"] for answer in answers] == ["first", "first"]


def test_priorities_tell_every_change_in_its_order(either: Desk):
    sent = either.send(*[report(f"r{number}", f"{OTHER} nomor {number}") for number in range(3)])
    ids = [one["claim_id"] for one in sent.json()["results"]]
    heard = either.ask("dewi", "GET", "/priorities", params={"limit": 2}).json()
    assert ([claim["claim_id"] for claim in heard["claims"]], heard["more"]) == (ids[:2], True)
    heard = either.ask("dewi", "GET", "/priorities", params={"cursor": heard["cursor"]}).json()
    assert [(claim["claim_id"], claim["state"], claim["reports"]) for claim in heard["claims"]] == [
        (ids[2], "waiting", ["mesin:r2"])
    ]
    either.decide(ids[0])
    told = either.ask("mesin", "GET", "/priorities", params={"cursor": heard["cursor"]}).json()
    assert [(claim["state"], claim["reports"]) for claim in told["claims"]] == [("decided", ["r0"])]
    with either.site.store.writing() as connection:
        verdicts.undo(connection, either.site.people["sari"], ids[0], either.site.services.tick())
    told = either.ask("mesin", "GET", "/priorities", params={"cursor": told["cursor"]}).json()
    assert [claim["state"] for claim in told["claims"]] == ["withdrawn"]
    assert either.ask("mesin", "GET", "/priorities", params={"cursor": told["cursor"]}).json()["claims"] == []


def test_the_list_holds_a_claim_once_and_a_cursor_ahead_of_it_is_gone(either: Desk):
    claim_id = either.send(report("r1")).json()["results"][0]["claim_id"]
    first = either.ask("dewi", "GET", "/priorities").json()
    either.decide(claim_id)
    second = either.ask("dewi", "GET", "/priorities", params={"cursor": first["cursor"]}).json()
    assert [claim["claim_id"] for claim in first["claims"] + second["claims"]] == [claim_id, claim_id]
    with either.site.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Move)).scalar_one() == 1
    gone = either.ask("mesin", "GET", "/priorities", params={"cursor": second["cursor"] + 1})
    assert gone.status_code == 410
    assert gone.json()["detail"].endswith("take the whole list again from 0")
    assert len(either.ask("mesin", "GET", "/priorities").json()["claims"]) == 1


def test_a_sweep_leaves_no_notes_behind(desk: Desk):
    desk.send(*[report(f"r{number}", f"{OTHER} nomor {number}") for number in range(3)])
    list(sweep(desk.site.store, desk.site.services.params, NOW, NOW))
    with desk.site.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Moved)).scalar_one() == 0
    assert len(desk.ask("dewi", "GET", "/priorities").json()["claims"]) == 3


def test_a_service_hears_of_its_own_reports_alone(desk: Desk):
    desk.add_service("kanal")
    desk.send(report("r1"))
    desk.send(report("r1", f"{ALARM} ya"), name="kanal")
    desk.send(report("r2", OTHER), name="kanal")
    [claim] = desk.ask("mesin", "GET", "/priorities").json()["claims"]
    assert (claim["reports"], claim["n_reports"]) == (["r1"], 2)
    assert len(desk.ask("kanal", "GET", "/priorities").json()["claims"]) == 2


def test_a_change_that_commits_late_is_never_skipped(either: Desk):
    """Many writers, some slow to commit, while a listener asks: it hears of every claim's last change."""
    n_claims = 12
    either.send(*[report(f"r{number}", f"{OTHER} nomor {number}") for number in range(n_claims)])
    listed = either.ask("ibu", "GET", "/queue").json()["claims"]
    assert len(listed) == n_claims
    done = threading.Event()

    def change(number: int) -> None:
        for priority in (number, 50 + number):
            with either.site.store.writing() as connection:
                chosen = Claim.claim_id == listed[number]["claim_id"]
                connection.execute(update(Claim).where(chosen).values(priority=priority))
                done.wait(0.02 * (number % 3))

    def listen() -> dict[str, int]:
        heard, cursor = {}, 0
        while True:
            last = done.is_set()
            told = either.ask("dewi", "GET", "/priorities", params={"cursor": cursor, "limit": 5}).json()
            assert told["cursor"] >= cursor
            cursor = told["cursor"]
            heard |= {claim["claim_id"]: claim["priority"] for claim in told["claims"]}
            if last and not told["claims"]:
                return heard

    with ThreadPoolExecutor(8) as pool:
        listening = pool.submit(listen)
        list(pool.map(change, range(n_claims)))
        done.set()
        heard = listening.result()
    assert heard == {listed[number]["claim_id"]: 50 + number for number in range(n_claims)}


def test_every_error_is_a_problem(desk: Desk):
    refused = [
        desk.ask("mesin", "GET", "/nothing"),
        desk.ask("mesin", "DELETE", "/reports"),
        desk.ask("mesin", "POST", "/reports", content="a", headers={"content-type": "text/csv"}),
        desk.ask("mesin", "GET", "/reports/unknown"),
        desk.ask("mesin", "POST", "/score", json={"text": "a"}),
        desk.ask(
            "mesin",
            "POST",
            "/reports",
            content=b" " * (9 << 20),
            headers={"content-type": "application/json"},
        ),
    ]
    assert [answer.status_code for answer in refused] == [404, 405, 415, 404, 503, 413]
    for answer in refused:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    assert refused[1].headers["allow"] == "POST"


def test_a_body_that_is_too_large_is_refused_while_it_comes(desk: Desk):
    n_read, told = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal n_read
        n_read += 1 << 20
        assert n_read < 50 << 20
        return {"type": "http.request", "body": b" " * (1 << 20), "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    headers = [
        (b"content-type", b"application/json"),
        (b"authorization", f"Bearer {desk.tokens['mesin']}".encode()),
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/reports",
        "query_string": b"",
        "headers": headers,
    }
    scope |= {"http_version": "1.1", "scheme": "http", "root_path": "", "server": ("saring.test", 80)}
    asyncio.run(desk.site.app(scope, receive, send))
    assert told[0]["status"] == 413
    assert n_read <= (desk.site.services.params.serve.api_body_mb + 1) << 20


def test_a_database_that_is_away_is_said_so(desk: Desk):

    assert desk.ask(None, "GET", "/health").json() == {
        "status": "ok",
        "store": "reachable",
        "model_version": None,
    }
    desk.site.store.close()
    place = next(desk.site.services.places.root.glob("queue.db"))
    for path in place.parent.glob("queue.db*"):
        path.unlink()
    place.mkdir()
    answer = desk.ask(None, "GET", "/health")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert str(place) not in answer.text
    assert desk.send(report("r1")).status_code == 503


def test_too_many_requests_are_refused_until_later(desk: Desk):
    state = next(route.app for route in desk.site.app.routes if getattr(route, "path", "") == "/api/v1").state
    state.limiter = RateLimiter(60, lambda: 0.0)
    answer = desk.send(*[report(f"r{number}") for number in range(58)])
    assert (answer.headers["ratelimit-policy"], answer.headers["ratelimit"]) == (
        '"token";q=60;w=60',
        '"token";r=2;t=58',
    )
    assert desk.send(report("a"), report("b"), report("c")).status_code == 429
    assert desk.send(report("a")).status_code == 202
    refused = desk.send(report("b"))
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert desk.ask("dewi", "GET", "/priorities").status_code == 200


def test_metrics_count_what_was_asked_and_name_no_address(desk: Desk):
    desk.send(report("r1"))
    desk.ask("mesin", "GET", "/reports/secret-id")
    told = desk.ask("dewi", "GET", "/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'saring_claims{state="open"} 1.0' in told.text
    assert "saring_order_refreshed_timestamp_seconds 0.0" in told.text
    assert 'method="POST",' in told.text
    assert 'route="/reports",status="202"} 1.0' in told.text
    assert "secret-id" not in told.text
