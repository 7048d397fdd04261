"""A text as written and its normalised words in, the numbers that it names out, in digits or words alike."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

UNITS: Final = {
    word: value
    for value, word in enumerate(
        "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split()
    )
} | {"seratus": 100, "seribu": 1000, "sejuta": 10**6}
LEAST_ROUND: Final = 100
"""Behind "seratus" and "seribu" a unit goes on with the number, behind a unit begins the next."""
TENS: Final = {"belas": (1, 10), "puluh": (10, 0), "ratus": (100, 0)}
"""What these make of the number before them: its multiple, and what is added."""
SCALES: Final = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "milyar": 10**9, "triliun": 10**12}
SHORT_SCALES: Final = {"rb": 10**3, "jt": 10**6}
BALLOT_NUMBERS: Final = {"kosong": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
"""How a contestant's number is written besides; against a single one stands the empty box."""

_WORDS: Final = frozenset({*UNITS, *TENS, *SCALES})
_URL: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER: Final = re.compile(
    r"(?<![^\W_])(?<!#)(?:rp\.? ?)?(?P<digits>[0-9]+(?:[.,:][0-9]+)*)(?: ?(?P<scale>"
    + "|".join([*SCALES, *SHORT_SCALES])
    + r")(?![^\W_]))?",
    re.IGNORECASE,
)
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")


def read_numbers(written: str, words: Sequence[str]) -> list[str]:
    """Return the numbers of a text, links left out; those inside words and tags don't count, but "2jt" and "Rp500" do.

    >>> read_numbers("Rp2,5jt jam 07.30, 1.500 orang m4fia #2024ya", "dua puluh lima ribu atau tiga".split())
    ['2500000', '7.30', '1500', '25000', '3']
    """
    found = _NUMBER.finditer(_URL.sub(" ", written))
    return [*(_spell(match["digits"], match["scale"]) for match in found), *read_spelled(words)]


def read_spelled(words: Iterable[str]) -> Iterator[str]:
    """Yield the numbers that are written in words; a scale without one belongs to digits before it.

    >>> list(read_spelled("seratus dua belas juta lima ratus ribu atau tiga empat".split()))
    ['112500000', '3', '4']
    """
    for is_number, run in groupby(words, _WORDS.__contains__):
        if is_number:
            yield from map(str, _add_up(run))


def _add_up(run: Iterable[str]) -> Iterator[int]:
    """Yield the numbers that stand one after the other in a run of number words.

    `group` is what was said below the next scale, `last` its unit, which a word of TENS may multiply.
    """
    total, group, last = 0, 0, None
    begun = False
    for word in run:
        if word in UNITS:
            if last is not None and last < LEAST_ROUND:
                yield total + group + last
                total, group = 0, 0
            elif last is not None:
                group += last
            last, begun = UNITS[word], True
        elif begun and word in TENS:
            multiple, added = TENS[word]
            group, last = group + (last or 0) * multiple + added, None
        elif begun:
            total, group, last = total + (group + (last or 0)) * SCALES[word], 0, None
    if begun:
        yield total + group + (last or 0)


def _spell(digits: str, scale: str | None) -> str:
    """Write a number one way: no zeros in front, no marks between thousands, a point before decimals."""
    if _GROUPED.fullmatch(digits):
        digits = re.sub(r"[.,]", "", digits)
    plain = re.sub(r"\A0+(?=[0-9])", "", re.sub(r"[,:]", ".", digits))
    if scale is None:
        return plain
    factor = {**SCALES, **SHORT_SCALES}[scale.lower()]
    return str(round(float(plain) * factor)) if plain.count(".") <= 1 else plain
