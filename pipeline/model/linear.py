"""The fitted model, plain arrays, and what it makes of prepared texts: logits, probabilities, words.

K linear heads over shared TF-IDF blocks, combined by fixed weights, then a sigmoid calibrator and a
correction to the queue's prevalence. Neither scikit-learn nor pandas is needed to score.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.model.features import CHAR, NgramRange, char_ngrams, extract_terms, locate_terms
from pipeline.text.chain import PreparedText

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MAX_MEMO_TOKENS: Final = 100_000
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
    _memo: dict[str, list[int]] = field(default_factory=dict, compare=False, repr=False)

    def row(self, prepared: PreparedText) -> SparseRow:
        """Weigh the known terms of a text: (1 + log tf) * idf, scaled to Euclidean length 1."""
        columns, counts = np.unique(np.array(self._find_columns(prepared), np.int64), return_counts=True)
        weights = (1.0 + np.log(counts)) * self.idf[columns]
        length = math.sqrt(float(np.sum(weights * weights))) or 1.0
        return SparseRow(columns + self.offset, weights / length)

    def _find_columns(self, prepared: PreparedText) -> list[int]:
        """List the column of every known term, repeats included; a token's own terms come from a memo."""
        if self.name == CHAR:
            return [column for token in prepared.tokens for column in self._find_token_columns(token)]
        return self._look_up(extract_terms(self.name, prepared, self.ngrams))

    def _find_token_columns(self, token: str) -> list[int]:
        found = self._memo.get(token)
        if found is None:
            found = self._look_up(char_ngrams(token, self.ngrams))
            if len(self._memo) >= MAX_MEMO_TOKENS:
                self._memo.clear()
            self._memo[token] = found
        return found

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
        return np.array([self._decide_one(text) for text in prepared], np.float64)

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

    def row(self, prepared: PreparedText) -> SparseRow:
        """Return the features of one text over all blocks, columns rising."""
        rows = [block.row(prepared) for block in self.blocks]
        return SparseRow(np.concatenate([r.columns for r in rows]), np.concatenate([r.values for r in rows]))

    def drive(self, prepared: PreparedText, n_words: int) -> list[str]:
        """Name the words that raised the score most, at most `n_words`, the strongest first.

        A word's part is what its stem, the pairs it stands in and its own characters add to the
        calibrated logit; a pair's part is shared by its two words.
        """
        parts = self.contributions(prepared)
        raising = [(-part, word) for word, part in parts.items() if part > 0 and not word.startswith("<")]
        return [word for _, word in sorted(raising)[:n_words]]

    def contributions(self, prepared: PreparedText) -> dict[str, float]:
        """Return what each distinct token adds to the calibrated logit; with the constant they sum to it."""
        effect = self._effect
        totals: dict[str, float] = {}
        for block in self.blocks:
            row = block.row(prepared)
            part = dict(zip(row.columns.tolist(), (row.values * effect[row.columns]).tolist(), strict=True))
            _share_parts(block, prepared, part, totals)
        return totals

    @cached_property
    def _effect(self) -> FloatArray:
        """What one unit of each feature adds to the calibrated logit, shape (features,)."""
        return self.calibrator.slope * (self.combination @ self.weights)

    def _decide_one(self, prepared: PreparedText) -> float:
        columns, values = self.row(prepared)
        heads = self.weights[:, columns] @ values + self.intercepts
        return float(self.combination @ heads)


def sigmoid(logits: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), np.float64)


def logit(probabilities: FloatArray | float) -> FloatArray:
    """Return log(p / (1 - p)), p clipped to [P_MIN, 1 - P_MIN]."""
    clipped = np.clip(probabilities, P_MIN, 1.0 - P_MIN)
    return np.asarray(np.log(clipped) - np.log1p(-clipped), np.float64)


def _share_parts(
    block: Block, prepared: PreparedText, part: dict[int, float], totals: dict[str, float]
) -> None:
    """Share each term's part evenly among the words of all its occurrences."""
    holders: dict[int, list[str]] = {}
    for term, words in locate_terms(block.name, prepared, block.ngrams):
        column = block.vocabulary.get(term)
        if column is not None:
            holders.setdefault(column + block.offset, []).extend(words)
    for column, words in holders.items():
        for word in words:
            totals[word] = totals.get(word, 0.0) + part[column] / len(words)
