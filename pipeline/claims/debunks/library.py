"""Debunks in, the library out: one row a url, the later date wins, and contradicting verdicts are noted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import pandas as pd

from pipeline.claims.debunks.entries import Debunk, Kind
from pipeline.schema.frames import DEBUNKS, check_frame

SEPARATOR: Final = "; "


class Gathered(NamedTuple):
    """The library, and what became of the debunks that were added to it."""

    library: pd.DataFrame
    n_new: int
    n_changed: int
    n_unchanged: int


def gather_debunks(library: pd.DataFrame, added: Iterable[Debunk]) -> Gathered:
    """Add debunks to a library (DEBUNKS, or without rows).

    Of two entries with one url the later date is kept, then the larger content, so that the order of files
    and rows changes nothing. Where both state a verdict and the verdicts differ, the other one is kept as a
    conflict. Adding the same again changes nothing.
    """
    before = {row.url: row for row in map(_read_row, library.to_dict("records"))}
    kept = dict(before)
    n_unchanged = 0
    for debunk in added:
        standing = kept.get(debunk.url)
        row = _Row(*debunk, frozenset())
        kept[debunk.url] = row if standing is None else _settle(standing, row)
        n_unchanged += kept[debunk.url] == standing
    changed = sum(kept[url] != row for url, row in before.items())
    frame = pd.DataFrame([_write_row(kept[url]) for url in sorted(kept)], columns=list(DEBUNKS.columns))
    return Gathered(check_frame(frame, DEBUNKS, "debunks"), len(kept) - len(before), changed, n_unchanged)


def empty_library() -> pd.DataFrame:
    """Return a library without rows."""
    return check_frame(pd.DataFrame(columns=list(DEBUNKS.columns)), DEBUNKS, "debunks")


class _Row(NamedTuple):
    url: str
    title: str
    text: str
    verdict: str | None
    published_at: datetime | None
    publisher: str | None
    kind: Kind
    conflicts: frozenset[str]

    def weight(self) -> tuple[object, ...]:
        moment = self.published_at
        at = moment.timestamp() if moment is not None else float("-inf")
        return (at, self.title, self.text, self.verdict or "", self.publisher or "", str(self.kind))


def _settle(standing: _Row, added: _Row) -> _Row:
    winner = max(standing, added, key=_Row.weight)
    verdicts = {standing.verdict, added.verdict} | standing.conflicts | added.conflicts
    return winner._replace(conflicts=frozenset(filter(None, verdicts - {winner.verdict})))


def _read_row(row: Mapping[Any, Any]) -> _Row:
    cells: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in row.items()}
    conflicts = cells.pop("conflicts")
    moment = cells["published_at"]
    cells |= {
        "kind": Kind(str(cells["kind"])),
        "published_at": moment.to_pydatetime() if isinstance(moment, pd.Timestamp) else None,
    }
    return _Row(conflicts=frozenset(str(conflicts).split(SEPARATOR) if conflicts else ()), **cells)


def _write_row(row: _Row) -> dict[str, object]:
    conflicts = SEPARATOR.join(sorted(row.conflicts)) or None
    return row._asdict() | {"kind": str(row.kind), "conflicts": conflicts}
