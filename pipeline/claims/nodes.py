"""Links between reports in, links between nodes out: most reports stand with their text, some for themselves."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

import numpy as np

from pipeline.claims.edges import Edges
from pipeline.claims.links import MUST, Link
from pipeline.claims.shingles import Rows

Couple = tuple[int, int]

WORDLESS: Final = -1
"""In place of the text of a report that has no words."""


class NodeLinks(NamedTuple):
    """Links between nodes: rows of texts, and behind them the reports that stand for themselves.

    `reports` are their ids and `texts` the rows of their texts, or WORDLESS. A report stands for itself when
    a cannot-link could part it from the copies of its text, or when it has no text.
    """

    reports: list[str]
    texts: Rows
    must: list[Couple]
    cannot: list[Couple]


NO_LINKS: Final = NodeLinks([], np.empty(0, np.int64), [], [])


def resolve_links(links: Iterable[Link], text_of: Mapping[str, int], n_texts: int) -> NodeLinks:
    """Find the nodes of linked reports; links that name a report which is not there are left out.

    `text_of` gives the row of each report's text, or WORDLESS.
    """
    known = [link for link in links if link.first in text_of and link.second in text_of]
    ends = [(link.first, link.second) for link in known]
    partable = _find_partable(known)
    reports = sorted(
        {end for couple in ends for end in couple if end in partable or text_of[end] == WORDLESS}
    )
    places = {report: n_texts + place for place, report in enumerate(reports)}
    nodes = [tuple(places.get(end, text_of[end]) for end in couple) for couple in ends]
    must = [(a, b) for (a, b), link in zip(nodes, known, strict=True) if link.kind == MUST]
    cannot = [(a, b) for (a, b), link in zip(nodes, known, strict=True) if link.kind != MUST]
    return NodeLinks(reports, np.array([text_of[report] for report in reports], np.int64), must, cannot)


def link_to_texts(links: NodeLinks, n_texts: int) -> Edges:
    """Return the edges of reports that stand for themselves to their texts and to each other: all alike."""
    edges = [
        (first, second)
        for nodes in _find_stand_ins(links, n_texts).values()
        for place, first in enumerate(nodes)
        for second in nodes[place + 1 :]
    ]
    ends = np.array(edges, np.int64).reshape(-1, 2)
    return Edges(ends[:, 0], ends[:, 1], np.ones(len(ends)))


def copy_edges(edges: Edges, links: NodeLinks, n_texts: int) -> Edges:
    """Return the edges that reports which stand for themselves have with other texts: those of their own text."""
    stand_ins = _find_stand_ins(links, n_texts)
    own = np.fromiter(stand_ins, np.int64)
    touched = edges.where(np.isin(edges.first, own) | np.isin(edges.second, own))
    copied = [
        (min(node, other), max(node, other), similarity)
        for first, second, similarity in zip(*(column.tolist() for column in touched), strict=True)
        for node in stand_ins.get(first, [first])
        for other in stand_ins.get(second, [second])
        if max(node, other) >= n_texts
    ]
    columns = np.array(copied, np.float64).reshape(-1, 3)
    return Edges(columns[:, 0].astype(np.int64), columns[:, 1].astype(np.int64), columns[:, 2])


def _find_partable(links: Collection[Link]) -> set[str]:
    """Return the reports that a chain of must-links ties to the end of a cannot-link."""
    neighbours: dict[str, set[str]] = {}
    for link in links:
        if link.kind == MUST:
            neighbours.setdefault(link.first, set()).add(link.second)
            neighbours.setdefault(link.second, set()).add(link.first)
    waiting = [end for link in links if link.kind != MUST for end in (link.first, link.second)]
    found: set[str] = set()
    while waiting:
        report = waiting.pop()
        if report not in found:
            found.add(report)
            waiting += neighbours.get(report, ())
    return found


def _find_stand_ins(links: NodeLinks, n_texts: int) -> dict[int, list[int]]:
    """Return for each text with reports that stand for themselves its own node, and theirs behind it."""
    stand_ins: dict[int, list[int]] = {}
    for place, text in enumerate(links.texts.tolist()):
        if text != WORDLESS:
            stand_ins.setdefault(text, [text]).append(n_texts + place)
    return stand_ins
