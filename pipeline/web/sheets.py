"""Rows in, a CSV out that a spreadsheet opens as text: nothing that somebody reported is run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection)."""
MARK: Final = "\ufeff"
"""Tells Excel that the file is UTF-8."""


def write_sheet(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_write_cell(cell) for cell in row] for row in rows)
    return MARK + written.getvalue()


def _write_cell(value: object) -> str:
    """Return what a cell shows.

    >>> _write_cell("=1+1"), _write_cell(" @x"), _write_cell(-3), _write_cell(None)
    ("'=1+1", "' @x", '-3', '')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if not isinstance(value, str):
        return str(value)
    shown = value.replace("\0", "")
    return f"'{shown}" if shown.lstrip(" \ufeff").startswith(FORMULAS) else shown
