"""Answers that may be some seconds old: made by one request, read by the others."""

import logging
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, Final, NamedTuple, TypeVar

from pipeline.errors import PipelineError

logger: Final = logging.getLogger("saring.web")

MOST: Final = 64
TOO_OLD: Final = 3
"""So many times its age an answer may have before a request waits for a new one."""
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
        """Return what is known under a key; what is too old is made anew beside the request that asks.

        A request waits for it only where nothing is known, or what is known is several times too old.
        """
        known = self._known.get(key)
        if known is None or self._is_old(known, TOO_OLD * max_age_seconds):
            known = self._make(key, max_age_seconds, make)
        elif self._is_old(known, max_age_seconds):
            self._renew(key, make)
        value: T = known.value
        return value

    def _is_old(self, known: Known, max_age_seconds: float) -> bool:
        return self._clock() - known.made_at >= max_age_seconds

    def _renew(self, key: Hashable, make: Callable[[], Any]) -> None:
        """Make an answer in a thread of its own, unless one is being made; one that fails leaves the last."""
        if self._making.acquire(blocking=False):
            threading.Thread(target=self._renew_now, args=(key, make), daemon=True).start()

    def _renew_now(self, key: Hashable, make: Callable[[], Any]) -> None:
        try:
            self._known[key] = Known(make(), self._clock())
        except PipelineError as error:
            logger.warning("%s", error)
        finally:
            self._making.release()

    def _make(self, key: Hashable, max_age_seconds: float, make: Callable[[], Any]) -> Known:
        """Make an answer, unless another caller has just made it; they wait for each other."""
        with self._making:
            known = self._known.get(key)
            if known is None or self._is_old(known, max_age_seconds):
                if len(self._known) >= MOST:
                    self._known.clear()
                known = self._known[key] = Known(make(), self._clock())
            return known
