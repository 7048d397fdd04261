"""Distinct texts in, the similar pairs among them out, and the groups of those that state the same."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.claims.agreement import Facts
from pipeline.claims.candidates import Flags, Keys, Pairs, Step, hash_bands, mark_first, pair_band
from pipeline.claims.contrasts import Contrasts
from pipeline.claims.shingles import Rows, Shingles, hash_shingles, measure_jaccard


class Texts(NamedTuple):
    """Distinct texts in order of time: what compares them, and of which kind of facts each is."""

    shingles: Shingles
    keys: Keys
    is_first: Flags
    kinds: Rows
    facts: Sequence[Facts]


class Edges(NamedTuple):
    """Similar pairs of nodes, the smaller first, all of shape (edges,)."""

    first: Rows
    second: Rows
    similarity: npt.NDArray[np.float64]

    def where(self, chosen: Flags | Rows) -> "Edges":
        """Keep some of the edges."""
        return Edges(self.first[chosen], self.second[chosen], self.similarity[chosen])

    def chain(self, *others: "Edges") -> "Edges":
        """Put others behind these edges."""
        edges = (self, *others)
        return Edges(
            np.concatenate([part.first for part in edges]),
            np.concatenate([part.second for part in edges]),
            np.concatenate([part.similarity for part in edges]),
        )


def prepare_texts(texts: Sequence[str], facts: Sequence[Facts], permutations: int, bands: int) -> Texts:
    """Prepare distinct texts, the earliest first, for their comparison."""
    shingles = hash_shingles(texts)
    keys = hash_bands(shingles, permutations, bands)
    return Texts(shingles, keys, mark_first(keys), *number_facts(facts))


def number_facts(facts: Sequence[Facts]) -> tuple[Rows, list[Facts]]:
    """Give equal facts the same number; return the number of each text and the facts of each number."""
    known = {fact: number for number, fact in enumerate(sorted(set(facts)))}
    return np.fromiter((known[fact] for fact in facts), np.int64, len(facts)), list(known)


def join_copies(texts: Texts, jaccard: float) -> Rows:
    """Join similar texts of equal facts; return the first row of each one's group.

    What is joined already is not compared.
    """
    n_texts = len(texts.kinds)
    groups: Rows = np.arange(n_texts)
    for band in range(texts.keys.shape[1]):
        for pairs, _ in pair_band(texts.keys[:, band], texts.is_first[:, band], np.arange(n_texts)):
            alike = texts.kinds[pairs.first] == texts.kinds[pairs.second]
            apart = groups[pairs.first] != groups[pairs.second]
            confirmed = confirm_pairs(texts.shingles, pairs.where(alike & apart), jaccard)
            if len(confirmed.first):
                groups = _connect(groups, confirmed)
    return groups


def find_alike(texts: Texts, rows: Rows, jaccard: float) -> Edges:
    """Return all similar pairs of some rows that state the same facts."""
    kinds = texts.kinds
    steps = (step.pairs for step in _pair_rows(texts, rows))
    return _confirm_all(
        texts, [pairs.where(kinds[pairs.first] == kinds[pairs.second]) for pairs in steps], jaccard
    )


def find_across(texts: Texts, contrasts: Contrasts, jaccard: float) -> Edges:
    """Return the similar pairs that do not state the same facts: all that agree, and some that differ.

    Of texts that surely differ from others in a crowded band, the pair with its first text shows that.
    """
    found = []
    for pairs, spare in _pair_rows(texts, np.arange(len(texts.kinds))):
        first, second = texts.kinds[pairs.first], texts.kinds[pairs.second]
        across = pairs.where((first != second) & ~(spare & (contrasts.tell(first, second) != "")))
        found.append(across)
    return _confirm_all(texts, found, jaccard)


def _pair_rows(texts: Texts, rows: Rows) -> Iterator[Step]:
    for band in range(texts.keys.shape[1] if len(rows) else 0):
        yield from pair_band(texts.keys[:, band], texts.is_first[:, band], rows)


def _confirm_all(texts: Texts, found: Sequence[Pairs], jaccard: float) -> Edges:
    """Confirm each pair once, however many bands it shares."""
    n_texts = max(len(texts.kinds), 1)
    codes = [pairs.first * n_texts + pairs.second for pairs in found] or [np.empty(0, np.int64)]
    first, second = np.divmod(np.unique(np.concatenate(codes)), n_texts)
    return confirm_pairs(texts.shingles, Pairs(first, second), jaccard)


def confirm_pairs(shingles: Shingles, pairs: Pairs, jaccard: float) -> Edges:
    """Keep the pairs that are alike enough, with their similarities."""
    sizes = np.diff(shingles.indptr)
    first, second = sizes[pairs.first], sizes[pairs.second]
    possible = pairs.where(np.minimum(first, second) >= jaccard * np.maximum(first, second))
    similarity = measure_jaccard(shingles, possible.first, possible.second)
    return Edges(*possible, similarity).where(similarity >= jaccard)


def label_components(n_nodes: int, first: Rows, second: Rows) -> Rows:
    """Return the number of each node's connected component."""
    graph = coo_array((np.ones(len(first), np.int8), (first, second)), (n_nodes, n_nodes))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _connect(groups: Rows, edges: Edges) -> Rows:
    """Join groups along edges; a group is called after its first row."""
    touched, ends = np.unique(groups[np.concatenate([edges.first, edges.second])], return_inverse=True)
    labels = label_components(len(touched), ends[: len(edges.first)], ends[len(edges.first) :])
    first_row = np.full(len(touched), len(groups))
    np.minimum.at(first_row, labels, touched)
    renamed = np.arange(len(groups))
    renamed[touched] = first_row[labels]
    return renamed[groups]
