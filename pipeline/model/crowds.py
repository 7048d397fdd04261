"""Texts as word features in; what each weighs once near-same texts of one label share a vote out."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.model.linear import FloatArray

ROWS_AT_ONCE: Final = 500


def share_votes(
    words: sparse.csr_array, y_true: npt.NDArray[np.int8], claims: FloatArray, near_cosine: float
) -> FloatArray:
    """Return what each text weighs: its part of a claim, divided by the claims in its crowd if over one.

    `words` are TF-IDF features of single stems at length 1, (n, stems), `claims` how much of a claim each text
    is, (n,). The crowd of a text are the texts of its label above the cosine, itself among them. Claims are
    grouped strictly, so that two are never fused: a hundred rewordings of one are some fifteen claims, and
    would outvote a source.

    >>> share_votes(sparse.csr_array(np.eye(2)[[0, 0, 1]]), np.ones(3, np.int8), np.ones(3), 0.5).tolist()
    [0.5, 0.5, 1.0]
    """
    crowds = np.ones(len(claims))
    for label in np.unique(y_true):
        rows = np.flatnonzero(y_true == label)
        crowds[rows] = _count_near(words[rows], claims[rows], near_cosine)
    return np.asarray(claims / np.maximum(crowds, 1.0), np.float64)


def _count_near(words: sparse.csr_array, claims: FloatArray, near_cosine: float) -> FloatArray:
    """Sum the claims near each row; a text without a known stem is near to none."""
    columns = words.T.tocsr()
    parts = []
    for start in range(0, words.shape[0], ROWS_AT_ONCE):
        cosines = words[start : start + ROWS_AT_ONCE] @ columns
        cosines.data = (cosines.data > near_cosine).astype(np.float64)
        parts.append(cosines @ claims)
    return np.concatenate(parts)
