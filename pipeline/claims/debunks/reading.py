"""Raw text in, what matching compares: words with names and numbers, and their stems."""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from pipeline.storage.vectors import Vectors
from pipeline.text.chain import TextChain
from pipeline.text.fold import fold
from pipeline.text.markers import strip_markers
from pipeline.text.memo import Memo
from pipeline.text.root_words import installed_words
from pipeline.text.stem import Stemmer
from pipeline.text.tokens import is_word

MAX_WORDS: Final = 600
"""Of a claim that many words are compared, from its beginning."""

MAX_ENCODED_WORDS: Final = 64
"""Of a text that many words are encoded, from its beginning: time grows with them, and a claim stands there."""

Encode = Callable[[Sequence[str]], Vectors]

_URL: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d+")


class MatchWords(NamedTuple):
    """The words of a text, numbers behind them, and the stem of each; of one length. An encoder adds a vector."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    vector: Vectors | None = None


class MatchReader:
    """Reads texts for matching: the chain's normalised words, names included, and every number.

    Fact-checkers' wording ("[SALAH]") goes, as it does for scoring. Scoring leaves names out; here they are
    most of what tells one claim from another.
    """

    def __init__(self, chain: TextChain, encode: Encode | None = None) -> None:
        self._chain = chain
        self._encode = encode
        self._stemmer = Stemmer(memo_size=0)
        self._stems = Memo(self._stemmer.stem_word)

    def read(self, text: str) -> MatchWords:
        """Read one raw text."""
        normalised = self._chain.prepare(text).normalised.split(" ")[:MAX_WORDS]
        words = tuple(filter(None, (word if is_word(word or " ") else "" for word in normalised)))
        numbers = self._read_numbers(text)
        return MatchWords((*words, *numbers), (*map(self._stems.__getitem__, words), *numbers))

    def read_all(self, texts: Sequence[str]) -> list[MatchWords]:
        """Read raw texts, with their vectors where there is an encoder."""
        read = [self.read(text) for text in texts]
        if self._encode is None or not read:
            return read
        vectors = self._encode([read_natural(text) for text in texts])
        return [words._replace(vector=vector) for words, vector in zip(read, vectors, strict=True)]

    def _read_numbers(self, text: str) -> tuple[str, ...]:
        if not _NUMBER.search(text):
            return ()
        return tuple(_NUMBER.findall(_URL.sub(" ", strip_markers(fold(text)))))[:MAX_WORDS]


def read_natural(text: str) -> str:
    """Return what an encoder reads of a text: its first words as written, but links and fact-checkers' wording.

    >>> read_natural("[SALAH] Air galon RACUN, lihat https://cek.example/1")
    'Air galon RACUN, lihat'
    """
    return " ".join(_URL.sub(" ", strip_markers(fold(text))).split()[:MAX_ENCODED_WORDS])


def is_root(stem: str) -> bool:
    """Say whether a stem is a word of the language; what is not is mostly a name."""
    return stem in installed_words()
