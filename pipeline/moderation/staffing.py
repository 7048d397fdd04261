"""Waiting claims and who reads them in, how many people are missing out, lane by lane."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pipeline.config.prioritise import Lanes, Staffing
from pipeline.moderation.lanes import Waiting

DAY: Final = timedelta(days=1)
LEAST_DAYS: Final = 1 / 24
"""What is due within the hour counts as due at its end: nobody comes sooner."""


class Shortage(NamedTuple):
    """How many claims a lane must have read in time, how many people that takes, and how many are missing."""

    n_claims: int
    needed: float
    missing: int


class Shortages(NamedTuple):
    """Deadlines that can still be met, the quality lane, and the whole queue within the window."""

    due: Shortage
    quality: Shortage
    everything: Shortage
    n_overdue: int


def count_missing(
    claims: Sequence[Waiting], now: datetime, params: Staffing, lanes: Lanes, window_days: float
) -> Shortages:
    """Say how many people each lane lacks for what waits now; what arrives later comes on top.

    A lane reads its share of `reads_per_day`. Deadlines need as many people as the tightest one takes when the
    earliest is read first: no other order meets all of them with fewer. The quality lane has `quality_days`,
    the whole queue `window_days`.
    """
    due = [(claim.due_at - now) / DAY for claim in claims if claim.due_at is not None and claim.due_at > now]
    quality = [params.quality_days for claim in claims if claim.in_quality]
    return Shortages(
        _measure(due, lanes.due, params),
        _measure(quality, lanes.quality, params),
        _measure([window_days] * len(claims), 1.0, params),
        sum(claim.due_at is not None and claim.due_at <= now for claim in claims),
    )


def _measure(days_left: Iterable[float], share: float, params: Staffing) -> Shortage:
    ordered = sorted(max(LEAST_DAYS, days) for days in days_left)
    per_person = share * params.reads_per_day
    if not ordered or per_person == 0:
        return Shortage(len(ordered), 0.0, 0)
    needed = max((place + 1) / (days * per_person) for place, days in enumerate(ordered))
    return Shortage(len(ordered), needed, max(0, math.ceil(needed - params.moderators)))
