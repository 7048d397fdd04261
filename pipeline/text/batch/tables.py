"""Chunks and words in, what is known of each by itself out, in arrays: found once, for all batches that follow."""

from typing import Final

import numpy as np

from pipeline.text.batch.ragged import Marks, Places, Ragged
from pipeline.text.chain import TextChain
from pipeline.text.language import SURELY_AT_HOME
from pipeline.text.names.traits import GONE
from pipeline.text.normalise import ASKING_WORDS, BARE_BALLOT_NUMBERS, BARE_NUMBER, cut_chunks
from pipeline.text.numbering import Growing, Numbering, Numbers
from pipeline.text.reading import DIGIT, holds_wording
from pipeline.text.tokens import is_word

WORD: Final = 1
HOME: Final = 2
NUMBER: Final = 4
LETTER: Final = 8
ASKING: Final = 16
UNUSUAL: Final = 32
RT: Final = 64
KEPT: Final = 128


class WordTable(Numbering):
    """Words by number: their texts, their stems ("" of those that the model does not read), and their traits."""

    def __init__(self, chain: TextChain) -> None:
        super().__init__(self._note)
        self._chain = chain
        self.texts: list[str] = []
        self.stems: list[str] = []
        self._traits = Growing()
        self._name_traits = Growing()
        self._n_digits = Growing()
        self._pairs = self._number_pairs()

    @property
    def traits(self) -> Numbers:
        """The sum of each word's traits."""
        return self._traits.view()

    @property
    def name_traits(self) -> Numbers:
        """The sum of each word's traits among names (`names.traits`)."""
        return self._name_traits.view()

    @property
    def n_digits(self) -> Numbers:
        """How many digits each word holds."""
        return self._n_digits.view()

    @property
    def are_kept(self) -> Marks:
        """Which words the model reads where no name takes them with it."""
        kept: Marks = self.traits & KEPT != 0
        return kept & (self.name_traits & GONE == 0) if self._chain.drops_names else kept

    def spell(self, numbers: list[int]) -> list[str]:
        """Return words by their numbers."""
        return list(map(self.texts.__getitem__, numbers))

    def are_paired(self, first: Numbers, second: Numbers) -> Marks:
        """Say of words behind each other whether they are so in a listed name."""
        return np.isin(_join_numbers(first, second), self._pairs)

    def _number_pairs(self) -> Places:
        pairs = sorted(self._chain.names.pair_words())
        first, second = (self.number([pair[side] for pair in pairs]) for side in (0, 1))
        return _join_numbers(first, second)

    def _note(self, words: list[str]) -> None:
        stems = list(map(self._chain.stem_if_kept, words))
        self.texts += words
        self.stems += stems
        self._traits.extend(
            [self._find_traits(word) + KEPT * (stem != "") for word, stem in zip(words, stems, strict=True)]
        )
        self._name_traits.extend(list(map(self._chain.names.find_traits, words)))
        self._n_digits.extend([len(DIGIT.findall(word)) for word in words])

    def _find_traits(self, word: str) -> int:
        return (
            WORD * is_word(word)
            + HOME * (word in SURELY_AT_HOME)
            + NUMBER * (BARE_NUMBER.fullmatch(word) is not None)
            + LETTER * (len(word) == 1)
            + ASKING * (word in ASKING_WORDS)
            + UNUSUAL * (word in BARE_BALLOT_NUMBERS or holds_wording(word))
            + RT * (word == "rt")
        )


class ChunkTable(Numbering):
    """Chunks by number: their words and their signs."""

    def __init__(self, chain: TextChain, words: WordTable) -> None:
        super().__init__(self._note)
        self._chain = chain
        self._numbers_of_words = words
        self._words = Growing()
        self._starts = Growing([0])
        self._signs = Growing()

    @property
    def words(self) -> Ragged:
        """The words of each chunk."""
        return Ragged(self._words.view(), self._starts.view().astype(np.int64))

    @property
    def signs(self) -> Numbers:
        """The signs of each chunk."""
        return self._signs.view()

    def _note(self, chunks: list[str]) -> None:
        n_known = len(self._words)
        readings = [self._chain.read(cut_chunks(chunk)) for chunk in chunks]
        words = [word for reading in readings for word in reading.words]
        ends = np.cumsum([len(reading.words) for reading in readings]) + n_known
        self._words.extend(self._numbers_of_words.number(words))
        self._starts.extend(ends)
        self._signs.extend([reading.signs for reading in readings])


def _join_numbers(first: Numbers, second: Numbers) -> Places:
    return first.astype(np.int64) << 32 | second
