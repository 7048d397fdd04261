"""Rows with a fault in; what is kept of them, masked, or the one line that says there are too many, out."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

import pandas as pd

from pipeline.config import Ingest
from pipeline.errors import SchemaError
from pipeline.ingest.pseudonyms import REPORTER, Masker
from pipeline.ingest.tables import BrokenRow, RawRow, RawTable
from pipeline.ingest.values import Fault, is_missing, write_value

REJECTED_COLUMNS: Final = ("source", "file", "row", "reason", "content")

_Item = TypeVar("_Item", str, Fault)


class Rejection(NamedTuple):
    """A row that was not taken: where it stood, why, and what it held as JSON, all of it masked."""

    source: str
    file: str
    row: int
    fault: Fault
    content: str


@dataclass(frozen=True)
class Rejecter:
    """Makes the rejections of one table; `names` are the file's names of our columns.

    What a row holds in columns that are not ours is not kept, nor is a text beyond `max_chars`.
    """

    table: RawTable
    names: Mapping[str, str]
    masker: Masker
    max_chars: int

    def reject_row(self, row: RawRow, fault: Fault) -> Rejection:
        """Reject a row that has a fault."""
        values = {theirs: self._keep(row.values.get(theirs), ours) for ours, theirs in self.names.items()}
        return self._reject(row.number, fault, {self.masker.mask_text(name): values[name] for name in values})

    def reject_broken(self, row: BrokenRow) -> Rejection:
        """Reject a row that could not be taken apart; a field that may be the reporter's is a pseudonym."""
        places = self._find_reporter(row)
        fields = [
            self._keep(field, REPORTER if place in places else None) for place, field in enumerate(row.fields)
        ]
        return self._reject(row.number, Fault(row.reason, row.reason, "every row to be whole"), fields)

    def reject_unseen(self, number: int, fault: Fault) -> Rejection:
        """Reject a row of which nothing is to be kept."""
        return self._reject(number, fault, None)

    def _reject(self, number: int, fault: Fault, content: object) -> Rejection:
        source, file = (
            self.masker.mask_text(name) for name in (str(self.table.source.name), self.table.file)
        )
        return Rejection(source, file, number, fault, json.dumps(content, ensure_ascii=False, sort_keys=True))

    def _keep(self, value: object, ours: str | None) -> str | None:
        if is_missing(value):
            return None
        text = write_value(value)
        if len(text) > self.max_chars:
            return f"({len(text)} characters)"
        return self.masker.mask_column(text, ours)

    def _find_reporter(self, row: BrokenRow) -> range:
        """Find where the reporter may stand when fields are missing or too many somewhere in the row."""
        if REPORTER not in self.names:
            return range(0)
        place = self.table.columns.index(self.names[REPORTER])
        shifted = place + len(row.fields) - len(self.table.columns)
        return range(min(place, shifted), max(place, shifted) + 1)


def build_rejected(rejections: Iterable[Rejection]) -> pd.DataFrame:
    """Return the rejected rows as a frame, by source, file and row."""
    rows = sorted((item.source, item.file, item.row, item.fault.reason, item.content) for item in rejections)
    return pd.DataFrame(rows, columns=list(REJECTED_COLUMNS))


def refuse_too_many(rejections: Sequence[Rejection], rows_in: int, params: Ingest) -> None:
    """Raise SchemaError for the worst file and its most frequent fault when too many rows are rejected."""
    if len(rejections) <= params.max_rejected_share * rows_in:
        return
    file = _most_frequent(item.file for item in rejections)
    fault = _most_frequent(item.fault for item in rejections if item.file == file)
    rows = sorted(item.row for item in rejections if (item.file, item.fault) == (file, fault))
    raise SchemaError(
        f"{file}: {fault.found} (rows {', '.join(map(str, rows[:3]))}); expected {fault.expected}; "
        f"{len(rejections)} of {rows_in} rows in all are rejected, more than "
        f"ingest.max_rejected_share: {params.max_rejected_share}"
    )


def _most_frequent(items: Iterable[_Item]) -> _Item:
    counts = Counter(items)
    return min(counts, key=lambda item: (-counts[item], repr(item)))
