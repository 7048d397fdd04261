"""Coming in and going out: sessions that end, forms that are not lost, guesses that are counted."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.people import change_role, switch_off
from pipeline.moderation.store.tables import Event
from pipeline.moderation.store.web_tables import Session
from pipeline.web.auth.passwords import Passwords
from tests.web.conftest import PASSWORD, Browser, Site

HOME = "/akun"


def is_in(browser: Browser) -> bool:
    return browser.get(HOME).status_code == 200


def list_kinds(site: Site) -> list[str]:
    with site.store.reading() as connection:
        return list(connection.execute(select(Event.kind).order_by(Event.sequence)).scalars())


def test_who_is_not_logged_in_goes_to_the_login_page_and_back(site: Site):
    browser = site.browser()
    asked = browser.get("/akun?a=1&b=2")
    assert asked.headers["location"] == "/masuk?next=%2Fakun%3Fa%3D1%26b%3D2"
    browser.get(asked.headers["location"])
    came = browser.submit("/masuk", name="sari", password=PASSWORD, next="/akun?a=1&b=2")
    assert (came.status_code, came.headers["location"]) == (303, "/akun?a=1&b=2")


@pytest.mark.parametrize(
    "aim",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/x\r\nset-cookie: a=b",
        "",
    ],
)
def test_the_login_leads_nowhere_else(shared_site: Site, aim: str):
    browser = shared_site.browser()
    browser.get("/masuk", params={"next": aim})
    assert browser.log_in("sari", next=aim).headers["location"] == "/"
    assert browser.get("/masuk", params={"next": aim}).headers["location"] == "/"


def test_the_language_is_asked_for_then_kept(shared_site: Site):
    browser = shared_site.browser()
    assert '<html lang="id">' in browser.get("/masuk").text
    assert '<html lang="en">' in browser.get("/masuk?lang=en").text
    assert '<html lang="en">' in browser.get("/masuk").text
    assert '<html lang="en">' in shared_site.browser(headers={"accept-language": "en-GB"}).get("/masuk").text


def test_a_login_changes_the_session_and_a_logout_ends_it(either_site: Site):
    browser = either_site.browser()
    browser.get("/masuk")
    before = browser.cookies["saring"]
    assert browser.log_in("sari").status_code == 303
    during = browser.cookies["saring"]
    assert before != during
    thief = either_site.browser(cookies={"saring": before})
    assert is_in(browser)
    assert not is_in(thief)
    assert browser.submit("/keluar").headers["location"] == "/masuk"
    assert not is_in(either_site.browser(cookies={"saring": during}))
    assert list_kinds(either_site)[-2:] == ["login", "logout"]
    with either_site.store.reading() as connection:
        assert verify_log(connection, None) == []


def test_the_store_holds_no_session_that_could_be_used(site: Site):
    browser = site.browser("sari")
    with site.store.reading() as connection:
        kept = connection.execute(select(Session.digest)).scalar_one()
    assert kept != browser.cookies["saring"]
    assert not is_in(site.browser(cookies={"saring": kept}))


def test_a_session_ends_when_nothing_is_asked(site: Site):
    browser = site.browser("sari")
    site.clock.turn(minutes=61)
    assert not is_in(browser)


def test_a_session_in_use_goes_on_for_twelve_hours(either_site: Site):
    browser = either_site.browser("sari")
    for _ in range(13):
        either_site.clock.turn(minutes=55)
        assert is_in(browser)
    either_site.clock.turn(minutes=6)
    assert not is_in(browser)


def test_an_account_switched_off_is_out_at_once(either_site: Site):
    browser = either_site.browser("sari")
    assert is_in(browser)
    with either_site.store.writing() as connection:
        switch_off(connection, "sari", None, either_site.clock())
    assert browser.get(HOME).status_code == 303
    assert browser.log_in("sari").status_code == 401
    with either_site.store.writing() as connection:
        change_role(connection, "sari", "moderator", None, either_site.clock())
    assert browser.get(HOME).status_code == 303  # the session from before does not come to life again
    assert browser.log_in("sari").status_code == 303


def test_another_role_counts_from_the_next_request(site: Site):
    browser = site.browser("sari")
    assert browser.get("/orang").status_code == 403
    with site.store.writing() as connection:
        change_role(connection, "sari", "lead", None, site.clock())
    assert browser.get("/orang").status_code == 200


@pytest.mark.parametrize("name", ["mesin", "nobody", ""])
def test_a_service_or_nobody_cannot_log_in(shared_site: Site, name: str):
    answer = shared_site.browser().log_in(name)
    assert answer.status_code == 401
    assert "Nama dan kata sandi tidak cocok." in answer.text


def test_an_unknown_name_costs_as_much_work(site: Site):
    compared = []

    class Counting(Passwords):
        def fits(self, password: str, kept: str | None) -> bool:
            compared.append(kept is not None)
            return super().fits(password, kept)

    counting = Site(replace(site.services, passwords=Counting(site.services.passwords._hasher)), site.people)
    for name in ("sari", "nobody"):
        assert counting.browser().log_in(name, "wrong-password-here").status_code == 401
    assert compared == [True, False]
    assert list_kinds(site)[-2:] == ["login refused"] * 2


def test_guesses_are_counted_by_all_processes(either_site: Site):
    """Ten wrong ones from one address close it for that account, there and nowhere else, for a quarter of an hour."""
    other_process = Site(either_site.services, either_site.people)
    for number in range(10):
        site = either_site if number % 2 else other_process
        assert site.browser().log_in("sari", "wrong-password-here").status_code == 401
    refused = either_site.browser().log_in("sari")
    assert refused.status_code == 429
    assert "Terlalu banyak percobaan" in refused.text
    assert other_process.browser().log_in("budi").status_code == 303
    assert either_site.browser(address="10.9.9.9").log_in("sari").status_code == 303
    either_site.clock.turn(minutes=16)
    assert either_site.browser().log_in("sari").status_code == 303


def test_right_passwords_close_nothing(site: Site):
    for _ in range(12):
        site.browser("sari")


def test_an_account_or_an_address_alone_is_closed_after_ten_times_as_many(site: Site):
    serve = site.services.params.serve.model_copy(update={"login_attempts": 1})
    params = site.services.params.model_copy(update={"serve": serve})
    strict = Site(replace(site.services, params=params), site.people)
    for number in range(10):
        strict.browser(address=f"10.2.0.{number}").log_in("sari", "wrong-password-here")
    assert strict.browser(address="10.3.3.3").log_in("sari").status_code == 429
    for number in range(10):
        strict.browser(address="10.4.4.4").log_in(f"nobody{number}", "wrong-password-here")
    assert strict.browser(address="10.4.4.4").log_in("budi").status_code == 429
    assert strict.browser(address="10.3.3.3").log_in("budi").status_code == 303


def test_a_form_that_comes_after_its_session_is_shown_again(site: Site):
    lead = site.browser("ibu")
    lead.get("/orang")
    site.clock.turn(minutes=70)
    asked = lead.submit("/orang/tambah", name="tuti", role="moderator")
    assert asked.status_code == 401
    assert "Tidak ada yang hilang" in asked.text
    pending = re.search(r'name="pending" value="([^"]+)"', asked.text).group(1)
    assert lead.submit("/masuk", name="ibu", password="wrong-password", pending=pending).status_code == 401
    again = lead.submit("/masuk", name="ibu", password=PASSWORD, pending=pending)
    assert again.status_code == 200
    assert 'action="/orang/tambah"' in again.text
    assert "user added" not in list_kinds(site)[len(site.people) :]  # nothing is done yet
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', again.text))
    assert fields.pop("csrf") == lead.csrf
    assert fields == {"name": "tuti", "role": "moderator"}
    assert "tuti" in lead.submit("/orang/tambah", **fields).text
    assert list_kinds(site)[-1] == "user added"


def test_a_form_that_came_too_late_is_its_senders_alone(site: Site):
    sari = site.browser("sari")
    sari.get(HOME)
    site.clock.turn(minutes=70)
    pending = re.search(r'name="pending" value="([^"]+)"', sari.submit("/akun/keluar").text).group(1)
    assert site.browser().log_in("budi", pending=pending).headers["location"] == "/"
    for broken in (pending[1:], "x"):
        assert site.browser().log_in("sari", pending=broken).headers["location"] == "/"
    assert site.browser().log_in("sari", pending=pending).status_code == 200
    site.clock.turn(minutes=70)
    assert site.browser().log_in("sari", pending=pending).headers["location"] == "/"


def test_two_tabs_with_the_login_page(site: Site):
    one, other = site.browser(), site.browser()
    one.get("/masuk")
    other.cookies.set("saring", one.cookies["saring"])
    other.get("/masuk")
    one.submit("/masuk", name="sari", password=PASSWORD)
    other.cookies.set("saring", one.cookies["saring"])
    assert other.submit("/masuk", name="sari", password=PASSWORD, next=HOME).headers["location"] == HOME
    stranger = site.browser()
    answer = stranger.post("/masuk", data={"name": "sari", "password": PASSWORD})
    assert answer.status_code == 403
    assert "terlalu lama" in answer.text
    assert not is_in(stranger)


def test_a_page_from_before_a_new_login_is_not_lost(site: Site):
    browser = site.browser("ibu")
    browser.get("/orang")
    old = browser.csrf
    browser.submit("/keluar")
    browser.log_in("ibu")
    browser.csrf = old
    assert browser.submit("/orang/mati", name="sari").status_code == 403
    same_site = {"sec-fetch-site": "same-origin"}
    answer = browser.post("/orang/mati", data={"csrf": old, "name": "sari"}, headers=same_site)
    assert answer.status_code == 200
    assert 'action="/orang/mati"' in answer.text
    assert "user off" not in list_kinds(site)
    assert browser.submit("/orang/mati", name="sari").status_code == 303


def test_a_password_is_never_shown_again(site: Site):
    browser = site.browser("sari")
    browser.get(HOME)
    site.clock.turn(minutes=70)
    fields = {"current": PASSWORD, "wanted": "kopi-tubruk-tanpa-gula", "repeated": "kopi-tubruk-tanpa-gula"}
    answer = browser.submit("/akun/sandi", **fields)
    assert answer.status_code == 401
    assert "pending" not in answer.text


def test_a_form_from_elsewhere_is_not_kept(site: Site):
    browser = site.browser()
    browser.get("/masuk")
    for fields in ({}, {"csrf": "0" * 64}):
        answer = browser.post("/orang/mati", data={"name": "sari", **fields})
        assert answer.status_code == 401
        assert "pending" not in answer.text


def test_ones_own_password_is_changed_with_the_old_one(either_site: Site):
    here, there = either_site.browser("sari"), either_site.browser("sari")
    new = "kopi-tubruk-tanpa-gula"
    here.get(HOME)
    wrong = here.submit("/akun/sandi", current="wrong-password-here", wanted=new, repeated=new)
    assert wrong.status_code == 409
    differ = here.submit("/akun/sandi", current=PASSWORD, wanted=new, repeated=new + "x")
    short = here.submit("/akun/sandi", current=PASSWORD, wanted="short", repeated="short")
    assert (differ.status_code, short.status_code) == (409, 409)
    assert here.submit("/akun/sandi", current=PASSWORD, wanted=new, repeated=new).status_code == 303
    assert is_in(here)
    assert not is_in(there)
    assert either_site.browser().log_in("sari").status_code == 401
    assert either_site.browser().log_in("sari", new).status_code == 303


def test_logging_out_everywhere_ends_all_sessions(site: Site):
    here, there = site.browser("sari"), site.browser("sari")
    here.get(HOME)
    assert here.submit("/akun/keluar").headers["location"] == "/masuk"
    assert not is_in(here)
    assert not is_in(there)


def test_old_sessions_are_swept(site: Site):
    site.browser("sari")
    site.clock.turn(hours=25)
    site.browser("budi")
    with site.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Session)).scalar_one() == 1
