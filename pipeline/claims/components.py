"""The texts of one component and the links between its reports in, its partition out, as if all were grouped."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.claims.candidates import Flags
from pipeline.claims.edges import Texts, number_facts
from pipeline.claims.links import Link
from pipeline.claims.naming import Rank
from pipeline.claims.nodes import WORDLESS, resolve_links
from pipeline.claims.partition import partition_texts
from pipeline.claims.shingles import hash_shingles
from pipeline.claims.signature import Signature


class Member(NamedTuple):
    """A text of the component, how old its earliest report is, and the bands for which it stands."""

    signature: Signature
    rank: Rank
    first_in: int


class Regrouped(NamedTuple):
    """The part of each text, and of each report that stands for itself; numbers that parts share."""

    of_text: dict[bytes, int]
    of_report: dict[str, int]


def regroup(
    members: Iterable[Member], linked: Mapping[str, bytes | None], links: Iterable[Link], jaccard: float
) -> Regrouped:
    """Group all texts of a component.

    `linked` names the text of each of its reports that has a link, None where the report has no words.
    Reports that are not in `of_report` go with their text.
    """
    ordered = sorted(members, key=lambda member: member.rank)
    row_of = {member.signature.fingerprint: row for row, member in enumerate(ordered)}
    text_of = {
        report: WORDLESS if fingerprint is None else row_of[fingerprint]
        for report, fingerprint in linked.items()
    }
    nodes = resolve_links(links, text_of, len(ordered))
    parts = partition_texts(_gather_texts(ordered), jaccard, nodes).parts.tolist()
    return Regrouped(
        dict(zip(row_of, parts[: len(ordered)], strict=True)),
        dict(zip(nodes.reports, parts[len(ordered) :], strict=True)),
    )


def _gather_texts(members: Sequence[Member]) -> Texts:
    signatures = [member.signature for member in members]
    n_bands = len(signatures[0].keys) if signatures else 0
    keys = np.array([signature.keys for signature in signatures], np.int64).reshape(len(members), n_bands)
    kinds, facts = number_facts([signature.facts for signature in signatures])
    shingles = hash_shingles([signature.wording for signature in signatures])
    return Texts(shingles, keys.view(np.uint64), _read_masks(members, n_bands), kinds, facts)


def _read_masks(members: Sequence[Member], n_bands: int) -> Flags:
    bits = [[member.first_in >> band & 1 for band in range(n_bands)] for member in members]
    return np.array(bits, np.bool_).reshape(len(members), n_bands)
