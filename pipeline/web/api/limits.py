"""How much a token may ask: so many units a minute, counted by each process for itself.

A request is one unit, and each report beyond the first of a batch one more. The counts are not shared between
processes, because that would cost every request a write: N processes allow up to N times as much.
"""

import threading
import time
from collections.abc import Callable
from typing import Final, NamedTuple

MINUTE: Final = 60.0
MANY: Final = 10_000


class Allowance(NamedTuple):
    """Whether a request may go on, what is left, and after how many seconds everything is allowed again."""

    granted: bool
    limit: int
    left: int
    full_after: float
    retry_after: float

    def headers(self) -> dict[str, str]:
        """Return the headers of draft-ietf-httpapi-ratelimit-headers-10, and Retry-After for a refusal."""
        told = {
            "ratelimit-policy": f'"token";q={self.limit};w={MINUTE:.0f}',
            "ratelimit": f'"token";r={self.left};t={_round_up(self.full_after)}',
        }
        return told if self.granted else told | {"retry-after": str(_round_up(self.retry_after))}


class RateLimiter:
    """A bucket for each token that fills evenly (a token bucket, as in RFC 2697's meter)."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: dict[int, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def spend(self, token_id: int, units: int = 1) -> Allowance:
        """Take units from a token's bucket; more than it holds are refused, more than it can hold empty it."""
        now, wanted = self._clock(), min(units, self.per_minute)
        with self._lock:
            level, since = self._buckets.get(token_id, (float(self.per_minute), now))
            level = min(self.per_minute, level + (now - since) * self._rate)
            granted = wanted <= level
            self._buckets[token_id] = (level - wanted if granted else level, now)
            self._forget_full(now)
        left = level - wanted if granted else level
        return Allowance(
            granted,
            self.per_minute,
            int(left),
            (self.per_minute - left) / self._rate,
            0.0 if granted else (wanted - level) / self._rate,
        )

    @property
    def _rate(self) -> float:
        return self.per_minute / MINUTE

    def _forget_full(self, now: float) -> None:
        """Let buckets go that have filled up again, so that they do not grow for ever."""
        if len(self._buckets) > MANY:
            kept = self._buckets.items()
            self._buckets = {name: bucket for name, bucket in kept if now - bucket[1] < MINUTE}


def _round_up(seconds: float) -> int:
    return max(1, -int(-seconds // 1))
