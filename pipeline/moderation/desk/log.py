"""The log of all actions, chained by hash: written in the deciding transaction, read back by `verify`.

Each line's hash covers the line and the hash before it (Haber and Stornetta 1991), so that no line can be
changed, removed or moved without changing all that follow; an earlier head kept elsewhere catches those too.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from pipeline.errors import Mistake, QueueError
from pipeline.moderation.store.tables import Event, LogHead, Verdict

START: Final = "0" * 64
SALT_BYTES: Final = 16
PAGE: Final = 2000
SIGNED: Final = re.compile(r"saring-log (\d+) ([0-9a-f]{64}) (\S+) ([0-9a-f]{64})")

Codes = Mapping[str, str | int | float | bool | None]


class Head(NamedTuple):
    """Where the log ends: the last line's number and hash."""

    sequence: int
    hash: str


class Fault(NamedTuple):
    """A place at which the log is not what was written, and what was found there."""

    sequence: int
    found: str


def write_event(  # noqa: PLR0913, PLR0917 - a line's parts
    connection: Connection, user_id: int | None, kind: str, subject: str, detail: Codes, now: datetime
) -> int:
    """Append a line in the running transaction, as the last thing before it ends; return its number.

    `detail` holds ids, codes and digests, never a text or a name.
    """
    head = read_head(connection, lock=True)
    written = json.dumps(detail, sort_keys=True, ensure_ascii=True)
    sequence = head.sequence + 1
    digest = hash_line(head.hash, sequence, now, user_id, kind, subject, written)
    connection.execute(
        insert(Event).values(
            sequence=sequence,
            at=now,
            user_id=user_id,
            kind=kind,
            subject=subject,
            detail=written,
            hash=digest,
        )
    )
    connection.execute(update(LogHead).where(LogHead.id == 1).values(sequence=sequence, hash=digest))
    return sequence


def read_head(connection: Connection, *, lock: bool = False) -> Head:
    """Return where the log ends; with `lock` nobody else writes until this transaction ends."""
    query = select(LogHead.sequence, LogHead.hash).where(LogHead.id == 1)
    row = connection.execute(query.with_for_update() if lock else query).one()
    return Head(row.sequence, row.hash)


def hash_line(  # noqa: PLR0913, PLR0917 - a line's parts
    before: str, sequence: int, at: datetime, user_id: int | None, kind: str, subject: str, detail: str
) -> str:
    """Return the hash of a line that stands after the line with the hash `before`."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    line = json.dumps([before, sequence, moment, user_id, kind, subject, detail], ensure_ascii=True)
    return hashlib.sha256(line.encode()).hexdigest()


def make_salt() -> str:
    """Return a salt that is stored beside what it hides; with the row it is gone."""
    return secrets.token_hex(SALT_BYTES)


def digest_salted(value: str, salt: str) -> str:
    """Return what the log may hold of a text or an id: without the salt nobody can test a guess against it."""
    return hmac.new(salt.encode(), value.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def verify_log(connection: Connection, earlier: Head | None = None) -> list[Fault]:
    """Return every place at which the log, or a verdict, is not what was written; none = whole.

    `earlier` is a head that was kept elsewhere: a tail cut off or written anew since is found against it.
    """
    faults = list(_verify_chain(connection, earlier))
    return faults + list(_verify_verdicts(connection))


def sign_head(head: Head, now: datetime, key: bytes) -> str:
    """Return a head as one line that this root's key vouches for."""
    moment = now.astimezone(UTC).isoformat(timespec="seconds")
    return f"saring-log {head.sequence} {head.hash} {moment} {_sign(head, moment, key)}"


def read_signed_head(line: str, key: bytes) -> Head:
    """Read what `sign_head` wrote. Raises QueueError when it is no such line, or not of this root."""
    matched = SIGNED.fullmatch(line.strip())
    if matched is None:
        line = "the head: is no line of `saring log head`; expected one, kept as it was printed"
        raise QueueError(line, Mistake.NO_LOG_HEAD)
    head = Head(int(matched[1]), matched[2])
    if not hmac.compare_digest(_sign(head, matched[3], key), matched[4]):
        line = "the head: its signature does not match; expected a head of this root's log"
        raise QueueError(line, Mistake.NO_LOG_HEAD)
    return head


def _sign(head: Head, moment: str, key: bytes) -> str:
    return hmac.new(key, f"log-head {head.sequence} {head.hash} {moment}".encode(), "sha256").hexdigest()


def _verify_chain(connection: Connection, earlier: Head | None) -> Iterator[Fault]:
    before, expected = START, 1
    known = earlier is None or earlier.sequence == 0
    for line in _read_lines(connection):
        if line.sequence != expected:
            yield Fault(expected, f"missing; the next line is {line.sequence}")
        digest = hash_line(before, line.sequence, line.at, line.user_id, line.kind, line.subject, line.detail)
        if digest != line.hash:
            yield Fault(line.sequence, "changed, or not in its place")
        if earlier is not None and line.sequence == earlier.sequence:
            known = True
            if line.hash != earlier.hash:
                yield Fault(line.sequence, "not the line that the earlier head names")
        before, expected = line.hash, line.sequence + 1
    head = read_head(connection)
    if head != Head(expected - 1, before):
        yield Fault(head.sequence, f"the log ends at line {expected - 1}, not at its head")
    if not known and earlier is not None:
        yield Fault(earlier.sequence, "cut off; the earlier head names it")


def _verify_verdicts(connection: Connection) -> Iterator[Fault]:
    """Compare each verdict with the digest of it in the log."""
    lines = select(Event.sequence, Event.detail).where(Event.kind.in_(("verdict", "undo")))
    noted: dict[int, tuple[int, str]] = {}
    for line in connection.execute(lines):
        detail = _read_detail(line.detail)
        noted[detail.get("verdict_id", 0)] = (line.sequence, detail.get("digest", ""))
    for row in connection.execute(select(Verdict)):
        sequence, digest = noted.pop(row.id, (0, ""))
        if digest != digest_verdict(row._asdict()):
            yield Fault(sequence, f"verdict {row.id} was changed, or never stood in the log")
    for verdict_id, (sequence, _) in noted.items():
        yield Fault(sequence, f"verdict {verdict_id or 'unknown'} is gone")


def _read_detail(written: str) -> dict[str, Any]:
    """Return the codes of a line; none where it was bent so far that they cannot be read."""
    try:
        detail = json.loads(written)
    except ValueError:
        return {}
    return detail if isinstance(detail, dict) else {}


def digest_verdict(row: Mapping[str, Any]) -> str:
    """Return the digest of a verdict's codes and of the salted digests of what somebody wrote."""
    at = row["decided_at"].astimezone(UTC).isoformat(timespec="microseconds")
    names = ("claim_id", "user_id", "verdict", "type", "standing", "undoes", "model_version", "lane")
    parts = [*(row[name] for name in names), at, row["written"], row["score"]]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def _read_lines(connection: Connection) -> Iterator[Any]:
    last = connection.execute(select(func.min(Event.sequence))).scalar()
    while last is not None:
        query = select(Event).where(Event.sequence >= last).order_by(Event.sequence).limit(PAGE)
        lines = connection.execute(query).all()
        yield from lines
        last = lines[-1].sequence + 1 if len(lines) == PAGE else None
