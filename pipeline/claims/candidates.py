"""Shingles in, a key of every text in each band out, and the pairs of texts that share one."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.claims.shingles import Rows, Shingles, cut_batches, sign

Keys = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

CROWDED: Final = 16
"""So many texts stand for all that share a band, the first in order of time; all others are compared with them."""
BAND_MULTIPLIER: Final = 0x9E3779B97F4A7C15


class Pairs(NamedTuple):
    """Pairs of rows, the smaller first; both of shape (pairs,)."""

    first: Rows
    second: Rows

    def where(self, chosen: Flags) -> "Pairs":
        """Keep some of the pairs."""
        return Pairs(self.first[chosen], self.second[chosen])


class Step(NamedTuple):
    """Pairs, and whether each only adds to that with the first of a crowded band."""

    pairs: Pairs
    spare: Flags


def hash_bands(shingles: Shingles, permutations: int, bands: int) -> Keys:
    """Return a key for each text and band, shape (texts, bands); texts of the same key share the band.

    Keys of different bands differ. Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4.
    """
    n_texts = shingles.shape[0]
    keys = np.empty((n_texts, bands), np.uint64)
    width = permutations // bands
    for first, last in cut_batches(n_texts):
        signatures = sign(shingles, permutations, first, last).reshape(last - first, bands, width)
        key = np.arange(1, bands + 1, dtype=np.uint64) * np.uint64(BAND_MULTIPLIER)
        for column in range(width):
            key = (key ^ signatures[:, :, column]) * np.uint64(BAND_MULTIPLIER)
            key = key ^ (key >> np.uint64(29))
        keys[first:last] = key
    return keys


def mark_first(keys: Keys) -> Flags:
    """Say of each row and band whether the row is one of the first CROWDED that share its key."""
    marks = np.empty(keys.shape, np.bool_)
    for band in range(keys.shape[1]):
        order = np.argsort(keys[:, band], kind="stable")
        marks[order, band] = _place_in_bucket(keys[order, band]) < CROWDED
    return marks


def pair_band(key: Keys, is_first: Flags, rows: Rows) -> Iterator[Step]:
    """Yield, step by step, the pairs of `rows` that share a key and of which one is among its first.

    `key` and `is_first` are one band's, of all rows; `rows` rise.
    """
    order = np.argsort(~is_first[rows], kind="stable")
    order = order[np.argsort(key[rows[order]], kind="stable")]
    members = rows[order]
    place = _place_in_bucket(key[members])
    start = np.arange(len(members)) - place
    later = np.flatnonzero(place > 0)
    for distance in range(CROWDED):
        later = later[place[later] > distance]
        if not len(later):
            return
        anchors, others = members[start[later] + distance], members[later]
        stands = is_first[anchors]
        pairs = Pairs(np.minimum(anchors, others), np.maximum(anchors, others))
        yield Step(pairs.where(stands), (place[later][stands] >= CROWDED) & (distance > 0))


def _place_in_bucket(ordered: Keys) -> Rows:
    """Return the place of each key among those equal to it; `ordered` rise."""
    opens = np.ones(len(ordered), np.bool_)
    opens[1:] = ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(opens)
    return np.arange(len(ordered)) - np.repeat(starts, np.diff(starts, append=len(ordered)))
