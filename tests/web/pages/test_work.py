"""Search and bulk verdicts, one's own work, cohorts' reports, the log and the model's page."""

import csv
import io
import json
import re

import pytest
from sqlalchemy import insert, update

from pipeline.moderation.desk.dealing import pick
from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.pages import count_states
from pipeline.moderation.desk.verdicts import Ruling, decide
from pipeline.moderation.store.tables import Cohort, Event, Report, Reporter
from pipeline.web.sheets import write_sheet
from tests.web.conftest import Site
from tests.web.pages.test_queue import names


def states(desk: Site) -> dict[str, int]:
    with desk.store.reading() as connection:
        return count_states(connection)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found.group(1)


def test_a_search_finds_words_and_a_number_leads_to_its_claim(desk: Site):
    browser = desk.browser("sari")
    assert names(browser.get("/cari?q=WARGA+rapat").text) == ["c-1"]
    assert names(browser.get('/cari?q="balai+desa"').text) == ["c-2"]
    assert "Tidak ada yang ditemukan." in browser.get("/cari?q=%25%00_").text
    assert browser.get("/cari?q=c-4").headers["location"] == "/klaim/c-4"
    assert '<script>"' not in browser.get('/cari?q=<script>"').text


def test_many_are_decided_after_one_more_look_and_taken_back_at_once(desk: Site):
    with desk.store.writing() as connection:
        pick(connection, desk.people["budi"], "c-2", desk.services.tick())
    browser = desk.browser("sari")
    browser.get("/cari?kanal=whatsapp")
    look = browser.submit("/massal", kanal="whatsapp", verdict="not a claim", note="iklan")
    assert "Putuskan 4 klaim ini" in look.text
    assert states(desk) == {"open": 6}
    chosen = hidden(look.text, "claim_ids")
    with desk.store.writing() as connection:
        decide(connection, desk.people["ibu"], "c-5", Ruling("unclear"), desk.services.tick())
    done = browser.submit("/massal/putusan", claim_ids=chosen, verdict="not a claim", note="iklan")
    page = browser.get(done.headers["location"]).text
    assert "3 klaim diputuskan. 1 dibiarkan" in page
    assert states(desk) == {"open": 2, "decided": 4}
    undo = re.search(r'action="(/massal/\d+/batal)"', page)
    assert undo
    browser.submit(undo.group(1))
    assert "3 putusan dibatalkan." in browser.get("/pekerjaan").text
    assert states(desk) == {"open": 5, "decided": 1}
    browser.submit(undo.group(1))
    assert "sudah dibatalkan sebelumnya" in browser.get("/pekerjaan").text
    with desk.store.reading() as connection:
        assert verify_log(connection) == []


def test_no_bulk_without_a_verdict_or_for_what_somebody_else_decided(desk: Site):
    browser = desk.browser("sari")
    browser.get("/cari?q=rapat")
    answer = browser.submit("/massal", q="rapat")
    assert answer.status_code == 400
    assert "Pilih putusan." in answer.text
    browser.submit("/massal/putusan", claim_ids="c-1", verdict="misinformation", type="")
    browser.submit("/massal/putusan", claim_ids="c-1", verdict="nonsense")
    assert states(desk) == {"open": 6}
    assert browser.submit("/massal/999/batal").headers["location"] == "/pekerjaan"


def test_ones_own_work_can_be_taken_back(desk: Site):
    browser = desk.browser("sari")
    browser.get("/antrean")
    held = browser.submit("/berikutnya").headers["location"]
    browser.submit("/klaim/c-5/putusan", verdict="unclear", note="belum ada sumber")
    page = browser.get("/pekerjaan").text
    assert f'href="{held}"' in page
    assert "belum ada sumber" in page
    browser.submit("/klaim/c-5/batal")
    assert "dibatalkan" in browser.get("/pekerjaan").text
    assert "belum ada sumber" not in desk.browser("budi").get("/pekerjaan").text


@pytest.fixture
def cohort(desk: Site) -> int:
    with desk.store.writing() as connection:
        number = connection.execute(
            insert(Cohort).values(name="=kelas", registered_at=desk.clock(), active=True).returning(Cohort.id)
        ).scalar_one()
        connection.execute(insert(Reporter).values(reporter_id="p1", cohort_id=number))
        connection.execute(update(Report).values(reporter_id="p1"))
        connection.execute(update(Report).where(Report.report_id == "r6").values(text="=HYPERLINK(1)"))
    return number


def test_a_cohorts_report_tells_no_share_of_too_few_and_no_name(desk: Site, cohort: int):
    with desk.store.writing() as connection:
        decide(connection, desk.people["budi"], "c-1", Ruling("misinformation", "scam"), desk.services.tick())
    browser = desk.browser("ibu")
    assert f"/laporan/{cohort}" in browser.get("/laporan").text
    page = browser.get(f"/laporan/{cohort}").text
    assert "terlalu sedikit yang diputuskan" in page
    assert re.search(r"<details><summary>[^<]*\(Bencana\)</summary>[^/]*gunung meletus", page)
    assert "budi" not in page
    assert "p1" not in page
    assert browser.get("/laporan/77").status_code == 404


def test_a_cohorts_csv_holds_no_formula(desk: Site, cohort: int):
    with desk.store.writing() as connection:
        connection.exec_driver_sql("UPDATE claims SET text = '=HYPERLINK(1)' WHERE claim_id = 'c-5'")
    answer = desk.browser("dewi").get(f"/laporan/{cohort}/csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="kelompok-{cohort}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == 6
    assert {row["text"] for row in rows if row["claim_id"] == "c-5"} == {"'=HYPERLINK(1)"}


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "\n=1", "＝1", "\ufeff=1", "\x00=1"]
)
def test_no_cell_begins_as_a_formula(cell: str):
    [_, [read]] = list(csv.reader(io.StringIO(write_sheet(["a"], [[cell]]).lstrip("\ufeff"), newline="")))
    assert read.startswith("'")


def test_the_log_is_listed_and_verified_and_hides_lanes(desk: Site):
    browser, lead = desk.browser("sari"), desk.browser("ibu")
    browser.get("/antrean")
    browser.submit("/berikutnya")
    assert "lane=" not in browser.get("/log").text
    page = lead.get("/log").text
    assert "lane=harm" in page
    signed = re.search(r"saring-log \d+ [0-9a-f]{64} \S+ [0-9a-f]{64}", page)
    assert signed
    assert "Log utuh" in lead.submit("/log", head=signed.group()).text
    assert "bukan ujung log ini" in lead.submit("/log", head="saring-log 1").text
    with desk.store.writing() as connection:
        connection.execute(update(Event).where(Event.sequence == 1).values(detail=json.dumps({"n": 2})))
    assert "tempat tidak lagi seperti ketika ditulis" in lead.submit("/log").text


def test_without_a_model_its_page_says_so(site: Site):
    assert "Belum ada model yang diterbitkan." in site.browser("dewi").get("/model").text
    assert site.browser("dewi").get("/model/v1-00000000").status_code == 404


def test_help_names_every_key(site: Site):
    page = site.browser("dewi").get("/bantuan").text
    for key in ("j", "k", "Enter", "1", "5", "Esc", "n", "u", "b", "/", "?"):
        assert f"<kbd>{key}</kbd>" in page


@pytest.mark.parametrize(
    "path",
    [
        f"/pekerjaan?sebelum={10**30}",
        f"/log?sebelum={10**30}",
        f"/laporan/{10**30}",
        "/log?sebelum=-1",
        "/laporan/x",
    ],
)
def test_a_number_that_no_row_has_is_refused(site: Site, path: str):
    assert site.browser("ibu").get(path).status_code == 400
