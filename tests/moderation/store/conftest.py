"""The store on SQLite and on a real PostgreSQL, and a small queue to fill it with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from pipeline.config import Params, load_params
from pipeline.moderation.desk.dealing import Clock
from pipeline.moderation.desk.people import Person, add_person
from pipeline.moderation.intake.ground import Scale
from pipeline.moderation.intake.index import BatchIndex
from pipeline.moderation.intake.load import Batch, Loaded, Terms, load_batch
from pipeline.moderation.store import Store, create_store, open_database
from pipeline.schema.columns import REPORT_COLUMNS
from pipeline.schema.frames import RELATED, WORDINGS
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 10, 1, tzinfo=UTC)
LATER = datetime(2026, 11, 27, 8, tzinfo=UTC)
LIFETIME = timedelta(minutes=15)
SCALE = Scale("v1-00000000", 0.1, 1000.0)
KEY = b"k" * 32


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, on either database."""
    if request.param == "sqlite":
        opened = open_database(tmp_path, None)
        create_store(opened)
    else:
        opened = open_database(tmp_path, request.getfixturevalue("address"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def params() -> Params:
    return load_params(ROOT / "params.yaml")


@pytest.fixture(scope="session")
def chain(params: Params) -> TextChain:
    return TextChain(TextRules.from_params(params.text))


class Queue(NamedTuple):
    """A store with people, and the ways to fill and use it."""

    store: Store
    params: Params
    chain: TextChain
    sari: Person
    budi: Person
    lead: Person

    def load(
        self, reports: Sequence[Mapping[str, Any]], now: datetime = NOW, received: datetime = LATER
    ) -> Loaded:
        """Load reports; each names at least report_id and claim_id."""
        terms = Terms(self.chain, self.params, now, KEY)
        parts = load_batch(self.store, make_batch(reports), SCALE, terms, received)
        return Loaded(*map(sum, zip(Loaded(), *parts, strict=True)))

    def write(self, action: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with self.store.writing() as connection:
            return action(connection, *arguments, **named)

    def read(self, action: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with self.store.reading() as connection:
            return action(connection, *arguments, **named)


@pytest.fixture
def queue(store: Store, params: Params, chain: TextChain) -> Queue:
    """A store with two moderators and a lead."""
    with store.writing() as connection:
        people = [
            add_person(connection, name, role, None, LATER)
            for name, role in (("sari", "moderator"), ("budi", "moderator"), ("ibu", "lead"))
        ]
    return Queue(store, params, chain, *people)


def at(minutes: float = 0.0) -> Clock:
    """The clock so many minutes after LATER."""
    return Clock(LATER + timedelta(minutes=minutes), LIFETIME)


def report(report_id: str, claim_id: str, **more: Any) -> dict[str, Any]:
    """A report of a batch; it waits unless told otherwise."""
    made: dict[str, Any] = dict.fromkeys(REPORT_COLUMNS)
    made |= {
        "report_id": report_id,
        "claim_id": claim_id,
        "source": "desa",
        "text": f"warga desa {claim_id} rapat di balai",
        "reported_at": NOW - timedelta(hours=int(report_id.strip("abcdefghijklmnopqrstuvwxyz-") or 1)),
        "platform": "whatsapp",
        "waits": True,
        "score": 0.2,
        "abstain_reason": None,
        "model_version": SCALE.version,
        "words": [],
    }
    return made | more


def make_frame(reports: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The batch that `make_batch` would make."""
    frame = pd.DataFrame([dict(row) for row in reports])
    times = {
        name: pd.to_datetime(frame[name], utc=True) for name in ("reported_at", "observed_at", "labelled_at")
    }
    counts = {name: frame[name].astype("Int64") for name in ("views", "shares", "label")}
    ordered = frame.assign(**times, **counts, score=frame["score"].astype(float))
    return ordered.sort_values(["claim_id", "reported_at", "report_id"], ignore_index=True)


def make_batch(reports: Sequence[Mapping[str, Any]]) -> Batch:
    """A batch whose texts were not compared."""
    frame = make_frame(reports)
    wordings, related = (pd.DataFrame(columns=list(schema.columns)) for schema in (WORDINGS, RELATED))
    return Batch(frame, BatchIndex(wordings, frame), related)
