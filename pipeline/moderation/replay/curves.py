"""How often a claim had been seen at any time: simulated from a tail and a half-life, or as it was counted."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

VIEWS_CAP: Final = 1e6


class Curves(NamedTuple):
    """`total` views in the end, half of what is left gained each `half_life` hours from `published` (hours) on.

    Where `counted` holds points (hours since the first report, views) of a claim, these say it instead.
    """

    total: Floats
    published: Floats
    arrived: Floats
    half_life: float
    counted: Sequence[tuple[Floats, Floats] | None]

    def at(self, hours: float | Floats) -> Floats:
        """Return the views of every claim at a time, or at a time of its own."""
        moments = np.broadcast_to(np.asarray(hours, float), self.total.shape)
        age = np.maximum(0.0, moments - self.published)
        views: Floats = self.total * (1.0 - 2.0 ** (-age / self.half_life))
        for place, points in enumerate(self.counted):
            if points is not None:
                views[place] = np.interp(moments[place] - self.arrived[place], *points)
        return views


def draw_totals(n: int, tail: float, rng: np.random.Generator) -> Floats:
    """Draw final views: Pareto from 1 on, capped at VIEWS_CAP; the smaller the tail, the heavier."""
    totals: Floats = np.minimum(VIEWS_CAP, 1.0 + rng.pareto(tail, n))
    return totals
