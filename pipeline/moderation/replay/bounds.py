"""Claims with score and truth in, the best that any order by this score could make of it out."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

from pipeline.moderation.replay.cases import Case

Floats = npt.NDArray[np.float64]


def calibrate_by_truth(cases: Sequence[Case], scores: Floats, prevalence: float) -> IsotonicRegression:
    """Fit the probability that claims of each score have, rising with the score, to the truth itself.

    Of all maps that keep the order of scores it fits these very claims best (Ayer et al. 1955), at the stated
    prevalence. No model can know it beforehand: what it leaves is for want of a better score, not of calibration.
    """
    truth = np.array([case.truth for case in cases], float)
    share = truth.mean()
    weights = np.where(truth == 1, prevalence / share, (1 - prevalence) / (1 - share))
    return IsotonicRegression(out_of_bounds="clip").fit(scores, truth, sample_weight=weights)
