"""The words of a library in, for a claim its candidates out, by character n-grams and by stems.

Characters: TF-IDF cosine of 4-grams within words of the title, which forgives spelling. Stems: BM25 over the
title (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"), k1 = 1.2, b = 0.75. Each is
divided by its best value for the claim, and the sum chooses the candidates. A second field, the article's
text, adds candidates of its own by IDF-weighted cosine.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from pipeline.claims.debunks.reading import MatchWords
from pipeline.text.memo import Memo

GRAM: Final = 4
K1: Final = 1.2
B: Final = 0.75
N_CANDIDATES: Final = 60
N_TEXT_CANDIDATES: Final = 10
MIN_TEXT_COSINE: Final = 0.2
CLEARLY_LESS: Final = 0.25
BATCH: Final = 16

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Field(NamedTuple):
    """Terms by rows of the library; `weights` is terms x rows."""

    numbers: dict[str, int]
    idf: Floats
    weights: Any


class Candidates(NamedTuple):
    """Rows of the library that may match one claim, and how alike they are by characters, stems and text."""

    rows: Ints
    characters: Floats
    stems: Floats
    text: Floats


class DebunkIndex:
    """The library as sparse matrices. `titles` and `texts` are of one length; a text may have no words."""

    def __init__(self, titles: Sequence[MatchWords], texts: Sequence[MatchWords]) -> None:
        self.n_rows = len(titles)
        self.title_words = [title.words for title in titles]
        self.title_stems = [title.stems for title in titles]
        self._grams = Memo(cut_grams)
        self.grams = _weigh_cosine([self._cut(title.words) for title in titles])
        self.stems = _weigh_bm25(self.title_stems)
        self.texts = _weigh_cosine([sorted(set(text.stems)) for text in texts])

    def find(self, claims: Sequence[MatchWords]) -> Iterable[Candidates]:
        """Yield the candidates of each claim; claims are worked through some at a time."""
        for start in range(0, len(claims), BATCH):
            yield from self._find_some(claims[start : start + BATCH])

    def compare_titles(self, row: int, other: int) -> float:
        """Return the cosine of two titles of the library, by the IDF of the n-grams that each holds."""
        ours, theirs = (self._weigh_title(place) for place in (row, other))
        shared = sum(ours[gram] ** 2 for gram in ours.keys() & theirs.keys())
        norms = sum(value**2 for value in ours.values()) * sum(value**2 for value in theirs.values())
        return shared / norms**0.5 if norms else 0.0

    def _weigh_title(self, row: int) -> dict[str, float]:
        numbers, idf = self.grams.numbers, self.grams.idf
        return {gram: float(idf[numbers[gram]]) for gram in self._cut(self.title_words[row])}

    def _find_some(self, claims: Sequence[MatchWords]) -> Iterable[Candidates]:
        if not self.n_rows:
            yield from (Candidates(np.zeros(0, np.int64), *[np.zeros(0)] * 3) for _ in claims)
            return
        grams = _ask_cosine(self.grams, [self._cut(claim.words) for claim in claims])
        stems = _ask(self.stems, [claim.stems for claim in claims], _saturate)
        texts = _ask_cosine(self.texts, [sorted(set(claim.stems)) for claim in claims])
        for at in range(len(claims)):
            yield _choose(grams[at], stems[at], texts[at])

    def _cut(self, words: Iterable[str]) -> list[str]:
        grams: list[str] = []
        for word in words:
            grams += self._grams[word]
        return grams


def cut_grams(word: str) -> tuple[str, ...]:
    """Cut a word, a blank on either side, into overlapping n-grams.

    >>> cut_grams("hoaks")
    (' hoa', 'hoak', 'oaks', 'aks ')
    """
    padded = f" {word} "
    return tuple(padded[at : at + GRAM] for at in range(max(1, len(padded) - GRAM + 1)))


def _count(rows: Sequence[Sequence[str]], numbers: dict[str, int], *, grow: bool) -> Any:
    """Return rows x terms counts; unknown terms get a number, or are left out."""
    pointers, found = [0], []
    for row in rows:
        if grow:
            found += [numbers.setdefault(term, len(numbers)) for term in row]
        else:
            found += [numbers[term] for term in row if term in numbers]
        pointers.append(len(found))
    ones = np.ones(len(found))
    counts = sp.csr_array(
        (ones, np.array(found, np.int32), np.array(pointers, np.int32)), (len(rows), len(numbers))
    )
    counts.sum_duplicates()
    return counts


def _weigh_cosine(rows: Sequence[Sequence[str]]) -> Field:
    numbers: dict[str, int] = {}
    counts = _count(rows, numbers, grow=True)
    idf = np.log((1 + len(rows)) / (1 + _document_frequency(counts))) + 1
    return Field(numbers, idf, _normalise(counts, idf).T.tocsr())


def _weigh_bm25(rows: Sequence[Sequence[str]]) -> Field:
    numbers: dict[str, int] = {}
    counts = _count(rows, numbers, grow=True)
    holding = _document_frequency(counts)
    idf = np.log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))
    lengths = np.array([len(row) for row in rows], float)
    long = np.repeat(lengths / max(1.0, lengths.mean() if len(rows) else 1.0), np.diff(counts.indptr))
    counts.data = counts.data * (K1 + 1) / (counts.data + K1 * (1 - B + B * long)) * idf[counts.indices]
    return Field(numbers, idf, counts.T.tocsr())


def _document_frequency(counts: Any) -> Ints:
    return np.bincount(counts.indices, minlength=counts.shape[1])


def _normalise(counts: Any, idf: Floats) -> Any:
    """Return sublinear TF-IDF rows of length 1."""
    counts.data = (1 + np.log(counts.data)) * idf[counts.indices]
    norms = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    counts.data /= np.repeat(np.maximum(norms, 1e-12), np.diff(counts.indptr))
    return counts


def _saturate(counts: Any) -> Any:
    """Let a word that a claim repeats count at most K1 + 1 times."""
    counts.data = counts.data * (K1 + 1) / (counts.data + K1)
    return counts


def _ask(field: Field, rows: Sequence[Sequence[str]], weigh: Any) -> Floats:
    asked = weigh(_count(rows, field.numbers, grow=False))
    answer: Floats = (asked @ field.weights).toarray()
    return answer


def _ask_cosine(field: Field, rows: Sequence[Sequence[str]]) -> Floats:
    return _ask(field, rows, lambda counts: _normalise(counts, field.idf))


def _choose(grams: Floats, stems: Floats, texts: Floats) -> Candidates:
    fused = grams / max(grams.max(), 1e-12) + stems / max(stems.max(), 1e-12)
    rows = _largest(fused, N_CANDIDATES)
    by_text = _largest(texts, N_TEXT_CANDIDATES)
    rows = np.union1d(rows, by_text[texts[by_text] >= MIN_TEXT_COSINE])
    return Candidates(rows, grams[rows], stems[rows], texts[rows])


def _largest(values: Floats, n: int) -> Ints:
    """Return the rows of the n largest positive values, and of all that equal the last of them up to twice n."""
    chosen = np.flatnonzero(
        values > values.max() * CLEARLY_LESS
    )  # most rows are 0: sorting these out is slow
    if len(chosen) < n:
        chosen = np.flatnonzero(values > 0)
    if len(chosen) > n:
        last = np.partition(values[chosen], len(chosen) - n)[len(chosen) - n]
        chosen = chosen[values[chosen] >= last][: 2 * n]
    return chosen.astype(np.int64)
