"""Where a claim stands: invented posts, and how often they had been seen and shared at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from generator.people import draw_letters
from generator.plan import NOW, QUEUE_OPENS, Plan

MINUTE: Final = timedelta(minutes=1)

PLATFORMS: Final = {
    "whatsapp": {"whatsapp": 70, "facebook": 20, "telegram": 10},
    "tweet": {"x": 70, "facebook": 15, "whatsapp": 15},
    "caption": {"instagram": 30, "tiktok": 40, "youtube": 15, "facebook": 15},
    "formal": {"facebook": 45, "whatsapp": 30, "x": 15, "telegram": 10},
}
"""Where a claim of each register is posted, in percent."""

HOSTS: Final = {
    "facebook": "fb.example/posts",
    "telegram": "telegram.example/s",
    "x": "x.example/status",
    "instagram": "ig.example/p",
    "tiktok": "tiktok.example/video",
    "youtube": "yt.example/watch",
}
"""Invented addresses; what is passed on in WhatsApp has none, and nobody can count who saw it."""

KNOWN_POST_SHARE: Final = 0.55
LEAST_REACH: Final = 20
VIEWS_HALF_LIFE_HOURS: Final = 24
SECOND_LOOK_SHARE: Final = 0.15
SECOND_LOOK_SHARE_IN_QUEUE: Final = 0.35


@dataclass(frozen=True)
class Post:
    """Where a copy of the claim stands; `reach` is what its views come to in the end."""

    platform: str
    url: str | None
    posted_at: datetime
    reach: int
    share_rate: float


@dataclass(frozen=True)
class Observation:
    """How often a post had been seen and shared at a time."""

    observed_at: datetime
    views: int
    shares: int


def find_post(plan: Plan, known: list[Post], moment: datetime, rng: Random) -> Post:
    """Find the post that somebody comes across: one of the known ones, or a new one of half their reach."""
    if known and rng.random() < KNOWN_POST_SHARE:
        return rng.choice(known)
    platform = draw_weighted(PLATFORMS[plan.claim.register], rng)
    host = HOSTS.get(platform)
    return Post(
        platform=platform,
        url=f"https://{host}/{draw_letters(9, rng)}" if host else None,
        posted_at=moment - MINUTE * rng.randint(30, 720),
        reach=max(LEAST_REACH, plan.reach // 2 ** (len(known) + 1)),
        share_rate=rng.randint(5, 60) / 1000,
    )


def observe(post: Post, moment: datetime, rng: Random) -> tuple[Observation, ...]:
    """Look at a post when it is reported, and at some posts once more in the days after."""
    if post.url is None:
        return ()
    share = SECOND_LOOK_SHARE_IN_QUEUE if moment >= QUEUE_OPENS else SECOND_LOOK_SHARE
    looks_again = rng.random() < share
    first, second = _look(post, moment), _look(post, moment + MINUTE * rng.randint(360, 7200))
    is_news = looks_again and second.views > first.views and second.observed_at < NOW
    return (first, second) if is_news else (first,)


def draw_weighted(weights: dict[str, int], rng: Random) -> str:
    """Draw one of the keys, each as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


def _look(post: Post, moment: datetime) -> Observation:
    age_hours = (moment - post.posted_at) / timedelta(hours=1)
    views = int(post.reach * (1 - 0.5 ** (age_hours / VIEWS_HALF_LIFE_HOURS)))
    return Observation(moment, views, int(views * post.share_rate))
