"""How pages look: to readers of two languages, on small screens and large letters, to eyes and to screen readers."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.watching import find_faults, find_overflow

LANGUAGES = ("id", "en")
TRICKS = """async () => {
    const script = document.createElement("script");
    script.textContent = "window.broken = 1";
    const image = document.createElement("img");
    image.src = "https://example.org/x.png";
    const settled = new Promise(done => { image.onerror = done; });
    document.body.append(script, image);
    await settled;
}"""
COLOURFUL = ("/masuk", "/antrean?", "/klaim", "/pekerjaan", "/orang", "/mutu")


@pytest.fixture
def read(sqlite_server, scene, visit):
    """Open pages one after the other, each as somebody who may see it."""

    def open_all(**options):
        windows = {}
        for person, path in scene.pages:
            if person not in windows:
                windows[person] = visit(sqlite_server, person, tolerated="404", **options)
            yield windows[person], path

    return open_all


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page(read, language):
    faults = {}
    for page, path in read(bypass_csp=True):
        open_in(page, path, language)
        expect(page.locator("html")).to_have_attribute("lang", language)
        faults[path] = find_faults(page)
    assert {path: found for path, found in faults.items() if found} == {}


def test_colours_are_told_apart_in_the_dark_too(read):
    faults = {}
    for page, path in read(bypass_csp=True, color_scheme="dark"):
        if path.startswith(COLOURFUL):
            page.goto(path)
            faults[path] = find_faults(page, "color-contrast")
    assert {path: found for path, found in faults.items() if found} == {}


def test_no_page_scrolls_sideways(read):
    """At 360 px, enlarged to 200 % (1280 px become 640), and at WCAG's 320 px (criterion 1.4.10)."""
    wide = {}
    for page, path in read():
        open_in(page, path, "id")
        for width in (640, 360, 320):
            page.set_viewport_size({"width": width, "height": 740})
            wide[path, width] = find_overflow(page)
    assert {place: found for place, found in wide.items() if found} == {}


def open_in(page: Page, path: str, language: str) -> None:
    joint = "&" if "?" in path else "?"
    page.goto(f"{path}{joint}lang={language}")


def test_a_hostile_report_is_only_text(read, scene, sqlite_server, visit):
    """Under the policy that pages are served with; nothing that it tries is even refused by the policy alone."""
    page = visit(sqlite_server, "ratna")
    for path in (f"/klaim/{scene.hostile}", f"/klaim/{scene.hostile}?utuh=1", "/antrean?setelah="):
        page.goto(path)
        assert page.evaluate("window.broken") is None
        assert page.locator("script:not([src]), main img, main i, main b").count() == 0
        assert page.locator('a[href^="javascript"]').count() == 0


def test_the_policy_lets_no_inline_script_and_nothing_from_elsewhere_in(sqlite_server, browser):
    page = browser.new_page(base_url=sqlite_server.address)
    page.goto("/masuk")
    page.evaluate(TRICKS)
    assert page.evaluate("window.broken") is None
    refused = " ".join(message.text for message in page.console_messages())
    assert "script-src 'self'" in refused
    assert "img-src 'self'" in refused
    page.close()
