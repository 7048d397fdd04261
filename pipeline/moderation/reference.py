"""Claims of the past in, the harm that shows as priority 100 out."""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from pipeline.config import Params
from pipeline.moderation.audience import measure_audience
from pipeline.moderation.growth import HOUR, History
from pipeline.moderation.severity import weigh_severity
from pipeline.moderation.views import estimate_views

QUANTILE: Final = 0.999
LEAST: Final = 1.0


class PastClaim(NamedTuple):
    """A claim of the training window: P(misinformation), what was counted of it, its two types."""

    probability: float
    history: History
    reported_type: str | None
    ruled_type: str


def measure_u_ref(claims: Sequence[PastClaim], end: datetime, params: Params) -> float:
    """Return the 99.9th percentile of U, at least 1, over claims as they stood when new and at each age since.

    Ages are those of `prioritise.views.ages_hours`, as far as they had come by `end`.
    """
    weights = params.prioritise
    audience = measure_audience((claim.history for claim in claims), end, weights.views)
    harms = [
        claim.probability
        * weigh_severity(
            claim.reported_type, claim.ruled_type, moment, weights.severity, params.evaluate.election_window
        )
        * estimate_views(known, moment, audience, weights.views).next_24h
        for claim in claims
        for moment, known in _stand(claim.history, end, weights.views.ages_hours)
    ]
    return max(LEAST, find_reference(harms))


def find_reference(harms: Iterable[float]) -> float:
    """Return the 99.9th percentile, 0 of nothing."""
    ordered = sorted(harms)
    return ordered[math.ceil(QUANTILE * len(ordered)) - 1] if ordered else 0.0


def _stand(
    history: History, end: datetime, ages_hours: Sequence[float]
) -> Iterator[tuple[datetime, History]]:
    """Yield the times at which a claim is looked at, with what was counted until then."""
    first = history.first_reported_at
    moments = [end] if first is None else [first + age * HOUR for age in (0.0, *ages_hours)]
    for moment in moments:
        if moment <= end:
            known = [look for look in history.looks if look.seen_at <= moment]
            yield moment, history._replace(looks=known)
