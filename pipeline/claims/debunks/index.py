"""The words of a library in, for a claim its candidates out, by character n-grams and by stems.

Characters: TF-IDF cosine of 4-grams within words of the title, which forgives spelling. Stems: BM25 over the
title (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"), k1 = 1.2, b = 0.75. Each is
divided by its best value for the claim, and the sum chooses the candidates. A second field, the article's
text, adds candidates of its own by IDF-weighted cosine; where an encoder reads too, so do the nearest vectors.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from pipeline.claims.debunks.reading import MatchWords
from pipeline.storage.vectors import Vectors
from pipeline.text.memo import Memo

GRAM: Final = 4
K1: Final = 1.2
B: Final = 0.75
N_CANDIDATES: Final = 60
N_TEXT_CANDIDATES: Final = 10
MIN_TEXT_COSINE: Final = 0.2
N_NEAREST: Final = 20
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
    """Rows of the library that may match one claim, and how alike they are by characters, stems and text.

    `nearness` is rows x 1, the cosine of the vectors of claim and title, or rows x 0 where no encoder reads.
    The nearest row of all is always among them.
    """

    rows: Ints
    characters: Floats
    stems: Floats
    text: Floats
    nearness: Floats

    def take(self, kept: npt.NDArray[np.bool_]) -> "Candidates":
        """Return some of them."""
        parts = (self.characters, self.stems, self.text, self.nearness)
        return Candidates(self.rows[kept], *(values[kept] for values in parts))


class Weighed(NamedTuple):
    """A library's words, weighed: what takes long to make, and `saved` keeps."""

    title_words: list[tuple[str, ...]]
    title_stems: list[tuple[str, ...]]
    grams: Field
    stems: Field
    texts: Field


class DebunkIndex:
    """The library as sparse matrices, and where an encoder reads as the vectors of its titles, row by row."""

    def __init__(self, weighed: Weighed, vectors: Vectors | None = None) -> None:
        self.weighed = weighed
        self.n_rows = len(weighed.title_words)
        self.title_words, self.title_stems, self.grams, self.stems, self.texts = weighed
        self._vectors = vectors
        self._cut_word = Memo(cut_grams)

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
        return {gram: float(idf[numbers[gram]]) for gram in _cut(self.title_words[row], self._cut_word)}

    def _find_some(self, claims: Sequence[MatchWords]) -> Iterable[Candidates]:
        if not self.n_rows:
            yield from map(_find_nothing, claims)
            return
        grams = _ask_cosine(self.grams, [_cut(claim.words, self._cut_word) for claim in claims])
        stems = _ask(self.stems, [claim.stems for claim in claims], _saturate)
        texts = _ask_cosine(self.texts, [sorted(set(claim.stems)) for claim in claims])
        for at, claim in enumerate(claims):
            near = self._compare_vectors(claim)
            yield _choose(grams[at], stems[at], texts[at], near) if claim.words else _find_nothing(claim)

    def _compare_vectors(self, claim: MatchWords) -> Vectors | None:
        """Return the cosine of each row, None where no encoder reads; of one claim, so that no batch sways it."""
        if self._vectors is None or claim.vector is None:
            return None
        cosines: Vectors = self._vectors @ claim.vector
        return cosines


def weigh_words(titles: Sequence[MatchWords], texts: Sequence[MatchWords]) -> Weighed:
    """Weigh the words of a library. `titles` and `texts` are of one length; a text may have no words."""
    title_stems = [title.stems for title in titles]
    cut_word = Memo(cut_grams)
    return Weighed(
        title_words=[title.words for title in titles],
        title_stems=title_stems,
        grams=_weigh_cosine([_cut(title.words, cut_word) for title in titles]),
        stems=_weigh_bm25(title_stems),
        texts=_weigh_cosine([sorted(set(text.stems)) for text in texts]),
    )


def _cut(words: Iterable[str], cut_word: Memo[tuple[str, ...]]) -> list[str]:
    return [gram for word in words for gram in cut_word[word]]


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


def _choose(grams: Floats, stems: Floats, texts: Floats, near: Vectors | None) -> Candidates:
    fused = grams / max(grams.max(), 1e-12) + stems / max(stems.max(), 1e-12)
    rows = _largest(fused, N_CANDIDATES)
    by_text = _largest(texts, N_TEXT_CANDIDATES)
    rows = np.union1d(rows, by_text[texts[by_text] >= MIN_TEXT_COSINE])
    if near is None:
        return Candidates(rows, grams[rows], stems[rows], texts[rows], np.zeros((len(rows), 0)))
    rows = np.union1d(rows, np.argpartition(-near, min(N_NEAREST, len(near) - 1))[:N_NEAREST])
    return Candidates(rows, grams[rows], stems[rows], texts[rows], near[rows, None].astype(float))


def _find_nothing(claim: MatchWords) -> Candidates:
    n_columns = 0 if claim.vector is None else 1
    return Candidates(np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0), np.zeros((0, n_columns)))


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
