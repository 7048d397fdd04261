"""A prepared text in, what each of its tokens adds to the calibrated logit out, and what is added whatever the text."""

from typing import NamedTuple

import numpy as np

from pipeline.model.features import locate_terms
from pipeline.model.linear import P_MIN, Block, FloatArray, LinearModel, logit
from pipeline.text.chain import PreparedText


class Base(NamedTuple):
    """What a logit consists of beside the tokens' parts, in log-odds.

    `limit` is what keeps P(misinformation) within [P_MIN, 1 - P_MIN]: 0 but for the surest scores.
    """

    intercepts: float
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


def measure_base(model: LinearModel, total: float) -> Base:
    """Return what makes of `total`, which all tokens add, the logit of the score."""
    intercepts = model.calibrator.slope * float(model.combination @ model.intercepts)
    unlimited = intercepts + model.calibrator.intercept + model.prior_shift + total
    ends = logit(np.array([P_MIN, 1.0 - P_MIN]))
    limit = float(np.clip(unlimited, *ends)) - unlimited
    return Base(intercepts, model.calibrator.intercept, model.prior_shift, limit)


def _share_block(block: Block, effect: FloatArray, prepared: PreparedText, totals: FloatArray) -> None:
    """Add to the tokens' totals what the terms of one block give them."""
    known = [
        (column, covered)
        for term, covered in locate_terms(block.name, prepared, block.ngrams)
        if (column := block.vocabulary.get(term)) is not None
    ]
    if not known:
        return
    columns, occurrence, counts = np.unique(
        np.array([column for column, _ in known], np.int64), return_inverse=True, return_counts=True
    )
    values = (1.0 + np.log(counts)) * block.idf[columns]
    parts = values / np.sqrt(np.sum(values * values)) * effect[columns] / counts
    sizes = [len(covered) for _, covered in known]
    tokens = [token for _, covered in known for token in covered]
    np.add.at(totals, tokens, np.repeat(parts[occurrence] / sizes, sizes))
