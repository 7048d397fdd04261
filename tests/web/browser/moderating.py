"""What a person does at the page: by keys alone, or by pressing what is there."""

from playwright.sync_api import Page, expect

from tests.web.browser.people import PASSWORD


def log_in(page: Page, name: str) -> None:
    """Log in by the form, as somebody who has not been here before."""
    page.goto("/masuk?lang=en")
    fill_login(page, name)
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def fill_login(page: Page, name: str) -> None:
    """Fill in the login page that is open, and send it."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def take_next(page: Page) -> str:
    """Ask for the next claim, wherever one is; return its name."""
    press(page, "Take the next claim" if page.url.endswith("/antrean") else "Next claim")
    return name_claim(page)


def decide(page: Page, verdict: str, note: str = "") -> None:
    """Decide the claim that is open."""
    page.get_by_label(verdict, exact=False).first.check()
    page.get_by_label("Note for colleagues").fill(note)
    press(page, "Decide")


def press(page: Page, name: str) -> None:
    """Press a button that leads to another page, or to this one anew."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def name_claim(page: Page) -> str:
    """Return the name of the claim that is open."""
    assert "/klaim/" in page.url, page.url
    return page.url.partition("/klaim/")[2].partition("?")[0].partition("/")[0]


class Keyboard:
    """A keyboard that remembers what was pressed; what it types into a field is one entry."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.trace: list[str] = []

    def press(self, *keys: str) -> None:
        """Press keys that leave the page where it is."""
        for key in keys:
            self.trace.append(key)
            self.page.keyboard.press(key)

    def go(self, key: str) -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation():
            self.press(key)

    def type(self, text: str, shown: str) -> None:
        """Type into what has the focus."""
        self.trace.append(f"<{shown}>")
        self.page.keyboard.type(text)

    def focused(self, what: str) -> str | None:
        """Return an attribute of what has the focus."""
        found: str | None = self.page.evaluate("name => document.activeElement.getAttribute(name)", what)
        return found
