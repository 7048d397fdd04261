"""Eyes on a browser: what a page does that it never should."""

from dataclasses import dataclass, field
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, ViewportSize

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW: Final[ViewportSize] = {"width": 360, "height": 740}
WIDE: Final[ViewportSize] = {"width": 1280, "height": 800}
OVERFLOWING = """
() => [...document.querySelectorAll('body *')]
  .filter(it => it.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .filter(it => { for (let up = it.parentElement; up; up = up.parentElement)
     if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(up).overflowX) && up !== document.body
         && up !== document.documentElement) return false; return true; })
  .map(it => it.tagName + '.' + it.className).slice(0, 5)
"""


@dataclass
class Watch:
    """Requests that left the host, and what the console complained about, but for what the test provokes."""

    address: str
    tolerated: str = ""
    abroad: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Look at all pages of a context from now on."""
        context.on("request", self._see_request)
        context.on("console", self._see_message)
        context.on("weberror", lambda found: self._see_error(found.error))

    def _see_request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:image/")):
            self.abroad.append(request.url)

    def _see_message(self, message: ConsoleMessage) -> None:
        tolerated = self.tolerated and self.tolerated in message.text
        if message.type in {"error", "warning"} and not tolerated:
            self.complaints.append(f"{message.page and message.page.url}: {message.text}")

    def _see_error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def check(self) -> None:
        """Fail where a page did what it should not."""
        assert self.abroad == []
        assert self.complaints == []


def find_overflow(page: Page) -> list[str]:
    """Return what makes a page scroll sideways; nothing when it does not."""
    scrolls = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    found: list[str] = page.evaluate(OVERFLOWING)
    return found or ["the page itself"] if scrolls else []


def find_faults(page: Page, *rules: str) -> list[str]:
    """Return what axe finds on a page whose policy is set aside; of some rules only, where they are named."""
    chosen = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found = Axe().run(page, options={"runOnly": chosen, "resultTypes": ["violations"]}).response["violations"]
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"][:3]]
