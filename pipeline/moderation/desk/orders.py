"""How lists of claims are ordered, and where the next page of one begins, by keysets."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Float, and_, asc, desc, or_
from sqlalchemy.orm import QueryableAttribute

from pipeline.errors import Mistake, QueueError
from pipeline.moderation.store.base import AnyRow, Moment
from pipeline.moderation.store.tables import FAR, Claim

NO_PLACE: Final = "the page: is no place in this list; expected one that the list gave"


class Order(StrEnum):
    """How a list can be ordered; the order of work is `harm`."""

    harm = "harm"
    newest = "newest"
    deadline = "deadline"
    views = "views"


class Key(NamedTuple):
    """A column that a list is sorted by, and which way."""

    column: QueryableAttribute[Any]
    falling: bool = False

    @property
    def clause(self) -> ColumnElement[Any]:
        """What stands in ORDER BY."""
        clause: ColumnElement[Any] = desc(self.column) if self.falling else asc(self.column)
        return clause


class Stretch(NamedTuple):
    """A part of a list that is sorted in one way; those whose key is unknown make the last one."""

    condition: ColumnElement[bool] | None
    keys: tuple[Key, ...]


class Cursor(NamedTuple):
    """The last row of a page: the stretch it stood in, and its values there."""

    stretch: int
    values: tuple[Any, ...]


OLDEST: Final = (Key(Claim.waiting_since), Key(Claim.claim_id))
HARM: Final = (Key(Claim.expected_harm, falling=True), *OLDEST)
STRETCHES: Final[dict[Order, tuple[Stretch, ...]]] = {
    Order.harm: (Stretch(None, HARM),),
    Order.newest: (
        Stretch(
            Claim.waiting_since < FAR,
            (Key(Claim.waiting_since, falling=True), Key(Claim.claim_id, falling=True)),
        ),
        Stretch(Claim.waiting_since >= FAR, HARM),
    ),
    Order.deadline: (
        Stretch(Claim.due_at.is_not(None), (Key(Claim.due_at), *HARM)),
        Stretch(Claim.due_at.is_(None), HARM),
    ),
    Order.views: (
        Stretch(Claim.views.is_not(None), (Key(Claim.views, falling=True), Key(Claim.claim_id))),
        Stretch(Claim.views.is_(None), HARM),
    ),
}


def point_at(row: AnyRow, stretch: int, order: Order) -> Cursor:
    """Return the cursor that stands on a row."""
    return Cursor(stretch, tuple(getattr(row, key.column.key) for key in STRETCHES[order][stretch].keys))


def follows(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Say what comes after some values, bounded by the first of them so that an index can begin there."""
    (column, falling), value = keys[0], values[0]
    beyond: ColumnElement[bool] = column < value if falling else column > value
    if len(keys) == 1:
        return beyond
    bound = column <= value if falling else column >= value
    return and_(bound, or_(beyond, follows(keys[1:], values[1:])))


def write_cursor(cursor: Cursor) -> str:
    """Return a cursor as letters that an address can hold.

    >>> write_cursor(Cursor(0, (2.5, "c-1")))
    'WzAsMi41LCJjLTEiXQ'
    """
    values = [value.isoformat() if isinstance(value, datetime) else value for value in cursor.values]
    written = json.dumps([cursor.stretch, *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def read_cursor(written: str, order: Order) -> Cursor:
    """Read what `write_cursor` wrote. Raises QueueError for what is no place in such a list."""
    try:
        stretch, *values = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
        keys = STRETCHES[order][stretch].keys
        read = tuple(_read_value(key, value) for key, value in zip(keys, values, strict=True))
    except (ValueError, TypeError, IndexError, OverflowError, RecursionError) as error:
        raise QueueError(NO_PLACE, Mistake.NO_PLACE_IN_LIST) from error
    if stretch < 0:
        raise QueueError(NO_PLACE, Mistake.NO_PLACE_IN_LIST)
    return Cursor(stretch, read)


def _read_value(key: Key, value: Any) -> Any:
    kind = key.column.type
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value).astimezone(UTC)
    if isinstance(kind, Float):
        return float(value)
    if not isinstance(value, str) or "\0" in value.encode().decode():
        raise TypeError(value)
    return value
