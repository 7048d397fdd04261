"""The read values of one row in, what is wrong with the row as a whole out; free of pandas."""

from collections.abc import Iterable
from typing import Final

from pipeline.ingest.values import Fault, Value
from pipeline.privacy.tombstones import Tombstones

NO_ID: Final = Fault("no report_id", "rows have no report_id", "an id in every row")
NO_TEXT: Final = Fault("no text", "rows have no text", "a text, transcript or ocr_text in every row")
FORGOTTEN: Final = Fault("forgotten", "rows of forgotten reports", "none; delete them from the file")
"""A row that `saring forget` has named: nothing of it is kept, and it counts as no mistake."""


def require_text(text: Value | Fault, *others: Value | Fault) -> Value | Fault:
    """Return the caption, "" where only transcript or ocr_text is there, or the fault that nothing is."""
    if text is not None:
        return text
    return NO_TEXT if all(other is None for other in others) else ""


def is_forgotten(report: Value | Fault, reporter: Value | Fault, forgotten: Tombstones) -> bool:
    """Say whether a report or who sent it was forgotten."""
    return (isinstance(report, str) and forgotten.holds_report(report)) or (
        isinstance(reporter, str) and forgotten.holds_reporter(reporter)
    )


def find_fault(values: Iterable[Value | Fault]) -> Fault | None:
    """Return the first fault of a row."""
    return next((value for value in values if isinstance(value, Fault)), None)
