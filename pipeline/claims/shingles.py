"""Texts in, the hashes of their character 5-grams out, with MinHash signatures and similarities of pairs."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from rensa import RMinHash
from scipy import sparse

SHINGLE_CHARS: Final = 5
HASH_SEED: Final = 0
HASH_BITS: Final = 48
"""Two shingles of a pair of texts share a hash about never; a text's number fits in front of a hash."""
BATCH_TEXTS: Final = 2**14
BATCH_PAIRS: Final = 50_000

MULTIPLIERS: Final = tuple(pow(0x9E3779B97F4A7C15, power, 2**64) for power in range(1, SHINGLE_CHARS + 1))
"""Odd, of 64 bits: one for each character of a shingle."""
MIXER: Final = 0xBF58476D1CE4E5B9
"""From splitmix64 (Steele, Lea and Flood 2014)."""

Rows = npt.NDArray[np.int64]
Shingles = sparse.csr_array
"""Shape (texts, hashes): a one where a text holds a shingle, columns rising."""


def hash_shingles(texts: Sequence[str]) -> Shingles:
    """Hash the distinct character 5-grams of each text; a shorter text is one shingle."""
    batches = [_hash_batch(texts[first:last]) for first, last in cut_batches(len(texts))]
    columns = np.concatenate([columns for columns, _ in batches] or [np.empty(0, np.int64)])
    counts = np.concatenate([counts for _, counts in batches] or [np.empty(0, np.int64)])
    starts = np.concatenate([[0], np.cumsum(counts)])
    ones = np.ones(len(columns), np.int16)
    return sparse.csr_array((ones, columns, starts), shape=(len(texts), 2**HASH_BITS))


def sign(shingles: Shingles, permutations: int, first: int, last: int) -> npt.NDArray[np.uint32]:
    """Return the MinHash signatures of some texts, shape (last - first, permutations) (Broder 1997)."""
    starts = shingles.indptr
    hashes = shingles.indices[starts[first] : starts[last]].astype(np.uint64)
    offsets = (starts[first : last + 1] - starts[first]).astype(np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(hashes, offsets, permutations, HASH_SEED)
    return np.array(matrix.to_rows(), np.uint32).reshape(last - first, permutations)


def measure_jaccard(shingles: Shingles, first: Rows, second: Rows) -> npt.NDArray[np.float64]:
    """Return the Jaccard similarity of each pair of rows, shape (pairs,)."""
    sizes = np.diff(shingles.indptr)
    common = np.empty(len(first), np.float64)
    for start, stop in cut_batches(len(first), BATCH_PAIRS):
        shared = shingles[first[start:stop]].multiply(shingles[second[start:stop]])
        common[start:stop] = shared.sum(axis=1)
    jaccard: npt.NDArray[np.float64] = common / (sizes[first] + sizes[second] - common)
    return jaccard


def _hash_batch(texts: Sequence[str]) -> tuple[Rows, Rows]:
    """Return the distinct hashes of each text, rising, one text after the other; and how many each has."""
    padded = [text.ljust(SHINGLE_CHARS, "\0") for text in texts]
    chars = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    lengths = np.fromiter(map(len, padded), np.int64, len(padded))
    owners = np.repeat(np.arange(len(padded), dtype=np.uint64), lengths)
    n_windows = len(chars) - SHINGLE_CHARS + 1
    within = owners[:n_windows] == owners[SHINGLE_CHARS - 1 :]
    keys = np.sort(((owners[:n_windows] << np.uint64(HASH_BITS)) | _mix(chars, n_windows))[within])
    keys = keys[np.diff(keys, prepend=keys[:1] + np.uint64(1)) != 0]
    counts = np.bincount((keys >> np.uint64(HASH_BITS)).astype(np.int64), minlength=len(padded))
    return (keys & np.uint64(2**HASH_BITS - 1)).astype(np.int64), counts


def _mix(chars: npt.NDArray[np.uint64], n_windows: int) -> npt.NDArray[np.uint64]:
    """Hash each window of characters to HASH_BITS bits."""
    mixed = np.zeros(n_windows, np.uint64)
    for place, multiplier in enumerate(MULTIPLIERS):
        mixed += chars[place : place + n_windows] * np.uint64(multiplier)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(MIXER)
    return mixed >> np.uint64(64 - HASH_BITS)


def cut_batches(size: int, step: int = BATCH_TEXTS) -> Iterator[tuple[int, int]]:
    """Yield the first and the last place, left out, of each batch."""
    return ((first, min(first + step, size)) for first in range(0, size, step))
