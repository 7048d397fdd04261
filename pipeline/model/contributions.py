"""A prepared text in, what each of its tokens adds to the calibrated logit out, and what is added whatever the text."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.model.features import CHAR, char_ngrams, locate_words, word_ngrams
from pipeline.model.linear import P_MIN, Block, FloatArray, LinearModel, logit
from pipeline.text.chain import PreparedText


class Base(NamedTuple):
    """What a logit consists of beside the tokens' parts, in log-odds.

    `encoder` is what a sentence encoder makes of the whole, 0 in a plain model. `limit` is what keeps
    P(misinformation) within [P_MIN, 1 - P_MIN]: 0 but for the surest scores.
    """

    intercepts: float
    encoder: float
    calibration: float
    prevalence: float
    limit: float


def share_terms(model: LinearModel, prepared: PreparedText) -> FloatArray:
    """Return what each token adds to the calibrated logit, shape (tokens,), all heads together.

    A term's part is shared evenly by its occurrences, that of an occurrence by the tokens it covers: both of
    a pair, the one that a piece of a word was cut from. 0 for a token of which the model knows nothing.
    """
    totals = np.zeros(len(prepared.tokens))
    for block in model.blocks:
        effect = model.effect[block.offset :][: len(block.idf)]
        _share_block(block, effect, prepared, totals)
    return totals


def measure_base(model: LinearModel, prepared: PreparedText, total: float) -> Base:
    """Return what makes of `total`, which all tokens of a text add, the logit of its score."""
    intercepts = model.calibrator.slope * float(model.combination @ model.intercepts)
    encoder = model.calibrator.slope * float(model.encoder.decide([prepared])[0]) if model.encoder else 0.0
    unlimited = intercepts + encoder + model.calibrator.intercept + model.prior_shift + total
    ends = logit(np.array([P_MIN, 1.0 - P_MIN]))
    limit = float(np.clip(unlimited, *ends)) - unlimited
    return Base(intercepts, encoder, model.calibrator.intercept, model.prior_shift, limit)


def _share_block(block: Block, effect: FloatArray, prepared: PreparedText, totals: FloatArray) -> None:
    """Add to the tokens' totals what the terms of one block give them."""
    share = _share_chars if block.name == CHAR else _share_words
    words = locate_words(prepared)
    totals[words] += share(block, effect, prepared, words)


def _share_chars(
    block: Block, effect: FloatArray, prepared: PreparedText, words: Sequence[int]
) -> FloatArray:
    """Share pieces of words; a word's pieces depend on it alone, so each distinct one is looked at once."""
    tokens = [prepared.tokens[index] for index in words]
    times = Counter(tokens)
    columns = {token: _look_up(block, char_ngrams(token, block.ngrams)) for token in times}
    counts: Counter[int] = Counter()
    for token, found in columns.items():
        for column in found:
            counts[column] += times[token]
    parts = _weigh(block, effect, counts)
    gave = {token: sum(map(parts.__getitem__, found)) for token, found in columns.items()}
    return np.fromiter(map(gave.__getitem__, tokens), np.float64, len(tokens))


def _share_words(
    block: Block, effect: FloatArray, prepared: PreparedText, words: Sequence[int]
) -> FloatArray:
    """Share stems and their neighbourhoods."""
    stems = [prepared.stems[index] for index in words]
    shortest, longest = block.ngrams
    by_size = {
        size: list(map(block.vocabulary.get, word_ngrams(stems, (size, size))))
        for size in range(shortest, longest + 1)
    }
    counts = Counter(column for found in by_size.values() for column in found if column is not None)
    parts = _weigh(block, effect, counts)
    totals = np.zeros(len(words))
    for size, found in by_size.items():
        known = (0.0 if column is None else parts[column] for column in found)
        gave = np.fromiter(known, np.float64, len(found)) / size
        for place in range(size):
            totals[place : place + len(gave)] += gave
    return totals


def _look_up(block: Block, terms: Iterable[str]) -> list[int]:
    return [column for term in terms if (column := block.vocabulary.get(term)) is not None]


def _weigh(block: Block, effect: FloatArray, counts: Mapping[int, int]) -> dict[int, float]:
    """Return what one occurrence of each term adds, by its column; see `Block.row`."""
    columns = np.fromiter(counts, np.int64, len(counts))
    times = np.fromiter(counts.values(), np.float64, len(counts))
    values = (1.0 + np.log(times)) * block.idf[columns]
    length = np.sqrt(np.sum(values * values)) or 1.0
    return dict(zip(columns.tolist(), (values / length * effect[columns] / times).tolist(), strict=True))
