"""A claim's text in, what it is about out, by rules over stems that anybody can read (`type_words`)."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Final

from pipeline.moderation.type_words import HINTS, NAMES, STRONG
from pipeline.schema.columns import CANDIDATES, DISASTER, HEALTH, OTHER, RELIGION, SCAM, VOTING
from pipeline.text.chain import PreparedText
from pipeline.text.stem import Stemmer
from pipeline.text.tokens import is_word

ENOUGH: Final = 2
"""What a strong word weighs; a hint weighs 1."""

PLENTY: Final = 4
"""More than this proves no more: who writes of voting uses many of its words, whatever it is about."""

BY_CLOSENESS: Final = (SCAM, RELIGION, HEALTH, DISASTER, VOTING, CANDIDATES)
"""Of types that weigh the same the first wins: before an election, everything is told beside the election."""


def guess_type(text: PreparedText) -> str:
    """Return the type that most of a text's words speak for; `other` where they do not say enough.

    Each word and phrase counts once.
    """
    weights = weigh_types(text.masked)
    best = max(BY_CLOSENESS, key=lambda name: min(PLENTY, weights[name]))
    return best if weights[best] >= ENOUGH else OTHER


def weigh_types(words: Iterable[str]) -> dict[str, int]:
    """Return what the words of a text, its names masked, weigh for each type but `other`.

    >>> {name: weight for name, weight in weigh_types("warga mengungsi karena air naik".split()).items() if weight}
    {'disaster': 5}
    """
    found = set(_terms([_stem(word) for word in words]))
    return {
        name: sum(weight for term, weight in _rules()[name].items() if term in found) for name in BY_CLOSENESS
    }


@cache
def _rules() -> Mapping[str, Mapping[str, int]]:
    """Return the stems and phrases of each type with their weights."""
    return {
        name: dict.fromkeys(_read(HINTS[name]), 1)
        | dict.fromkeys(NAMES.get(name, "").split(), 1)
        | dict.fromkeys(_read(STRONG[name]), ENOUGH)
        for name in BY_CLOSENESS
    }


def _read(entries: str) -> list[str]:
    return [" ".join(map(_stem, entry.split("_"))) for entry in entries.split()]


def _terms(stems: list[str]) -> Iterator[str]:
    yield from stems
    yield from map(" ".join, pairwise(stems))
    yield from map(" ".join, zip(stems, stems[1:], stems[2:], strict=False))


def _stem(word: str) -> str:
    return _stemmer().stem_word(word) if is_word(word) else word


@cache
def _stemmer() -> Stemmer:
    return Stemmer()
