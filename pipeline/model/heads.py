"""Features, labels and weights in; linear heads, and what each counts when they are combined, out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from pipeline.config import Encoder, Train
from pipeline.model.linear import FloatArray
from pipeline.model.sources import NO_SOURCE, Sources, find_directions, leave_out, mark_sources


class Head(NamedTuple):
    """One linear head: `weights` of shape (features,), and what its vote counts."""

    weights: FloatArray
    intercept: float
    vote: float


def balance_groups(groups: npt.NDArray[np.int64], weights: FloatArray, prior: float) -> FloatArray:
    """Let groups weigh alike: one of n claims weighs n / (n + prior), each example its part of that.

    `groups` numbers the group of each example, `weights` say how much of a claim it is, (n,) each. It does
    as well as group-DRO (Sagawa et al. 2020) on public data, without its rounds: docs/model.md.

    >>> balance_groups(np.array([0, 0, 1]), np.ones(3), 0.0).tolist()
    [0.5, 0.5, 1.0]
    """
    sizes = np.bincount(groups, weights)
    return np.asarray(weights / (sizes + prior)[groups], np.float64)


class Lesson(NamedTuple):
    """What heads learn from: `features` of shape (n, terms), words first; labels and weights of shape (n,).

    `sources` numbers the source of each example, (n,).
    """

    features: sparse.csr_array
    n_words: int
    y_true: npt.NDArray[np.int8]
    weights: FloatArray
    sources: Sources


def fit_heads(lesson: Lesson, params: Train) -> list[Head]:
    """Fit every head that has a vote: naive Bayes over words, over characters, logistic regression over both."""
    votes = params.heads
    words, chars = slice(lesson.n_words), slice(lesson.n_words, None)
    heads = []
    if votes.naive_bayes:
        heads.append(_fit_bayes(lesson, words, params.smoothing, votes.naive_bayes))
    if votes.naive_bayes_chars:
        heads.append(_fit_bayes(lesson, chars, params.smoothing, votes.naive_bayes_chars))
    if votes.logistic:
        heads.append(_fit_with_sources(lesson, params, votes.logistic))
    return _forget_sources(heads, lesson, params.source_forgetting)


def fit_naive_bayes(
    features: sparse.csr_array, y_true: npt.NDArray[np.int8], weights: FloatArray, smoothing: float
) -> FloatArray:
    """Return log P(term | 1) - log P(term | 0) of each term, shape (terms,), `smoothing` added to its mass.

    Multinomial naive Bayes on TF-IDF (Rennie et al. 2003), which for two classes is their complement form.
    """
    masses = [features.T @ (weights * (y_true == label)) + smoothing for label in (1, 0)]
    true, false = (np.log(mass) - np.log(mass.sum()) if len(mass) else mass for mass in masses)
    return np.asarray(true - false, np.float64)


def combine_heads(votes: Sequence[float], decisions: Sequence[FloatArray]) -> FloatArray:
    """Return each head's factor, its share of the votes at a spread of 1, shape (heads,).

    `decisions` are what each head makes of the same texts, which none has seen: a head is surer of what it was
    fitted on.
    """
    spreads = np.array([float(np.std(decided)) or 1.0 for decided in decisions])
    return np.asarray(np.array(votes) / np.sum(votes) / spreads, np.float64)


def fit_encoded(
    vectors: npt.NDArray[np.float32],
    y_true: npt.NDArray[np.int8],
    weights: FloatArray,
    params: Encoder,
) -> Head:
    """Fit a head over an encoder's vectors, (n, dimensions)."""
    return _fit_logistic(vectors.astype(np.float64), y_true, weights, params.C, params.vote)


def _fit_bayes(lesson: Lesson, terms: slice, smoothing: float, vote: float) -> Head:
    """Fit naive Bayes over some terms; the others weigh 0."""
    weights = np.zeros(lesson.features.shape[1])
    weights[terms] = fit_naive_bayes(lesson.features[:, terms], lesson.y_true, lesson.weights, smoothing)
    return Head(weights, 0.0, vote)


def _fit_with_sources(lesson: Lesson, params: Train, vote: float) -> Head:
    """Fit logistic regression with an intercept for each source, which is zero when a text is scored.

    Intercepts have a normal prior of variance `source_variance`, that of a term's weight being 1.
    """
    marks = np.sqrt(params.source_variance) * mark_sources(lesson.sources, lesson.y_true)
    marked = sparse.csr_array(sparse.hstack([lesson.features, marks]))
    head = _fit_logistic(marked, lesson.y_true, lesson.weights, params.C, vote)
    return head._replace(weights=head.weights[: lesson.features.shape[1]])


def _forget_sources(heads: Sequence[Head], lesson: Lesson, share: float) -> list[Head]:
    """Take a share of what tells the sources of misinformation apart out of every head's weights.

    Of misinformation alone: what tells a source of claims from one of true notices is what heads are to learn.
    """
    if not share:
        return list(heads)
    sources = np.where(lesson.y_true == 1, lesson.sources, NO_SOURCE)
    directions = find_directions(lesson.features, sources, lesson.weights)
    return [head._replace(weights=leave_out(head.weights, directions, share)) for head in heads]


def _fit_logistic(
    features: sparse.csr_array | FloatArray,
    y_true: npt.NDArray[np.int8],
    weights: FloatArray,
    C: float,
    vote: float,
) -> Head:
    model = LogisticRegression(C=C, max_iter=1000, tol=1e-6, solver="lbfgs")
    with threadpool_limits(limits=1):  # a second BLAS thread only waits: 8 s against 0.1 s on two busy cores
        model.fit(features, y_true, sample_weight=weights)
    return Head(model.coef_[0], float(model.intercept_[0]), vote)
