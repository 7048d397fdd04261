"""Whose data is to go, and which rows of a table are theirs."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from pipeline.storage.batches import Rows

MASKED: Final = re.compile("<[A-Z]+>")


class Subject(NamedTuple):
    """Every form under which reports and their reporters stand in tables, and the reports' texts.

    `report_columns` and `reporter_columns` are the names that columns of such ids have, ours and those of the
    raw files.
    """

    report_ids: frozenset[str]
    reporter_ids: frozenset[str]
    texts: frozenset[str]
    report_columns: frozenset[str] = frozenset({"report_id"})
    reporter_columns: frozenset[str] = frozenset({"reporter_id"})

    @property
    def ids(self) -> frozenset[str]:
        """Every form of every id."""
        return self.report_ids | self.reporter_ids


class Found(NamedTuple):
    """Something that held the data: where, how many, and of what ("rows")."""

    place: str
    n: int
    what: str


def find_rows(rows: Rows, subject: Subject) -> frozenset[int]:
    """Return the places of the rows that are a subject's.

    Told by ids; by the very text where there is no id, or `saring score --mask` has left a token of it.
    """
    names = rows.names
    own = subject.report_columns.intersection(names)
    chosen = set(_places(rows, subject.reporter_columns.intersection(names), subject.reporter_ids))
    chosen.update(_places(rows, own, subject.report_ids))
    nameless = _places_without_id(rows, own)
    if nameless:
        chosen.update(nameless.intersection(_places(rows, names, subject.texts)))
    return frozenset(chosen)


def holds_ids(content: Any, subject: Subject) -> bool:
    """Say whether one of a subject's ids stands somewhere in JSON-like content, as a whole value."""
    if isinstance(content, dict):
        return any(holds_ids(value, subject) for value in content.values())
    if isinstance(content, list):
        return any(holds_ids(value, subject) for value in content)
    return isinstance(content, str) and content.strip() in subject.ids


def _places(rows: Rows, names: "Sequence[str] | frozenset[str]", wanted: frozenset[str]) -> Iterator[int]:
    for name in names if wanted else ():
        values = rows.values(name)
        yield from (place for place, value in enumerate(values) if _plain(value) in wanted)


def _places_without_id(rows: Rows, names: frozenset[str]) -> set[int]:
    nameless = set(range(len(rows)))
    for name in names:
        named = enumerate(rows.values(name))
        nameless -= {place for place, value in named if (text := _plain(value)) and not MASKED.search(text)}
    return nameless


def _plain(value: Any) -> str | None:
    """Write out what an id may have become in a table of numbers."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) else None
