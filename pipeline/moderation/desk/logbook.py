"""The log as a list: the latest lines first, page by page, and who wrote them."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import Event, User


class Lines(NamedTuple):
    """Some lines, the latest first, and the number below which the next page begins; None = no more."""

    lines: Sequence[AnyRow]
    before: int | None


def list_lines(
    connection: Connection,
    limit: int,
    before: int | None = None,
    kind: str | None = None,
    who: str | None = None,
) -> Lines:
    """Return the lines below a number; of one kind, or of one account only, where asked."""
    query = select(Event.sequence, Event.at, Event.kind, Event.subject, Event.detail, Event.hash, User.name)
    query = query.outerjoin(User, User.id == Event.user_id)
    if before is not None:
        query = query.where(Event.sequence < before)
    if kind is not None:
        query = query.where(Event.kind == kind)
    if who is not None:
        query = query.where(User.name == who)
    rows = connection.execute(query.order_by(Event.sequence.desc()).limit(limit)).all()
    return Lines(rows, rows[-1].sequence if len(rows) == limit else None)


def list_kinds(connection: Connection) -> list[str]:
    """Return the kinds of lines that there are."""
    return sorted(connection.execute(select(Event.kind).distinct()).scalars())


def read_codes(detail: str) -> dict[str, Any]:
    """Return what a line says beside its kind and subject; nothing where it cannot be read."""
    try:
        codes = json.loads(detail)
    except ValueError:
        return {}
    return codes if isinstance(codes, dict) else {}
