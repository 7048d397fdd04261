"""The histories of many claims in, what is usual out: median growth by platform and age, and its limits."""

import math
import statistics
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from pipeline.config.prioritise import Views
from pipeline.moderation.growth import HOUR, Growth, History, Post, add_posts, measure_growths

ALL: Final = ""
"""Stands for all platforms together."""

OF_PLATFORM_AND_AGE: Final = "median of platform and age"
OF_PLATFORM: Final = "median of platform"
OF_AGE: Final = "median of age"
OF_ALL: Final = "median of all"
NOTHING_KNOWN: Final = "nothing known"

ONE_VIEW: Final = 1.0


class Usual(NamedTuple):
    """The views that a claim usually gets in the next 24 hours, and which median that is."""

    next_24h: float
    source: str


@dataclass(frozen=True)
class Audience:
    """What is usual on each platform.

    `medians` holds, by platform, views in the next 24 hours for each range of ages and last for all ages
    together, None where too few claims are known; `limits` the growth (views per hour) that is cut.
    """

    ages_hours: Sequence[float]
    medians: Mapping[str, Sequence[float | None]]
    limits: Mapping[str, float]

    def find_usual(self, platform: str | None, age_hours: float) -> Usual:
        """Return the median that is closest to a claim: of its platform and age, platform, age, or all."""
        nothing: Sequence[float | None] = [None]
        place = bisect_right(self.ages_hours, age_hours)
        own = self.medians.get(platform or ALL, nothing) if platform else nothing
        overall = self.medians.get(ALL, nothing)
        known = (
            (own[place] if len(own) > 1 else None, OF_PLATFORM_AND_AGE),
            (own[-1], OF_PLATFORM),
            (overall[place] if len(overall) > 1 else None, OF_AGE),
            (overall[-1], OF_ALL),
        )
        return next((Usual(value, of) for value, of in known if value is not None), UNKNOWN)

    def find_limit(self, platform: str | None) -> float:
        """Return the growth (views per hour) beyond which no audience explains it."""
        return self.limits.get(platform or ALL, self.limits.get(ALL, math.inf))

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Audience":
        """Read what `as_dict` gave."""
        return cls(content["ages_hours"], content["medians"], content["limits"])


UNKNOWN: Final = Usual(ONE_VIEW, NOTHING_KNOWN)
NOBODY: Final = Audience((), {}, {})
"""What is known before anything was counted."""


class Snapshot(NamedTuple):
    """What was known of a claim at an age (the place of its range in `ages_hours`)."""

    place: int
    growths: dict[Post, Growth]


def measure_audience(histories: Iterable[History], now: datetime, params: Views) -> Audience:
    """Measure what is usual, from every claim that was ever counted, whatever became of it.

    Each claim is looked at as it stood when it was new and at each age of `ages_hours`, by what had been counted
    until then. A platform's limit is the quantile `growth_quantile` of how its posts grew; below a thousand
    posts, the 99.9th percentile is the largest growth of all, and cuts nothing.
    """
    gains: dict[str, list[tuple[int, float]]] = defaultdict(list)
    rates: dict[str, list[float]] = defaultdict(list)
    for history in histories:
        snapshots = take_snapshots(history, now, params)
        steps = {
            (post, growth.n_counts): growth.per_hour()
            for snapshot in snapshots
            for post, growth in snapshot.growths.items()
        }
        expected = [(snapshot.place, sum_growths(snapshot.growths, params)) for snapshot in snapshots]
        for platform in {history.platform or ALL, ALL}:
            gains[platform] += expected
            rates[platform] += steps.values()
    medians = {platform: _measure_medians(found, params) for platform, found in gains.items()}
    limits = {
        platform: _find_quantile(found, params.growth_quantile)
        for platform, found in rates.items()
        if len(found) >= params.min_claims
    }
    return Audience(tuple(params.ages_hours), medians, limits)


def take_snapshots(history: History, now: datetime, params: Views) -> list[Snapshot]:
    """Look at a claim as it stood when it was new and at each age, as far as these have come and it was counted."""
    if history.first_reported_at is None or not history.looks:
        return []
    snapshots = []
    for place, age_hours in enumerate((0.0, *params.ages_hours)):
        moment = history.first_reported_at + age_hours * HOUR
        known = [look for look in history.looks if look.seen_at <= moment]
        if moment <= now and known:
            growths = measure_growths(history._replace(looks=known), moment, params)
            snapshots.append(Snapshot(place, growths))
    return snapshots


def sum_growths(growths: Mapping[Post, Growth], params: Views) -> float:
    """Return the views of the next 24 hours that the posts of a claim will gain together."""
    return add_posts({post: growth.extrapolate(params.half_life_hours) for post, growth in growths.items()})


def _measure_medians(found: Sequence[tuple[int, float]], params: Views) -> tuple[float | None, ...]:
    by_place = [[views for at, views in found if at == place] for place in range(len(params.ages_hours) + 1)]
    return tuple(
        statistics.median(views) if len(views) >= params.min_claims else None
        for views in (*by_place, [views for _, views in found])
    )


def _find_quantile(values: Sequence[float], quantile: float) -> float:
    """Return the smallest of the values that at least this share of them does not exceed."""
    return sorted(values)[max(0, math.ceil(quantile * len(values)) - 1)]
