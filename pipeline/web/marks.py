"""A text and what its words gave to its score in, the text in pieces to be marked out."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.score.explain import WordPart

STRONG: Final = 0.5
WEAK: Final = 0.25
"""Shares of the strongest word's part, from which on a word is marked strongly, or at all."""
JOINERS: Final = frozenset("\u200d\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
LOOK_BACK: Final = 60


class Piece(NamedTuple):
    """Some characters, and how they are marked: "" or up, down, each also strong."""

    text: str
    kind: str = ""


class Marked(NamedTuple):
    """The pieces of the text as far as it is shown, and how many characters more there are."""

    pieces: Sequence[Piece]
    n_hidden: int


def mark_words(text: str, words: Iterable[WordPart], most_chars: int | None = None) -> Marked:
    """Cut a text where its words moved the score; after `most_chars` it is cut off at a gap between words."""
    end = len(text) if most_chars is None else find_cut(text, most_chars)
    return Marked(list(_cut(text, sorted(words, key=lambda word: word.place), end)), len(text) - end)


def find_cut(text: str, most_chars: int) -> int:
    """Return where to cut a text: between words near `most_chars`, never inside what is read as one character.

    >>> find_cut("satu dua tiga", 9), find_cut("satu", 9), find_cut("aaaaaaaaaa", 3)
    (8, 4, 3)
    """
    if len(text) <= most_chars:
        return len(text)
    for place in range(most_chars, max(0, most_chars - LOOK_BACK), -1):
        if text[place].isspace():
            return place
    place = most_chars
    while place > most_chars - LOOK_BACK and place > 1 and _belongs_together(text[place - 1], text[place]):
        place -= 1
    return place


def _cut(text: str, words: Sequence[WordPart], end: int) -> Iterator[Piece]:
    strongest = max((abs(word.part) for word in words), default=0.0)
    done = 0
    for word in words:
        kind = _name_kind(word.part, strongest)
        if not kind or word.place.start < done or word.place.end > end:
            continue
        if word.place.start > done:
            yield Piece(text[done : word.place.start])
        yield Piece(text[word.place.start : word.place.end], kind)
        done = word.place.end
    if done < end:
        yield Piece(text[done:end])


def _name_kind(part: float, strongest: float) -> str:
    if not strongest or abs(part) < WEAK * strongest:
        return ""
    side = "up" if part > 0 else "down"
    return f"{side} strong" if abs(part) >= STRONG * strongest else side


def _belongs_together(before: str, after: str) -> bool:
    return after in JOINERS or before == "\u200d" or unicodedata.combining(after) > 0
