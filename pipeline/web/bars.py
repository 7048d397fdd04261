"""A claim's terms in, how long each one's bar is out; what they mean stands in words beside them."""

import math
from datetime import datetime, timedelta
from typing import NamedTuple

from pipeline.config.prioritise import Prioritise
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.terms import HIGHEST


class Bars(NamedTuple):
    """Shares of the greatest value that each term can have, 0 to 1; of what adds to a logit, -1 to 1.

    `due` is the share of its time that is gone.
    """

    probability: float
    reliability: float
    debunk: float
    severity: float
    views: float
    priority: float
    due: float | None


def measure_bars(claim: AnyRow, params: Prioritise, now: datetime) -> Bars:
    """Measure a claim's terms; views by their logarithm, as they run over six powers of ten."""
    severity, views = params.severity, params.views
    greatest = max(severity.weights.values()) * severity.election_multiplier
    return Bars(
        claim.probability,
        _share(claim.reliability, params.reliability.cap),
        _share(claim.debunk, params.debunk.logits),
        _clip(claim.severity / greatest),
        _clip(math.log1p(claim.views_next_24h) / math.log1p(views.max_next_24h)),
        claim.priority / HIGHEST,
        _measure_due(claim, params, now),
    )


def _measure_due(claim: AnyRow, params: Prioritise, now: datetime) -> float | None:
    hours = params.deadlines.presets_hours.get(claim.deadline or "")
    if claim.due_at is None or not hours:
        return None
    return _clip(1.0 - (claim.due_at - now) / timedelta(hours=hours))


def _share(logits: float, most: float) -> float:
    """Return what a term adds as a share of the most that it can add, to either side."""
    return _clip(logits / most, -1.0) if most else 0.0


def _clip(share: float, least: float = 0.0) -> float:
    return min(1.0, max(least, share))
