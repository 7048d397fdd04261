"""Raw text in, what matching compares: words with names and numbers, and their stems."""

import re
from typing import Final, NamedTuple

from pipeline.text.chain import TextChain
from pipeline.text.fold import fold
from pipeline.text.markers import strip_markers
from pipeline.text.memo import Memo
from pipeline.text.root_words import installed_words
from pipeline.text.stem import Stemmer
from pipeline.text.tokens import is_word

MAX_WORDS: Final = 600
"""Of a claim that many words are compared, from its beginning."""

_URL: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d+")


class MatchWords(NamedTuple):
    """The words of a text, numbers behind them, and the stem of each; of one length."""

    words: tuple[str, ...]
    stems: tuple[str, ...]


class MatchReader:
    """Reads texts for matching: the chain's normalised words, names included, and every number.

    Fact-checkers' wording ("[SALAH]") goes, as it does for scoring. Scoring leaves names out; here they are
    most of what tells one claim from another.
    """

    def __init__(self, chain: TextChain) -> None:
        self._chain = chain
        self._stemmer = Stemmer(memo_size=0)
        self._stems = Memo(self._stemmer.stem_word)

    def read(self, text: str) -> MatchWords:
        """Read one raw text."""
        normalised = self._chain.prepare(text).normalised.split(" ")[:MAX_WORDS]
        words = tuple(filter(None, (word if is_word(word or " ") else "" for word in normalised)))
        numbers = self._read_numbers(text)
        return MatchWords((*words, *numbers), (*map(self._stems.__getitem__, words), *numbers))

    def _read_numbers(self, text: str) -> tuple[str, ...]:
        if not _NUMBER.search(text):
            return ()
        return tuple(_NUMBER.findall(_URL.sub(" ", strip_markers(fold(text)))))[:MAX_WORDS]


def is_root(stem: str) -> bool:
    """Say whether a stem is a word of the language; what is not is mostly a name."""
    return stem in installed_words()
