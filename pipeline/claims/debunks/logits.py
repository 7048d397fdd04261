"""Features of candidates in, weights out: a conditional logit over a claim's candidates, and a plain one."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

RIDGE: Final = 1e-3

Floats = npt.NDArray[np.float64]


class Choice(NamedTuple):
    """The candidates of one claim, and which are right."""

    features: Floats
    right: npt.NDArray[np.bool_]


def fit_weights(choices: Sequence[Choice]) -> Floats:
    """Fit a conditional logit: P(right title) = softmax of the weighted sums of a claim's candidates."""
    features = np.concatenate([choice.features for choice in choices])
    right = np.concatenate([choice.right for choice in choices]).astype(float)
    starts = np.cumsum([0, *(len(choice.right) for choice in choices[:-1])])
    lengths = np.array([len(choice.right) for choice in choices])
    spread = np.maximum(features.std(axis=0), 1e-9)
    scaled = (features - features.mean(axis=0)) / spread

    def loss(weights: Floats) -> tuple[float, Floats]:
        sums = scaled @ weights
        sums -= np.repeat(np.maximum.reduceat(sums, starts), lengths)
        powers = np.exp(sums)
        chances = powers / np.repeat(np.add.reduceat(powers, starts), lengths)
        of_right = np.add.reduceat(chances * right, starts) + 1e-12
        wanted = chances * right / np.repeat(of_right, lengths)
        gradient = scaled.T @ (chances - wanted) / len(starts) + 2 * RIDGE * weights
        return float(-np.log(of_right).mean() + RIDGE * weights @ weights), gradient

    fitted = minimize(
        loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}
    )
    weights: Floats = np.round(fitted.x / spread, 6)
    return weights


def fit_logistic(features: Floats, y_true: Floats) -> Floats:
    """Fit plain logistic regression; a constant column is the intercept."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        sums = features @ weights
        misfit = 1 / (1 + np.exp(-np.clip(sums, -30, 30))) - y_true
        return float(np.logaddexp(0, sums).sum() - y_true @ sums) / len(sums), features.T @ misfit / len(sums)

    fitted: Floats = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B").x
    return fitted
