"""The page of accounts and cohorts: what a lead does there, and that all of it stands in the log."""

import re

from sqlalchemy import select

from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.people import find_person
from pipeline.moderation.store.tables import Cohort, Event, Reporter
from pipeline.privacy.pseudonyms import digest_reporter
from tests.web.conftest import Browser, Site


def lead_of(site: Site) -> Browser:
    browser = site.browser("ibu")
    browser.get("/orang")
    return browser


def last_event(site: Site) -> tuple[str, int | None]:
    with site.store.reading() as connection:
        row = connection.execute(select(Event).order_by(Event.sequence.desc()).limit(1)).one()
        assert verify_log(connection, None) == []
    return row.kind, row.user_id


def test_a_new_account_gets_a_password_that_is_shown_once(either_site: Site):
    lead = lead_of(either_site)
    made = lead.submit("/orang/tambah", name="tuti", role="moderator")
    password = re.search(r'id="password">([a-z0-9-]+)<', made.text).group(1)
    assert last_event(either_site) == ("user added", either_site.people["ibu"].id)
    assert password not in lead.get("/orang").text
    assert either_site.browser().log_in("tuti", password).status_code == 303


def test_a_new_password_ends_what_was_open_with_the_old_one(site: Site):
    sari, lead = site.browser("sari"), lead_of(site)
    made = lead.submit("/orang/sandi", name="sari")
    password = re.search(r'id="password">([a-z0-9-]+)<', made.text).group(1)
    assert sari.get("/akun").status_code == 303
    assert site.browser().log_in("sari").status_code == 401
    assert site.browser().log_in("sari", password).status_code == 303


def test_switching_off_and_on(site: Site):
    sari, lead = site.browser("sari"), lead_of(site)
    assert lead.submit("/orang/mati", name="sari").status_code == 303
    assert "sari dimatikan dan dikeluarkan." in lead.get("/orang").text
    assert last_event(site)[0] == "user off"
    assert sari.get("/akun").status_code == 303
    lead.submit("/orang/peran", name="sari", role="data")
    with site.store.reading() as connection:
        found = find_person(connection, "sari")
    assert (found.role, found.active) == ("data", True)


def test_what_cannot_be_is_said_and_changes_nothing(site: Site):
    lead = lead_of(site)
    for path, fields, said in (
        ("/orang/tambah", {"name": "sari", "role": "lead"}, "sari sudah ada; pilih nama lain."),
        ("/orang/tambah", {"name": " ", "role": "lead"}, "paling banyak 60 karakter"),
        ("/orang/tambah", {"name": "tuti", "role": "boss"}, "Pilih peran."),
        ("/orang/mati", {"name": "ibu"}, "Akun Anda sendiri diubah oleh ketua tim lain"),
        (
            "/orang/peran",
            {"name": "ibu", "role": "moderator"},
            "Akun Anda sendiri diubah oleh ketua tim lain",
        ),
        ("/orang/sandi", {"name": "nobody"}, "Akun nobody tidak ada."),
        ("/orang/sandi", {"name": "mesin"}, "mesin adalah layanan"),
        ("/orang/kohort", {"cohort": "", "reporters": "a"}, "paling banyak 80 karakter"),
        ("/orang/kohort/77/tutup", {}, "Kelompok itu tidak ada."),
    ):
        answer = lead.submit(path, **fields)
        assert answer.status_code == 409, path
        assert said in answer.text, path
        assert "expected" not in answer.text, path
    assert lead.submit("/orang/kohort/1/lain").status_code == 404
    assert last_event(site)[0] == "login"


def test_a_cohort_is_registered_by_name_or_pseudonym(either_site: Site):
    lead = lead_of(either_site)
    hidden = digest_reporter("+62811", either_site.services.keys.pseudonym)
    answer = lead.submit("/orang/kohort", cohort="Kelas A", reporters=f"+62811\n{hidden}\n\n p-known \n")
    assert answer.status_code == 303
    assert "Kelas A kini punya 2 pelapor" in lead.get("/orang").text
    with either_site.store.reading() as connection:
        found = set(connection.execute(select(Reporter.reporter_id)).scalars())
        cohort = connection.execute(select(Cohort)).one()
    assert found == {hidden, "p-known"}
    assert cohort.registered_by == either_site.people["ibu"].id
    lead.submit("/orang/kohort", cohort="Kelas B", reporters="p-known")
    assert last_event(either_site)[0] == "cohort registered"
    assert lead.submit(f"/orang/kohort/{cohort.id}/tutup").status_code == 303
    assert "dimatikan" in lead.get("/orang").text
    assert last_event(either_site)[0] == "cohort off"


def test_names_that_no_database_can_hold_are_refused(either_site: Site):
    browser = either_site.browser()
    assert browser.log_in("sari\0", "wrong\0password-here").status_code == 401
    lead = lead_of(either_site)
    assert lead.submit("/orang/tambah", name="a\0b", role="moderator").status_code in {303, 409, 200}
    assert lead.submit("/orang/kohort", cohort="\0", reporters="p-1\0").status_code in {303, 409}
    assert lead.submit("/orang/mati", name="sari\0x").status_code in {303, 409}
    assert lead.submit(f"/orang/kohort/{2**70}/tutup").status_code in {400, 404, 409}
