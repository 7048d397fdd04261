"""Accounts and their roles: who may do what."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from pipeline.errors import Mistake, QueueError
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.store.tables import User
from pipeline.moderation.store.web_tables import Session

MODERATOR: Final = "moderator"
LEAD: Final = "lead"
DATA: Final = "data"
SERVICE: Final = "service"
ROLES: Final = (MODERATOR, LEAD, DATA, SERVICE)

JUDGES: Final = (MODERATOR, LEAD)
"""Who reads claims and decides."""
MAX_NAME: Final = 60


class Person(NamedTuple):
    """An account."""

    id: int
    name: str
    role: str
    active: bool


def add_person(  # noqa: PLR0913, PLR0917 - an account's parts
    connection: Connection,
    name: str,
    role: str,
    by: Person | None,
    now: datetime,
    password_hash: str | None = None,
) -> Person:
    """Make an account; without a password it cannot log in.

    Raises QueueError for a name that is taken or none, and for an unknown role.
    """
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        line = f"user {name!r}: is no name; expected up to {MAX_NAME} printable characters"
        raise QueueError(line, Mistake.NO_NAME, limit=MAX_NAME)
    _require_role(role)
    if find_person(connection, name) is not None:
        line = f"user {name!r}: is there already; expected a new name"
        raise QueueError(line, Mistake.NAME_TAKEN, name=name)
    values = {
        "name": name,
        "role": role,
        "active": True,
        "password_hash": password_hash,
        "created_at": now,
    }
    user_id = connection.execute(insert(User).values(values).returning(User.id)).scalar_one()
    _note(connection, by, "user added", user_id, role, now)
    return Person(user_id, name, role, True)


def change_role(connection: Connection, name: str, role: str, by: Person | None, now: datetime) -> Person:
    """Give an account another role."""
    _require_role(role)
    person = require_person(connection, name)
    connection.execute(update(User).where(User.id == person.id).values(role=role, active=True))
    _note(connection, by, "user role", person.id, role, now)
    return person._replace(role=role, active=True)


def switch_off(connection: Connection, name: str, by: Person | None, now: datetime) -> Person:
    """Close an account and its sessions; what it did stays, and its name is not free again."""
    person = require_person(connection, name)
    connection.execute(update(User).where(User.id == person.id).values(active=False))
    end_sessions(connection, person)
    _note(connection, by, "user off", person.id, person.role, now)
    return person._replace(active=False)


def set_password(
    connection: Connection, name: str, password_hash: str, by: Person | None, now: datetime
) -> Person:
    """Keep the hash of a new password; whoever is logged in with the old one is out.

    Raises QueueError for a service, which logs in nowhere.
    """
    person = require_person(connection, name)
    if person.role == SERVICE:
        line = f"user {name!r}: is a service, which has tokens; expected a person's account"
        raise QueueError(line, Mistake.SERVICE_HAS_TOKENS, name=name)
    connection.execute(update(User).where(User.id == person.id).values(password_hash=password_hash))
    end_sessions(connection, person)
    _note(connection, by, "user password", person.id, person.role, now)
    return person


def end_sessions(connection: Connection, person: Person) -> None:
    """Log an account out of every browser."""
    connection.execute(delete(Session).where(Session.user_id == person.id))


def list_people(connection: Connection) -> list[Person]:
    """Return all accounts, by name."""
    rows = connection.execute(select(User.id, User.name, User.role, User.active).order_by(User.name))
    return [Person(*row) for row in rows]


def can_anybody_log_in(connection: Connection) -> bool:
    """Say whether there is an account with a password."""
    query = select(User.id).where(User.active, User.password_hash.is_not(None), User.role != SERVICE)
    return connection.execute(query.limit(1)).first() is not None


def find_person(connection: Connection, name: str) -> Person | None:
    """Return the account of a name."""
    query = select(User.id, User.name, User.role, User.active).where(User.name == name)
    row = connection.execute(query).one_or_none()
    return None if row is None else Person(*row)


def require_person(connection: Connection, name: str) -> Person:
    """Return the account of a name. Raises QueueError when there is none."""
    person = find_person(connection, name)
    if person is None:
        line = f"user {name!r}: is unknown; expected one of `saring user list`"
        raise QueueError(line, Mistake.USER_UNKNOWN, name=name)
    return person


def require_role(connection: Connection, name: str, *roles: str) -> Person:
    """Return an account that may act. Raises QueueError when it is off or of another role."""
    person = require_person(connection, name)
    if not person.active:
        line = f"user {name!r}: is switched off; expected an active account"
        raise QueueError(line, Mistake.USER_OFF, name=name)
    if person.role not in roles:
        line = f"user {name!r}: is {person.role}; expected {' or '.join(roles)}"
        raise QueueError(line, Mistake.OTHER_ROLE, name=name)
    return person


def _require_role(role: str) -> None:
    if role not in ROLES:
        line = f"role {role!r}: is unknown; expected one of {', '.join(ROLES)}"
        raise QueueError(line, Mistake.ROLE_UNKNOWN)


def _note(  # noqa: PLR0913, PLR0917 - a line's parts
    connection: Connection, by: Person | None, kind: str, user_id: int, role: str, now: datetime
) -> None:
    write_event(connection, by.id if by else None, kind, f"user:{user_id}", {"role": role}, now)
