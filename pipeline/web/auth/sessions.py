"""Logins that end: begun with a new id, looked up with the account as it is now, ended."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, Select, delete, insert, or_, select, update

from pipeline.config.serve import Serve
from pipeline.moderation.desk.people import SERVICE, Person
from pipeline.moderation.store.tables import User
from pipeline.moderation.store.web_tables import Session

ID_BYTES: Final = 32
SEEN_EVERY: Final = timedelta(seconds=60)


class Login(NamedTuple):
    """A session that holds: whose it is, and whether its row should be told that it is in use."""

    person: Person
    is_stale: bool


def make_id() -> str:
    """Return what a browser's cookie holds, before a login as after it."""
    return secrets.token_urlsafe(ID_BYTES)


def begin_session(connection: Connection, person: Person, serve: Serve, now: datetime) -> str:
    """Log a person in and return the new id; sessions that ended are swept."""
    _sweep(connection, serve, now)
    session_id = make_id()
    row = {
        "digest": digest_secret(session_id),
        "user_id": person.id,
        "made_at": now,
        "seen_at": now,
        "expires_at": now + timedelta(hours=serve.session_hours),
    }
    connection.execute(insert(Session).values(row))
    return session_id


def find_login(connection: Connection, session_id: str, serve: Serve, now: datetime) -> Login | None:
    """Return who is logged in by an id; nobody where it ended or the account was switched off."""
    idle = timedelta(minutes=serve.session_idle_minutes)
    holds = (Session.expires_at > now, Session.seen_at > now - idle)
    row = connection.execute(_query(session_id).where(*holds)).one_or_none()
    if row is None or not row.active or row.role == SERVICE:
        return None
    return Login(Person(row.id, row.name, row.role, row.active), row.seen_at < now - SEEN_EVERY)


def find_owner(connection: Connection, session_id: str) -> int | None:
    """Return whose session an id is or was, while its row stands."""
    row = connection.execute(_query(session_id)).one_or_none()
    return None if row is None else int(row.id)


def note_seen(connection: Connection, session_id: str, now: datetime) -> None:
    """Note that a session is in use."""
    mine = Session.digest == digest_secret(session_id)
    connection.execute(update(Session).where(mine).values(seen_at=now))


def end_session(connection: Connection, session_id: str) -> None:
    """Log out."""
    connection.execute(delete(Session).where(Session.digest == digest_secret(session_id)))


def digest_secret(value: str) -> str:
    """Return what the store keeps of a random secret, so that a stolen copy of it opens nothing."""
    return hashlib.sha256(value.encode()).hexdigest()


def make_csrf(secret: bytes, session_id: str) -> str:
    """Return what every form of this browser must send along; it outlives the session, its cookie's id does not."""
    return hmac.new(secret, f"csrf:{session_id}".encode(), "sha256").hexdigest()


def _query(session_id: str) -> Select[int, str, str, bool, datetime]:
    columns = (User.id, User.name, User.role, User.active, Session.seen_at)
    mine = Session.digest == digest_secret(session_id)
    return select(*columns).join(User, User.id == Session.user_id).where(mine)


def _sweep(connection: Connection, serve: Serve, now: datetime) -> None:
    """Remove what ended a whole lifetime ago; until then a form that comes too late is still known as whose."""
    long_ago = now - timedelta(hours=serve.session_hours)
    over = select(Session.digest).where(or_(Session.expires_at < long_ago, Session.seen_at < long_ago))
    free = over.with_for_update(skip_locked=True)  # so that two who sweep never wait for each other
    connection.execute(delete(Session).where(Session.digest.in_(free)))
