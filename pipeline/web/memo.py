"""Answers that may be some seconds old: made by one request, read by the others."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Final, NamedTuple, TypeVar

MOST: Final = 64
T = TypeVar("T")


class Known(NamedTuple):
    """An answer, and when it was made."""

    value: Any
    made_at: float


class Memo:
    """Keeps what is costly to count and need not be of this very moment."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[Hashable, Known] = {}
        self._making = threading.Lock()

    def recall(self, key: Hashable, max_age_seconds: float, make: Callable[[], T]) -> T:
        """Return what is known under a key, made anew by one caller at a time where it is too old."""
        known = self._known.get(key)
        if known is None or self._is_old(known, max_age_seconds):
            known = self._make(key, max_age_seconds, make)
        value: T = known.value
        return value

    def _is_old(self, known: Known, max_age_seconds: float) -> bool:
        return self._clock() - known.made_at >= max_age_seconds

    def _make(self, key: Hashable, max_age_seconds: float, make: Callable[[], Any]) -> Known:
        """Make an answer, unless another caller has just made it; they wait for each other."""
        with self._making:
            known = self._known.get(key)
            if known is None or self._is_old(known, max_age_seconds):
                if len(self._known) >= MOST:
                    self._known.clear()
                known = self._known[key] = Known(make(), self._clock())
            return known
