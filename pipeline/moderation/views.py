"""A claim's counts and what is usual in, the views it will get in the next 24 hours out, with their source."""

from datetime import datetime
from typing import Final, NamedTuple

from pipeline.config.prioritise import Views
from pipeline.moderation.audience import Audience, measure_audience, sum_growths
from pipeline.moderation.growth import HOUR, History, Look, count_views, measure_growths

__all__ = [
    "Audience",
    "History",
    "Look",
    "ViewsEstimate",
    "count_views",
    "estimate_views",
    "measure_audience",
]

GROWTH: Final = "growth"
ONE_LOOK: Final = "one look"


class ViewsEstimate(NamedTuple):
    """Views known so far, those expected in the next 24 hours, where these come from, whether growth was cut."""

    views: float | None
    next_24h: float
    source: str
    growth_cut: bool


def estimate_views(history: History, now: datetime, audience: Audience, params: Views) -> ViewsEstimate:
    """Foresee a claim's views: n counts' worth of its own growth against `usual_looks` counts' worth of the usual.

    The mean of both, not of their logarithms: harm is linear in views. Without a count the usual alone.
    """
    age_hours = (now - history.first_reported_at) / HOUR if history.first_reported_at else 0.0
    usual = audience.find_usual(history.platform, age_hours)
    growths = measure_growths(history, now, params)
    if not growths:
        return ViewsEstimate(None, min(usual.next_24h, params.max_next_24h), usual.source, growth_cut=False)
    limit = audience.find_limit(history.platform)
    own = sum_growths({post: growth.cut(limit) for post, growth in growths.items()}, params)
    n_counts = sum(growth.n_counts for growth in growths.values())
    expected = (n_counts * own + params.usual_looks * usual.next_24h) / (n_counts + params.usual_looks)
    return ViewsEstimate(
        count_views(history.looks),
        min(expected, params.max_next_24h),
        GROWTH if any(growth.is_seen for growth in growths.values()) else ONE_LOOK,
        any(growth.per_hour() > limit for growth in growths.values()),
    )
