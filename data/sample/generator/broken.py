"""Whole files in, the same files with some broken rows out, and the list of what is broken where.

Some broken rows hold an invented phone number: what is rejected must be masked as well.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from generator.files import SPREADSHEET, Row, Table, find_delimiter, write_line
from generator.identities import Planted
from generator.plan import SEED

TIRTASARI: Final = "workshop/kelas-tirtasari.csv"
LEMBAYUNG: Final = "workshop/kelas-lembayung.csv"
BAWASLU_2025: Final = "bawaslu/2025-q4.jsonl.gz"
BAWASLU_2026: Final = "bawaslu/2026-q2.jsonl.gz"
BUTTON_CSV: Final = "button/2025-10-12.csv.gz"
BUTTON_JSON: Final = "button/2026-01-08.jsonl.gz"
BUTTON_PARQUET: Final = "button/2026-09.parquet"

REJECTED: Final = "rejected"
CLEANED: Final = "cleaned"


@dataclass(frozen=True)
class Fault:
    """One way to break a row of a file: other values, or another line; and a number to put into its text.

    A fault that is only cleaned repeats a good row, with something in its text that has no place there.
    """

    path: str
    why: str
    changes: Row = field(default_factory=dict)
    garble: Callable[[str], str] | None = None
    phone: str = ""
    fate: str = REJECTED


@dataclass(frozen=True)
class Broken:
    """A broken row, where it stands (the first row after a header is 1), why, and what must become of it."""

    file: str
    row: int
    why: str
    fate: str


TEXT: Final = '"text": "'


def _cut_cells(line: str) -> str:
    return find_delimiter(SPREADSHEET).join(line.split(find_delimiter(SPREADSHEET))[:4])


FAULTS: Final = (
    Fault(SPREADSHEET, "no report_id", {"id_laporan": ""}),
    Fault(SPREADSHEET, "no text", {"isi": "", "transkrip": ""}),
    Fault(SPREADSHEET, "impossible date", {"waktu_lapor": "31/02/2026 09:15"}),
    Fault(SPREADSHEET, "unknown label", {"putusan": "mungkin"}, phone="0854-0017-2945"),
    Fault(SPREADSHEET, "a field too many", garble=lambda line: line + ";lebih"),
    Fault(SPREADSHEET, "fields missing", garble=_cut_cells, phone="+6285400381177"),
    Fault(SPREADSHEET, "negative views", {"tayangan": -250}),
    Fault(TIRTASARI, "only spaces as text", {"isi": "   ", "transkrip": ""}),
    Fault(TIRTASARI, "unreadable date", {"waktu_lapor": "kemarin sore"}, phone="0854 5501 7732"),
    Fault(TIRTASARI, "future date", {"waktu_lapor": "05/06/2027 10:00"}),
    Fault(TIRTASARI, "NUL byte", garble=lambda line: line.replace(" ", " \0", 1), fate=CLEANED),
    Fault(TIRTASARI, "absurd views", {"tayangan": 99_999_999_999_999}),
    Fault(LEMBAYUNG, "views that are no number", {"tayangan": "banyak"}),
    Fault(LEMBAYUNG, "unknown label", {"putusan": "HOAX?"}),
    Fault(LEMBAYUNG, "two fields too many", garble=lambda line: line + ",,"),
    Fault(BAWASLU_2025, "cut JSON", garble=lambda line: line[: len(line) // 2]),
    Fault(BAWASLU_2025, "not an object", garble=lambda _: '["baris", "rusak"]'),
    Fault(BAWASLU_2025, "no report_id", {"report_id": None}),
    Fault(BAWASLU_2025, "no text", {"text": None, "transcript": None}),
    Fault(BAWASLU_2026, "impossible date", {"reported_at": "2026-02-30T10:00:00+07:00"}),
    Fault(BAWASLU_2026, "unknown label", {"label": "probably"}, phone="085455019283"),
    Fault(
        BAWASLU_2026, "NUL byte", garble=lambda line: line.replace(TEXT, TEXT + r"\u0000", 1), fate=CLEANED
    ),
    Fault(
        BAWASLU_2026,
        "half a character",
        garble=lambda line: line.replace(TEXT, TEXT + r"\ud83d", 1),
        fate=CLEANED,
    ),
    Fault(BAWASLU_2026, "absurd views", {"views": 10**14}),
    Fault(BAWASLU_2026, "text too long", {"text": "panjang sekali " * 1500}),
    Fault(BUTTON_CSV, "no text in any column", {"text": "", "transcript": "", "ocr_text": ""}),
    Fault(BUTTON_JSON, "negative shares", {"shares": -3}),
    Fault(BUTTON_PARQUET, "future date", {"reported_at": "2027-01-01T00:00:00Z"}),
    Fault(BUTTON_PARQUET, "no report_id", {"report_id": None}),
)


def list_planted() -> list[Planted]:
    """List the phone numbers that stand in broken rows."""
    return [Planted(_name_row(fault), "text", "phone", fault.phone) for fault in FAULTS if fault.phone]


def break_tables(tables: list[Table]) -> tuple[list[Table], list[Broken]]:
    """Put a broken row for every fault into its file, at a place drawn by chance."""
    broken: list[Broken] = []
    return [_break_table(table, broken) for table in tables], broken


def _break_table(table: Table, broken: list[Broken]) -> Table:
    faults = [fault for fault in FAULTS if fault.path == table.path]
    places = sorted(Random(f"{SEED} broken {table.path}").sample(range(len(table.rows)), len(faults)))
    rows = list(table.rows)
    for shift, (place, fault) in enumerate(zip(places, faults, strict=True)):
        rows.insert(place + shift, _break_row(table.rows[place], fault))
        broken.append(Broken(table.path, place + shift + 1, fault.why, fault.fate))
    return Table(table.path, rows)


def _break_row(row: Row | str, fault: Fault) -> Row | str:
    assert isinstance(row, dict)
    changed = row if fault.fate == CLEANED else row | _describe(row, fault) | fault.changes
    return fault.garble(write_line(changed, fault.path)) if fault.garble else changed


def _describe(row: Row, fault: Fault) -> Row:
    id_column, text_column = ("id_laporan", "isi") if "isi" in row else ("report_id", "text")
    text = f"Baris yang rusak, hubungi {fault.phone}" if fault.phone else "Baris yang rusak"
    return {id_column: _name_row(fault), text_column: text}


def _name_row(fault: Fault) -> str:
    return f"rusak-{FAULTS.index(fault) + 1:02d}"
