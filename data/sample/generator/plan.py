"""Claims in, their fate out: when each is first seen, how often it is reported, how many people it reaches.

None of the three may tell the label. So both classes are dealt the same quantiles of the same
distributions over the same months, and topics and registers take turns within each class.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Final, TypeVar

from generator.claims import Claim

Item = TypeVar("Item")

SEED: Final = "saring 45"
JAKARTA: Final = timezone(timedelta(hours=7))
START: Final = datetime(2025, 10, 1, tzinfo=JAKARTA)
NOW: Final = datetime(2026, 10, 1, tzinfo=JAKARTA)
"""The same as `run.now` in params.yaml."""

QUEUE_OPENS: Final = NOW - timedelta(days=14)
WAITING: Final = {1: 15, 0: 135}
"""How many claims of each label are first seen in the queue's window: one in ten is misinformation."""

MOST_REPORTS: Final = 70
MOST_VIEWS: Final = 1_000_000


@dataclass(frozen=True)
class Plan:
    """A claim's fate; `reach` is how many views all of its posts get in the end."""

    claim: Claim
    first_reported_at: datetime
    n_reports: int
    reach: int
    waits: bool


def plan_claims(claims: list[Claim]) -> list[Plan]:
    """Plan every claim: some are first seen in the queue's window, the rest evenly over the time before."""
    plans = []
    for label, n_waiting in WAITING.items():
        rng = Random(f"{SEED} plan {label}")
        turns = take_turns([claim for claim in claims if claim.label == label], rng)
        plans += _plan_period(turns[:n_waiting], QUEUE_OPENS, NOW, rng)
        plans += _plan_period(turns[n_waiting:], START, QUEUE_OPENS, rng)
    return sorted(plans, key=lambda plan: plan.claim.id)


def take_turns(claims: list[Claim], rng: Random) -> list[Claim]:
    """Order claims so that any stretch of the order holds all topics and registers alike."""
    topics = sorted({claim.topic for claim in claims})
    registers = sorted({claim.register for claim in claims})
    cells = [
        (topic, registers[(place + shift) % len(registers)])
        for shift in range(len(registers))
        for place, topic in enumerate(topics)
    ]
    piles = {
        cell: _shuffled([claim for claim in claims if (claim.topic, claim.register) == cell], rng)
        for cell in cells
    }
    height = max(len(pile) for pile in piles.values())
    return [piles[cell][level] for level in range(height) for cell in cells if level < len(piles[cell])]


def _plan_period(claims: list[Claim], opens: datetime, closes: datetime, rng: Random) -> list[Plan]:
    """Spread the claims evenly over a period, and deal them reach and reports; much seen is much reported."""
    count = len(claims)
    moments = [opens + (closes - opens) * ((place + rng.random()) / count) for place in range(count)]
    reaches = _shuffled(_quantiles(count, _reach), rng)
    by_reach = sorted(range(count), key=lambda place: reaches[place] * rng.random())
    sizes = dict(zip(by_reach, sorted(_quantiles(count, _n_reports)), strict=True))
    return [
        Plan(claim, to_waking_hours(moment), sizes[place], reaches[place], opens == QUEUE_OPENS)
        for place, (claim, moment) in enumerate(zip(claims, moments, strict=True))
    ]


def to_waking_hours(moment: datetime) -> datetime:
    """Move a moment of the night (0 to 5 o'clock) to the morning after it; cut the seconds off."""
    hours = 6 if moment.hour < 6 else 0
    return moment.replace(second=0, microsecond=0) + timedelta(hours=hours)


def _quantiles(count: int, quantile: Callable[[float], int]) -> list[int]:
    return [quantile((place + 0.5) / count) for place in range(count)]


def _n_reports(upper_share: float) -> int:
    """Pareto .85, capped: nearly half of the claims have one report, two thirds up to three, some forty."""
    return min(MOST_REPORTS, int(upper_share ** (-1 / 0.85)))


def _reach(upper_share: float) -> int:
    """Pareto 1.1, capped, as in the simulations behind the order of the queue."""
    return min(MOST_VIEWS, int(3000 * upper_share ** (-1 / 1.1)))


def _shuffled(items: list[Item], rng: Random) -> list[Item]:
    return rng.sample(items, len(items))
