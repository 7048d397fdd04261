"""Weighted yes and no in, the share of yes with its interval out."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


class Share(NamedTuple):
    """A share with the bounds of its interval; `n` counts what it was made from."""

    value: float
    lower: float
    upper: float
    n: int


def estimate_share(hits: BoolArray, weights: FloatArray, interval: float) -> Share | None:
    """Return the weighted share of hits, None where there is nothing to share.

    The interval is Clopper and Pearson's (1934), over as many draws as equal weights would need to be as sure
    (Kish 1965, n = (sum w)^2 / sum w^2; Korn and Graubard 1998). It never covers less often than it says where
    weights are equal, which nothing that leans on a normal curve can say of some dozens of claims.

    >>> estimate_share(np.array([True] + [False] * 9), np.ones(10), 0.95)
    Share(value=0.1, lower=0.0025, upper=0.445, n=10)
    """
    if len(hits) == 0:
        return None
    total = weights.sum()
    value = float(weights[hits].sum() / total)
    n = float(total**2 / np.square(weights).sum())
    return Share(value, *bound_share(value * n, n, interval), len(hits))


def bound_share(hits: float, n: float, interval: float) -> tuple[float, float]:
    """Return Clopper and Pearson's bounds of a share, to four digits; hits and n need not be whole.

    >>> bound_share(0, 29, 0.95)
    (0.0, 0.1194)
    """
    tail = (1.0 - interval) / 2.0
    lower = betaincinv(hits, n - hits + 1, tail) if hits > 0 else 0.0
    upper = betaincinv(hits + 1, n - hits, 1.0 - tail) if n - hits > 1e-9 else 1.0
    return round(float(lower), 4), round(float(upper), 4)
