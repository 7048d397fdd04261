"""What scores looked like in training, for whoever compares later ones with them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

N_BINS = 10
ROUNDING = 1e-9


class Reference(NamedTuple):
    """Scores of the calibration split, weighted by claim and to the queue's prevalence.

    `edges` are their nine inner decile edges, rising, `abstain_rate` the share of the labelled reports
    that have no score, `unknown_rate` that of the words which no feature holds; None: not measured.
    """

    edges: tuple[float, ...]
    abstain_rate: float
    unknown_rate: float | None = None

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what a model carries."""
        unknown = content.get("unknown_rate")
        return cls(
            tuple(float(edge) for edge in content["edges"]),
            float(content["abstain_rate"]),
            None if unknown is None else float(unknown),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {
            "edges": list(self.edges),
            "abstain_rate": self.abstain_rate,
            "unknown_rate": self.unknown_rate,
        }


def measure_reference(
    scores: npt.NDArray[np.float64],
    y_true: npt.NDArray[np.int8],
    weights: npt.NDArray[np.float64],
    prevalence: float,
    abstain_rate: float,
) -> Reference:
    """Return the weighted deciles of calibrated scores, misinformation weighing `prevalence` of all.

    All arrays have shape (n,), n >= 1, and hold both classes; `weights` > 0.
    """
    return Reference(measure_edges(scores, y_true, weights, prevalence, N_BINS), abstain_rate)


def measure_edges(
    scores: npt.NDArray[np.float64],
    y_true: npt.NDArray[np.int8],
    weights: npt.NDArray[np.float64],
    prevalence: float,
    n_bins: int,
) -> tuple[float, ...]:
    """Return the inner edges of `n_bins` bins of equal weight, rising; arrays as in `measure_reference`.

    An edge is the smallest score up to which its share of the weight lies.
    """
    positive = y_true == 1
    balance = np.where(
        positive, prevalence / weights[positive].sum(), (1 - prevalence) / weights[~positive].sum()
    )
    order = np.argsort(scores, kind="stable")
    cumulated = np.cumsum((weights * balance)[order])
    places = np.searchsorted(cumulated, (np.arange(1, n_bins) / n_bins - ROUNDING) * cumulated[-1])
    return tuple(scores[order][places].tolist())


def count_between(scores: Iterable[float], edges: Sequence[float]) -> list[int]:
    """Count scores between rising inner edges; one on an edge belongs above it."""
    places = np.searchsorted(edges, np.fromiter(scores, np.float64), side="right")
    counts: list[int] = np.bincount(places, minlength=len(edges) + 1).tolist()
    return counts


def stability_index(counts: Sequence[int]) -> float:
    """Return how far counts between deciles are from a tenth each: the population stability index.

    The sum of (p - q) log(p / q), p the share here, q the tenth there, half a row added to each count (Siddiqi
    2006, Credit Risk Scorecards).
    """
    expected = 1 / len(counts)
    total = sum(counts) + 0.5 * len(counts)
    shares = [(count + 0.5) / total for count in counts]
    return math.fsum((share - expected) * math.log(share / expected) for share in shares)
