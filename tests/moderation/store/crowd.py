"""A moderator as a process: asks and decides until told to stop; run as `python -m tests.moderation.store.crowd`."""

import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.config import load_params
from pipeline.errors import StorageError
from pipeline.moderation.desk.dealing import Clock, deal_next
from pipeline.moderation.desk.people import require_person
from pipeline.moderation.desk.verdicts import Ruling, decide, undo
from pipeline.moderation.store import open_database

ROOT = Path(__file__).parents[3]
LIFETIME = timedelta(seconds=2)


def work(root: Path, address: str | None, name: str, seconds: float) -> None:
    """Ask and decide, printing every verdict that was taken, so that its maker can be asked later.

    What a database refused that was locked for too long is tried again, as people do.
    """
    shares = load_params(ROOT / "params.yaml").prioritise.lanes
    store = open_database(root, address)
    with store.reading() as connection:
        person = require_person(connection, name)
    chance = random.Random(name)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with store.writing() as connection:
                dealt = deal_next(connection, person, shares, Clock(datetime.now(UTC), LIFETIME))
            if dealt is None:
                return
            if chance.random() < 0.02:
                time.sleep(LIFETIME.total_seconds() * 1.1)
            if chance.random() < 0.05:
                continue
            with store.writing() as connection:
                outcome = decide(
                    connection, person, dealt.claim_id, Ruling("unclear"), Clock(datetime.now(UTC), LIFETIME)
                )
            tell(outcome._asdict())
            if chance.random() < 0.02:
                with store.writing() as connection:
                    undo(connection, person, dealt.claim_id, Clock(datetime.now(UTC), LIFETIME))
                tell({"undone": outcome.verdict_id})
        except StorageError:
            tell({"refused": True})
    store.close()


def tell(what: dict) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    place, where, who, how_long = sys.argv[1:]
    work(Path(place), where or None, who, float(how_long))
