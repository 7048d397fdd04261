"""Reports in which every column holds an identity of every kind, and what to look for afterwards.

Nobody's: days that no month has, a prefix that no operator holds, a domain that is reserved for examples.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

FREE = ("text", "transcript", "ocr_text", "platform", "reporter_group", "cohort", "region", "reported_type")
LABELS = ("label_source", "label_detail", "source")
IDS = ("report_id", "url", "external_subject", "reporter_id")
COLUMNS = (*FREE, *LABELS, *IDS)
UNLABELLED = [column for column in COLUMNS if column != "label_source"]
"""What is kept of a report without a label."""

Report = dict[str, object]

PHONE = "0854-7781-9902"
TEXT = "Celana hilang di jemuran Gang Delima, pelakunya kucing oranye bernama Ucok, sebarkan ke grup RT"
RAW_TEXT = TEXT + " hubungi 0854-2218-7745"
WAITING_TEXT = "Panen raya jagung ungu di ladang seberang sungai dibagi gratis untuk pemilik sepeda ontel"
REPORTER = "sutarmi@surel.example"
LATE = "2026-09-25T09:00:00+07:00"
MINE: list[Report] = [
    {
        "reporter_id": REPORTER,
        "report_id": PHONE,
        "text": RAW_TEXT,
        "reported_at": "2025-11-29T09:00:00+07:00",
        "label": 1,
    },
    {
        "reporter_id": REPORTER,
        "report_id": "menunggu-1",
        "text": WAITING_TEXT,
        "reported_at": LATE,
        "views": 90_000,
    },
    {"reporter_id": REPORTER, "report_id": "rusak-1", "text": TEXT, "reported_at": LATE, "views": -3},
]
"""What one reporter sent: a labelled report whose id is a phone number, one that waits, one that is rejected."""
SHEET = "kiriman 0854-6612-0087.csv"


class Kind(NamedTuple):
    """How the nth value of a kind is invented, and what people write around it."""

    invent: Callable[[int], str]
    phrase: str
    bare: bool
    """Whether a value is told by itself, as in an id; others need the words around it."""


KINDS = {
    "nik": Kind(lambda n: f"3273013102{n % 60 + 30:02d}{n + 1000:04d}", "NIK {}", True),
    "phone": Kind(lambda n: f"0854-{n % 900 + 100}{n % 10}-{n + 2000:04d}", "WA {}", True),
    "email": Kind(lambda n: f"panitia.{chr(97 + n % 26)}{n}@surel.example", "surel {}", True),
    "account": Kind(lambda n: f"{n + 7_130_004_000}", "rekening BCA {}", False),
    "handle": Kind(lambda n: f"@kabar_{chr(97 + n % 26)}{n}", "lihat {}", True),
    "plate": Kind(lambda n: f"KH {n + 3000} QZ", "mobil plat {}", True),
    "address": Kind(lambda n: f"Jl. Delima Semu {n} RT {n % 90 + 10}/RW 0{n % 9 + 1}", "di {}", True),
}


class Planted(NamedTuple):
    """A value that must not be found again."""

    kind: str
    column: str
    value: str

    def stands_in(self, text: str) -> bool:
        """Say whether a text holds the value as written, without its blanks, or its digits alone."""
        digits = re.sub(r"\D", "", self.value)
        forms = {self.value.replace(" ", blank) for blank in (" ", "", "-")} | (
            {digits} if len(digits) >= 9 else set()
        )
        return any(form in text for form in forms)


class Garden(NamedTuple):
    """Reports, rejected ones among them, lines of a spreadsheet that broke, and all that is planted there."""

    reports: list[Report]
    sheet: str
    planted: list[Planted]


def plant(times: list[tuple[datetime, int | None]], n_rejected: int) -> Garden:
    """Make a report of each kind at each of the times with the label given, and rows that are rejected."""
    numbers = iter(range(1, 900))
    planted: list[Planted] = []
    reports = [
        _fill(kind, numbers, planted, COLUMNS if label is not None else UNLABELLED)
        | {"reported_at": when.isoformat(), "label": label, "views": 10 + place}
        for place, (when, label) in enumerate(times)
        for kind in KINDS
    ]
    for kind in list(KINDS)[:n_rejected]:
        reports.append(_fill(kind, numbers, planted) | {"reported_at": times[0][0].isoformat(), "views": -1})
    return Garden(reports, _break_rows(numbers, planted), planted)


def _fill(
    kind: str, numbers: Iterator[int], planted: list[Planted], columns: Sequence[str] = COLUMNS
) -> Report:
    """Make a report with a value of one kind in each column."""
    report: Report = {}
    for column in columns:
        number = next(numbers)
        value = KINDS[kind].invent(number)
        planted.append(Planted(kind, column, value))
        report[column] = _write(kind, column, value, number)
    return report


def _write(kind: str, column: str, value: str, number: int) -> str:
    phrase = KINDS[kind].phrase.format(value)
    if column == "text":
        return f"Gudang jamur nomor urut {number} di bukit {kind} dibuka malam hari oleh tamu, {phrase} ya"
    if column in ("transcript", "ocr_text"):
        return f"Suara tamu berkata gudang itu milik bersama, {phrase} ya"
    if column == "url":
        return (
            f"https://warta.example/{number}?teks={value.replace(' ', '-') if KINDS[kind].bare else phrase}"
        )
    return value if column in IDS and KINDS[kind].bare else phrase


def _break_rows(numbers: Iterator[int], planted: list[Planted]) -> str:
    """Write a spreadsheet whose rows have a field too many, each with a value somewhere."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["report_id", "text", "reporter_id"])
    writer.writerow(["utuh-1", "Kebun nanas di lereng utara panen serentak tanpa tengkulak", "warga-1"])
    for name, kind in KINDS.items():
        number = next(numbers)
        value = kind.invent(number)
        planted.append(Planted(name, "broken", value))
        writer.writerow([f"patah-{number}", f"Baris yang patah, {kind.phrase.format(value)}", "", "lebih"])
    return lines.getvalue()


def write_lines(reports: list[Report]) -> bytes:
    """Write reports as JSON lines."""
    return "".join(json.dumps(report) + "\n" for report in reports).encode()


def name_reporters(reports: list[Report]) -> list[Report]:
    """Give reports some reporters."""
    return [report | {"reporter_id": f"warga-{place % 7}"} for place, report in enumerate(reports)]


TIMES: list[tuple[datetime, int | None]] = [
    (datetime(2025, 12, 1, tzinfo=UTC), 1),
    (datetime(2026, 7, 20, tzinfo=UTC), 0),
    (datetime(2026, 9, 24, tzinfo=UTC), None),
]
"""In training, in the test, and waiting."""
GARDEN = plant(TIMES, n_rejected=len(KINDS))
