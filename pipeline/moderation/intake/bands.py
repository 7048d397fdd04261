"""A component with a late text in, which texts stand for their crowded bands from now on out.

A band keeps its first `CROWDED` texts in order of time. A text that came late, and is older than one of them,
takes its place.
"""

from collections.abc import Container, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from pipeline.claims.candidates import CROWDED, Flags, hash_bands, mark_first
from pipeline.claims.clusters import Limits
from pipeline.claims.naming import Rank
from pipeline.claims.shingles import hash_shingles
from pipeline.claims.wordings import pack_bits
from pipeline.moderation.intake.plan import FIND_TEXTS
from pipeline.moderation.intake.wordings import cut_numbers
from pipeline.moderation.store.base import AnyRow, table_of
from pipeline.moderation.store.tables import Band, Wording

Keyed = npt.NDArray[np.int64]

SET_FIRST_IN: Final = (
    update(table_of(Wording)).where(Wording.id == bindparam("which")).values(first_in=bindparam("mask"))
)
ADD_BANDS: Final = insert(table_of(Band))
DROP_BAND: Final = delete(table_of(Band)).where(
    Band.key == bindparam("old_key"), Band.wording_id == bindparam("old_id")
)
KEPT: Final = (Wording.id, Wording.wording, Wording.rank_at, Wording.rank_id, Wording.first_in)


class Stand(NamedTuple):
    """A text, the mask of the bands in which it stands from now on, and the keys that this adds and drops."""

    wording_id: int
    first_in: int
    added: Sequence[int]
    dropped: Sequence[int]


def find_stands(connection: Connection, component: str, limits: Limits) -> list[Stand]:
    """Find the texts of a component, and those that these displace, that stand for other bands than before."""
    mine = connection.execute(FIND_TEXTS, {"component": component}).all()
    texts = sorted(mine, key=_rank)
    keys = _hash(texts, limits)
    contested = np.unique(keys[mark_first(keys.view(np.uint64)) != _read_masks(texts, keys)])
    if not len(contested):
        return []
    inside = {row.id for row in texts}
    others = [row for row in _read_kept(connection, contested.tolist()) if row.id not in inside]
    return _choose(sorted([*texts, *others], key=_rank), inside, contested, limits)


def apply_stands(connection: Connection, stands: Sequence[Stand]) -> None:
    """Let texts stand for their bands."""
    if stands:
        connection.execute(SET_FIRST_IN, [{"which": one.wording_id, "mask": one.first_in} for one in stands])
    dropped = [{"old_key": key, "old_id": one.wording_id} for one in stands for key in one.dropped]
    added = [{"key": key, "wording_id": one.wording_id} for one in stands for key in one.added]
    if dropped:
        connection.execute(DROP_BAND, dropped)
    if added:
        connection.execute(ADD_BANDS, added)


def _choose(texts: Sequence[AnyRow], inside: Container[int], contested: Keyed, limits: Limits) -> list[Stand]:
    """Give each contested band its first texts: all of the component's that share it, and those it keeps."""
    keys = _hash(texts, limits)
    before = _read_masks(texts, keys)
    after = before.copy()
    taken: dict[int, int] = {}
    for row, band in np.argwhere(np.isin(keys, contested)).tolist():
        if texts[row].id in inside or before[row, band]:
            key = int(keys[row, band])
            after[row, band] = taken.get(key, 0) < CROWDED
            taken[key] = taken.get(key, 0) + 1
    return [
        Stand(
            texts[row].id,
            int(pack_bits(after[row : row + 1])[0]),
            sorted(set(keys[row, after[row] & ~before[row]].tolist())),
            sorted(set(keys[row, before[row] & ~after[row]].tolist())),
        )
        for row in np.flatnonzero((after != before).any(axis=1)).tolist()
    ]


def _read_kept(connection: Connection, keys: list[int]) -> list[AnyRow]:
    """Return the texts that are kept under some keys."""
    rows: dict[int, AnyRow] = {}
    for some in cut_numbers(keys):
        query = select(*KEPT).join(Band, Band.wording_id == Wording.id).where(Band.key.in_(some))
        rows |= {row.id: row for row in connection.execute(query)}
    return list(rows.values())


def _hash(texts: Sequence[AnyRow], limits: Limits) -> Keyed:
    bands = hash_bands(hash_shingles([row.wording for row in texts]), limits.permutations, limits.bands)
    return bands.view(np.int64)


def _read_masks(texts: Sequence[AnyRow], keys: Keyed) -> Flags:
    bits = np.array([row.first_in for row in texts], np.int64)[:, None] >> np.arange(keys.shape[1])
    return (bits & 1).astype(np.bool_)


def _rank(row: AnyRow) -> Rank:
    return row.rank_at, row.rank_id
