"""The page of quality, rulings, and what a second reader may see anywhere."""

import re

import pytest
from sqlalchemy import Connection, update

from pipeline.moderation.desk.dealing import deal_next, give_back, pick
from pipeline.moderation.desk.golden import add_golden
from pipeline.moderation.desk.verdicts import Ruling, decide
from pipeline.moderation.store.tables import Audit, Claim
from tests.web.conftest import Browser, Site

HOAX, TRUE = Ruling("misinformation", "health"), Ruling("not misinformation")


@pytest.fixture
def read(desk: Site) -> Site:
    """All claims are of the sample and decided by sari; c-1 is in budi's hands a second time."""
    with desk.store.writing() as connection:
        connection.execute(update(Audit).values(member=True))
        for number in range(1, 7):
            decide(connection, desk.people["sari"], f"c-{number}", HOAX, desk.services.tick())
        hold_all_but(connection, "c-1", desk)
        shares = desk.services.params.prioritise.lanes
        assert deal_next(connection, desk.people["budi"], shares, desk.services.tick()).claim_id == "c-1"
    return desk


def hold_all_but(connection: Connection, claim_id: str, desk: Site) -> None:
    """Put every other claim into dewi's hands."""
    values = {"locked_by": desk.people["dewi"].id, "locked_until": desk.services.tick().expiry}
    connection.execute(update(Claim).where(Claim.claim_id != claim_id).values(values))


def test_a_second_reader_sees_no_verdict_on_any_page(read: Site):
    browser = read.browser("budi")
    page = browser.get("/klaim/c-1").text
    main = page[page.index("<main") : page.index("</main>")]
    assert "menunggu" in main
    assert "sari" not in main
    assert "Misinformasi ·" not in main
    assert "Belum ada yang menyentuhnya." in main
    for path in ("/log", "/cari?q=warga"):
        assert "c-1" not in browser.get(path).text
    assert "Misinformasi" not in browser.get("/pekerjaan").text
    done = browser.submit("/klaim/c-1/putusan", verdict="not misinformation")
    assert done.status_code == 303
    assert "Putusan Anda tersimpan." in browser.get(done.headers["location"]).text
    assert "c-1" in browser.get("/log").text


def test_a_second_read_looks_as_the_first_did(desk: Site):
    """The same claim, first as one that waits, then after sari's verdict: no page tells one from the other."""
    with desk.store.writing() as connection:
        connection.execute(update(Audit).values(member=True))
        connection.execute(update(Claim).where(Claim.claim_id == "c-1").values(in_quality=True))
    browser, shares = desk.browser("budi"), desk.services.params.prioritise.lanes
    looks = []
    for _ in range(2):
        with desk.store.writing() as connection:
            pick(connection, desk.people["budi"], "c-1", desk.services.tick())
        looks.append([_read(browser, path) for path in ("/klaim/c-1", "/cari?q=rapat", "/pekerjaan")])
        for path in ("/antrean", "/log"):
            assert "c-1" not in _read(browser, path).replace('href="/klaim/c-1">Buka', "")
        with desk.store.writing() as connection:
            give_back(connection, desk.people["budi"], "c-1", shares, desk.services.tick())
            if len(looks) == 1:
                decide(connection, desk.people["sari"], "c-1", HOAX, desk.services.tick())
                hold_all_but(connection, "c-1", desk)
                assert (
                    deal_next(connection, desk.people["budi"], shares, desk.services.tick()).claim_id == "c-1"
                )
    assert looks[0] == looks[1]


def _read(browser: Browser, path: str) -> str:
    page = browser.get(path).text
    return re.sub(r'value="[0-9a-f]{64}"', "", page[page.index("<main") : page.index("</main>")])


def test_a_lead_rules_where_verdicts_differ(read: Site):
    browser = read.browser("budi")
    browser.get("/klaim/c-1")
    browser.submit("/klaim/c-1/putusan", verdict="not misinformation")
    lead = read.browser("ibu")
    page = lead.get("/mutu").text
    assert "Putusan yang berbeda" in page
    assert "/mutu/c-1/putusan" in page
    assert "warga rapat" in page
    with read.store.writing() as connection:
        connection.execute(update(Claim).where(Claim.claim_id == "c-1").values(ruled_type="disaster"))
    assert "warga rapat" not in lead.get("/mutu").text
    assert lead.submit("/mutu/c-1/putusan", verdict="nonsense").status_code == 400
    assert lead.submit("/mutu/c-1/putusan", verdict="not misinformation").status_code == 303
    assert "Putusan Anda berlaku." in lead.get("/mutu").text
    assert "Putusan yang berbeda" not in lead.get("/mutu").text
    lead.submit("/mutu/c-1/putusan", verdict="unclear")
    assert "Tidak ada lagi yang perlu Anda putuskan" in lead.get("/mutu").text


def test_figures_appear_once_members_are_due_and_persons_for_leads_only(read: Site):
    with read.store.writing() as connection:
        decide(connection, read.people["budi"], "c-1", HOAX, read.services.tick())
    page = read.browser("ibu").get("/mutu").text
    assert "Belum ada klaim undian yang jatuh waktu" in page
    assert "Apakah skor berarti seperti yang dikatakannya?" not in page
    read.clock.turn(days=8)
    read.services.memo.__init__()
    mine, theirs = (read.browser(name).get("/mutu").text for name in ("ibu", "dewi"))
    assert "100,0%" in mine
    assert "Apakah skor berarti seperti yang dikatakannya?" in mine
    assert "<bdi>budi</bdi>" in mine
    assert "<bdi>budi</bdi>" not in theirs
    assert read.browser("sari").get("/mutu").status_code == 403
    assert "/mutu" not in read.browser("sari").get("/antrean").text


def test_the_log_does_not_say_which_claims_are_golden(read: Site):
    with read.store.writing() as connection:
        add_golden(connection, read.people["ibu"], "c-2", HOAX, read.clock())
    page = read.browser("sari").get("/log?jenis=golden").text
    assert "klaim emas" in page.lower() or "golden" in page
    assert "c-2" not in page
