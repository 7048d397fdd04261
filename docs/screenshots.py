"""Take a picture of every page, in both languages and at two widths, over a morning at the sample's queue.

`python -m docs.screenshots FOLDER` (`make screenshots`): nothing in it is of the real world.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize
from sqlalchemy import Connection, select

from pipeline.cli.webapp import open_services
from pipeline.cli.workspace import Workspace
from pipeline.moderation.desk.dealing import Clock, deal_next, pick
from pipeline.moderation.desk.pages import list_claims
from pipeline.moderation.desk.people import Person, require_person
from pipeline.moderation.desk.verdicts import (
    MISINFORMATION,
    NOT_A_CLAIM,
    NOT_MISINFORMATION,
    UNCLEAR,
    Ruling,
    decide,
    undo,
)
from pipeline.moderation.store.tables import Claim
from pipeline.web.app import create_app
from pipeline.web.services import Services, Settings
from tests.conftest import invoke
from tests.web.browser.chromium import launch
from tests.web.browser.moderating import log_in
from tests.web.browser.people import add_people
from tests.web.browser.serving import ROOT
from tests.web.browser.watching import NARROW, WIDE

MORNING = timedelta(hours=8)
READING = timedelta(minutes=2)
LANGUAGES = ("id", "en")
WIDTHS = (WIDE, NARROW)
MAX_HEIGHT = 1300
COLOURS = 96
N_READ = 9


class Shot(NamedTuple):
    """A picture's name, the page's address and who looks at it."""

    name: str
    path: str
    person: str | None


def take_all(folder: Path) -> None:
    """Run the sample, spend a morning at it, and write the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        workspace = Workspace(Path(place), ROOT / "params.yaml")
        now = workspace.params.now() + MORNING
        with patch("pipeline.cli.filling.now", lambda: now), patch("pipeline.cli.opening.clock", lambda: now):
            assert invoke("--params", workspace.params_path, "--root", place, "run").exit_code == 0
        services = open_services(workspace, Settings())
        add_people(services.store, now)
        shots = spend_morning(services, now)
        later = replace(services, clock=lambda: now + (N_READ + 1) * READING)
        with listening(later) as address, launch() as browser:
            take(browser, address, shots, folder)
        services.store.close()


def spend_morning(services: Services, begin: datetime) -> list[Shot]:
    """Let two moderators read until it is time for pictures; return what to take."""
    lifetime = timedelta(minutes=services.params.queue.lock_minutes)
    with services.store.writing() as connection:
        sari, budi = (require_person(connection, name) for name in ("sari", "budi"))
        clocks = [Clock(begin + number * READING, lifetime) for number in range(N_READ + 1)]
        read = [
            read_one(connection, services, person, clock)
            for person, clock in zip(cycle((sari, sari, budi)), clocks[:-1], strict=False)
        ]
        decide(connection, budi, read[0], Ruling(UNCLEAR, note="Sumber aslinya belum ketemu."), clocks[-1])
        undo(connection, sari, read[1], clocks[-1])
        waiting = list_claims(connection, 12).claims
        mine = max(waiting, key=lambda claim: claim.n_reports).claim_id
        others = next(claim.claim_id for claim in waiting if claim.claim_id != mine)
        pick(connection, sari, mine, clocks[-1])
        pick(connection, budi, others, clocks[-1])
    return list_shots(mine, others, read[0])


def read_one(connection: Connection, services: Services, person: Person, clock: Clock) -> str:
    """Decide the next claim as its score suggests."""
    dealt = deal_next(connection, person, services.params.prioritise.lanes, clock)
    assert dealt is not None
    score, ruled_type = connection.execute(
        select(Claim.score, Claim.ruled_type).where(Claim.claim_id == dealt.claim_id)
    ).one()
    decide(connection, person, dealt.claim_id, choose_ruling(score, ruled_type), clock)
    return dealt.claim_id


def choose_ruling(score: float | None, ruled_type: str) -> Ruling:
    """Return what an invented moderator says of a claim."""
    if score is None:
        return Ruling(UNCLEAR, note="Tunggu keterangan warga.")
    if score > 0.4:
        return Ruling(MISINFORMATION, ruled_type, link="https://example.org/klarifikasi")
    return Ruling(NOT_MISINFORMATION if score > 0.1 else NOT_A_CLAIM)


@contextmanager
def listening(services: Services) -> Iterator[str]:
    """Serve the pages in a thread; give the address."""
    config = uvicorn.Config(create_app(services), port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def take(browser: Browser, address: str, shots: list[Shot], folder: Path) -> None:
    """Take all pictures; everybody logs in once for each width."""
    for size in WIDTHS:
        pages: dict[str | None, Page] = {}
        for shot in shots:
            if shot.person not in pages:
                pages[shot.person] = open_window(browser, address, shot.person, size)
            for language in LANGUAGES:
                joint = "&" if "?" in shot.path else "?"
                pages[shot.person].goto(f"{shot.path}{joint}lang={language}")
                photograph(pages[shot.person], folder / f"{shot.name}-{language}-{size['width']}.png", size)
        for page in pages.values():
            page.context.close()


def open_window(browser: Browser, address: str, person: str | None, size: ViewportSize) -> Page:
    """Open a window of a screen, or of a phone, with somebody logged in."""
    is_phone = size == NARROW
    context = browser.new_context(
        base_url=address, viewport=size, reduced_motion="reduce", has_touch=is_phone, is_mobile=is_phone
    )
    page = context.new_page()
    if person is not None:
        log_in(page, person)
    return page


def photograph(page: Page, path: Path, size: ViewportSize) -> None:
    """Write a page, as far down as is worth a look, in few colours."""
    height = page.evaluate("document.documentElement.scrollHeight")
    shown = {"x": 0, "y": 0, "width": size["width"], "height": min(height, MAX_HEIGHT)}
    taken = Image.open(BytesIO(page.screenshot(full_page=True, clip=shown, animations="disabled")))
    few = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def list_shots(mine: str, others: str, disputed: str) -> list[Shot]:
    """Return every page."""
    return [
        Shot("masuk", "/masuk", None),
        Shot("antrean", "/antrean", "sari"),
        Shot("klaim", f"/klaim/{mine}", "sari"),
        Shot("klaim-dipegang", f"/klaim/{others}", "sari"),
        Shot("klaim-putusan", f"/klaim/{disputed}", "wulan"),
        Shot("cari", "/cari?q=pilkada", "sari"),
        Shot("pekerjaan", "/pekerjaan", "sari"),
        Shot("laporan", "/laporan/1", "wulan"),
        Shot("mutu", "/mutu", "wulan"),
        Shot("model", "/model", "tono"),
        Shot("log", "/log", "wulan"),
        Shot("orang", "/orang", "wulan"),
        Shot("bantuan", "/bantuan", "sari"),
    ]


if __name__ == "__main__":
    take_all(Path(sys.argv[1]))
