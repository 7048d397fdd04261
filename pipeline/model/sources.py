"""Labelled features and their sources in; what tells the sources apart, so that heads can do without, out."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from pipeline.model.linear import FloatArray

Sources = npt.NDArray[np.int64]
"""The number of the source of each text, shape (n,), NO_SOURCE where a text is ordinary talk."""

NO_SOURCE: Final = -1

LEAST_TEXTS: Final = 20
"""A source of fewer texts tells what they say, not how the source says it."""

C: Final = 0.5
LEAST_PART: Final = 1e-3
"""Of the largest singular value: what is smaller is rounding, since the weights of all sources sum to 0."""


def mark_sources(sources: Sources, y_true: npt.NDArray[np.int8]) -> FloatArray:
    """Mark each text's source, a column of 0 and 1 for every source of both classes; shape (n, columns).

    >>> mark_sources(np.array([0, 0, 1, -1]), np.array([1, 0, 1, 0])).tolist()
    [[1.0], [1.0], [0.0], [0.0]]
    """
    both = np.intersect1d(sources[y_true == 1], sources[y_true == 0])
    return np.asarray(sources[:, np.newaxis] == both[both != NO_SOURCE], np.float64)


def find_directions(features: sparse.csr_array, sources: Sources, weights: FloatArray) -> FloatArray:
    """Return an orthonormal base of what tells sources apart, shape (features, sources - 1); few texts are no source.

    The weights of a logistic regression that names a text's source, every source weighing alike.
    """
    numbers, sizes = np.unique(sources[sources != NO_SOURCE], return_counts=True)
    known = numbers[sizes >= LEAST_TEXTS]
    if len(known) < 2:
        return np.empty((features.shape[1], 0))
    rows = np.flatnonzero(np.isin(sources, known))
    own = np.searchsorted(known, sources[rows])
    alike = weights[rows] / np.bincount(own, weights[rows])[own]
    model = LogisticRegression(C=C, max_iter=1000, tol=1e-4)
    with threadpool_limits(limits=1):
        model.fit(features[rows], own, sample_weight=alike * (len(rows) / len(known)))
    return np.asarray(linalg.orth(model.coef_.T, LEAST_PART), np.float64)


def leave_out(weights: FloatArray, directions: FloatArray, share: float) -> FloatArray:
    """Take this share of what lies along orthonormal `directions` out of a head's weights, (features,).

    >>> leave_out(np.array([1.0, 2.0]), np.array([[1.0], [0.0]]), 0.25).tolist()
    [0.75, 2.0]
    """
    return np.asarray(weights - share * (directions @ (directions.T @ weights)), np.float64)
