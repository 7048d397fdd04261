"""The list of what waits, and the next claim."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from pipeline.moderation.desk.dealing import list_held, pick
from pipeline.moderation.store.facts import SWEPT_AT, note_fact
from pipeline.moderation.store.tables import Claim
from tests.web.conftest import Site


def names(html: str) -> list[str]:
    return re.findall(r'class="open" href="/klaim/([^"]+)"', html)


def test_claims_stand_by_expected_harm_and_every_order_says_its_name(desk: Site):
    browser = desk.browser("sari")
    page = browser.get("/antrean").text
    assert names(page)[0] == "c-1"
    assert len(names(page)) == 6
    assert "Daftar ini diurutkan menurut" not in page
    assert "Daftar ini diurutkan menurut: tenggat" in browser.get("/antrean?urut=deadline").text
    assert names(browser.get("/antrean?urut=newest").text)[-1] == "c-6"
    assert names(browser.get("/antrean?urut=nonsense&setelah=nonsense").text) == names(page)


def test_filters_narrow_the_list_and_an_empty_one_says_so(desk: Site):
    browser = desk.browser("sari")
    assert names(browser.get("/antrean?wilayah=Kota+Baru").text) == ["c-5"]
    assert names(browser.get("/antrean?tenggat=lewat").text) == ["c-4"]
    empty = browser.get("/antrean?kanal=tiktok").text
    assert "Tidak ada yang cocok dengan saringan ini." in empty
    assert '<option value="tiktok" selected>TikTok</option>' in empty
    assert "<option selected>Pulau Lain</option>" in browser.get("/cari?wilayah=Pulau+Lain").text
    assert '<option value="lain&#34;" selected>' in browser.get("/cari?kanal=lain%22").text


def test_an_empty_queue_says_that_nothing_waits(site: Site):
    browser = site.browser("sari")
    assert "Tidak ada yang menunggu." in browser.get("/antrean").text
    response = browser.submit("/berikutnya")
    assert response.headers["location"] == "/antrean"
    assert "Tidak ada klaim menunggu" in browser.get("/antrean").text


def test_lanes_and_what_is_dealt_next_are_for_leads_only(desk: Site):
    with desk.store.writing() as connection:
        connection.execute(update(Claim).where(Claim.claim_id == "c-6").values(in_quality=True))
    mine, theirs = (desk.browser(name).get("/antrean").text for name in ("sari", "ibu"))
    assert "Untuk tangan berikutnya" in theirs
    assert "Untuk tangan berikutnya" not in mine
    assert "jalur" not in mine


@pytest.mark.parametrize(
    ("minutes", "said", "warned"), [(12, "12 menit yang lalu", False), (180, "3 jam yang lalu", True)]
)
def test_how_old_the_order_is_stands_on_the_page(desk: Site, minutes: int, said: str, warned: bool):
    swept_at = desk.clock() - timedelta(minutes=minutes)
    with desk.store.writing() as connection:
        note_fact(connection, SWEPT_AT, swept_at.isoformat())
    page = desk.browser("sari").get("/antrean").text
    assert f"Urutan dihitung ulang {said}." in page
    assert ("Urutan ini sudah lama" in page) == warned


def test_hard_texts_are_not_in_the_list(desk: Site):
    page = desk.browser("sari").get("/antrean").text
    assert "gunung meletus" not in page
    assert "Teks disembunyikan: Bencana" in page


def test_nobody_gathers_more_than_two_undecided_claims(desk: Site):
    browser = desk.browser("sari")
    browser.get("/antrean")
    first = browser.submit("/berikutnya").headers["location"]
    assert browser.submit("/berikutnya").headers["location"] == first
    second = browser.submit("/berikutnya", dari=first.split("/")[-1]).headers["location"]
    assert second != first
    assert browser.submit("/berikutnya", dari=second.split("/")[-1]).headers["location"] == first
    with desk.store.reading() as connection:
        assert len(list_held(connection, desk.people["sari"], desk.services.tick())) == 2


def test_a_claim_in_somebody_elses_hands_is_marked(desk: Site):
    with desk.store.writing() as connection:
        pick(connection, desk.people["budi"], "c-2", desk.services.tick())
    assert desk.browser("sari").get("/antrean").text.count("dipegang orang lain") == 1


def test_pages_follow_each_other(desk: Site, monkeypatch):
    monkeypatch.setattr("pipeline.web.pages.queue.PAGE_ROWS", 2)
    browser = desk.browser("sari")
    page, found = browser.get("/antrean?urut=views").text, []
    for _ in range(3):
        found += names(page)
        after = re.search(r'href="([^"]*setelah=[^"]*)"[^>]*rel="next"', page)
        page = browser.get(after.group(1).replace("&amp;", "&")).text if after else ""
    assert sorted(found) == [f"c-{number}" for number in range(1, 7)]
    assert found[:3] == ["c-1", "c-2", "c-3"]
