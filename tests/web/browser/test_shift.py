"""A shift of twenty claims: by keyboard alone, and without JavaScript."""

import itertools
import sys
import time

from playwright.sync_api import expect

from pipeline.moderation.desk.verdicts import VERDICTS
from tests.web.browser.moderating import Keyboard, decide, name_claim, press, take_next
from tests.web.browser.people import PASSWORD
from tests.web.browser.records import list_kept, read_state

CLAIMS = 20
LABELS = ("Misinformation", "Not misinformation", "Not a claim", "Unclear", "Needs another desk")


def test_a_shift_of_twenty_claims_by_keyboard_alone(server, visit):
    page = visit(server)
    page.goto("/")
    keyboard, told, began = Keyboard(page), [], time.monotonic()
    assert keyboard.focused("name") == "name"
    keyboard.type("rini", "name")
    keyboard.press("Tab")
    keyboard.type(PASSWORD, "password")
    keyboard.go("Enter")
    assert page.url.endswith("/antrean")

    keyboard.press("j", "j", "k")
    opened = keyboard.focused("href")
    keyboard.go("Enter")
    assert page.url.endswith(str(opened))
    for number in range(CLAIMS):
        keyboard.go("n")
        if page.locator("details.veil").count():
            keyboard.press("b")
            expect(page.locator("details.veil .told").first).to_be_visible()
        digit = number % len(VERDICTS)
        keyboard.press(str(digit + 1))
        expect(page.locator(f'input[value="{VERDICTS[digit]}"]')).to_be_checked()
        if number == 0:
            assert list_kept(server.place, "rini") == []
        keyboard.go("Enter")
        told.append((name_claim(page), VERDICTS[digit]))
    print_trace(keyboard, server, time.monotonic() - began)
    assert [(kept.claim_id, kept.verdict) for kept in list_kept(server.place, "rini")] == told
    assert len({claim_id for claim_id, _ in told}) == CLAIMS

    keyboard.go("u")
    assert [(kept.claim_id, kept.verdict) for kept in list_kept(server.place, "rini")] == told[:-1]
    assert read_state(server.place, told[-1][0]) == "open"


def test_keys_let_go_search_and_help(sqlite_server, visit):
    page = visit(sqlite_server, "rini")
    keyboard = Keyboard(page)
    keyboard.go("n")
    keyboard.press("1", "Escape")
    expect(page.locator("input[name=verdict]:checked")).to_have_count(0)
    keyboard.press("Enter")
    keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    keyboard.press("1", "Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("input[name=verdict]:checked")).to_have_count(0)
    keyboard.press("/")
    keyboard.type("12345 nju", "words with keys in them")
    expect(page.get_by_role("searchbox")).to_have_value("12345 nju")
    keyboard.go("Enter")
    assert "/cari" in page.url
    assert list_kept(sqlite_server.place, "rini")[CLAIMS:] == []


def test_a_shift_of_twenty_claims_without_javascript(postgresql_server, visit):
    page = visit(postgresql_server, "joko", java_script_enabled=False)
    told = []
    for number, (verdict, label) in zip(range(CLAIMS), itertools.cycle(zip(VERDICTS, LABELS, strict=True))):
        claim_id = take_next(page)
        decide(page, label, note=f"catatan {number}")
        told.append((claim_id, verdict, f"catatan {number}"))
    assert [
        (kept.claim_id, kept.verdict, kept.note) for kept in list_kept(postgresql_server.place, "joko")
    ] == told
    press(page, "Undo")
    assert len(list_kept(postgresql_server.place, "joko")) == CLAIMS - 1
    page.get_by_role("link", name="Bahasa Indonesia").click()
    expect(page.locator("html")).to_have_attribute("lang", "id")


def print_trace(keyboard: Keyboard, server, seconds: float) -> None:
    kind = "SQLite" if server.place.database is None else "PostgreSQL"
    line = f"{kind}: {CLAIMS} claims, {len(keyboard.trace)} keys, {seconds:.1f} s: {' '.join(keyboard.trace)}"
    sys.stdout.write(f"\n{line}\n")
