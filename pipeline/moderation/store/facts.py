"""What the store knows about itself, by name, as JSON."""

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select

from pipeline.moderation.store.tables import Fact

ACTIVE_MODEL: Final = "active model"
"""version, prevalence and u_ref of the model that the queue is ordered by."""
AUDIENCE: Final = "audience"
"""What views are estimated from."""
REPUTATION: Final = "reputation"
"""The reporters' prior; their own records stand with them."""
LAST_INGEST: Final = "last ingest"
"""n_rows and n_rejected of the last batch's raw files."""
SWEPT_AT: Final = "swept at"
"""When every term was made anew last, by the real clock."""


FIND_FACT: Final = select(Fact.value).where(Fact.name == bindparam("wanted"))


def read_fact(connection: Connection, name: str) -> Any:
    """Return what is noted under a name, or None."""
    value = connection.execute(FIND_FACT, {"wanted": name}).scalar()
    return None if value is None else json.loads(value)


def read_swept_at(connection: Connection) -> datetime | None:
    """Return when every term was made anew last."""
    written = read_fact(connection, SWEPT_AT)
    return None if written is None else datetime.fromisoformat(written)


def note_fact(connection: Connection, name: str, value: Any) -> None:
    """Note something under a name, in the place of what stood there."""
    connection.execute(delete(Fact).where(Fact.name == name))
    connection.execute(insert(Fact).values(name=name, value=json.dumps(value, sort_keys=True)))
