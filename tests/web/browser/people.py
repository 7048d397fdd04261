"""Invented people who can log in, each with something of their own to do."""

from datetime import datetime
from typing import Final

from pipeline.moderation.desk.people import add_person, set_password
from pipeline.moderation.store import Store
from pipeline.web.auth.passwords import Passwords

PEOPLE: Final = {
    "sari": "moderator",
    "budi": "moderator",
    "rini": "moderator",
    "joko": "moderator",
    "ratna": "moderator",
    "wulan": "lead",
    "tono": "data",
}
PASSWORD: Final = "baca-dulu-baru-putuskan"


def add_people(store: Store, now: datetime) -> None:
    """Make their accounts; all have one password."""
    kept = Passwords().hash(PASSWORD)
    with store.writing() as connection:
        for name, role in PEOPLE.items():
            add_person(connection, name, role, None, now)
            set_password(connection, name, kept, None, now)
