"""Near-duplicate texts in, one claim for each group out: MinHash finds candidates, exact Jaccard confirms.

The partition is canonical: it depends on the set of texts alone, never on their order.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from pipeline.claims.agreement import Facts, agree, unite

SHINGLE_CHARS: Final = 5
HASH_SEED: Final = 0
LARGE_BUCKET: Final = 50

GroupNumbers = npt.NDArray[np.int64]


class Item(NamedTuple):
    """A text to compare, and the facts of what it was written from."""

    text: str
    facts: Facts


class Pair(NamedTuple):
    """Two distinct items that are one claim, and how alike they are."""

    jaccard: float
    first: int
    second: int


class Forest:
    """Groups that grow by joining, each with the facts of all that is in it (union-find)."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        self._parents = list(range(len(facts)))
        self._facts = list(facts)

    def root(self, item: int) -> int:
        """Return the number that stands for an item's group."""
        parents = self._parents
        while parents[item] != item:
            parents[item] = parents[parents[item]]
            item = parents[item]
        return item

    def join(self, first: int, second: int) -> None:
        """Make one group of two, unless their facts contradict each other."""
        low, high = sorted((self.root(first), self.root(second)))
        if low != high and agree(self._facts[low], self._facts[high]):
            self._parents[high] = low
            self._facts[low] = unite(self._facts[low], self._facts[high])


def shingle(text: str) -> frozenset[str]:
    """Return the character 5-grams of a text, or the text itself when it is shorter.

    >>> sorted(shingle("saring"))
    ['aring', 'sarin']
    """
    if len(text) <= SHINGLE_CHARS:
        return frozenset([text])
    return frozenset(text[start : start + SHINGLE_CHARS] for start in range(len(text) - SHINGLE_CHARS + 1))


def group_texts(
    texts: Sequence[str], facts: Sequence[Facts], jaccard: float, permutations: int, bands: int
) -> GroupNumbers:
    """Give every text the number of its group, an integer in [0, number of groups).

    Pairs with a Jaccard similarity of at least `jaccard` over character 5-grams are joined, the most alike
    first, unless the facts of their groups contradict each other by then. Candidates come from MinHash
    signatures in `bands` bands (Broder 1997; Leskovec et al., Mining of Massive Datasets, 3.4).
    Empty texts stay alone.
    """
    items = [Item(text, fact) for text, fact in zip(texts, facts, strict=True)]
    distinct = sorted(set(items))
    forest = Forest([item.facts for item in distinct])
    pairs = find_pairs(distinct, jaccard, permutations, bands)
    for pair in sorted(pairs, key=lambda pair: (-pair.jaccard, pair.first, pair.second)):
        forest.join(pair.first, pair.second)
    roots = {item: forest.root(index) for index, item in enumerate(distinct)}
    return _number_groups(items, roots)


def find_pairs(items: Sequence[Item], jaccard: float, permutations: int, bands: int) -> Iterator[Pair]:
    """Find the pairs of distinct items with a text that are alike enough and agree on their facts."""
    filled = [index for index, item in enumerate(items) if item.text]
    if len(filled) < 2:
        return
    shingles = [shingle(items[index].text) for index in filled]
    seen: set[tuple[int, int]] = set()
    for couple in _candidates(_signatures(shingles, permutations), bands):
        if couple in seen:
            continue
        seen.add(couple)
        first, second = filled[couple[0]], filled[couple[1]]
        similarity = _jaccard(shingles[couple[0]], shingles[couple[1]])
        if similarity >= jaccard and agree(items[first].facts, items[second].facts):
            yield Pair(similarity, first, second)


def _signatures(shingles: Sequence[frozenset[str]], permutations: int) -> npt.NDArray[np.uint32]:
    matrix = RMinHash.digest_matrix_from_token_sets(
        [sorted(item) for item in shingles], permutations, HASH_SEED
    )
    return np.asarray(matrix.to_rows(), dtype=np.uint32)


def _candidates(signatures: npt.NDArray[np.uint32], bands: int) -> Iterator[tuple[int, int]]:
    """Pair the rows that share a band. In a crowded bucket, neighbours and the first stand for all.

    Rows are in the order of their texts, so which pairs a crowded bucket gives depends on the texts alone.
    """
    width = signatures.shape[1] // bands
    for band in range(bands):
        columns = np.ascontiguousarray(signatures[:, band * width : (band + 1) * width])
        _, bucket = np.unique(columns, axis=0, return_inverse=True)
        order = np.argsort(bucket, kind="stable")
        edges = np.flatnonzero(np.diff(bucket[order])) + 1
        for rows in np.split(order, edges):
            if len(rows) > 1:
                yield from _pairs_of_bucket(rows.tolist())


def _pairs_of_bucket(rows: list[int]) -> Iterator[tuple[int, int]]:
    if len(rows) <= LARGE_BUCKET:
        yield from ((first, second) for place, first in enumerate(rows) for second in rows[place + 1 :])
        return
    yield from ((rows[0], row) for row in rows[1:])
    yield from itertools.pairwise(rows)


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    common = len(first & second)
    return common / (len(first) + len(second) - common)


def _number_groups(items: Sequence[Item], roots: Mapping[Item, int]) -> GroupNumbers:
    """Give groups the numbers 0, 1, ... by their first item; every empty text is a group of its own."""
    numbers: dict[int, int] = {}
    keys = (roots[item] if item.text else -1 - row for row, item in enumerate(items))
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
