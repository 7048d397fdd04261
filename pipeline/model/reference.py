"""What scores looked like in training, for whoever compares later ones with them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

N_BINS = 10
ROUNDING = 1e-9
ENOUGH_CLAIMS = 200
"""Of fewer, deciles are too uneven to compare with: pairs of them are taken together."""

CHI_SQUARED_99 = {10: 21.666, 5: 13.277}
"""The 99th percentile of chi-squared with one degree of freedom less than bins."""


class Reference(NamedTuple):
    """Scores of the calibration split, weighted by claim and to the queue's prevalence.

    `edges` are their nine inner decile edges, rising, `abstain_rate` the share of the labelled reports
    that have no score, `unknown_rate` that of the words which no feature holds; `n_claims` how many claims of one
    weight would tell the edges as well (Kish 1965). None: not measured.
    """

    edges: tuple[float, ...]
    abstain_rate: float
    unknown_rate: float | None = None
    n_claims: float | None = None

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what a model carries."""
        unknown, n_claims = content.get("unknown_rate"), content.get("n_claims")
        return cls(
            tuple(float(edge) for edge in content["edges"]),
            float(content["abstain_rate"]),
            None if unknown is None else float(unknown),
            None if n_claims is None else float(n_claims),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {
            "edges": list(self.edges),
            "abstain_rate": self.abstain_rate,
            "unknown_rate": self.unknown_rate,
            "n_claims": self.n_claims,
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
    balanced = balance_classes(y_true, weights, prevalence)
    n_claims = float(balanced.sum() ** 2 / (balanced**2).sum())
    return Reference(
        measure_edges(scores, y_true, weights, prevalence, N_BINS), abstain_rate, n_claims=n_claims
    )


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
    order = np.argsort(scores, kind="stable")
    cumulated = np.cumsum(balance_classes(y_true, weights, prevalence)[order])
    places = np.searchsorted(cumulated, (np.arange(1, n_bins) / n_bins - ROUNDING) * cumulated[-1])
    return tuple(scores[order][places].tolist())


def balance_classes(
    y_true: npt.NDArray[np.int8], weights: npt.NDArray[np.float64], prevalence: float
) -> npt.NDArray[np.float64]:
    """Weigh both classes so that misinformation has `prevalence` of a sum of 1; arrays of shape (n,)."""
    positive = y_true == 1
    shares = np.where(
        positive, prevalence / weights[positive].sum(), (1 - prevalence) / weights[~positive].sum()
    )
    return np.asarray(weights * shares, np.float64)


def count_between(scores: Iterable[float], edges: Sequence[float]) -> list[int]:
    """Count scores between rising inner edges; one on an edge belongs above it."""
    places = np.searchsorted(edges, np.fromiter(scores, np.float64), side="right")
    counts: list[int] = np.bincount(places, minlength=len(edges) + 1).tolist()
    return counts


def stability_index(counts: Sequence[int]) -> float:
    """Return how far counts between quantiles are from equal shares: the population stability index.

    The sum of (p - q) log(p / q), p the share here, q the equal one there, half a row added to each count (Siddiqi
    2006, Credit Risk Scorecards).
    """
    expected = 1 / len(counts)
    total = sum(counts) + 0.5 * len(counts)
    shares = [(count + 0.5) / total for count in counts]
    return math.fsum((share - expected) * math.log(share / expected) for share in shares)


def compare_scores(scores: Sequence[float], reference: Reference) -> tuple[float, float]:
    """Return the stability index of scores, n >= 1, and what it exceeds once in a hundred without any shift.

    Without one it is distributed as (1 / n + 1 / m) times chi-squared, n and m the claims here and in training, with
    one degree of freedom less than bins (Yurdakul 2018, Statistical Properties of Population Stability Index). 0:
    m is not recorded.
    """
    few = reference.n_claims is not None and reference.n_claims < ENOUGH_CLAIMS
    counts = count_between(scores, reference.edges[1::2] if few else reference.edges)
    chance = 0.0 if reference.n_claims is None else 1 / len(scores) + 1 / reference.n_claims
    return stability_index(counts), chance * CHI_SQUARED_99[len(counts)]
