"""What was counted of a claim's posts in, what they will gain in the next 24 hours by that alone out.

A post is taken to be seen ever less: its rate halves every `half_life_hours`. So what it gained between
two counts says what it will gain: 900 views between 30 and 6 hours ago, at a half-life of 24 hours, make

>>> round(900 * extrapolate(30.0, 6.0, 24.0))
378
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from pipeline.config.prioritise import Views

Post = tuple[bool, str]

HOUR: Final = timedelta(hours=1)
DAY_HOURS: Final = 24.0
MOST_HALF_LIVES: Final = 1000.0


class Look(NamedTuple):
    """How often a post had been seen at a time; a post is its url, or the report where there is none."""

    post: str
    linked: bool
    seen_at: datetime
    views: int


class History(NamedTuple):
    """All that was counted of a claim."""

    platform: str | None
    first_reported_at: datetime | None
    looks: Sequence[Look]


class Growth(NamedTuple):
    """What a post gained between two ages (hours before now), and how many counts there are.

    `is_seen` is false where it was counted at one time only, and its beginning is assumed.
    """

    from_age_hours: float
    to_age_hours: float
    gained: float
    n_counts: int
    is_seen: bool

    def per_hour(self) -> float:
        """Return views per hour between the two ages."""
        return self.gained / (self.from_age_hours - self.to_age_hours)

    def cut(self, per_hour: float) -> "Growth":
        """Return what is left of it below a rate."""
        hours = self.from_age_hours - self.to_age_hours
        return self._replace(gained=min(self.gained, per_hour * hours))

    def extrapolate(self, half_life_hours: float) -> float:
        """Return the views of the next 24 hours."""
        return self.gained * extrapolate(self.from_age_hours, self.to_age_hours, half_life_hours)


def measure_growths(history: History, now: datetime, params: Views) -> dict[Post, Growth]:
    """Return how each post grew last, up to its latest count and over at least `least_gap_hours`.

    A count that falls is no loss. One from the future was made now, one from before the claim at its beginning:
    clocks jump. The same count by two people is one. A post that was counted once has grown since `lead_hours`
    before.
    """
    oldest = None
    if history.first_reported_at is not None:
        oldest = max(0.0, (now - history.first_reported_at) / HOUR) + params.lead_hours
    counts = sorted(
        {
            (look.linked, look.post, -_bound((now - look.seen_at) / HOUR, oldest), float(look.views))
            for look in history.looks
        }
    )
    return {
        post: _measure_growth([(-age, views) for _, _, age, views in of_post], params)
        for post, of_post in groupby(counts, key=lambda count: count[:2])
    }


def extrapolate(from_age_hours: float, to_age_hours: float, half_life_hours: float) -> float:
    """Return views in the next 24 hours for each view that was gained between two ages."""
    span = min((from_age_hours - to_age_hours) / half_life_hours, MOST_HALF_LIVES)
    passed = 2.0 ** -(to_age_hours / half_life_hours)
    return float(passed * (1 - 2.0 ** -(DAY_HOURS / half_life_hours)) / (2.0**span - 1))


def count_views(looks: Iterable[Look]) -> float | None:
    """Return the largest count of each url, summed; without urls the largest of all; None without a count."""
    largest: dict[Post, float] = {}
    for look in looks:
        post = (look.linked, look.post)
        largest[post] = max(float(look.views), largest.get(post, 0.0))
    return add_posts(largest) if largest else None


def add_posts(views: Mapping[Post, float]) -> float:
    """Sum posts with a url; those without may be one and the same, so the largest of them counts."""
    linked = sum(value for (is_linked, _), value in views.items() if is_linked)
    return max(linked, max((value for (is_linked, _), value in views.items() if not is_linked), default=0.0))


def _bound(age_hours: float, oldest: float | None) -> float:
    return max(0.0, age_hours if oldest is None else min(age_hours, oldest))


def _measure_growth(counts: Sequence[tuple[float, float]], params: Views) -> Growth:
    """Measure one post from its counts (age, views), the oldest first."""
    to_age = counts[-1][0]
    highest = max(views for _, views in counts)
    before = [count for count in counts if count[0] >= to_age + params.least_gap_hours]
    if not before:
        return Growth(counts[0][0] + params.lead_hours, to_age, highest, len(counts), is_seen=False)
    gained = highest - max(views for _, views in before)
    return Growth(before[-1][0], to_age, gained, len(counts), is_seen=True)
