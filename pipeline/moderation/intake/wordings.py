"""The distinct texts of the store and their near-duplicate index: looked up, added, renumbered never."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from pipeline.claims.arrivals import find_first_in, list_kept_keys
from pipeline.claims.naming import Rank
from pipeline.claims.signature import Signature, facts_from_json, facts_to_json
from pipeline.moderation.store.base import AnyRow, table_of
from pipeline.moderation.store.bulk import insert_many
from pipeline.moderation.store.tables import Band, TextsHead, Wording

UNKNOWN_TIME: Final = 2**63 - 1
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


FIND_WORDING: Final = select(Wording).where(Wording.fingerprint == bindparam("wanted"))
FIND_WORDINGS: Final = select(Wording).where(Wording.id.in_(bindparam("numbers", expanding=True)))
FIND_BANDS: Final = select(Band.key, Band.wording_id).where(Band.key.in_(bindparam("keys", expanding=True)))
FIND_LAST: Final = select(func.coalesce(func.max(Wording.id), 0))
FIND_REVISION: Final = select(TextsHead.revision)
HOLD_TEXTS: Final = (
    update(table_of(TextsHead)).values(revision=TextsHead.revision + 1).returning(TextsHead.revision)
)
ADD_WORDING: Final = insert(table_of(Wording))
ADD_BANDS: Final = insert(table_of(Band))


class Kept(NamedTuple):
    """A text of the store, and under which keys of the new one it is kept."""

    row: AnyRow
    signature: Signature

    @property
    def rank(self) -> Rank:
        """How old its earliest report is."""
        return self.row.rank_at, self.row.rank_id


class Foreign(NamedTuple):
    """Texts of the store that a batch was not grouped with, and the bands under which they are kept."""

    fingerprints: frozenset[bytes]
    keys: frozenset[int]


def hold_texts(connection: Connection) -> int:
    """Let nobody else add, move or drop texts and reports until the transaction ends; return their revision before.

    To be called before any other row is locked.
    """
    return int(connection.execute(HOLD_TEXTS).scalar_one()) - 1


def read_revision(connection: Connection) -> int:
    """Return what `hold_texts` returns as long as no text or report is added, moved or dropped."""
    return int(connection.execute(FIND_REVISION).scalar_one())


def rank_of(record: Mapping[str, Any]) -> Rank:
    """Return how old a report is: microseconds since 1970, and its id."""
    at = record["reported_at"]
    elapsed = None if at is None else at - EPOCH
    microseconds = (
        UNKNOWN_TIME
        if elapsed is None
        else (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds
    )
    return microseconds, record["report_id"]


def find_wording(connection: Connection, fingerprint: bytes) -> AnyRow | None:
    """Return a text by its fingerprint."""
    return connection.execute(FIND_WORDING, {"wanted": fingerprint}).one_or_none()


def read_foreign(connection: Connection, report_ids: Collection[str]) -> Foreign:
    """Return the texts of the store whose earliest report is none of a batch's: they came one at a time."""
    every = connection.execute(select(Wording.fingerprint, Wording.id, Wording.rank_id))
    foreign = {row.id: row.fingerprint for row in every if row.rank_id not in report_ids}
    keys: set[int] = set()
    for some in cut_numbers(sorted(foreign)):
        keys |= set(connection.execute(select(Band.key).where(Band.wording_id.in_(some))).scalars())
    return Foreign(frozenset(foreign.values()), frozenset(keys))


def find_nearby(connection: Connection, keys: Sequence[int]) -> tuple[list[Kept], dict[int, list[Rank]]]:
    """Return the texts that share a kept band with a new one, and the ranks that are kept under each key."""
    bands = connection.execute(FIND_BANDS, {"keys": keys}).all()
    rows: dict[int, AnyRow] = {}
    for some in cut_numbers(sorted({band.wording_id for band in bands})):
        found = connection.execute(FIND_WORDINGS, {"numbers": some})
        rows |= {row.id: row for row in found}
    ranks: dict[int, list[Rank]] = {key: [] for key in keys}
    for band in bands:
        row = rows[band.wording_id]
        ranks[band.key].append((row.rank_at, row.rank_id))
    return [Kept(row, read_signature(row)) for row in rows.values()], ranks


def read_signature(row: AnyRow, keys: tuple[int, ...] = ()) -> Signature:
    """Return a stored text as others are compared with it; its keys only where they are given."""
    return Signature(row.fingerprint, row.wording, facts_from_json(row.facts), keys)


def add_wording(
    connection: Connection,
    signature: Signature,
    rank: Rank,
    claim_id: str,
    ranks: Mapping[int, Sequence[Rank]],
) -> int:
    """Keep a new text and index it under the keys that are not crowded yet; return its number."""
    number = next_number(connection)
    first_in = find_first_in(signature.keys, {key: len(kept) for key, kept in ranks.items()})
    values = {
        "id": number,
        "fingerprint": signature.fingerprint,
        "claim_id": claim_id,
        "wording": signature.wording,
        "facts": facts_to_json(signature.facts),
        "rank_at": rank[0],
        "rank_id": rank[1],
        "first_in": first_in,
    }
    connection.execute(ADD_WORDING, values)
    kept = list_kept_keys(signature.keys, first_in)
    if kept:
        connection.execute(ADD_BANDS, [{"key": key, "wording_id": number} for key in sorted(set(kept))])
    return number


def add_wordings(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[bytes, int]:
    """Keep many new texts: rows of the columns of a wording but its id, and `keys`; return their numbers."""
    first = next_number(connection)
    numbers = {row["fingerprint"]: first + place for place, row in enumerate(rows)}
    columns = ("fingerprint", "claim_id", "wording", "facts", "rank_at", "rank_id", "first_in")
    insert_many(
        connection,
        Wording,
        [{"id": numbers[row["fingerprint"]], **{name: row[name] for name in columns}} for row in rows],
    )
    bands = sorted(
        {
            (key, numbers[row["fingerprint"]])
            for row in rows
            for key in list_kept_keys(row["keys"], row["first_in"])
        }
    )
    insert_many(connection, Band, [{"key": key, "wording_id": number} for key, number in bands])
    return numbers


def number_wordings(connection: Connection, fingerprints: Iterable[bytes]) -> dict[bytes, int]:
    """Return the numbers of those texts that the store has."""
    found: dict[bytes, int] = {}
    wanted = sorted(set(fingerprints))
    for first in range(0, len(wanted), 500):
        some = wanted[first : first + 500]
        rows = connection.execute(
            select(Wording.fingerprint, Wording.id).where(Wording.fingerprint.in_(some))
        )
        found |= {row.fingerprint: row.id for row in rows}
    return found


def next_number(connection: Connection) -> int:
    """Return the number of the next text."""
    return int(connection.execute(FIND_LAST).scalar_one()) + 1


def cut_numbers(numbers: list[int]) -> Iterable[list[int]]:
    """Yield numbers in what one query takes."""
    return (numbers[first : first + 500] for first in range(0, len(numbers), 500))
