"""Who reports: students of four workshop classes, supervisors, users of the report button; all invented."""

from dataclasses import dataclass
from random import Random
from typing import Final

from generator.plan import SEED

WORKSHOP: Final = "workshop"
BAWASLU: Final = "bawaslu"
BUTTON: Final = "button"

N_STUDENTS: Final = 30
N_USERS: Final = 800

CLASSES: Final = {
    "wanasari": ("Kelas A, Universitas Wanasari", ("Kota Wanasari", "Kab. Sendangjati", "Kab. Giriloka")),
    "tirtasari": ("Kelas B, Institut Tirtasari", ("Kab. Tirtasari", "Kota Baruasih", "Kab. Rawamulya")),
    "lembayung": (
        "Kelas C, Politeknik Lembayung",
        ("Kab. Lembayung", "Kab. Gunungsalam", "Kota Pesisirjaya"),
    ),
    "arungsari": (
        "Kelas D, Universitas Arungsari",
        ("Kota Arungsari", "Kab. Lembah Kencana", "Kab. Seloreja"),
    ),
}
"""The four workshop classes: file name, cohort, and the regions that its students come from."""

REGIONS: Final = tuple(region for _, regions in CLASSES.values() for region in regions)

FALSE_COHORTS: Final = (
    "Relawan Pantau Wanasari",
    "Kelas A, Universitas Wanasari (lanjutan)",
    "Kelas E, Universitas Wanasari",
    "Satgas Media Kota",
    "Komunitas Jaga Suara",
    "Tim Khusus 12",
)
"""Cohorts that no lead ever registered: the brigade's own reports name them."""


@dataclass(frozen=True)
class Reporter:
    """Somebody who reports; only a workshop's students have a cohort."""

    id: str
    region: str
    cohort: str | None = None


@dataclass(frozen=True)
class People:
    """All reporters by source, and the accounts of the brigade."""

    by_source: dict[str, tuple[Reporter, ...]]
    brigade: tuple[Reporter, ...]


def invent_people(n_brigade: int) -> People:
    """Invent everybody who reports."""
    rng = Random(f"{SEED} people")
    users = tuple(_invent_user(rng) for _ in range(N_USERS))
    brigade = tuple(_invent_user(rng, FALSE_COHORTS[number % 6]) for number in range(n_brigade))
    return People({WORKSHOP: _invent_students(rng), BAWASLU: _invent_supervisors(), BUTTON: users}, brigade)


def pick_reporter(reporters: tuple[Reporter, ...], rng: Random) -> Reporter:
    """Pick one; those who stand first report most."""
    return reporters[int(len(reporters) * rng.random() ** 2)]


def _invent_students(rng: Random) -> tuple[Reporter, ...]:
    students = [
        Reporter(f"{code}-{number:02d}", rng.choice(regions), cohort)
        for code, (cohort, regions) in CLASSES.items()
        for number in range(1, N_STUDENTS + 1)
    ]
    rng.shuffle(students)
    return tuple(students)


def _invent_supervisors() -> tuple[Reporter, ...]:
    names = [region.split(" ", 1)[1].lower().replace(" ", "-") for region in REGIONS]
    return tuple(
        Reporter(f"panwas-{name}-{number}", region)
        for number in (1, 2)
        for name, region in zip(names, REGIONS, strict=True)
    )


def _invent_user(rng: Random, cohort: str | None = None) -> Reporter:
    return Reporter("u-" + draw_letters(8, rng), rng.choice(REGIONS), cohort)


def draw_letters(count: int, rng: Random) -> str:
    """Draw consonants only, so that no code is a word."""
    return "".join(rng.choice("bcdfghjklmnpqrstvwxz") for _ in range(count))
