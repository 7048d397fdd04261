"""One chain, walked in two ways: `PLAIN` at full speed, or along a `Trail` that knows where each word stood.

Steps on a whole text make their changes by a `sub` that a trail gives them. Of words a trail knows the
place of those that a step passes on as the same object; new ones take the place of those that are gone
between the same neighbours. So every step is written once, and no trace can change what it says.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple, Protocol

from pipeline.text.fold import fold, fold_with_offsets
from pipeline.text.markers import strip_markers
from pipeline.text.normalise import PIECE, split_chunks
from pipeline.text.offsets import Edit, Replacement, TracedText
from pipeline.text.redact import find_spans, redact_folded

CHUNK: Final = re.compile(r"\S+")
SEARCHED_CHARS: Final = 256
"""How far ahead a token is looked for in what it was read from: this keeps the search linear."""

Read = Callable[[str], tuple[str, ...]]


class Place(NamedTuple):
    """The characters from `start` to before `end`."""

    start: int
    end: int


class PlacedWord(str):
    """A word, and where it stands in the original."""

    __slots__ = ("place",)
    place: Place

    def __new__(cls, word: str, place: Place) -> "PlacedWord":
        """Place a word."""
        placed = super().__new__(cls, word)
        placed.place = place
        return placed


class Way(Protocol):
    """What the chain asks of either way."""

    def fold(self, text: str) -> str:
        """Fold a text."""

    def redact(self, text: str) -> str:
        """Mask identities in a folded text."""

    def strip_markers(self, text: str) -> str:
        """Remove fact-checkers' wording from a masked text."""

    def split(self, text: str) -> list[str]:
        """Cut what is left of a text into chunks."""

    def read(self, chunks: Sequence[str], words: Sequence[tuple[str, ...]], read: Read) -> list[str]:
        """Join the words of all chunks."""

    def follow(self, before: Sequence[str], after: list[str]) -> list[str]:
        """Pass on what a step made of words."""

    def join(self, words: Sequence[str]) -> str:
        """Write words as a text that is to be read again."""


class Plain:
    """Keeps nothing."""

    fold = staticmethod(fold)
    strip_markers = staticmethod(strip_markers)
    split = staticmethod(split_chunks)
    join = staticmethod(" ".join)

    @staticmethod
    def redact(text: str) -> str:
        """Mask identities."""
        return redact_folded(text).text

    @staticmethod
    def read(_: Sequence[str], words: Sequence[tuple[str, ...]], __: Read) -> list[str]:
        """Join the words."""
        return list(chain.from_iterable(words))

    @staticmethod
    def follow(_: Sequence[str], after: list[str]) -> list[str]:
        """Return `after`."""
        return after


PLAIN: Final = Plain()


class Trail:
    """Keeps, for one text, where its characters and words stood in the original."""

    def __init__(self, original: str) -> None:
        self._view = TracedText.untouched(original)
        self.identities: list[Place] = []

    def fold(self, text: str) -> str:
        """Fold the original, or what `join` gave."""
        self._view = fold_with_offsets(text).behind(self._view)
        return self._view.text

    def redact(self, text: str) -> str:
        """Mask identities, and note where they stand."""
        edits: list[Edit] = []
        done = 0
        for start, end, kind in find_spans(text):
            edits.append(Edit(max(start, done), max(end, done), f"<{kind}>"))
            done = max(end, done)
        self.identities += [self._place(edit.start, edit.end) for edit in edits]
        self._view = self._view.edit(edits)
        return self._view.text

    def strip_markers(self, text: str) -> str:
        """Remove fact-checkers' wording; where a text is cut short, the offsets of its beginning hold."""
        return strip_markers(text, self._sub)

    def split(self, text: str) -> list[str]:
        """Cut what is left of a text into chunks."""
        self._view = self._view._replace(text=text)
        return split_chunks(text, self._sub)

    def read(self, chunks: Sequence[str], words: Sequence[tuple[str, ...]], read: Read) -> list[str]:
        """Join the words of all chunks, each with its place."""
        placed: list[str] = []
        for found, chunk, tokens in zip(CHUNK.finditer(self._view.text), chunks, words, strict=True):
            for token, (start, end) in zip(tokens, locate_tokens(chunk, tokens, read), strict=True):
                placed.append(PlacedWord(token, self._place(found.start() + start, found.start() + end)))
        return placed

    def follow(self, before: Sequence[str], after: list[str]) -> list[str]:
        """Place the words that a step made of placed ones."""
        return [PlacedWord(word, place) for word, place in zip(after, follow(before, after), strict=True)]

    def join(self, words: Sequence[str]) -> str:
        """Write placed words as a text whose characters stand where their words do."""
        text = " ".join(words)
        places = [word.place for word in words if isinstance(word, PlacedWord) for _ in range(len(word) + 1)]
        starts, ends = (array("l", (place[edge] for place in places[: len(text)])) for edge in (0, 1))
        self._view = TracedText(text, starts, ends)
        return text

    def _sub(self, pattern: re.Pattern[str], replacement: Replacement, text: str) -> str:
        self._view = self._view._replace(text=text).sub(pattern, replacement)
        return self._view.text

    def _place(self, start: int, end: int) -> Place:
        return Place(self._view.starts[start], self._view.ends[end - 1])


def join_places(places: Iterable[Place]) -> tuple[Place, ...]:
    """Return the characters that any of the places holds, in order, as places that do not touch each other.

    >>> join_places([Place(5, 9), Place(0, 2), Place(1, 3)])
    (Place(start=0, end=3), Place(start=5, end=9))
    """
    joined: list[Place] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1].end:
            joined[-1] = Place(joined[-1].start, max(end, joined[-1].end))
        else:
            joined.append(Place(start, end))
    return tuple(joined)


def locate_tokens(chunk: str, tokens: Sequence[str], read: Read) -> list[Place]:
    """Say where in a chunk each of its tokens was read: piece by piece, if that gives the same tokens."""
    pieces = [Place(*piece.span()) for piece in PIECE.finditer(chunk)]
    readings = [read(chunk[start:end]) for start, end in pieces]
    if [token for reading in readings for token in reading] != list(tokens):
        return list(_search(chunk, tokens, Place(0, len(chunk))))
    return [
        place
        for piece, reading in zip(pieces, readings, strict=True)
        for place in ([piece] if len(reading) == 1 else _search(chunk, reading, piece))
    ]


def _search(chunk: str, tokens: Sequence[str], within: Place) -> Iterator[Place]:
    """Look for tokens that were read from one piece, as they are written; the piece itself where they are not."""
    lowered = chunk.lower()
    done = within.start
    for token in tokens:
        start = lowered.find(token, done, min(within.end, done + len(token) + SEARCHED_CHARS))
        if start >= 0:
            done = start + len(token)
        yield Place(start, done) if start >= 0 else within


def follow(before: Sequence[str], after: Iterable[str]) -> list[Place]:
    """Place the words `after` a step by those `before` it that are the same objects.

    Between two such words the new ones stand where those stood that are gone: one for one where there
    are as many, else each where all of them stood.
    """
    spots = {id(word): spot for spot, word in enumerate(before)}
    places = [word.place for word in before if isinstance(word, PlacedWord)]
    followed: list[Place] = []
    first = n_new = 0
    for word in after:
        spot = spots.get(id(word))
        if spot is None:
            n_new += 1
            continue
        followed += [*_fill(places, first, spot, n_new), places[spot]]
        first, n_new = spot + 1, 0
    return followed + _fill(places, first, len(places), n_new)


def _fill(places: Sequence[Place], first: int, last: int, n_new: int) -> list[Place]:
    """Place words of which all that is known is that they come from the places first to before last."""
    if n_new == last - first:
        return list(places[first:last])
    around = places[first:last] or places[max(first - 1, 0) : last + 1]
    return [Place(around[0].start, around[-1].end)] * n_new
