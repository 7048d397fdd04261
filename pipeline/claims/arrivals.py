"""A new text and the texts that share a band with it in; its similar pairs, and the claim that it joins, out.

Whoever keeps the texts keeps for each band at most CROWDED of them, the first in time: with these a new text is
compared. It then joins a claim at once where that provably moves nothing else, the same as if all reports had
been grouped together; otherwise its component is grouped anew (pipeline/claims/components.py).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.claims.agreement import Facts, find_difference
from pipeline.claims.candidates import CROWDED, Pairs
from pipeline.claims.edges import confirm_pairs
from pipeline.claims.naming import Rank
from pipeline.claims.shingles import hash_shingles
from pipeline.claims.signature import Signature


class Pair(NamedTuple):
    """A similar text, by its place among those compared, and what differs; None = it can be the same claim."""

    other: int
    similarity: float
    differs: str | None


class Confirmed(NamedTuple):
    """A similar text whose facts agree with the new one's, and the claim that it stands in."""

    claim_id: str
    similarity: float
    rank: Rank
    facts: Facts


class Settled(NamedTuple):
    """The claim that a new text joins; None: a claim of its own."""

    claim_id: str | None


def find_first_in(keys: Sequence[int], sizes: Mapping[int, int]) -> int:
    """Return the bands in which a new text is kept, as a mask of bits; `sizes` counts the texts of each key."""
    return sum(1 << band for band, key in enumerate(keys) if sizes.get(key, 0) < CROWDED)


def list_kept_keys(keys: Sequence[int], first_in: int) -> list[int]:
    """Return the keys of the bands in a mask."""
    return [key for band, key in enumerate(keys) if first_in >> band & 1]


def is_late(rank: Rank, kept: Iterable[Collection[Rank]]) -> bool:
    """Say whether a text is older than one of those that stand for a crowded band, for each band their ranks.

    It would have stood there itself, had it come in time: only grouping all reports anew tells who does.
    """
    return any(len(ranks) >= CROWDED and rank < max(ranks) for ranks in kept)


def compare(new: Signature, others: Sequence[Signature], jaccard: float) -> list[Pair]:
    """Compare a text with each of those that share a kept band with it; return the similar ones."""
    if not others:
        return []
    shingles = hash_shingles([new.wording, *(other.wording for other in others)])
    places = np.arange(1, len(others) + 1)
    edges = confirm_pairs(shingles, Pairs(np.zeros_like(places), places), jaccard)
    found = zip((edges.second - 1).tolist(), edges.similarity.tolist(), strict=True)
    return [
        Pair(other, similarity, find_difference(new.facts, others[other].facts))
        for other, similarity in found
    ]


def settle(
    facts: Facts, rank: Rank, confirmed: Iterable[Confirmed], facts_of: Mapping[str, Iterable[Facts]]
) -> Settled | None:
    """Find the claim that a new text joins; None when that may move others, and its component must be grouped.

    `confirmed` are all its similar texts that agree with it, `facts_of` all that the texts of each of their
    claims state. Its closest text decides on the claim; what is similar and stands elsewhere must contradict
    one that was closer.
    """
    pairs = sorted(confirmed, key=lambda pair: _level(facts, rank, pair))
    if not pairs:
        return Settled(None)
    home = pairs[0].claim_id
    if pairs[0].facts != facts and any(find_difference(facts, other) for other in facts_of[home]):
        return None
    closer: set[Facts] = set()
    for pair in pairs:
        if pair.claim_id == home:
            closer.add(pair.facts)
        elif not any(find_difference(pair.facts, other) for other in closer):
            return None
    return Settled(home)


def _level(facts: Facts, rank: Rank, pair: Confirmed) -> tuple[bool, float, Rank, Rank]:
    """Return the place of a pair in the order in which a partition joins them."""
    return pair.facts != facts, -pair.similarity, min(rank, pair.rank), max(rank, pair.rank)
