"""Tokens of the API: made and shown once, found by their digest, revoked."""

import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, insert, or_, select, update

from pipeline.errors import Mistake, QueueError
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.people import Person
from pipeline.moderation.store.tables import User
from pipeline.moderation.store.web_tables import Token
from pipeline.web.auth.sessions import digest_secret

PREFIX: Final = "saring_"
"""Begins every token, so that scanners for leaked secrets can know it."""
SECRET_BYTES: Final = 32
MAX_LABEL: Final = 80
USED_EVERY: Final = timedelta(minutes=1)


class Bearer(NamedTuple):
    """Who shows a token; what they may do is their account's role of now."""

    token_id: int
    person: Person


class Listed(NamedTuple):
    """A token as leads see it."""

    id: int
    name: str
    role: str
    label: str
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used: datetime | None


class Lifetime(NamedTuple):
    """When a token is made, and when it ends."""

    now: datetime
    expires_at: datetime | None = None


def add_token(
    connection: Connection, person: Person, label: str, by: Person | None, lifetime: Lifetime
) -> tuple[int, str]:
    """Make a token for an account; return its number and what nobody can read again."""
    if not label.strip() or len(label) > MAX_LABEL or not label.isprintable():
        line = f"label {label!r}: is none; expected up to {MAX_LABEL} printable characters"
        raise QueueError(line, Mistake.NO_NAME, limit=MAX_LABEL)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    row = {
        "digest": digest_secret(secret),
        "user_id": person.id,
        "label": label,
        "made_at": lifetime.now,
        "expires_at": lifetime.expires_at,
    }
    token_id = connection.execute(insert(Token).values(row).returning(Token.id)).scalar_one()
    _note(connection, "token added", token_id, person.id, by, lifetime.now)
    return token_id, secret


def find_token(connection: Connection, secret: str, now: datetime) -> Bearer | None:
    """Return who a token stands for; nobody where it ended, was revoked, or the account is off."""
    holds = (
        Token.digest == digest_secret(secret),
        Token.revoked_at.is_(None),
        or_(Token.expires_at.is_(None), Token.expires_at > now),
        User.active,
    )
    query = select(Token.id.label("token_id"), User.id, User.name, User.role, User.active)
    row = connection.execute(query.join(User, User.id == Token.user_id).where(*holds)).one_or_none()
    return None if row is None else Bearer(row.token_id, Person(row.id, row.name, row.role, row.active))


def note_use(connection: Connection, token_id: int, now: datetime) -> None:
    """Note that a token was used, once a minute."""
    earlier = or_(Token.last_used.is_(None), Token.last_used < now - USED_EVERY)
    connection.execute(update(Token).where(Token.id == token_id, earlier).values(last_used=now))


def list_tokens(connection: Connection) -> list[Listed]:
    """Return all tokens, the newest first."""
    query = select(
        Token.id,
        User.name,
        User.role,
        Token.label,
        Token.made_at,
        Token.expires_at,
        Token.revoked_at,
        Token.last_used,
    )
    rows = connection.execute(query.join(User, User.id == Token.user_id).order_by(Token.id.desc()))
    return [Listed(*row) for row in rows]


def revoke_token(connection: Connection, token_id: int, by: Person | None, now: datetime) -> None:
    """End a token at once. Raises QueueError when there is none of that number."""
    query = select(Token.user_id, Token.revoked_at).where(Token.id == token_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        line = f"token {token_id}: is unknown; expected one of `saring token list`"
        raise QueueError(line, Mistake.TOKEN_UNKNOWN)
    if row.revoked_at is None:
        connection.execute(update(Token).where(Token.id == token_id).values(revoked_at=now))
        _note(connection, "token revoked", token_id, row.user_id, by, now)


def _note(  # noqa: PLR0913, PLR0917 - a line's parts
    connection: Connection, kind: str, token_id: int, user_id: int, by: Person | None, now: datetime
) -> None:
    write_event(connection, by.id if by else None, kind, f"user:{user_id}", {"token_id": token_id}, now)
