"""A match as people see it; light to import, because the terms of a priority need it."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How sure a match is; neither closes a claim."""

    match = "match"
    suggest = "suggest"


class Found(NamedTuple):
    """A fact-check with its date and link, how similar it is, how sure that is, and other verdicts of the same url."""

    level: str
    similarity: float
    kind: str
    url: str
    title: str
    verdict: str | None
    published_at: datetime | None
    publisher: str | None
    conflicts: str | None
