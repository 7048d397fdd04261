"""What two texts must agree on before they can be the same claim: their numbers and their negations."""

import re
from collections import Counter
from typing import Final, NamedTuple

NEGATIONS: Final = frozenset({"tidak", "bukan", "belum", "jangan", "tanpa", "tak", "tiada"})
_URL = re.compile(r"(?:https?://|www\.)\S+")
_NUMBER = re.compile(r"(?<![\w])\d+(?:[.,:]\d+)*(?![\w])")
_WORD = re.compile(r"[a-z]+")


class Facts(NamedTuple):
    """The numbers that a text names, and how often it negates."""

    numbers: tuple[str, ...]
    negations: tuple[tuple[str, int], ...]


def read_facts(text: str) -> Facts:
    """Read the facts of one text as it was written; digits inside words and links don't count.

    >>> read_facts("Paslon 02 tidak hadir, tidak jadi").numbers
    ('02',)
    >>> read_facts("Paslon 02 tidak hadir, tidak jadi").negations
    (('tidak', 2),)
    """
    lowered = _URL.sub(" ", text.lower())
    negations = Counter(word for word in _WORD.findall(lowered) if word in NEGATIONS)
    return Facts(tuple(sorted(set(_NUMBER.findall(lowered)))), tuple(sorted(negations.items())))


def agree(first: Facts, second: Facts) -> bool:
    """Say whether two similar texts can be one claim.

    Negations must be the same. A cut copy may lack numbers, but where both name numbers that the
    other lacks ("paslon 01", "paslon 02"), they are two claims.
    """
    if first.negations != second.negations:
        return False
    ours, theirs = set(first.numbers), set(second.numbers)
    return ours <= theirs or theirs <= ours
