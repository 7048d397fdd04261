"""Near-duplicate texts in, one claim for each group out: MinHash finds candidates, exact Jaccard confirms.

The partition is canonical: it depends on the set of texts alone, never on their order. Texts of the same
facts are joined first, and without any order, since nothing can keep them apart; the groups that result
are then joined one pair after the other, the most alike first, as far as their facts agree.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.claims.agreement import Facts, agree, unite
from pipeline.claims.candidates import Pairs, hash_bands, pair_rows
from pipeline.claims.shingles import Rows, Shingles, hash_shingles, measure_jaccard, sign

GroupNumbers = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Couple = tuple[int, int]

KIND_MULTIPLIER: Final = 0x9E3779B97F4A7C15


class Item(NamedTuple):
    """A text to compare, and the facts of what it was written from."""

    text: str
    facts: Facts


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


def group_texts(
    texts: Sequence[str], facts: Sequence[Facts], jaccard: float, permutations: int, bands: int
) -> GroupNumbers:
    """Give every text the number of its group, an integer in [0, number of groups).

    Texts with a Jaccard similarity of at least `jaccard` over character 5-grams are joined, unless the
    facts of their groups contradict each other by then. Empty texts stay alone.
    """
    items = [Item(text, fact) for text, fact in zip(texts, facts, strict=True)]
    distinct = sorted({item for item in items if item.text})
    groups = dict(zip(distinct, _partition(distinct, jaccard, permutations, bands).tolist(), strict=True))
    numbers: dict[int, int] = {}
    keys = (groups[item] if item.text else -1 - row for row, item in enumerate(items))
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)


def _partition(items: Sequence[Item], jaccard: float, permutations: int, bands: int) -> GroupNumbers:
    """Give each of the distinct items, in their order, a number that it shares with its group."""
    shingles = hash_shingles([item.text for item in items])
    keys = list(hash_bands(sign(shingles, permutations), bands))
    kinds = sorted({item.facts for item in items})
    numbers = {fact: number for number, fact in enumerate(kinds)}
    kind_of = np.fromiter((numbers[item.facts] for item in items), np.int64, len(items))
    copies = _join_copies(shingles, keys, kind_of, jaccard)
    facts = [items[row].facts for row in np.unique(copies, return_index=True)[1].tolist()]
    forest = Forest(facts)
    for first, second in _find_relatives(shingles, keys, copies, facts, jaccard):
        forest.join(first, second)
    return np.array([forest.root(group) for group in range(len(facts))], np.int64)[copies]


def _join_copies(shingles: Shingles, keys: Sequence[Keys], kind_of: Rows, jaccard: float) -> GroupNumbers:
    """Join similar rows of the same facts, and number their groups; rows already joined are not compared."""
    n_rows = len(kind_of)
    groups: GroupNumbers = np.arange(n_rows)
    for key in keys:
        within = key ^ (kind_of.astype(np.uint64) * np.uint64(KIND_MULTIPLIER))
        for pairs in pair_rows(within, np.arange(n_rows)):
            new = (kind_of[pairs.first] == kind_of[pairs.second]) & (
                groups[pairs.first] != groups[pairs.second]
            )
            confirmed, _ = _confirm(shingles, pairs.where(new), jaccard)
            if len(confirmed.first):
                groups = _connect(groups, confirmed)
    return groups


def _connect(groups: GroupNumbers, pairs: Pairs) -> GroupNumbers:
    n_groups = int(groups.max()) + 1
    edges = (np.ones(len(pairs.first), np.bool_), (groups[pairs.first], groups[pairs.second]))
    joined = connected_components(coo_array(edges, (n_groups, n_groups)), directed=False)[1]
    return np.asarray(joined, np.int64)[groups]


def _find_relatives(
    shingles: Shingles, keys: Sequence[Keys], groups: GroupNumbers, facts: Sequence[Facts], jaccard: float
) -> list[Couple]:
    """Return the pairs of groups that are alike and whose own facts agree, the most alike first.

    In each bucket the first row of a group stands for the group.
    """
    agrees = _Agreement(facts)
    likeness: dict[Couple, float] = {}
    for key in keys:
        rows = _pick_first_rows(key, groups)
        for pairs in pair_rows(key[rows], rows):
            agreeing = np.fromiter(
                map(agrees.__getitem__, _couple(pairs, groups)), np.bool_, len(pairs.first)
            )
            confirmed, similarity = _confirm(shingles, pairs.where(agreeing), jaccard)
            for couple, value in zip(_couple(confirmed, groups), similarity.tolist(), strict=True):
                likeness[couple] = max(value, likeness.get(couple, 0.0))
    return sorted(likeness, key=lambda couple: (-likeness[couple], couple))


class _Agreement(dict[Couple, bool]):
    """Whether the facts of two groups agree, worked out when first asked for."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        self._facts = facts

    def __missing__(self, couple: Couple) -> bool:
        first, second = couple
        self[couple] = agree(self._facts[first], self._facts[second])
        return self[couple]


def _pick_first_rows(key: Keys, groups: GroupNumbers) -> Rows:
    """Return the first row of each group in each bucket, rising."""
    order = np.lexsort((groups, key))
    opens = np.ones(len(order), np.bool_)
    opens[1:] = (np.diff(groups[order]) != 0) | (np.diff(key[order]) != 0)
    return np.sort(order[opens])


def _couple(pairs: Pairs, groups: GroupNumbers) -> Iterator[Couple]:
    """Yield the groups of each pair, the smaller first."""
    first, second = groups[pairs.first], groups[pairs.second]
    return zip(np.minimum(first, second).tolist(), np.maximum(first, second).tolist(), strict=True)


def _confirm(shingles: Shingles, pairs: Pairs, jaccard: float) -> tuple[Pairs, npt.NDArray[np.float64]]:
    """Keep the pairs that are alike enough, with their similarities."""
    similarity = measure_jaccard(shingles, pairs.first, pairs.second)
    close = similarity >= jaccard
    return pairs.where(close), similarity[close]
