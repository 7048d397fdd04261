"""One claim: what is shown, whatever was sent, and everything that is done to it."""

import json
import re
from pathlib import Path

import pytest

from pipeline.cli.debunklib import import_files
from pipeline.cli.debunkopening import load_library
from pipeline.cli.workspace import Workspace
from pipeline.moderation.desk.dealing import pick
from pipeline.moderation.desk.pages import resolve_claim
from pipeline.moderation.desk.verdicts import Ruling, decide, list_standing
from pipeline.moderation.intake.matches import match_waiting
from tests.web.conftest import ROOT, Site
from tests.web.pages.conftest import RLO


def standing(desk: Site, claim_id: str) -> list[tuple[str, str]]:
    with desk.store.reading() as connection:
        return [(row.verdict, row.standing) for row in list_standing(connection, claim_id)]


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def test_what_was_sent_is_shown_and_never_run(desk: Site):
    browser = desk.browser("sari")
    page = browser.get("/klaim/c-1").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    assert '<bdi class="url" dir="ltr">javascript:alert(1)</bdi>' in page
    assert 'href="https://contoh.example/a?b=&lt;c&gt;" rel="noreferrer noopener' in page
    assert re.search(rf'<p class="told" dir="auto">[^<]*{RLO}', browser.get("/klaim/c-2").text)


def test_a_very_long_text_is_cut_and_can_be_had_whole(desk: Site):
    browser = desk.browser("sari")
    poo = "\N{PILE OF POO}"
    page = browser.get("/klaim/c-3").text
    assert 1000 < page.count(poo) < 3000
    assert "18.800 karakter lagi" in page
    assert browser.get("/klaim/c-3?utuh=1").text.count(poo) >= 20_000


def test_hard_texts_wait_behind_a_summary(desk: Site):
    page = desk.browser("sari").get("/klaim/c-4").text
    assert re.search(r'<details class="veil">.*gunung meletus', page, re.DOTALL)
    assert "Bawaslu" in page


def test_no_reporter_no_lane_and_no_audit_for_moderators(desk: Site):
    with desk.store.writing() as connection:
        pick(connection, desk.people["budi"], "c-1", desk.services.tick())
        decide(connection, desk.people["budi"], "c-1", Ruling("unclear"), desk.services.tick())
    page = main_of(desk.browser("sari").get("/klaim/c-1").text)
    assert "jalur" not in page.lower()
    assert "Di jalur mutu" in desk.browser("ibu").get("/klaim/c-1").text


def test_without_a_model_the_prior_is_named(desk: Site):
    with desk.store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM facts")
        connection.exec_driver_sql("UPDATE claims SET score = NULL, model_version = NULL")
    page = desk.browser("sari").get("/klaim/c-2").text
    assert "Belum ada model yang dipakai: setiap klaim dihitung dengan peluang dasar 10%" in page


def test_a_claim_is_taken_decided_and_taken_back(desk: Site):
    browser = desk.browser("sari")
    browser.get("/klaim/c-1")
    assert browser.submit("/klaim/c-1/ambil").status_code == 303
    assert "Anda pegang sampai pukul 15.15" in browser.get("/klaim/c-1").text.replace("15:15", "15.15")
    answer = browser.submit(
        "/klaim/c-1/putusan", verdict="misinformation", type="scam", note="lihat rilis", link=""
    )
    assert answer.headers["location"] == "/klaim/c-1"
    page = browser.get("/klaim/c-1").text
    assert "Putusan Anda tersimpan." in page
    assert "autofocus" in page
    assert "lihat rilis" in page
    assert standing(desk, "c-1") == [("misinformation", "first")]
    browser.submit("/klaim/c-1/batal")
    assert standing(desk, "c-1") == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"verdict": ""}, "Pilih putusan."),
        ({"verdict": "misinformation", "type": "nonsense"}, "Misinformasi perlu jenis."),
        ({"verdict": "unclear", "link": "javascript:alert(1)"}, "bukan alamat web"),
        ({"verdict": "unclear", "note": "x" * 2001}, "paling banyak 2.000 karakter"),
    ],
)
def test_a_form_that_cannot_be_taken_comes_back_filled_in(desk: Site, fields: dict[str, str], said: str):
    browser = desk.browser("sari")
    browser.get("/klaim/c-1")
    answer = browser.submit("/klaim/c-1/putusan", **({"note": "catatan saya"} | fields))
    assert answer.status_code in {400, 409}
    assert said in answer.text
    assert fields.get("note", "catatan saya") in answer.text
    assert standing(desk, "c-1") == []


def test_who_decides_after_somebody_else_gives_a_second_opinion_and_is_told(desk: Site):
    sari, budi = desk.browser("sari"), desk.browser("budi")
    sari.get("/klaim/c-2")
    budi.get("/klaim/c-2")
    sari.submit("/klaim/c-2/putusan", verdict="not a claim")
    budi.submit("/klaim/c-2/putusan", verdict="unclear")
    assert "pendapat kedua" in budi.get("/klaim/c-2").text
    assert standing(desk, "c-2") == [("not a claim", "first"), ("unclear", "second opinion")]
    answer = sari.submit("/klaim/c-2/putusan", verdict="unclear")
    assert "Anda sudah memutuskan klaim ini" in answer.text


def test_what_somebody_else_holds_can_be_read_and_not_decided(desk: Site):
    with desk.store.writing() as connection:
        pick(connection, desk.people["budi"], "c-2", desk.services.tick())
    browser = desk.browser("sari")
    page = browser.get("/klaim/c-2").text
    assert "Dipegang budi" in page
    assert "data-decide" not in page
    answer = browser.submit("/klaim/c-2/putusan", verdict="unclear", note="hasil telepon ke desa")
    assert answer.status_code == 409
    assert "Klaim ini sedang dipegang budi." in answer.text
    assert "hasil telepon ke desa" in answer.text
    desk.clock.turn(minutes=16)
    assert browser.submit("/klaim/c-2/putusan", verdict="unclear").status_code == 303


def test_a_claim_that_was_merged_away_leads_to_its_survivor(desk: Site):
    browser = desk.browser("sari")
    browser.get("/klaim/c-5")
    kept = browser.submit("/klaim/c-5/gabung", other=" c-6 ").headers["location"].split("/")[-1]
    gone = ({"c-5", "c-6"} - {kept}).pop()
    assert browser.get(f"/klaim/{gone}").headers["location"] == f"/klaim/{kept}"
    assert f"Klaim {gone} sudah digabung ke klaim ini." in browser.get(f"/klaim/{kept}").text
    assert browser.submit(f"/klaim/{gone}/putusan", verdict="unclear").headers["location"] == f"/klaim/{kept}"
    assert "sudah menjadi satu klaim" in browser.submit(f"/klaim/{gone}/gabung", other=kept).text


def test_a_report_is_split_off_but_never_the_first(desk: Site):
    browser = desk.browser("sari")
    browser.get("/klaim/c-1")
    assert "tidak dapat dipisahkan" in browser.submit("/klaim/c-1/pisah", report_id="r2").text
    made = browser.submit("/klaim/c-1/pisah", report_id="r1").headers["location"].split("/")[-1]
    with desk.store.reading() as connection:
        assert resolve_claim(connection, made) == made != "c-1"


@pytest.mark.parametrize("path", ["/klaim/c-99", "/klaim/%00", "/klaim/..%2fx"])
def test_what_is_no_claim_is_not_found(desk: Site, path: str):
    assert desk.browser("sari").get(path).status_code == 404


def test_a_language_link_on_what_answered_a_form_leads_back_to_the_claim(desk: Site):
    browser = desk.browser("sari")
    browser.get("/klaim/c-1")
    answer = browser.submit("/klaim/c-1/putusan", verdict="")
    link = re.search(r'<a href="([^"]+)" hreflang="en"', answer.text)
    assert link
    assert browser.get(link.group(1)).headers["location"] == "/klaim/c-1?lang=en"
    assert "What is said" in browser.get("/klaim/c-1?lang=en").text


def test_a_note_without_its_nul_is_kept(desk: Site):
    browser = desk.browser("sari")
    browser.get("/klaim/c-1")
    browser.submit("/klaim/c-1/putusan", verdict="unclear", note="satu\0dua", link="\0")
    assert "satudua" in browser.get("/klaim/c-1").text


def test_an_imported_fact_stands_beside_the_claim_and_moves_nothing(desk: Site, tmp_path: Path):
    fact = {
        "url": "https://kpu.example/surat-suara",
        "title": "Surat suara <b>belum</b> dicoblos: KPU menghitung ulang <script>alert(2)</script>",
        "date": "2026-09-20",
        "publisher": "KPU",
    }
    (tmp_path / "fakta.json").write_text(json.dumps([fact]), encoding="utf-8")
    workspace = Workspace(tmp_path, ROOT / "params.yaml")
    import_files(workspace, [tmp_path / "fakta.json"], "fact")
    library = load_library(workspace)
    assert library is not None
    assert sum(match_waiting(desk.store, library, desk.services.params, desk.services.tick())) == 6
    page = main_of(desk.browser("sari").get("/klaim/c-5").text)
    known = page[page.index("Cek fakta dan fakta resmi") :]
    assert ">fakta resmi<" in known
    assert "KPU" in known
    assert 'href="https://kpu.example/surat-suara"' in known
    assert "Surat suara belum dicoblos" in known
    assert "tidak mengubah prioritas" in known
    assert "<script" not in known
    assert "Cek fakta yang dikenal" not in page[: page.index("Cek fakta dan fakta resmi")]
    with desk.store.reading() as connection:
        terms = connection.exec_driver_sql("SELECT debunk, debunk_url FROM claims WHERE claim_id = 'c-5'")
        assert terms.one() == (0.0, None)


def test_a_known_fact_check_is_a_term_with_its_address(desk: Site):
    with desk.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE claims SET debunk = 2.0, debunk_url = 'https://cekfakta.example/1' WHERE claim_id = 'c-2'"
        )
    page = desk.browser("sari").get("/klaim/c-2").text
    terms = page[page.index('class="terms"') :]
    assert 'href="https://cekfakta.example/1"' in terms
    assert 'class="bar up"' in terms
