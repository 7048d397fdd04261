"""Chunks of folded text in, their words and signs out; what a chunk says by itself is found once.

Chunks are what `cut_chunks` cuts a text into. Most are one word that means the same wherever it stands: the
memo holds that word alone for them, so that little memory is touched.
"""

import re
from collections.abc import Iterable
from itertools import chain
from sys import intern
from typing import Final, NamedTuple, TypeGuard

from pipeline.text.leet import IsWord, undo_leet
from pipeline.text.markers import PHRASE_PARTS
from pipeline.text.memo import Memo
from pipeline.text.normalise import HEADER_PARTS, read_chunk
from pipeline.text.redact import MIN_IDENTITY_DIGITS
from pipeline.text.signs import MARKER, UNSETTLED, read_signs
from pipeline.text.slang import Slang

DIGIT: Final = re.compile(r"[0-9]")
WORDING_PARTS: Final = (*PHRASE_PARTS, *HEADER_PARTS)
WORDS_ALONE: Final = {str}


class ReadChunk(NamedTuple):
    """The words of a chunk, and its signs."""

    words: tuple[str, ...]
    signs: int


class Reading(NamedTuple):
    """The words of a text, and the signs of any of its chunks."""

    words: list[str]
    signs: int


class ChunkReader:
    """Reads chunks, in standard spelling where it is given `slang`; looks for markers if they are stripped.

    `is_word` says what digits for letters may be read as.
    """

    def __init__(self, slang: Slang | None, is_word: IsWord, *, strip_markers: bool) -> None:
        self._slang = slang
        self._is_word = is_word
        self._strip_markers = strip_markers
        self._known = Memo(self._read_chunk)

    def read(self, chunks: Iterable[str]) -> Reading:
        """Read the chunks of a text."""
        read = list(map(self._known.__getitem__, chunks))
        return Reading(read, 0) if _are_words(read) else _join(read)

    def read_words(self, chunk: str) -> tuple[str, ...]:
        """Return the words of one chunk."""
        known = self._known[chunk]
        return (known,) if isinstance(known, str) else known.words

    def _read_chunk(self, chunk: str) -> ReadChunk | str:
        words = self._find_words(chunk)
        signs = read_signs(chunk) if self._strip_markers else read_signs(chunk) & ~MARKER
        if not all(map(is_settled, words)):
            signs |= UNSETTLED
        return ReadChunk(words, signs) if signs or len(words) != 1 else words[0]

    def _find_words(self, chunk: str) -> tuple[str, ...]:
        """Read a new chunk; a word is the same object wherever it is read."""
        words = self._read_through(chunk)
        return tuple(map(intern, self._slang.expand(words) if self._slang else words))

    def _read_through(self, chunk: str) -> tuple[str, ...]:
        """Read a chunk without leet; "v'4ksin" is a word only once it has been read."""
        words = read_chunk(undo_leet(chunk, self._is_word))
        plain = tuple(undo_leet(word, self._is_word) for word in words)
        return words if plain == words else tuple(chain.from_iterable(map(self._read_through, plain)))


def _are_words(read: list[ReadChunk | str]) -> TypeGuard[list[str]]:
    """Say whether each chunk is one word without signs."""
    return set(map(type, read)) <= WORDS_ALONE


def _join(read: Iterable[ReadChunk | str]) -> Reading:
    """Join the words of all chunks, and their signs."""
    words: list[str] = []
    signs = 0
    for chunk in read:
        if isinstance(chunk, str):
            words.append(chunk)
        else:
            words += chunk[0]
            signs |= chunk[1]
    return Reading(words, signs)


def is_settled(word: str) -> bool:
    """Say whether no step looks at a word of normalised text together with its neighbours."""
    alone = len(word) == 1 or DIGIT.search(word) is not None
    return not alone and not holds_wording(word)


def holds_wording(text: str) -> bool:
    """Say whether normalised text holds a part of a marker or of a messenger's header."""
    return any(map(text.__contains__, WORDING_PARTS))


def may_change(words: list[str]) -> bool:
    """Say whether settled words, read as a text, could hold a marker, a header or an identity."""
    text = " ".join(words)
    n_digits = len(DIGIT.findall(text))
    return holds_wording(text) or n_digits >= MIN_IDENTITY_DIGITS or (n_digits > 0 and "rt" in words)
