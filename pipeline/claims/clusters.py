"""Reports in, one claim for each group of near-duplicates out."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipeline.claims.agreement import Facts
from pipeline.claims.edges import Texts, prepare_texts
from pipeline.claims.links import Link
from pipeline.claims.nodes import WORDLESS, resolve_links
from pipeline.claims.partition import Partition, Related, partition_texts
from pipeline.claims.shingles import Rows

if TYPE_CHECKING:
    from pipeline.config import Preprocess


class Limits(NamedTuple):
    """What counts as similar, and how similar texts are found."""

    jaccard: float
    permutations: int
    bands: int

    @classmethod
    def from_params(cls, params: "Preprocess") -> "Limits":
        """Take the limits that params.yaml states."""
        return cls(params.near_duplicate_jaccard, params.permutations, params.bands)


class Clusters(NamedTuple):
    """The group of each report, and which groups are related.

    `texts` are the distinct texts, the earliest first; `text_of` is each report's, or WORDLESS. The nodes of
    `partition` are these texts, then the reports that stand for themselves.
    """

    groups: Rows
    related: Related
    texts: Texts
    text_of: Rows
    partition: Partition


def group_reports(
    report_ids: Sequence[str],
    texts: Sequence[str],
    facts: Sequence[Facts],
    limits: Limits,
    links: Iterable[Link] = (),
) -> Clusters:
    """Group reports, the earliest first; groups are integers, the same for what is one claim.

    Reports with an empty text stay alone unless a must-link joins them.
    """
    text_of, first_rows = _collapse(texts, facts)
    prepared = prepare_texts(
        [texts[row] for row in first_rows],
        [facts[row] for row in first_rows],
        limits.permutations,
        limits.bands,
    )
    n_texts = len(first_rows)
    nodes = resolve_links(links, dict(zip(report_ids, text_of.tolist(), strict=True)), n_texts)
    partition = partition_texts(prepared, limits.jaccard, nodes)
    alone = len(partition.parts) + np.arange(len(text_of))
    groups = np.where(text_of == WORDLESS, alone, partition.parts[text_of] if n_texts else alone)
    rows = {report: row for row, report in enumerate(report_ids)} if nodes.reports else {}
    groups[[rows[report] for report in nodes.reports]] = partition.parts[n_texts:]
    return Clusters(groups, partition.related, prepared, text_of, partition)


def group_texts(texts: Sequence[str], facts: Sequence[Facts], limits: Limits) -> Rows:
    """Give every text the number of its group, an integer in [0, number of groups), in whatever order they stand.

    Texts with a Jaccard similarity of at least `limits.jaccard` over character 5-grams are joined, unless their
    facts contradict each other. Empty texts stay alone.
    """
    order = sorted(range(len(texts)), key=lambda row: (texts[row], facts[row]))
    clusters = group_reports(
        list(map(str, order)),
        [texts[row] for row in order],
        [facts[row] for row in order],
        limits,
    )
    groups = np.empty(len(texts), np.int64)
    groups[order] = clusters.groups
    first_rows, numbers = np.unique(groups, return_index=True)[1], np.unique(groups, return_inverse=True)[1]
    return np.argsort(np.argsort(first_rows))[numbers]


def _collapse(texts: Sequence[str], facts: Sequence[Facts]) -> tuple[Rows, list[int]]:
    """Return the number of each report's text, by order of appearance, and the first row of each text."""
    numbers: dict[tuple[str, Facts], int] = {}
    first_rows: list[int] = []
    text_of = np.full(len(texts), WORDLESS, np.int64)
    for row, item in enumerate(zip(texts, facts, strict=True)):
        if not item[0]:
            continue
        number = numbers.setdefault(item, len(first_rows))
        if number == len(first_rows):
            first_rows.append(row)
        text_of[row] = number
    return text_of, first_rows
