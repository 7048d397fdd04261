"""Prepared texts and a model in, how many of their words it has a feature for out."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from pipeline.model.features import WORD, locate_words
from pipeline.model.linear import FloatArray, LinearModel
from pipeline.text.chain import PreparedText
from pipeline.text.tokens import is_word


class WordCount(NamedTuple):
    """How many words a text has, links, numbers and listed names left out, and how many the model knows."""

    n_words: int
    n_known: int


def count_words(model: LinearModel, prepared: PreparedText) -> WordCount:
    """Count the words of a text; one whose stem is no feature is unknown, as is one that is never read.

    So titles and what no list knows count as unknown: what matters is how their share moves.
    """
    [vocabulary] = [block.vocabulary for block in model.blocks if block.name == WORD]
    n_known = sum(prepared.stems[index] in vocabulary for index in locate_words(prepared))
    return WordCount(max(sum(map(is_word, prepared.masked)), n_known), n_known)


def measure_unknown(
    model: LinearModel, prepared: Iterable[PreparedText], weights: FloatArray | None = None
) -> float | None:
    """Return the share of unknown words in texts of some weights, (n,); None where there is no word."""
    counts = np.array([count_words(model, text) for text in prepared], np.float64).reshape(-1, 2)
    n_words, n_known = (np.ones(len(counts)) if weights is None else weights) @ counts
    return float(1 - n_known / n_words) if n_words else None
