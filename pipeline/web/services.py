"""What every request needs, in one place: the store, the model in service, keys, the clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from pipeline.config import Params
from pipeline.moderation.desk.dealing import Clock
from pipeline.moderation.store import Store
from pipeline.web.auth.passwords import Passwords
from pipeline.web.auth.signing import Signer
from pipeline.web.memo import Memo
from pipeline.web.models import ModelHolder


def tell_time() -> datetime:
    """Return the time it is: sessions, locks and verdicts are of the real world, whatever run.now says."""
    return datetime.now(UTC)


class Keys(NamedTuple):
    """The secrets of a root: of pseudonyms, of the log's signed head, and of cookies and forms."""

    pseudonym: bytes
    log: bytes
    secret: bytes


class Places(NamedTuple):
    """Where things lie that are no part of the store."""

    root: Path
    models: Path
    tombstones: Path
    debunks: Path


class Settings(NamedTuple):
    """How this server stands in the world; `secure` where browsers reach it by HTTPS."""

    secure: bool = False
    demo: bool = False


@dataclass(frozen=True)
class Services:
    """All that requests share; made once a process."""

    store: Store
    params: Params
    models: ModelHolder
    keys: Keys
    places: Places
    settings: Settings = field(default_factory=Settings)
    clock: Callable[[], datetime] = tell_time
    passwords: Passwords = field(default_factory=Passwords)
    memo: Memo = field(default_factory=Memo)

    def tick(self) -> Clock:
        """Return the time it is, and how long a claim stays in somebody's hands."""
        return Clock(self.clock(), timedelta(minutes=self.params.queue.lock_minutes))

    def signer(self, purpose: str) -> Signer:
        """Return what signs things of one kind that a browser keeps for us."""
        return Signer(self.keys.secret, purpose, self.clock)
