"""The fitted model, plain arrays, and what it makes of prepared texts: logits and probabilities.

K linear heads over shared TF-IDF blocks, combined by fixed weights, then a sigmoid calibrator and a
correction to the queue's prevalence. Neither scikit-learn nor pandas is needed to score. Heads are
combined linearly, so their weights are added up once and any number of them costs what one does.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.model.counts import Counts, TermCounter
from pipeline.model.features import NgramRange, extract_terms
from pipeline.text.chain import PreparedText

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

TEXTS_AT_ONCE: Final = 1024
"""As many as the processor's cache holds the terms of."""

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


@dataclass(frozen=True)
class LinearModel:
    """Raw features to calibrated probability.

    `weights` has shape (heads, features), `intercepts` and `combination` (heads,), all float64.
    `prior_shift` moves the calibrated logit from the prevalence of the calibration split to the queue's.
    """

    blocks: tuple[Block, ...]
    weights: FloatArray
    intercepts: FloatArray
    combination: FloatArray
    calibrator: Calibrator
    prior_shift: float
    prevalence: float

    def decide(self, prepared: Sequence[PreparedText]) -> FloatArray:
        """Return the combined logit of each text before calibration, shape (n,)."""
        starts = range(0, len(prepared), TEXTS_AT_ONCE)
        parts = [self._decide_some(prepared[start : start + TEXTS_AT_ONCE]) for start in starts]
        return np.concatenate(parts) if parts else np.empty(0)

    def calibrate(self, decisions: FloatArray) -> FloatArray:
        """Turn combined logits into logits at the queue's prevalence, shape (n,)."""
        return self.calibrator.slope * decisions + self.calibrator.intercept + self.prior_shift

    def predict(self, prepared: Sequence[PreparedText]) -> FloatArray:
        """Return P(misinformation) of each text at the queue's prevalence, shape (n,)."""
        return np.clip(sigmoid(self.calibrate(self.decide(prepared))), P_MIN, 1.0 - P_MIN)

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

    def _decide_some(self, prepared: Sequence[PreparedText]) -> FloatArray:
        decisions = np.full(len(prepared), float(self.combination @ self.intercepts))
        for block, counts in zip(self.blocks, self._counter.count(prepared), strict=True):
            decisions += _project(counts, block.idf, self._weights[block.offset :][: len(block.idf)])
        return decisions


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
