"""Scores of known claims in; where in the queue a score would stand out."""

from typing import Final, NamedTuple, Self

import numpy as np

from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.metrics import Judged, find_obstacle, weigh_to_prevalence

TIE: Final = 1e-9


class Standing(NamedTuple):
    """The scores of a test's claims, rising, and the share of the queue that each stands for."""

    scores: FloatArray
    weights: FloatArray

    @classmethod
    def of(cls, judged: Judged, prevalence: float) -> Self:
        """Weigh the classes to the queue's prevalence; with one class only, every claim weighs the same."""
        n = len(judged.y_true)
        if find_obstacle(judged.y_true):
            weights = np.full(n, 1.0 / max(1, n))
        else:
            weights = weigh_to_prevalence(judged.y_true, np.ones((1, n)), prevalence)[0]
        order = np.argsort(judged.y_score, kind="stable")
        return cls(judged.y_score[order], weights[order])

    def rank(self, scores: FloatArray) -> FloatArray:
        """Return the share of the queue that stands below each score, equals counting half, in [0, 1].

        >>> Standing(np.array([0.1, 0.2, 0.4]), np.array([0.5, 0.3, 0.2])).rank(np.array([0.3])).tolist()
        [0.8]
        """
        below = np.concatenate([[0.0], np.cumsum(self.weights)])
        first = below[np.searchsorted(self.scores, scores - TIE, "left")]
        last = below[np.searchsorted(self.scores, scores + TIE, "right")]
        return np.asarray((first + last) / 2.0, np.float64)
