"""Labelled, prepared texts in, a fitted and calibrated linear model out; the only place that trains."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from pipeline.config import Train
from pipeline.errors import ModelError
from pipeline.model.crowds import share_votes
from pipeline.model.features import CHAR, WORD, NgramRange, extract_terms
from pipeline.model.heads import balance_groups, combine_heads, fit_heads
from pipeline.model.linear import Block, Calibrator, FloatArray, LinearModel, logit
from pipeline.text.chain import PreparedText

UNCALIBRATED = Calibrator(1.0, 0.0)

LEAST_LATER: Final = 20
"""Of either class: so many later claims must there be for the calibrator to be fitted on them alone."""


class Examples(NamedTuple):
    """Labelled texts: `y_true` int8 0/1 and `weights` float64 > 0, of shape (n,), and the source of each.

    The source says which claims are weighed against which, and is no feature. None: all are of one source.
    `later` marks those that were reported when all that trains of their source had been; None: not told.
    """

    prepared: Sequence[PreparedText]
    y_true: npt.NDArray[np.int8]
    weights: FloatArray
    sources: Sequence[str] | None = None
    later: npt.NDArray[np.bool_] | None = None

    def number_groups(self) -> npt.NDArray[np.int64]:
        """Give each group, the claims of one source and label, a number; shape (n,)."""
        sources = self.sources if self.sources is not None else [""] * len(self.prepared)
        pairs = zip(sources, self.y_true.tolist(), strict=True)
        numbers: dict[tuple[str, int], int] = {}
        return np.array([numbers.setdefault(pair, len(numbers)) for pair in pairs], np.int64)

    def take_later(self, least: int) -> "Examples":
        """Return the examples marked as later, or all where fewer than `least` of either class are."""
        if self.later is None or min(np.bincount(self.y_true[self.later], minlength=2)) < least:
            return self
        rows = np.flatnonzero(self.later)
        sources = self.sources and [self.sources[row] for row in rows.tolist()]
        prepared = [self.prepared[row] for row in rows.tolist()]
        return Examples(prepared, self.y_true[rows], self.weights[rows], sources, self.later[rows])


def weigh_claims(claim_ids: Sequence[str]) -> FloatArray:
    """Let every claim weigh 1: each of its n reports weighs 1/n. Shape (reports,).

    >>> weigh_claims(["a", "b", "b"]).tolist()
    [1.0, 0.5, 0.5]
    """
    sizes = Counter(claim_ids)
    return np.array([1.0 / sizes[claim_id] for claim_id in claim_ids], np.float64)


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
    heads = fit_heads(
        build_matrix(blocks, learnt.prepared), learnt.y_true, learnt.weights, len(blocks[0].idf), params
    )
    model = LinearModel(
        blocks=blocks,
        weights=np.stack([head.weights for head in heads]),
        intercepts=np.array([head.intercept for head in heads], np.float64),
        combination=combine_heads(heads, build_matrix(blocks, calibration.prepared)),
        calibrator=UNCALIBRATED,
        prior_shift=0.0,
        prevalence=prevalence,
    )
    return _calibrate(model, calibration)


class Learnt(NamedTuple):
    """What the heads see: texts, labels, how many claims each text stands for, and what it weighs."""

    prepared: Sequence[PreparedText]
    y_true: npt.NDArray[np.int8]
    claims: FloatArray
    weights: FloatArray

    @classmethod
    def gather(cls, train: Examples, background: Sequence[PreparedText], params: Train) -> "Learnt":
        """Put ordinary talk, a group of its own, behind the labelled; weights sum to the labelled claims."""
        talk = background if params.background.weight else ()
        labelled = train.number_groups()
        groups = np.append(labelled, np.full(len(talk), labelled.max() + 1))
        votes = _share_votes(train, params)
        shares = np.append(np.ones(len(labelled)), np.full(len(talk), params.background.weight))
        weights = shares * balance_groups(groups, np.append(votes, np.ones(len(talk))), params.group_prior)
        return cls(
            [*train.prepared, *talk],
            np.append(train.y_true, np.zeros(len(talk), np.int8)),
            np.append(train.weights, np.ones(len(talk))),
            weights * (votes.sum() / weights.sum()),
        )


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


def _calibrate(model: LinearModel, calibration: Examples) -> LinearModel:
    """Fit the sigmoid on later claims and note the shift from their prevalence to the queue's.

    Scores are applied to what comes, so a slope from claims of the same days as training is too bold: 2.5
    where 1.1 was right (docs/model.md). Too few later claims tell nothing; then the whole split is used.

    Targets are smoothed, (n + 1) / (n + 2) for n examples of a class (Platt 1999), so that few or
    separable examples give no infinite slope: each example stands once for either class, by its target.
    """
    calibration = calibration.take_later(LEAST_LATER)
    decisions = model.decide(calibration.prepared)
    positive = calibration.y_true == 1
    n_positive, n_negative = (float(calibration.weights[rows].sum()) for rows in (positive, ~positive))
    target = np.where(positive, (n_positive + 1.0) / (n_positive + 2.0), 1.0 / (n_negative + 2.0))
    fit = LogisticRegression(C=np.inf, max_iter=1000, tol=1e-10)
    fit.fit(
        np.concatenate([decisions, decisions])[:, np.newaxis],
        np.repeat([1, 0], len(decisions)),
        sample_weight=np.concatenate([target, 1.0 - target]) * np.tile(calibration.weights, 2),
    )
    calibrator = Calibrator(float(fit.coef_[0, 0]), float(fit.intercept_[0]))
    observed = float(np.average(calibration.y_true, weights=calibration.weights))
    return replace(model, calibrator=calibrator, prior_shift=float(logit(model.prevalence) - logit(observed)))


def _require_classes(examples: Examples, split: str) -> None:
    found = sorted(set(examples.y_true.tolist()))
    if found != [0, 1]:
        what = f"only label {found[0]}" if found else "no labelled claim"
        raise ModelError(f"{split} split: holds {what}; expected both classes; add labelled reports")
