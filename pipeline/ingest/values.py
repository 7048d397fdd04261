"""One raw value in, the typed value of a column out, None where there is none, or the fault that it has."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import partial
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from pipeline.config import Ingest, Source
from pipeline.errors import ConfigError
from pipeline.ingest.tables import Nested
from pipeline.ingest.times import read_moment
from pipeline.schema.columns import REPORT_COLUMNS, TEXT_PARTS

TIME_COLUMNS: Final = ("reported_at", "observed_at", "labelled_at")
COUNT_COLUMNS: Final = ("views", "shares")
LABEL: Final = "label"
WEIGHT: Final = "weight"
TEXT_COLUMNS: Final = tuple(
    column for column in REPORT_COLUMNS if column not in (*TIME_COLUMNS, *COUNT_COLUMNS, LABEL, WEIGHT)
)

MISSING_WORDS: Final = frozenset(["", "nan", "nat", "none", "null", "<na>"])
"""What programs print for a missing time, count or label."""

MAX_SHOWN_CHARS: Final = 40
WHOLE_NUMBER: Final = re.compile(r"([+-]?[0-9]+)(?:\.0*)?")


class Fault(NamedTuple):
    """Why a row is rejected, and how an error line says it: `found` (rows 1, 2); expected `expected`."""

    reason: str
    found: str
    expected: str


Value = str | int | float | datetime | None
Reader = Callable[[object], "Value | Fault"]


class Moments(NamedTuple):
    """How times are read: where they name no zone, which of two numbers is the day, what is still to come."""

    zone: tzinfo
    day_first: bool
    now: datetime


class Labels(NamedTuple):
    """Which values of a label are which class, how the params file names them, and how to show others."""

    values: Mapping[str, int]
    expected: str
    show: Callable[[str], str]


def build_readers(
    source: Source, params: Ingest, now: datetime, mask: Callable[[str], str]
) -> dict[str, Reader]:
    """Return the function that reads each column of a source; `mask` hides identities in a fault."""
    moments = Moments(ZoneInfo(source.timezone), source.day_first, now)
    readers: dict[str, Reader] = {LABEL: partial(read_label, labels=_know_labels(source, mask))}
    readers[WEIGHT] = read_weight
    for column in TEXT_COLUMNS:
        readers[column] = partial(read_text, column=column, max_chars=params.max_text_chars)
    for column in TIME_COLUMNS:
        readers[column] = partial(read_time, column=column, moments=moments)
    for column in COUNT_COLUMNS:
        readers[column] = partial(read_count, column=column, maximum=params.max_views)
    return readers


def read_text(value: object, column: str, max_chars: int) -> str | Fault | None:
    """Read a string; a number or a time is written out, blank is None, a list is a fault."""
    if isinstance(value, Nested):
        return _fault(f"{column} holds {value}", f"one text in column {column!r}")
    if is_missing(value):
        return None
    text = write_value(value)
    if column not in TEXT_PARTS or not text.strip():
        text = text.strip()
    if len(text) > max_chars:
        return _fault(
            f"{column} is longer than max_text_chars",
            f"at most {max_chars} characters (ingest.max_text_chars)",
        )
    return text or None


def read_time(value: object, column: str, moments: Moments) -> datetime | Fault | None:
    """Read a time that has come."""
    if _is_blank(value):
        return None
    try:
        moment = read_moment(value, moments.zone, moments.day_first)
    except ValueError:
        return _fault(
            f"{column} cannot be read as a time",
            f"a time such as 2026-04-03 14:30 or {'25/12/2026' if moments.day_first else '12/25/2026'} 14:30",
        )
    if moment > moments.now:
        return _fault(f"{column} is in the future", f"times up to {moments.now:%Y-%m-%d %H:%M} UTC (run.now)")
    return moment


def read_count(value: object, column: str, maximum: int) -> int | Fault | None:
    """Read a whole number from 0 to `maximum`."""
    if _is_blank(value):
        return None
    digits = WHOLE_NUMBER.fullmatch(write_value(value).strip())
    expected = f"whole numbers from 0 to {maximum} (ingest.max_views), without separators"
    if digits is None or isinstance(value, bool):
        return _fault(f"{column} cannot be read as a count", expected)
    if len(digits[1]) > 40 or int(digits[1]) > maximum:
        return _fault(f"{column} is above max_views", expected)
    return int(digits[1]) if int(digits[1]) >= 0 else _fault(f"{column} is negative", expected)


def read_weight(value: object) -> float | Fault | None:
    """Read a number above 0."""
    if _is_blank(value):
        return None
    try:
        weight = float(write_value(value))
    except ValueError:
        weight = math.nan
    if not 0 < weight < math.inf:
        return _fault("weight is no number above 0", "for how many claims the labelled one stands, above 0")
    return weight


def read_label(value: object, labels: Labels) -> int | Fault | None:
    """Read a class; whether letters are large or small, and 1 or "1" or 1.0, makes no difference."""
    known = labels.values.get(_fold_label(value))
    if known is not None or _is_blank(value):
        return known
    shown = labels.show(write_value(value))
    return Fault(f"label {shown} is not in label_values", f"column 'label' holds {shown}", labels.expected)


def is_missing(value: object) -> bool:
    """Tell whether a value is None, NaN or one of pandas' kinds of nothing."""
    return value is None or type(value).__name__ in ("NAType", "NaTType") or value != value  # noqa: PLR0124


def write_value(value: object) -> str:
    """Write out a single value: whole numbers without a fraction, times as ISO 8601 has them.

    >>> write_value(12.0), write_value(True)
    ('12', 'true')
    """
    match value:
        case str():
            return str(value)
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


def show_value(text: str, mask: Callable[[str], str]) -> str:
    """Show a value in a message: its identities masked, and by its length alone when it may be a sentence."""
    if len(text) > MAX_SHOWN_CHARS:
        return f"a text of {len(text)} characters"
    return repr(mask(text))


def _fault(found: str, expected: str) -> Fault:
    return Fault(found, found, expected)


def _is_blank(value: object) -> bool:
    return is_missing(value) or (isinstance(value, str) and value.strip().lower() in MISSING_WORDS)


def _fold_label(value: object) -> str:
    text = write_value(value).strip().casefold()
    digits = WHOLE_NUMBER.fullmatch(text)
    return str(int(digits[1])) if digits and len(text) < 20 else text


def _know_labels(source: Source, mask: Callable[[str], str]) -> Labels:
    values = {_fold_label(value): label for value, label in source.label_values.items()}
    for value, label in source.label_values.items():
        if values[_fold_label(value)] != label:
            raise ConfigError(
                f"ingest.sources.{source.name}.label_values: {value!r} is there twice, as 0 and as 1; "
                "expected one class for each value (large and small letters are alike)"
            )
    named = ", ".join(repr(value) for value in source.label_values) or "no value: it knows none"
    expected = f"one of {named}; map it in params.yaml: ingest.sources.{source.name}.label_values"
    return Labels(values, expected, partial(show_value, mask=mask))
