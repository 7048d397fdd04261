"""A small data set of its own, and a folder in which a test may break it."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
START = datetime(2025, 10, 20, 2, tzinfo=UTC)

PLACES = [
    "pasar ikan Muara Tenang, seberang kios jagung bakar Bu Warsih",
    "terminal bus Karangsari tepat di samping bengkel sepeda tua",
    "lapangan voli Dusun Wetan yang baru selesai dipasangi lampu",
    "puskesmas Ranu Biru, lantai dua, dekat ruang tunggu lansia",
    "gudang beras Sukamekar milik koperasi petani perempuan",
    "sekolah dasar Batu Apung sesudah upacara hari Senin",
    "jembatan gantung Leuwi Panjang menuju kampung pengrajin rotan",
    "waduk Cikembang Lor, pintu air sebelah utara, jalur pemancing",
    "perumahan guru Tanjung Elok gang buntu ujung timur",
    "kebun teh Puncak Sewu pada jam istirahat para pemetik",
]
ALARMS = [
    "Awas! Racun tikus dicampur ke air minum di {}",
    "Sebarkan sebelum dihapus: hantu menculik balita di {}",
    "Viral, uang gaib dua juta dibagi cuma-cuma di {}",
]
NOTICES = [
    "Listrik padam bergilir dua jam untuk perawatan di {}",
    "Warga kerja bakti mengecat pagar bersama di {}",
    "Jalan ditutup sebagian karena perbaikan saluran di {}",
]

Row = Mapping[str, object]


def make_reports() -> list[dict[str, object]]:
    """60 labelled claims of two classes over eleven months, each reported twice, and 6 that wait."""
    pairs = itertools.product(PLACES, zip(ALARMS, NOTICES, strict=True))
    texts = [
        (kind.format(place), label)
        for place, kinds in pairs
        for kind, label in zip(kinds, (1, 0), strict=True)
    ]
    labelled = [
        make_report(number, text, START + timedelta(days=5 * number + copy), label, copy)
        for number, (text, label) in enumerate(texts)
        for copy in (0, 1)
    ]
    late = START + timedelta(days=340)
    waiting = [
        make_report(number, kind.format("balai kota Simpang Lima depan patung pahlawan"), late, None, 0)
        for number, kind in enumerate([*ALARMS, *NOTICES], start=len(texts))
    ]
    return labelled + waiting


def make_report(number: int, text: str, when: datetime, label: int | None, copy: int) -> dict[str, object]:
    return {
        "report_id": f"r{number:03d}-{copy}",
        "text": text if not copy else f"{text} (kiriman grup)",
        "reported_at": when.isoformat(),
        "views": 10 * (number % 7) + copy,
        "label": label,
    }
