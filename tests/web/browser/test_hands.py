"""One claim, one pair of hands: two people, lapsed locks, second thoughts, ended sessions, tabs; many at once."""

import time

from playwright.sync_api import expect

from tests.web.browser.moderating import decide, fill_login, name_claim, press, take_next
from tests.web.browser.records import (
    close_database,
    count_reports,
    end_sessions,
    list_kept,
    list_last,
    move_to_region,
    read_state,
)

ISLAND = "Pulau Uji"


def find_of(server, name: str, claim_id: str):
    return [kept for kept in list_kept(server.place, name) if kept.claim_id == claim_id]


def test_two_moderators_get_different_claims_and_see_each_others_lock(server, visit):
    sari, budi = (visit(server, name, tolerated="409") for name in ("sari", "budi"))
    mine = take_next(sari)
    early = visit(server, "joko", tolerated="409")
    early.goto(f"/klaim/{mine}")
    theirs = take_next(budi)
    assert mine != theirs

    sari.goto(f"/klaim/{theirs}")
    expect(sari.get_by_role("main")).to_contain_text("In the hands of budi")
    expect(sari.locator("form[data-decide]")).to_have_count(0)
    sari.goto("/antrean")
    expect(sari.locator(f'li:has(a[href="/klaim/{theirs}"])')).to_contain_text("in somebody's hands")
    expect(sari.locator(f'li:has(a[href="/klaim/{mine}"])')).to_have_count(0)
    sari.goto("/pekerjaan")
    expect(sari.locator(f'li:has(a[href="/klaim/{mine}"])')).to_be_visible()
    assert take_next(sari) == mine

    decide(sari, "Unclear")
    decide(budi, "Not a claim")
    assert [kept.standing for kept in find_of(server, "sari", mine)] == ["first"]
    assert [kept.standing for kept in find_of(server, "budi", theirs)] == ["first"]


def test_a_form_filled_in_while_somebody_took_the_claim_is_refused_and_kept(sqlite_server, visit):
    sari, budi = (visit(sqlite_server, name, tolerated="409") for name in ("sari", "budi"))
    claim_id = take_next(sari)
    press(sari, "Give it back")
    budi.goto(f"/klaim/{claim_id}")
    sari.goto(f"/klaim/{claim_id}")
    press(sari, "Take it")
    decide(budi, "Unclear", note="sudah saya cek")
    expect(budi.get_by_role("alert")).to_contain_text("sari")
    expect(budi.get_by_role("main")).to_contain_text("sudah saya cek")
    assert find_of(sqlite_server, "budi", claim_id) == []
    press(sari, "Give it back")


def test_a_lock_lapses_and_no_work_is_lost(hasty_server, visit):
    sari, budi = (visit(hasty_server, name) for name in ("sari", "budi"))
    claim_id = take_next(sari)
    time.sleep(5)
    assert take_next(budi) == claim_id
    expect(budi.get_by_role("main")).to_contain_text("In your hands until")
    decide(sari, "Not misinformation")
    decide(budi, "Unclear")
    expect(budi.get_by_role("status").first).to_contain_text("second opinion")
    assert [kept.standing for kept in find_of(hasty_server, "sari", claim_id)] == ["first"]
    assert [kept.standing for kept in find_of(hasty_server, "budi", claim_id)] == ["second opinion"]


def test_undo_lets_the_claim_wait_again(server, visit):
    page = visit(server, "sari")
    claim_id = take_next(page)
    decide(page, "Not a claim")
    assert read_state(server.place, claim_id) == "decided"
    press(page, "Undo")
    assert read_state(server.place, claim_id) == "open"
    assert find_of(server, "sari", claim_id) == []
    decide(page, "Unclear")
    assert [kept.verdict for kept in find_of(server, "sari", claim_id)] == ["unclear"]


def test_a_session_that_ends_in_the_middle_of_a_verdict_loses_nothing(sqlite_server, visit):
    page = visit(sqlite_server, "sari", tolerated="401")
    claim_id = take_next(page)
    end_sessions(sqlite_server.place, "sari")
    decide(page, "Not a claim", note="hanya salam pagi")
    expect(page.get_by_role("status").first).to_contain_text("Nothing is lost")
    assert find_of(sqlite_server, "sari", claim_id) == []
    fill_login(page, "sari")
    expect(page.get_by_role("main")).to_contain_text("hanya salam pagi")
    press(page, "Send")
    [kept] = find_of(sqlite_server, "sari", claim_id)
    assert (kept.verdict, kept.note) == ("not a claim", "hanya salam pagi")


def test_the_back_button_after_deciding_decides_nothing_anew(sqlite_server, visit):
    page = visit(sqlite_server, "sari", tolerated="409")
    claim_id = take_next(page)
    decide(page, "Not a claim")
    page.go_back()
    assert name_claim(page) == claim_id
    expect(page.get_by_role("button", name="Undo my verdict")).to_be_visible()
    expect(page.locator("form[data-decide]")).to_have_count(0)
    assert [kept.verdict for kept in find_of(sqlite_server, "sari", claim_id)] == ["not a claim"]


def test_two_tabs_cannot_decide_one_claim_in_two_ways(sqlite_server, visit):
    first = visit(sqlite_server, "sari", tolerated="409")
    claim_id = take_next(first)
    second = first.context.new_page()
    second.goto(f"/klaim/{claim_id}")
    decide(first, "Not a claim")
    decide(second, "Unclear")
    expect(second.get_by_role("alert")).to_be_visible()
    assert [kept.verdict for kept in find_of(sqlite_server, "sari", claim_id)] == ["not a claim"]


def test_a_language_is_one_click_away_and_stays(sqlite_server, visit):
    page = visit(sqlite_server, "sari")
    claim_id = take_next(page)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Bahasa Indonesia").click()
    expect(page.locator("html")).to_have_attribute("lang", "id")
    assert name_claim(page) == claim_id
    page.goto("/antrean")
    expect(page.get_by_role("heading", level=1)).to_have_text("Antrean")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")


def test_one_verdict_on_all_that_was_found_and_one_undo(sqlite_server, visit):
    place = sqlite_server.place
    claim_ids = list_last(place, n_reports=1)[:3]
    move_to_region(place, claim_ids, ISLAND)
    page = visit(sqlite_server, "sari")
    page.goto(f"/cari?wilayah={ISLAND}")
    page.get_by_role("complementary").get_by_label("Verdict").select_option("not a claim")
    press(page, "Look at them once more")
    expect(page.get_by_role("main")).to_contain_text("on 3 claims")
    assert {read_state(place, claim_id) for claim_id in claim_ids} == {"open"}
    press(page, "Decide these 3 claims")
    expect(page.get_by_role("status").first).to_contain_text("3 claims were decided.")
    assert {read_state(place, claim_id) for claim_id in claim_ids} == {"decided"}
    with page.expect_navigation():
        page.keyboard.press("u")
    expect(page.get_by_role("status").first).to_contain_text("3 verdicts were taken back.")
    assert {read_state(place, claim_id) for claim_id in claim_ids} == {"open"}
    assert [kept for kept in list_kept(place, "sari") if kept.claim_id in claim_ids] == []


def test_who_will_not_decide_all_is_back_at_what_was_found(sqlite_server, visit):
    place = sqlite_server.place
    move_to_region(place, list_last(place, n_reports=1)[:3], ISLAND)
    page = visit(sqlite_server, "sari")
    page.goto(f"/cari?wilayah={ISLAND}")
    page.get_by_role("complementary").get_by_label("Verdict").select_option("unclear")
    press(page, "Look at them once more")
    page.get_by_role("link", name="Do nothing, back to the search").click()
    expect(page.get_by_label("Region")).to_have_value(ISLAND)
    expect(page.locator("ol.claims > li")).to_have_count(3)


def test_a_report_is_split_off_and_the_two_are_merged_again(server, visit):
    claim_id = list_last(server.place, n_reports=3)[0]
    page = visit(server, "sari")
    page.goto(f"/klaim/{claim_id}")
    press(page, "Says something else: split it off")
    expect(page.get_by_role("status").first).to_contain_text("The report is a claim of its own now.")
    apart = name_claim(page)
    assert apart != claim_id
    assert count_reports(server.place, claim_id) + count_reports(server.place, apart) == 3
    page.get_by_label("Number of the other claim").fill(claim_id)
    press(page, "Merge")
    expect(page.get_by_role("status").first).to_contain_text("The two are one claim now.")
    kept = name_claim(page)
    assert count_reports(server.place, kept) == 3
    page.goto(f"/klaim/{({claim_id, apart} - {kept}).pop()}")
    assert name_claim(page) == kept


def test_a_database_that_is_away_is_said_and_what_was_written_is_sent_later(postgresql_server, visit):
    page = visit(postgresql_server, "sari", tolerated="503")
    claim_id = take_next(page)
    page.get_by_label("Note for colleagues").fill("hasil telepon ke dinas")
    page.get_by_label("Unclear").first.check()
    with close_database(postgresql_server.place):
        press(page, "Decide")
        expect(page.get_by_role("heading", level=1)).to_have_text("The database does not answer")
    page.go_back()
    expect(page.get_by_label("Note for colleagues")).to_have_value("hasil telepon ke dinas")
    page.get_by_label("Unclear").first.check()
    press(page, "Decide")
    [kept] = find_of(postgresql_server, "sari", claim_id)
    assert (kept.verdict, kept.note) == ("unclear", "hasil telepon ke dinas")
