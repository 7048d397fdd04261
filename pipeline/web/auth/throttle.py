"""How often somebody may guess: counted in the store before the guess, so that all processes count together."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, text

from pipeline.config.serve import Serve
from pipeline.moderation.store.base import Moment
from pipeline.moderation.store.web_tables import Attempts

WIDER: Final = 10
"""An account from everywhere, or an address for every account, may be tried so many times as often."""

COUNT: Final = text(
    "INSERT INTO attempts (key, since, n) VALUES (:key, :now, 1) ON CONFLICT (key) DO UPDATE SET "
    "n = CASE WHEN attempts.since < :start THEN 1 ELSE attempts.n + 1 END, "
    "since = CASE WHEN attempts.since < :start THEN :now ELSE attempts.since END RETURNING n"
).bindparams(bindparam("now", type_=Moment()), bindparam("start", type_=Moment()))
GIVE_BACK: Final = text("UPDATE attempts SET n = n - 1 WHERE key = :key AND n > 0")


class Counter(NamedTuple):
    """One thing that is counted, and how often it may happen in a window."""

    key: str
    most: int


def list_counters(secret: bytes, name: str, address: str, serve: Serve) -> list[Counter]:
    """Return what a guess counts towards, in the order in which all guesses lock them."""
    n = serve.login_attempts
    named = {f"account:{name}": n * WIDER, f"address:{address}": n * WIDER, f"both:{name}\n{address}": n}
    return sorted(Counter(_digest(secret, key), most) for key, most in named.items())


def count_attempt(connection: Connection, counters: Sequence[Counter], serve: Serve, now: datetime) -> bool:
    """Count a guess; say whether it may be made."""
    start = now - timedelta(minutes=serve.login_window_minutes)
    values = {"now": now, "start": start}
    found = [connection.execute(COUNT, {"key": one.key, **values}).scalar_one() for one in counters]
    return all(n <= one.most for n, one in zip(found, counters, strict=True))


def forgive(connection: Connection, counters: Sequence[Counter], serve: Serve, now: datetime) -> None:
    """Take a guess that was right off the count, and sweep what is over."""
    for one in counters:
        connection.execute(GIVE_BACK, {"key": one.key})
    over = now - timedelta(minutes=serve.login_window_minutes)
    free = select(Attempts.key).where(Attempts.since < over).with_for_update(skip_locked=True)
    connection.execute(delete(Attempts).where(Attempts.key.in_(free)))


def _digest(secret: bytes, key: str) -> str:
    return hmac.new(secret, f"attempt:{key}".encode(), "sha256").hexdigest()
