"""Many raw texts in, what a model reads of each out: `TextChain.prepare`, step by step for all texts at once.

A batch holds far fewer different words than words. Arrow cuts the texts and finds the different chunks; each is
looked up once, and what is known of it (`tables`) is spread over the batch by numpy. A text in which a step may
have something to do that only its neighbours tell goes through the chain's own step. `TextChain.prepare` is the
definition; tests hold the two to the same result.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.text import markers, normalise, redact
from pipeline.text.batch.names import mark_taken
from pipeline.text.batch.prefilter import Prefilter
from pipeline.text.batch.ragged import Places, Ragged
from pipeline.text.batch.tables import (
    ASKING,
    HOME,
    LETTER,
    NUMBER,
    RT,
    UNUSUAL,
    WORD,
    ChunkTable,
    WordTable,
)
from pipeline.text.chain import TextChain
from pipeline.text.fold import fold
from pipeline.text.names import find_capitalised
from pipeline.text.numbering import Numbering
from pipeline.text.reading import Reading
from pipeline.text.signs import HEADER, IDENTITY, MARKER, UNSETTLED
from pipeline.text.tokens import NUMERAL

MAX_WORDS: Final = 262_144
"""How many words or chunks are known before all are forgotten, so that memory stays bounded."""

PREFILTERS: Final = {
    IDENTITY: Prefilter(redact.PATTERNS),
    MARKER: Prefilter(markers.PATTERNS),
    HEADER: Prefilter(normalise.HEADER_PATTERNS),
}
"""A chunk's sign -> what tells the texts in which the step that it calls for may find something."""


class PreparedBatch(NamedTuple):
    """What scoring reads of many texts: the numbers, in `words`, of each text's tokens, and why it abstains."""

    words: WordTable
    tokens: Ragged
    abstain_reasons: list[str | None]


class ReadTexts(NamedTuple):
    """Folded and cleaned texts, and the words of each by number."""

    claims: list[str]
    words: Ragged


class BatchChain:
    """Prepares whole batches as a chain prepares each text; threads may share it."""

    def __init__(self, chain: TextChain) -> None:
        self._chain = chain
        self._lock = Lock()
        self._forget()

    def __reduce__(self) -> tuple[type["BatchChain"], tuple[TextChain]]:
        """Travel without what was learnt."""
        return type(self), (self._chain,)

    def prepare(self, texts: Sequence[str]) -> PreparedBatch:
        """Clean raw texts, redacted or not; any strings are fine."""
        with self._lock:
            if max(len(self._words), len(self._chunks)) > MAX_WORDS:
                self._forget()
            claims, read = self._read(list(map(fold, texts)))
            words = self._settle(read)
            masked = self._mask(claims, words)
            tokens = masked.select(self._words.are_kept[masked.numbers])
            return PreparedBatch(self._words, tokens, self._find_reasons(claims, words))

    def _forget(self) -> None:
        self._words = WordTable(self._chain)
        self._chunks = ChunkTable(self._chain, self._words)

    def _read(self, claims: list[str]) -> ReadTexts:
        """Cut folded texts into words, and clean those in which there may be something to clean away."""
        column = pa.array(claims, pa.large_string())
        chunks = self._cut(column)
        anew: dict[int, list[str]] = {}
        for row, signs in self._find_signs(column, chunks):
            claims[row], cut = self._chain.clean(claims[row], signs)
            if cut is not None:
                anew[row] = cut
        chunks = _replace_rows(chunks, list(anew), anew.values(), self._chunks)
        return ReadTexts(claims, chunks.follow(self._chunks.words))

    def _cut(self, column: pa.LargeStringArray) -> Ragged:
        cut = pc.utf8_split_whitespace(column)
        encoded = cut.flatten().dictionary_encode()
        numbers = self._chunks.number(encoded.dictionary.to_pylist())
        return Ragged(numbers[encoded.indices.to_numpy()], cut.offsets.to_numpy().astype(np.int64))

    def _find_signs(self, column: pa.LargeStringArray, chunks: Ragged) -> Iterator[tuple[int, int]]:
        """Yield the rows that may have something to clean away, each with the signs of it."""
        signs_of_chunks = self._chunks.signs[chunks.numbers]
        signs = np.zeros(len(chunks), np.int32)
        for sign, prefilter in PREFILTERS.items():
            signed = chunks.find_rows(signs_of_chunks & sign != 0)
            signs[signed[prefilter.mark(column.take(pa.array(signed)))]] |= sign
        rows = np.flatnonzero(signs)
        yield from zip(rows.tolist(), signs[rows].tolist(), strict=True)

    def _settle(self, words: Ragged) -> Ragged:
        """Make a typed token of every number; texts in which there may be more to settle go through the chain."""
        traits, n_digits = self._words.traits[words.numbers], self._words.n_digits[words.numbers]
        is_number = traits & NUMBER != 0
        unusual = traits & UNUSUAL != 0
        unusual[1:] |= is_number[1:] & (traits[:-1] & ASKING != 0)
        n_left = words.sum_rows(np.where(is_number, 0, n_digits))
        unsettled = (
            (words.sum_rows(unusual) > 0)
            | (words.sum_rows(traits & LETTER != 0) >= normalise.MIN_SPACED_LETTERS)
            | (n_left >= redact.MIN_IDENTITY_DIGITS)
            | ((n_left > 0) & (words.sum_rows(traits & RT != 0) > 0))
        )
        (numeral,) = self._words.number([NUMERAL])
        rows = np.flatnonzero(unsettled)
        settled = [self._chain.settle(Reading(self._spell(words, row), UNSETTLED)) for row in rows.tolist()]
        others = Ragged(np.where(is_number, numeral, words.numbers), words.starts)
        return _replace_rows(others, rows, settled, self._words)

    def _mask(self, claims: list[str], words: Ragged) -> Ragged:
        """Mask names in the texts in which that may make a difference to what the model reads."""
        if not self._chain.rules.mask_names:
            return words
        capitalised = list(map(find_capitalised, claims))
        taken = mark_taken(self._words, words, capitalised, drops=self._chain.drops_names)
        rows = words.find_rows(taken)
        masked = [self._chain.mask(self._spell(words, row), capitalised[row]) for row in rows.tolist()]
        return _replace_rows(words, rows, masked, self._words)

    def _find_reasons(self, claims: list[str], words: Ragged) -> list[str | None]:
        """Return why the model should not score each text, or None."""
        traits = self._words.traits[words.numbers]
        few = words.sum_rows(traits & WORD != 0) < max(self._chain.rules.min_tokens, 1)
        at_home = words.sum_rows(traits & HOME != 0) > 0
        latin = np.fromiter(map(str.isascii, claims), np.bool_, len(claims))
        reasons: list[str | None] = [None] * len(claims)
        for row in np.flatnonzero(few | ~at_home | ~latin).tolist():
            reasons[row] = self._chain.find_reason(claims[row], self._spell(words, row))
        return reasons

    def _spell(self, words: Ragged, row: int) -> list[str]:
        return self._words.spell(words.row(row))


def _replace_rows(
    all_rows: Ragged, rows: Places | list[int], others: Collection[list[str]], numbering: Numbering
) -> Ragged:
    """Return all rows, some of them replaced by the numbers of other strings."""
    if not len(rows):
        return all_rows
    numbers = numbering.number([*chain.from_iterable(others)])
    return all_rows.replace(rows, Ragged.of_lengths(numbers, list(map(len, others))))
