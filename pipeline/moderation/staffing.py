"""Waiting claims and who reads them in, how many people are missing out, lane by lane."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
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


class Load(NamedTuple):
    """What waits, counted: how many claims are due when, are of the quality lane, and wait in all."""

    due: Sequence[tuple[datetime, int]]
    n_quality: int
    n_claims: int


def count_missing(
    claims: Sequence[Waiting], now: datetime, params: Staffing, lanes: Lanes, window_days: float
) -> Shortages:
    """Say how many people each lane lacks for the claims that wait now; see `measure_load`."""
    due = [(claim.due_at, 1) for claim in claims if claim.due_at is not None]
    load = Load(due, sum(claim.in_quality for claim in claims), len(claims))
    return measure_load(load, now, params, lanes, window_days)


def measure_load(load: Load, now: datetime, params: Staffing, lanes: Lanes, window_days: float) -> Shortages:
    """Say how many people each lane lacks for what waits now; what arrives later comes on top.

    A lane reads its share of `reads_per_day`. Deadlines need as many people as the tightest one takes when the
    earliest is read first: no other order meets all of them with fewer. The quality lane has `quality_days`,
    the whole queue `window_days`.
    """
    due = [((due_at - now) / DAY, n) for due_at, n in load.due if due_at > now]
    return Shortages(
        _measure(due, lanes.due, params),
        _measure([(params.quality_days, load.n_quality)], lanes.quality, params),
        _measure([(window_days, load.n_claims)], 1.0, params),
        sum(n for due_at, n in load.due if due_at <= now),
    )


def _measure(days_left: Iterable[tuple[float, int]], share: float, params: Staffing) -> Shortage:
    ordered = sorted((max(LEAST_DAYS, days), n) for days, n in days_left if n)
    n_claims, per_person = sum(n for _, n in ordered), share * params.reads_per_day
    if not n_claims or per_person == 0:
        return Shortage(n_claims, 0.0, 0)
    done_by = accumulate(n for _, n in ordered)
    needed = max(n / (days * per_person) for n, (days, _) in zip(done_by, ordered, strict=True))
    return Shortage(n_claims, needed, max(0, math.ceil(needed - params.moderators)))
