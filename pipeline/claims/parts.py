"""Nodes and couples of them in order in, the parts of a canonical partition out.

Nodes are joined by must-links first, then couple by couple. A couple is skipped when it would bring together
two nodes that are cannot-linked, or two whose facts differ: no part ever holds such a pair, but for what a
must-link joined. So a couple inside a part, or a node that goes with all of a part, changes no other part,
and the order in which reports arrive changes nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.claims.agreement import Facts, find_difference

Couple = tuple[int, int]

NO_KIND: Final = -1
"""Of what states nothing."""


class Differences(dict[Couple, str | None]):
    """What differs between two kinds of facts, worked out when first asked for."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        self._facts = facts

    def __missing__(self, couple: Couple) -> str | None:
        low, high = couple
        if low > high:
            return self[high, low]
        self[couple] = None if low == high else find_difference(self._facts[low], self._facts[high])
        return self[couple]


class Parts:
    """Parts that grow by joining, each with the kinds of facts that are in it (union-find)."""

    def __init__(self, kind_of: Sequence[int], differences: Differences, apart: Iterable[Couple]) -> None:
        self._parents = list(range(len(kind_of)))
        self._kinds: dict[int, set[int]] = {}
        self._kind_of = kind_of
        self._differences = differences
        self._linked: dict[int, set[int]] = {}
        self._barred: dict[int, set[int]] = {}
        for first, second in apart:
            for node, other in ((first, second), (second, first)):
                self._linked[node] = {node}
                self._barred.setdefault(node, set()).add(other)

    def root(self, node: int) -> int:
        """Return the node that stands for a node's part."""
        parents = self._parents
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    def join(self, first: int, second: int, *, alike: bool) -> None:
        """Make one part of two unless a cannot-link keeps them apart, or facts, where two nodes aren't `alike`.

        What states the same facts belongs together, whatever else stands in its part by then.
        """
        low, high = sorted((self.root(first), self.root(second)))
        if low != high and not self._is_barred(low, high) and (alike or not self._differ(low, high)):
            self._merge(low, high)

    def force(self, first: int, second: int) -> None:
        """Make one part of two whatever they state: somebody said that they are one."""
        low, high = sorted((self.root(first), self.root(second)))
        if low != high:
            self._merge(low, high)

    def _is_barred(self, low: int, high: int) -> bool:
        return not self._barred.get(low, set()).isdisjoint(self._linked.get(high, set()))

    def _differ(self, low: int, high: int) -> bool:
        differences = self._differences
        return any(
            differences[ours, theirs] is not None
            for ours in self._kinds_in(low)
            for theirs in self._kinds_in(high)
        )

    def _kinds_in(self, root: int) -> set[int]:
        return self._kinds.get(root, {self._kind_of[root]} - {NO_KIND})

    def _merge(self, low: int, high: int) -> None:
        self._parents[high] = low
        self._kinds[low] = self._kinds_in(low) | self._kinds_in(high)
        for kept in (self._linked, self._barred):
            if high in kept:
                kept[low] = kept.get(low, set()) | kept[high]
