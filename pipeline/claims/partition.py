"""Similar texts and links in, the canonical partition out, with what is related across its parts.

It depends on the texts, their order in time and the links alone: must-links first, then texts of equal facts,
which only a cannot-link can keep apart, then couples whose facts agree, the most alike first.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.claims.contrasts import Contrasts, contrast_facts
from pipeline.claims.edges import Edges, Texts, find_across, find_alike, join_copies, label_components
from pipeline.claims.nodes import NO_LINKS, WORDLESS, NodeLinks, copy_edges, link_to_texts
from pipeline.claims.parts import NO_KIND, Differences, Parts
from pipeline.claims.shingles import Rows
from pipeline.schema.columns import KEPT_APART


class Related(NamedTuple):
    """Two parts that are similar and stay apart, the smaller first, and what differs; of shape (couples,)."""

    first: Rows
    second: Rows
    similarity: npt.NDArray[np.float64]
    why: npt.NDArray[np.str_]


class Partition(NamedTuple):
    """The part of each node, the component that it can be recomputed with, and which parts are related.

    Nodes are texts, then the reports that stand for themselves.
    """

    parts: Rows
    components: Rows
    related: Related


class _Ranked(NamedTuple):
    """Edges in the order in which they join, and which of them are between equal facts."""

    edges: Edges
    alike: npt.NDArray[np.bool_]


def partition_texts(texts: Texts, jaccard: float, links: NodeLinks = NO_LINKS) -> Partition:
    """Join similar texts whose facts agree, and never two that are cannot-linked."""
    n_texts = len(texts.kinds)
    differences = Differences(texts.facts)
    copies = join_copies(texts, jaccard)
    contrasts = contrast_facts(texts.facts)
    across = find_across(texts, contrasts, jaccard)
    differs = _tell_differences(texts, across, contrasts, differences)
    agreeing = across.where(differs == "")
    components = _find_components(copies, agreeing, links)
    contested = np.isin(components[:n_texts], components[n_texts:][links.texts != WORDLESS])
    between = find_alike(texts, np.flatnonzero(contested), jaccard)
    own = link_to_texts(links, n_texts)
    ranked = _rank_edges(
        between.chain(copy_edges(between, links, n_texts), own),
        agreeing.chain(copy_edges(agreeing, links, n_texts)),
    )
    units = np.arange(n_texts + len(links.reports))
    units[:n_texts][~contested] = copies[~contested]
    kinds = [*texts.kinds.tolist(), *(_kind_of(text, texts) for text in links.texts.tolist())]
    parts = _join_units(units, ranked, Parts(kinds, differences, links.cannot), links)
    similar = across.where(differs != "").chain(ranked.edges)
    differs = np.concatenate([differs[differs != ""], np.full(len(ranked.edges.first), "")])
    return Partition(parts, components, _relate_parts(parts, similar, differs))


def _tell_differences(
    texts: Texts, edges: Edges, contrasts: Contrasts, differences: Differences
) -> npt.NDArray[np.str_]:
    """Say of each edge what differs between its texts; "" where nothing does."""
    first, second = texts.kinds[edges.first], texts.kinds[edges.second]
    told = contrasts.tell(first, second)
    open_ = np.flatnonzero(told == "")
    couples = zip(first[open_].tolist(), second[open_].tolist(), strict=True)
    told[open_] = [differences[couple] or "" for couple in couples]
    return told


def _kind_of(text: int, texts: Texts) -> int:
    return NO_KIND if text == WORDLESS else int(texts.kinds[text])


def _find_components(copies: Rows, agreeing: Edges, links: NodeLinks) -> Rows:
    """Return the component of each node: what similarity and must-links connect, and nothing else moves."""
    n_texts = len(copies)
    own = link_to_texts(links, n_texts)
    must = np.array(links.must, np.int64).reshape(-1, 2)
    first = np.concatenate([np.arange(n_texts), agreeing.first, own.first, must[:, 0]])
    second = np.concatenate([copies, agreeing.second, own.second, must[:, 1]])
    return label_components(n_texts + len(links.reports), first, second)


def _rank_edges(alike: Edges, agreeing: Edges) -> _Ranked:
    """Order edges: those between equal facts first, then by falling similarity, then by their nodes."""
    edges = alike.chain(agreeing)
    is_alike = np.arange(len(edges.first)) < len(alike.first)
    order = np.lexsort((edges.second, edges.first, -edges.similarity, ~is_alike))
    return _Ranked(edges.where(order), is_alike[order])


def _join_units(units: Rows, ranked: _Ranked, parts: Parts, links: NodeLinks) -> Rows:
    """Join along ranked edges; nodes of one unit are one part from the start. Return each node's part."""
    for node, other in links.must:
        parts.force(int(units[node]), int(units[other]))
    first, second = units[ranked.edges.first], units[ranked.edges.second]
    couples = np.minimum(first, second) * len(units) + np.maximum(first, second)
    chosen = np.sort(np.unique(couples, return_index=True)[1])
    ordered = zip(first[chosen].tolist(), second[chosen].tolist(), ranked.alike[chosen].tolist(), strict=True)
    for unit, other, is_alike in ordered:
        parts.join(unit, other, alike=is_alike)
    distinct, place = np.unique(units, return_inverse=True)
    return np.array([parts.root(unit) for unit in distinct.tolist()], np.int64)[place]


def _relate_parts(parts: Rows, edges: Edges, differs: npt.NDArray[np.str_]) -> Related:
    """Return the couples of parts that similar texts connect, each with its closest pair of texts that differ."""
    first, second = parts[edges.first], parts[edges.second]
    low, high = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((-edges.similarity, differs == "", high, low))
    order = order[low[order] != high[order]]
    opens = np.ones(len(order), np.bool_)
    opens[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    best = order[opens]
    why = np.where(differs[best] == "", KEPT_APART, differs[best])
    return Related(low[best], high[best], edges.similarity[best], why)
