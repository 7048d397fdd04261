"""Reports that come by the API: kept once, refused one by one, told what became of them."""

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select

from pipeline.moderation.desk import verdicts
from pipeline.moderation.store.tables import Claim, Report
from pipeline.privacy.tombstones import bury, write_tombstones
from pipeline.web.api import taking
from tests.web.api.conftest import ALARM, API, OTHER, Desk, report
from tests.web.conftest import NOW

KIND = {"content-type": "application/json"}


def count(desk: Desk, table: type) -> int:
    with desk.site.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def read_row(desk: Desk, report_id: str):
    with desk.site.store.reading() as connection:
        return connection.execute(select(Report).where(Report.report_id == report_id)).one()


def test_a_report_is_kept_redacted_before_it_is_accepted(either: Desk):
    answer = either.send(
        report("r1", f"{ALARM} hubungi 081234567890", reporter_id="budi@example.org", views="12")
    )
    assert answer.status_code == 202
    [result] = answer.json()["results"]
    assert (result["status"], result["state"], result["report_id"]) == ("accepted", "waiting", "r1")
    row = read_row(either, "mesin:r1")
    assert "081234567890" not in row.text
    assert row.reporter_id.startswith("p-")
    assert (row.source, row.views, row.claim_id) == ("mesin", 12, result["claim_id"])


def test_a_report_stands_in_the_queue_at_once(desk: Desk):
    desk.send(report("r1"))
    [claim] = desk.ask("sari", "GET", "/queue").json()["claims"]
    assert (claim["text"], claim["n_reports"], claim["is_held"]) == (ALARM, 1, False)
    assert "in_quality" not in claim


def test_the_same_again_gives_the_same_answer_and_another_body_a_conflict(either: Desk):
    first = either.send(report("r1", views=10))
    again = either.send(dict(reversed(report("r1", views=10).items())))
    assert (again.status_code, again.json()) == (202, first.json())
    other = either.send(report("r1", views=11))
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"
    assert other.json()["results"][0]["status"] == "conflict"
    assert count(either, Report) == 1


def test_ids_of_two_senders_are_two(desk: Desk):
    desk.add_service("kanal")
    assert desk.send(report("r1")).status_code == 202
    assert desk.send(report("r1", OTHER), name="kanal").status_code == 202
    assert desk.send(report("r2"), name="kanal").status_code == 202
    assert count(desk, Report) == 3
    assert desk.ask("kanal", "GET", "/reports/r2").status_code == 200
    assert desk.ask("mesin", "GET", "/reports/r2").status_code == 404


def test_an_account_of_a_sources_name_sends_its_reports(desk: Desk):
    desk.add_service("workshop")
    desk.send(report("w1", reported_at="02/11/2026 07.00", reporter_group="bawaslu"), name="workshop")
    row = read_row(desk, "w1")
    assert row.reporter_group == "workshop"
    assert row.reported_at.isoformat() == "2026-11-02T00:00:00+00:00"


REFUSED = [
    ({"text": ALARM}, "no report_id; expected an id in every row"),
    (report("r", ""), "no text; expected a text, transcript or ocr_text in every row"),
    (report("r", views=10**12), "views is above max_views; expected whole numbers from 0 to 10000000000"),
    (report("r", views="many"), "views cannot be read as a count"),
    (report("r", ["a"]), "text holds a list; expected one text in column 'text'"),
    (report("r", "a" * 20_001), "text is longer than max_text_chars"),
    (report("r", reported_at="2026-11-27T08:00:01Z"), "reported_at is in the future; expected times up to"),
    (report("r", reported_at="yesterday"), "reported_at cannot be read as a time"),
    ("nothing", "no object that names each thing once"),
    (report("r", "\x00"), "no text"),
]


def test_what_is_no_report_is_refused_in_one_line(desk: Desk):
    answer = desk.send(*(body for body, _ in REFUSED), report("good"))
    assert answer.status_code == 202
    *bad, good = answer.json()["results"]
    assert good["status"] == "accepted"
    for found, (_, detail) in zip(bad, REFUSED, strict=True):
        assert found["status"] == "rejected"
        assert found["detail"].startswith(detail)
        assert "\n" not in found["detail"]
    assert count(desk, Report) == 1


def test_where_nothing_is_taken_the_answer_is_a_problem_with_the_first_reason(desk: Desk):
    answer = desk.send(report("r", views="many"))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "none of 1 reports was accepted: views cannot be read as a count" in answer.json()["detail"]
    for nothing in ("[]", "3", "null", "{", '"\xff"'):
        answer = desk.ask("mesin", "POST", "/reports", content=nothing, headers=KIND)
        assert answer.status_code == 422
        assert set(answer.json()) == {"type", "title", "status", "detail"}


def test_nul_and_lone_surrogates_are_taken_as_ingest_takes_them(either: Desk):
    body = json.dumps([report("r\x001", f"{ALARM}\x00 \ud800"), {**report("r2"), "\ud800": 1}])
    answer = either.ask("mesin", "POST", "/reports", content=body, headers=KIND)
    assert answer.status_code == 202
    assert answer.json()["ignored"] == ["?"]
    assert read_row(either, "mesin:r1").text == f"{ALARM} \ufffd"


def test_a_body_that_names_something_twice_is_refused(desk: Desk):
    body = '[{"report_id": "r1", "text": "a b c", "text": "d e f"}]'
    answer = desk.ask("mesin", "POST", "/reports", content=body, headers=KIND)
    assert answer.status_code == 422
    assert answer.json()["results"][0]["detail"].startswith("no object that names each thing once")


def test_repeats_within_a_batch_are_one(desk: Desk):
    answer = desk.send(report("r1"), report("r1"), report("r1", OTHER))
    assert [one["status"] for one in answer.json()["results"]] == ["accepted", "accepted", "conflict"]
    assert count(desk, Report) == 1


def test_a_thousand_are_taken_and_one_more_is_too_many(desk: Desk):
    many = [{"report_id": str(number)} for number in range(1001)]
    answer = desk.ask("mesin", "POST", "/reports", json=many)
    assert answer.status_code == 413
    assert answer.json()["detail"] == "the body holds 1,001 objects; expected at most 1,000"
    answer = desk.ask("mesin", "POST", "/reports", json=many[:1000])
    assert answer.status_code == 422
    assert len(answer.json()["results"]) == 1000


def test_a_batch_that_was_cut_off_is_completed_by_sending_it_again(
    either: Desk, monkeypatch: pytest.MonkeyPatch
):
    batch = [report(f"r{number}", f"{OTHER} nomor {number}") for number in range(45)]
    keep, calls = taking._write, iter([True, False])

    def die(*arguments):
        if not next(calls):
            raise MemoryError
        return keep(*arguments)

    monkeypatch.setattr(taking, "_write", die)
    assert either.send(*batch).status_code == 500
    assert count(either, Report) == taking.AT_ONCE
    monkeypatch.setattr(taking, "_write", keep)
    answer = either.send(*batch)
    assert {one["status"] for one in answer.json()["results"]} == {"accepted"}
    assert count(either, Report) == 45
    assert either.send(*batch).json() == answer.json()


def test_a_sender_hears_what_became_of_a_report_and_not_by_whom(either: Desk):
    claim_id = either.send(report("a/1 x")).json()["results"][0]["claim_id"]
    where = "/reports/a%2F1%20x"
    assert either.ask("mesin", "GET", where).json()["state"] == "waiting"
    assert either.decide(claim_id, verdict="misinformation", type="health", note="rahasia").status_code == 200
    told = either.ask("mesin", "GET", where)
    assert (told.json()["state"], told.json()["verdict"]) == ("decided", "misinformation")
    assert "sari" not in told.text
    assert "rahasia" not in told.text
    with either.site.store.writing() as connection:
        verdicts.undo(connection, either.site.people["sari"], claim_id, either.site.services.tick())
    assert either.ask("mesin", "GET", where).json()["state"] == "withdrawn"
    either.decide(claim_id)
    assert either.ask("mesin", "GET", where).json()["verdict"] == "not misinformation"


def test_a_report_of_a_decided_claim_is_answered_with_the_verdict(desk: Desk):
    claim_id = desk.send(report("r1")).json()["results"][0]["claim_id"]
    desk.decide(claim_id, verdict="misinformation", type="health")
    [result] = desk.send(report("r2", f"{ALARM} ya")).json()["results"]
    assert (result["claim_id"], result["state"], result["verdict"]) == (claim_id, "decided", "misinformation")


def test_what_was_forgotten_does_not_come_back(desk: Desk):
    services = desk.site.services
    desk.send(report("r1"))
    key, place = services.keys.pseudonym, services.places.tombstones
    place.parent.mkdir(parents=True)
    write_tombstones(place, bury(["mesin:r2"], "report", key), "report", [], NOW)
    write_tombstones(place, bury(["budi"], "reporter", key), "reporter", [], NOW)
    answer = desk.send(report("r2"), report("r3", reporter_id="budi"), report("r4"))
    details = [one["detail"] for one in answer.json()["results"]]
    assert details == ["forgotten; expected none; delete them from the file"] * 2 + [None]


def test_without_a_model_a_report_waits_at_the_prior(desk: Desk):
    desk.send(report("r1"))
    [claim] = desk.ask("sari", "GET", "/queue").json()["claims"]
    assert claim["score"] is None
    assert claim["probability"] == desk.site.services.params.queue.prevalence


def test_observations_move_the_order_and_are_taken_once(either: Desk):
    either.send(report("r1", url="https://example.org/1"))
    at = (NOW - timedelta(hours=1)).isoformat()
    seen = [
        {"report_id": "r1", "views": 5000, "observed_at": at},
        {"url": "https://example.org/1", "shares": "7", "observed_at": at},
        {"report_id": "r9", "views": 1, "observed_at": at},
        {"views": 1, "observed_at": at},
        {"report_id": "r1", "views": 1, "observed_at": (NOW + timedelta(seconds=5)).isoformat()},
    ]
    answer = either.ask("mesin", "POST", "/observations", json=seen)
    assert answer.status_code == 200
    statuses = [one["status"] for one in answer.json()["results"]]
    assert statuses == ["accepted", "accepted", "unknown", "rejected", "rejected"]
    with either.site.store.reading() as connection:
        assert connection.execute(select(Claim.views)).scalar_one() == 5000
    assert either.ask("mesin", "POST", "/observations", json=seen).json() == answer.json()
    assert either.ask("mesin", "POST", "/observations", json=seen[2]).status_code == 422


def test_a_flood_of_reports_that_wait_leaves_threads_to_pages(desk: Desk):
    """More requests than a process has threads wait for the right to write; a page is answered meanwhile."""
    headers = KIND | {"authorization": f"Bearer {desk.tokens['mesin']}"}

    async def flood(other: sqlite3.Connection) -> list[int]:
        transport = httpx.ASGITransport(app=desk.site.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://saring.test") as client:
            bodies = [json.dumps(report(f"r{number}")) for number in range(50)]
            posts = [
                asyncio.create_task(client.post(f"{API}/reports", content=body, headers=headers, timeout=60))
                for body in bodies
            ]
            await asyncio.sleep(1)
            page = await asyncio.wait_for(client.get("/masuk"), 20)
            assert page.status_code == 200
            assert not any(post.done() for post in posts)
            other.execute("COMMIT")
            return [answer.status_code for answer in await asyncio.gather(*posts)]

    with closing(sqlite3.connect(desk.site.store.place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert asyncio.run(flood(other)) == [202] * 50
    assert count(desk, Report) == 50
