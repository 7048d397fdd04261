"""Debian's Chromium, driven by Playwright; it asks nobody for anything."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, sync_playwright

PATH: Final = shutil.which("chromium")
REQUIRED: Final = os.environ.get("SARING_REQUIRE_CHROMIUM") == "1"
ARGUMENTS: Final = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
).split()


@contextmanager
def launch() -> Iterator[Browser]:
    """Run the browser until the block ends."""
    assert PATH is not None, "there is no chromium; install Debian's package of that name"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        yield browser
        browser.close()
