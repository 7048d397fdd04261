"""A name and a password in, a session or a refusal out; a refusal does not say which of the two was wrong."""

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, select, update

from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.people import SERVICE, Person, end_sessions, find_person, set_password
from pipeline.moderation.store.tables import User
from pipeline.web.auth.sessions import begin_session, end_session
from pipeline.web.auth.throttle import count_attempt, forgive, list_counters

if TYPE_CHECKING:
    from pipeline.web.services import Services


class Outcome(NamedTuple):
    """Who came in with which session's id; or nobody, perhaps because of too many guesses."""

    person: Person | None
    session_id: str = ""
    is_throttled: bool = False


def try_password(services: "Services", name: str, password: str, address: str, former_id: str) -> Outcome:
    """Log somebody in with a new session id; unknown names cost as much work as known ones."""
    serve, now = services.params.serve, services.clock()
    counters = list_counters(services.keys.secret, name, address, serve)
    with services.store.writing() as connection:
        may_guess = count_attempt(connection, counters, serve, now)
        person = find_person(connection, name)
        kept = _read_hash(connection, person)
    if not may_guess:
        return Outcome(None, is_throttled=True)
    if not services.passwords.fits(password, kept) or person is None or kept is None:
        _note_refusal(services, person)
        return Outcome(None)
    renewed = services.passwords.hash(password) if services.passwords.is_outdated(kept) else None
    with services.store.writing() as connection:
        forgive(connection, counters, serve, now)
        if renewed:
            connection.execute(update(User).where(User.id == person.id).values(password_hash=renewed))
        end_session(connection, former_id)
        session_id = begin_session(connection, person, serve, now)
        write_event(connection, person.id, "login", f"user:{person.id}", {}, now)
    return Outcome(person, session_id)


def change_own_password(
    services: "Services", person: Person, passwords: tuple[str, str], address: str
) -> str | None:
    """Take the current password and the new one; return a new session's id, or None where the first is wrong."""
    serve, now = services.params.serve, services.clock()
    counters = list_counters(services.keys.secret, person.name, address, serve)
    with services.store.writing() as connection:
        may_guess = count_attempt(connection, counters, serve, now)
        kept = _read_hash(connection, person)
    if not may_guess or not services.passwords.fits(passwords[0], kept):
        return None
    renewed = services.passwords.hash(passwords[1])
    with services.store.writing() as connection:
        forgive(connection, counters, serve, now)
        set_password(connection, person.name, renewed, person, now)
    with services.store.writing() as connection:
        return begin_session(connection, person, serve, now)


def leave_everywhere(services: "Services", person: Person) -> None:
    """End all sessions of an account."""
    with services.store.writing() as connection:
        end_sessions(connection, person)
        detail = {"everywhere": True}
        write_event(connection, person.id, "logout", f"user:{person.id}", detail, services.clock())


def leave(services: "Services", person: Person, session_id: str) -> None:
    """Log somebody out."""
    with services.store.writing() as connection:
        end_session(connection, session_id)
        write_event(connection, person.id, "logout", f"user:{person.id}", {}, services.clock())


def _read_hash(connection: Connection, person: Person | None) -> str | None:
    """Return what a password is compared with; None for who may not come in, whatever they say."""
    if person is None or not person.active or person.role == SERVICE:
        return None
    kept: str | None = connection.execute(select(User.password_hash).where(User.id == person.id)).scalar_one()
    return kept


def _note_refusal(services: "Services", person: Person | None) -> None:
    """Write a line for an unknown name as well: what takes longer would tell which names are known."""
    subject = f"user:{person.id if person else 'unknown'}"
    with services.store.writing() as connection:
        write_event(connection, None, "login refused", subject, {}, services.clock())
