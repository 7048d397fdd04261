"""What two texts must agree on before they can be the same claim: their numbers and their negations."""

import re
from collections import Counter
from typing import Final, NamedTuple

NEGATIONS: Final = frozenset({"tidak", "bukan", "belum", "jangan", "tanpa", "tak", "tiada"})
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w])\d+(?:[.,:]\d+)*(?![\w])")
_WORD = re.compile(r"[a-z]+")


class Facts(NamedTuple):
    """The numbers that a text names, and how often it negates."""

    numbers: tuple[str, ...]
    negations: tuple[tuple[str, int], ...]


def read_facts(written: str, normalised: str) -> Facts:
    """Read the numbers of a text as it was written, and the negations of its normalised form.

    Normalising makes tokens of numbers, but spells "gak" and "tdk" out. Digits inside words and links
    don't count.

    >>> read_facts("Paslon 02 gak hadir", "paslon 02 tidak hadir")
    Facts(numbers=('02',), negations=(('tidak', 1),))
    """
    numbers = _NUMBER.findall(_URL.sub(" ", written))
    negations = Counter(word for word in _WORD.findall(normalised) if word in NEGATIONS)
    return Facts(tuple(sorted(set(numbers))), tuple(sorted(negations.items())))


def agree(first: Facts, second: Facts) -> bool:
    """Say whether two similar texts, or two groups of them, can be one claim.

    Negations must be the same. A cut copy may lack numbers, but where both name numbers that the
    other lacks ("paslon 01", "paslon 02"), they are two claims.
    """
    if first.negations != second.negations:
        return False
    ours, theirs = set(first.numbers), set(second.numbers)
    return ours <= theirs or theirs <= ours


def unite(first: Facts, second: Facts) -> Facts:
    """Return the facts of a group made of two that agree: all of their numbers."""
    return Facts(tuple(sorted({*first.numbers, *second.numbers})), first.negations)
