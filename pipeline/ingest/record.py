"""One raw record in, the report that a row of a file would have become out; no table is made of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pipeline.config import Ingest, Source
from pipeline.ingest.cells import FORGOTTEN, NO_ID, find_fault, is_forgotten, require_text
from pipeline.ingest.pseudonyms import Masker
from pipeline.ingest.tables import clean_record
from pipeline.ingest.values import Fault, Reader, Value, build_readers
from pipeline.privacy.tombstones import Tombstones
from pipeline.schema.columns import REPORT_COLUMNS, TEXT_PARTS

LABELS = ("label", "label_source", "label_detail", "labelled_at", "weight")
TAKEN = tuple(column for column in REPORT_COLUMNS if column not in {"source", *LABELS})
"""What a record may say; its source and its labels are not the sender's to say."""


class RecordReader(NamedTuple):
    """Reads records of one source as `ingest` reads rows: typed, checked and masked."""

    source: Source
    readers: Mapping[str, Reader]
    masker: Masker
    forgotten: Tombstones
    prefix: str

    def read(self, record: Mapping[str, object]) -> dict[str, Any] | Fault:
        """Return a report with all of REPORT_COLUMNS, or the first fault of the record.

        `prefix` stands before its id, so that two senders' ids are two.
        """
        raw = clean_record(record, Counter())
        values = {column: self._read_value(raw, column) for column in TAKEN}
        values["text"] = require_text(*(values[part] for part in TEXT_PARTS))
        values["report_id"] = self._name(values["report_id"])
        if is_forgotten(values["report_id"], values["reporter_id"], self.forgotten):
            return FORGOTTEN
        fault = find_fault(values.values())
        return fault or self._complete(values)

    def read_columns(self, record: Mapping[str, object], columns: Iterable[str]) -> dict[str, Any]:
        """Return some values of a record, masked, or the fault that one has; an id is named as it is kept."""
        raw = clean_record(record, Counter())
        values = {column: self.readers[column](raw.get(column)) for column in columns}
        if isinstance(values.get("report_id"), str):
            values["report_id"] = f"{self.prefix}{values['report_id']}"
        return {column: self._mask(value, column) for column, value in values.items()}

    def name_report(self, client_id: str) -> str:
        """Return under which id a report is kept that its sender calls so."""
        return self.masker.mask_column(f"{self.prefix}{client_id}", "report_id")

    def _read_value(self, raw: Mapping[str, object], column: str) -> Value | Fault:
        """Read one value; a constant of the params file stands above what the record says."""
        return self.readers[column](self.source.constants.get(column, raw.get(column)))

    def _name(self, client_id: Value | Fault) -> Value | Fault:
        if client_id is None:
            return NO_ID
        return client_id if isinstance(client_id, Fault) else f"{self.prefix}{client_id}"

    def _complete(self, values: Mapping[str, Value | Fault]) -> dict[str, Any]:
        masked = {column: self._mask(value, column) for column, value in values.items()}
        counted = {"observed_at": masked["observed_at"] or masked["reported_at"]}
        return {**dict.fromkeys(REPORT_COLUMNS), **masked, **counted, "source": self.source.name}

    def _mask(self, value: Value | Fault, column: str) -> Value | Fault:
        return self.masker.mask_column(value, column) if isinstance(value, str) else value


def open_reader(  # noqa: PLR0913, PLR0917 - what ingest's own rows are read by
    source: Source, params: Ingest, now: datetime, key: bytes, forgotten: Tombstones, prefix: str = ""
) -> RecordReader:
    """Return the reader of a source's records at a time."""
    masker = Masker(key, params.mask_identities)
    readers = build_readers(source, params, now, masker.mask_text)
    return RecordReader(source, readers, masker, forgotten, prefix)
