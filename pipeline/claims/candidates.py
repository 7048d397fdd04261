"""MinHash signatures in, the pairs of rows out that share a band, those of crowded buckets thinned out."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.claims.shingles import Rows

CROWDED: Final = 50
"""In a bucket of more rows, the first row and the next row stand for all others."""


class Pairs(NamedTuple):
    """Pairs of rows, the smaller first; both of shape (pairs,)."""

    first: Rows
    second: Rows

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Pairs":
        """Keep some of the pairs."""
        return Pairs(self.first[chosen], self.second[chosen])


def hash_bands(signatures: npt.NDArray[np.uint32], bands: int) -> Iterator[npt.NDArray[np.uint64]]:
    """Yield, band by band, a key for each row; rows of the same key share the band.

    Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4.
    """
    width = signatures.shape[1] // bands
    for band in range(bands):
        key = np.zeros(len(signatures), np.uint64)
        for column in range(band * width, (band + 1) * width):
            key = (key ^ signatures[:, column]) * np.uint64(0x9E3779B97F4A7C15)
            key ^= key >> np.uint64(29)
        yield key


def pair_rows(keys: npt.NDArray[np.uint64], rows: Rows) -> Iterator[Pairs]:
    """Yield, step by step, the pairs of `rows` whose keys are equal; `rows` rise.

    First each row with the next and the first of its bucket, then, unless it is crowded, with all others:
    which pairs those are depends on what is in the bucket alone.
    """
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    opens = np.ones(len(keys), np.bool_)
    opens[1:] = keys[1:] != keys[:-1]
    bucket = np.cumsum(opens) - 1
    first_place = np.flatnonzero(opens)[bucket]
    sizes = np.bincount(bucket)[bucket]
    place = np.arange(len(rows)) - first_place
    shared = sizes > 1
    yield _pair(rows, shared & (place > 0), 1)
    crowded = np.flatnonzero((sizes > CROWDED) & (place > 1))
    yield Pairs(rows[first_place[crowded]], rows[crowded])
    for distance in range(2, CROWDED):
        later = shared & (sizes <= CROWDED) & (place >= distance)
        if not later.any():
            return
        yield _pair(rows, later, distance)


def _pair(rows: Rows, later: npt.NDArray[np.bool_], distance: int) -> Pairs:
    """Pair the rows at some places with those that stand `distance` before them."""
    places = np.flatnonzero(later)
    return Pairs(rows[places - distance], rows[places])
