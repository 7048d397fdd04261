"""Reports in, reports with invented personal data out, and the list of what was planted where.

Nobody's: the NIKs name places that do not exist (regency 99, district 99), the phones have a prefix that no
operator holds, the e-mail addresses a domain that is reserved for examples.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from generator.people import BUTTON, draw_letters
from generator.plan import SEED
from generator.reports import Report

FEWEST_CHARS: Final = 140
"""A longer text still resembles its claim when a number is added."""

PROVINCES: Final = (11, 32, 33, 34, 35, 51, 64, 73)
PREFIX: Final = "0854"
"""Looks like any mobile number; 0853 and 0855 have operators, 0854 has none."""


@dataclass(frozen=True)
class Planted:
    """Something personal that stands in one column of one report."""

    report_id: str
    column: str
    kind: str
    value: str

    @property
    def digits(self) -> str:
        """The value's digits alone, as somebody would search for them."""
        return "".join(character for character in self.value if character.isdigit())


@dataclass(frozen=True)
class Sowing:
    """How many values of a kind go into a column, and the words around them."""

    column: str
    kind: str
    count: int
    phrases: tuple[str, ...]


SOWINGS: Final = (
    Sowing("text", "nik", 12, (" Contoh NIK {}", " KTP nomor {} a.n. Sutarmi", " NIK saya {}")),
    Sowing("text", "phone", 16, (" Hubungi Bu Tini {}", " CP {}", " Info lanjut WA {} ya")),
    Sowing("text", "email", 4, (" Kirim berkas ke {}", " surel {}")),
    Sowing("text", "handle", 4, (" via {}", " sumber {}")),
    Sowing("transcript", "nik", 3, (" Nomor induknya {}",)),
    Sowing("transcript", "phone", 4, (" Telepon saja ke {}",)),
    Sowing("url", "phone", 5, ("?wa={}",)),
    Sowing("url", "email", 1, ("?dari={}",)),
    Sowing("url", "handle", 2, ("/{}",)),
    Sowing("reporter_id", "nik", 3, ("{}",)),
    Sowing("reporter_id", "phone", 4, ("{}",)),
    Sowing("reporter_id", "email", 2, ("{}",)),
)


def plant_identities(reports: list[Report]) -> tuple[list[Report], list[Planted]]:
    """Plant one identity in each of some sixty later copies, never in a claim's first report."""
    rng = Random(f"{SEED} identities")
    copies = _later_copies(reports)
    planted: dict[str, tuple[Report, Planted]] = {}
    for sowing in SOWINGS:
        free = [report for report in copies if report.report_id not in planted]
        chosen = rng.sample([report for report in free if _has_room(report, sowing.column)], sowing.count)
        planted |= {report.report_id: _plant(report, sowing, rng) for report in chosen}
    changed = [planted[report.report_id][0] if report.report_id in planted else report for report in reports]
    return changed, sorted((seed for _, seed in planted.values()), key=lambda seed: seed.report_id)


def _later_copies(reports: list[Report]) -> list[Report]:
    """Leave out each claim's first report, and the brigade (users of the button who name a cohort)."""
    seen: set[str] = set()
    later = []
    for report in sorted(reports, key=lambda report: (report.reported_at, report.report_id)):
        in_brigade = report.source == BUTTON and report.reporter.cohort
        if report.claim_id in seen and not in_brigade:
            later.append(report)
        seen.add(report.claim_id)
    return later


def _has_room(report: Report, column: str) -> bool:
    if column == "reporter_id":
        return True
    value = getattr(report, column)
    return bool(value) and (column == "url" or len(report.text + (report.transcript or "")) >= FEWEST_CHARS)


def _plant(report: Report, sowing: Sowing, rng: Random) -> tuple[Report, Planted]:
    invented = INVENTORS[sowing.kind](rng)
    value = invented.replace(" ", "") if sowing.column == "url" else invented
    phrase = rng.choice(sowing.phrases).format(value)
    if sowing.column == "reporter_id":
        changed = replace(report, reporter=replace(report.reporter, id=value))
    else:
        changed = replace(report, **{sowing.column: getattr(report, sowing.column) + phrase})
    return changed, Planted(report.report_id, sowing.column, sowing.kind, value)


def _invent_nik(rng: Random) -> str:
    """Invent 16 digits: place, date of birth (a woman's day is 40 higher), serial number."""
    day = rng.randint(1, 28) + rng.choice((0, 40))
    birth = f"{day:02d}{rng.randint(1, 12):02d}{rng.randint(60, 99):02d}"
    return f"{rng.choice(PROVINCES)}9999{birth}{rng.randint(1, 9999):04d}"


def _invent_phone(rng: Random) -> str:
    """Invent a mobile number, written in one of the ways in which people write them."""
    middle, end = f"{rng.randint(100, 9999)}", f"{rng.randint(0, 9999):04d}"
    writings = (
        f"{PREFIX}{middle}{end}",
        f"{PREFIX}-{middle}-{end}",
        f"{PREFIX} {middle} {end}",
        f"+62{PREFIX[1:]}{middle}{end}",
        f"+62 {PREFIX[1:]}-{middle}-{end}",
    )
    return rng.choice(writings)


def _invent_email(rng: Random) -> str:
    return f"{rng.choice(('sutarmi', 'panitia', 'tini', 'admin'))}.{draw_letters(5, rng)}@surel.example"


def _invent_handle(rng: Random) -> str:
    return f"@{rng.choice(('info', 'kabar', 'sutarmi'))}_{draw_letters(7, rng)}"


INVENTORS: Final[dict[str, Callable[[Random], str]]] = {
    "nik": _invent_nik,
    "phone": _invent_phone,
    "email": _invent_email,
    "handle": _invent_handle,
}
