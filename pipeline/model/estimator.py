"""Labelled, prepared texts in, a fitted and calibrated linear model out; the only place that trains."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.config import Encoder, Train
from pipeline.errors import ModelError
from pipeline.model.calibration import LEAST_LATER, calibrate_model
from pipeline.model.crowds import share_votes
from pipeline.model.encoder import encode_prepared
from pipeline.model.examples import Examples, spread_importance, weigh_claims
from pipeline.model.features import CHAR, WORD, NgramRange, extract_terms
from pipeline.model.heads import Lesson, balance_groups, combine_heads, fit_encoded, fit_heads
from pipeline.model.linear import Block, Calibrator, EncoderHead, FloatArray, LinearModel
from pipeline.model.rolling import Rows, judge_periods
from pipeline.model.sources import NO_SOURCE, Sources
from pipeline.text.chain import PreparedText

__all__ = [
    "Examples",
    "Learnt",
    "build_matrix",
    "fit_blocks",
    "fit_model",
    "spread_importance",
    "weigh_claims",
]

UNCALIBRATED = Calibrator(1.0, 0.0)


def fit_model(
    train: Examples,
    calibration: Examples,
    params: Train,
    prevalence: float,
    background: Sequence[PreparedText] = (),
) -> LinearModel:
    """Fit the heads on `train`, then combination and calibrator on `calibration`, which they have not seen.

    `background` is ordinary talk, one text a claim, that the heads take for not misinformation; the calibrator
    does without. Raises ModelError when `train` or `calibration` holds one class only.
    """
    _require_classes(train, "train")
    _require_classes(calibration, "calibration")
    learnt = Learnt.gather(train, background, params)
    blocks = fit_blocks(learnt.prepared, learnt.claims, params)
    features = build_matrix(blocks, learnt.prepared)
    n_words = len(blocks[0].idf)
    heads = fit_heads(learnt.set_lesson(features, n_words), params)
    unseen = build_matrix(blocks, calibration.prepared)
    model = LinearModel(
        blocks=blocks,
        weights=np.stack([head.weights for head in heads]),
        intercepts=np.array([head.intercept for head in heads], np.float64),
        combination=combine_heads([head.vote for head in heads], [unseen @ head.weights for head in heads]),
        calibrator=UNCALIBRATED,
        prior_shift=0.0,
        prevalence=prevalence,
    )
    if params.encoder is not None:
        model = _add_encoder(model, learnt, calibration, params.encoder)
    refit = _Refit(train, background, params, features, n_words, model.combination)
    return calibrate_model(model, calibration, judge_periods(train, calibration, LEAST_LATER, refit.decide))


class Learnt(NamedTuple):
    """What the heads see: texts, labels, how much of a claim each text is, what it weighs, and its source.

    `sources` numbers the source of each text, (n,); ordinary talk is of NO_SOURCE.
    """

    prepared: Sequence[PreparedText]
    y_true: npt.NDArray[np.int8]
    claims: FloatArray
    weights: FloatArray
    sources: Sources

    @classmethod
    def gather(cls, train: Examples, background: Sequence[PreparedText], params: Train) -> "Learnt":
        """Put ordinary talk, a group of its own, behind the labelled; weights sum to the labelled claims."""
        talk = background if params.background.weight else ()
        labelled = train.number_groups()
        groups = np.append(labelled, np.full(len(talk), labelled.max() + 1))
        votes = _share_votes(train, params)
        if train.importance is not None:
            votes = votes * train.importance
        shares = np.append(np.ones(len(labelled)), np.full(len(talk), params.background.weight))
        weights = shares * balance_groups(groups, np.append(votes, np.ones(len(talk))), params.group_prior)
        return cls(
            [*train.prepared, *talk],
            np.append(train.y_true, np.zeros(len(talk), np.int8)),
            np.append(train.weights, np.ones(len(talk))),
            weights * (votes.sum() / weights.sum()),
            np.append(train.number_sources(), np.full(len(talk), NO_SOURCE)),
        )

    def set_lesson(self, features: sparse.csr_array, n_words: int) -> Lesson:
        """Add the features, row by row, of which `n_words` are words."""
        return Lesson(features, n_words, self.y_true, self.weights, self.sources)


class _Refit(NamedTuple):
    """All it takes to fit the heads on a part of what trains, over the same terms, and to combine them as before.

    `features` has the rows of `train`, then those of ordinary talk.
    """

    train: Examples
    background: Sequence[PreparedText]
    params: Train
    features: sparse.csr_array
    n_words: int
    combination: FloatArray

    def decide(self, past: Rows, later: Rows) -> FloatArray:
        """Fit on some of the examples, return the combined logit of others, shape (others,)."""
        talk = np.arange(len(self.train.prepared), self.features.shape[0])
        learnt = Learnt.gather(self.train.take(past), self.background, self.params)
        heads = fit_heads(learnt.set_lesson(self.features[np.append(past, talk)], self.n_words), self.params)
        weights = self.combination @ np.stack([head.weights for head in heads])
        return np.asarray(self.features[later] @ weights, np.float64)


def _add_encoder(model: LinearModel, learnt: Learnt, calibration: Examples, params: Encoder) -> LinearModel:
    """Fit a head over sentence vectors; the heads of the first pass have one vote together beside its own."""
    seen, unseen = (
        encode_prepared(params.name, texts, params.max_words)
        for texts in (learnt.prepared, calibration.prepared)
    )
    head = fit_encoded(seen, learnt.y_true, learnt.weights, params)
    first, second = combine_heads(
        (1.0, head.vote), (model.decide(calibration.prepared), unseen @ head.weights)
    )
    encoder = EncoderHead(
        name=params.name,
        max_words=params.max_words,
        weights=head.weights,
        intercept=head.intercept,
        factor=float(second),
        first=UNCALIBRATED,
        percentiles=np.empty(0),
    )
    return replace(model, combination=model.combination * first, encoder=encoder)


def _share_votes(train: Examples, params: Train) -> FloatArray:
    """Weigh labelled claims so that near-same ones of one label count as one."""
    if params.near_cosine is None:
        return train.weights
    single = params.model_copy(update={"word_ngrams": (1, 1)})
    stems = _fit_block(WORD, train.prepared, train.weights, single)
    return share_votes(build_matrix([stems], train.prepared), train.y_true, train.weights, params.near_cosine)


def build_matrix(blocks: Sequence[Block], prepared: Sequence[PreparedText]) -> sparse.csr_array:
    """Return the features of texts as a sparse matrix, float64 of shape (texts, features)."""
    rows = [[block.row(text) for block in blocks] for text in prepared]
    columns = [part.columns for row in rows for part in row]
    values = [part.values for row in rows for part in row]
    lengths = [sum(len(part.columns) for part in row) for row in rows]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    width = blocks[-1].offset + len(blocks[-1].idf)
    return sparse.csr_array((np.concatenate(values), np.concatenate(columns), starts), (len(prepared), width))


def fit_blocks(prepared: Sequence[PreparedText], claims: FloatArray, params: Train) -> tuple[Block, ...]:
    """Choose the terms and their idf; `claims` is how many claims each text stands for, (n,)."""
    words = _fit_block(WORD, prepared, claims, params)
    chars = _fit_block(CHAR, prepared, claims, params)
    return words, replace(chars, offset=len(words.idf))


def _fit_block(name: str, prepared: Sequence[PreparedText], claims: FloatArray, params: Train) -> Block:
    """Keep the terms that enough claims hold, and weigh them: idf = 1 + log((1 + n) / (1 + df)).

    n and df count claims, each report by its share of one, so that copies of one claim add nothing
    (smoothed as in scikit-learn's TfidfTransformer).
    """
    ngrams, most = _limit_block(name, params)
    term_sets = (set(extract_terms(name, text, ngrams)) for text in prepared)
    frequency = _count_claims(zip(term_sets, claims, strict=True))
    frequent = [(-round(df, 9), term) for term, df in frequency.items() if df >= params.min_claims - 1e-9]
    kept = sorted(term for _, term in sorted(frequent)[:most])
    df = np.array([frequency[term] for term in kept], np.float64)
    idf = 1.0 + np.log((1.0 + float(np.sum(claims))) / (1.0 + df))
    return Block(name, ngrams, 0, {term: column for column, term in enumerate(kept)}, idf)


def _limit_block(name: str, params: Train) -> tuple[NgramRange, int | None]:
    """Return the lengths of a block's n-grams, and how many are kept; None = all."""
    return (params.word_ngrams, None) if name == WORD else (params.char_ngrams, params.max_char_features)


def _count_claims(documents: Iterable[tuple[set[str], float]]) -> dict[str, float]:
    frequency: dict[str, float] = {}
    for terms, weight in documents:
        for term in terms:
            frequency[term] = frequency.get(term, 0.0) + float(weight)
    return frequency


def _require_classes(examples: Examples, split: str) -> None:
    found = sorted(set(examples.y_true.tolist()))
    if found != [0, 1]:
        what = f"only label {found[0]}" if found else "no labelled claim"
        raise ModelError(f"{split} split: holds {what}; expected both classes; add labelled reports")
