"""Passwords by Argon2id (RFC 9106): hashed, compared in constant work, made."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline.errors import Mistake, QueueError

MIN_CHARS: Final = 12
MAX_CHARS: Final = 200
AT_ONCE: Final = 2
"""How many are compared at once in a process: each takes 64 MiB for a moment."""

MOST_WAITING: Final = 20
"""So many may wait for that; the other threads go on serving who is logged in."""

LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS: Final = 5
GROUP_CHARS: Final = 4


class Crowded(Exception):  # noqa: N818 - becomes an answer
    """Too many wait for their password to be compared."""


class Passwords:
    """Hashes and compares; the defaults are RFC 9106's second recommended choice."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._room = threading.BoundedSemaphore(AT_ONCE + MOST_WAITING)
        self._nobody = self._hasher.hash(secrets.token_hex())

    def hash(self, password: str) -> str:
        """Return what is kept of a password. Raises QueueError for one that is too short or too long."""
        if not MIN_CHARS <= len(password) <= MAX_CHARS:
            line = f"password: has {len(password)} characters; expected {MIN_CHARS} to {MAX_CHARS}"
            raise QueueError(line, Mistake.PASSWORD_LENGTH, least=MIN_CHARS, most=MAX_CHARS)
        with self._turn():
            return self._hasher.hash(password)

    def fits(self, password: str, kept: str | None) -> bool:
        """Compare; without a hash as much work is done, so that nobody learns which names exist.

        Raises Crowded when too many wait already.
        """
        with self._turn():
            try:
                self._hasher.verify(kept or self._nobody, password[:MAX_CHARS])
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Say whether a hash was made with less work than today's."""
        return self._hasher.check_needs_rehash(kept)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise Crowded
        try:
            with self._turns:
                yield
        finally:
            self._room.release()


def make_password() -> str:
    """Return a new password of about 99 bits that can be read out: no 0, o, 1, i or l."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP_CHARS)) for _ in range(GROUPS))
    return "-".join(groups)
