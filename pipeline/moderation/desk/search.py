"""Words in, the claims whose text holds all of them out, by expected harm."""

import re
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, case, func, select

from pipeline.moderation.desk.orders import STRETCHES, Cursor, Order, follows, point_at
from pipeline.moderation.desk.pages import ANYTHING, Filter, Page, apply_filter
from pipeline.moderation.store.tables import MERGED, OPEN, Claim

WORD: Final = re.compile(r'"([^"]+)"|(\S+)')
MAX_WORDS: Final = 8


class Search(NamedTuple):
    """What somebody looks for: words or phrases that all must occur, among waiting claims only or all.

    Claims `without` which they look are as if they were not there.
    """

    words: tuple[str, ...]
    wanted: Filter = ANYTHING
    only_open: bool = False
    without: frozenset[str] = frozenset()


class Found(NamedTuple):
    """How many claims were found, and how many of them wait."""

    n_claims: int
    n_open: int


def read_words(written: str) -> tuple[str, ...]:
    """Return what was typed as words and phrases, at most `MAX_WORDS`.

    >>> read_words('surat suara "sudah dicoblos"')
    ('surat', 'suara', 'sudah dicoblos')
    """
    found = (phrase or word for phrase, word in WORD.findall(written.replace("\0", " ")))
    return tuple(word for word in (one.strip(' "') for one in found) if word)[:MAX_WORDS]


def find_claims(connection: Connection, search: Search, limit: int, after: Cursor | None = None) -> Page:
    """Return the claims that follow a cursor; none without a word and a filter."""
    if not search.words and search.wanted == ANYTHING:
        return Page([], None)
    keys = STRETCHES[Order.harm][0].keys
    query = _match(select(*Claim.__table__.c), search).order_by(*(key.clause for key in keys))
    if after is not None:
        query = query.where(follows(keys, after.values))
    rows = list(connection.execute(query.limit(limit)).all())
    return Page(rows, point_at(rows[-1], 0, Order.harm) if len(rows) == limit else None)


def count_found(connection: Connection, search: Search) -> Found:
    """Count the claims that a search finds, and those of them that wait."""
    if not search.words and search.wanted == ANYTHING:
        return Found(0, 0)
    n_open = func.coalesce(func.sum(case((Claim.state == OPEN, 1), else_=0)), 0)
    query = _match(select(func.count(), n_open).select_from(Claim), search)
    return Found(*map(int, connection.execute(query).one()))


def _match(query: Select[Any], search: Search) -> Select[Any]:
    query = query.where(Claim.state == OPEN if search.only_open else Claim.state != MERGED)
    query = query.where(Claim.claim_id.not_in(search.without)) if search.without else query
    for word in search.words:
        query = query.where(Claim.text.icontains(word, autoescape=True))
    return apply_filter(query, search.wanted)
