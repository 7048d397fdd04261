"""Claims that waited in, how likely each was to be read out: verdicts are no random sample of what is reported."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

DECILES: Final = 10
LEAST_CLAIMS: Final = 10
"""A part of a week's claims holds at least so many: the share read of fewer says nothing."""

IN_ORDER: Final = "order"
PICKED: Final = "picked"
FILTERED: Final = "filtered"
"""How a claim came to be read first: the queue dealt it; somebody chose it (from a search, a list in another
order, in bulk); or the queue dealt it among those that somebody wanted to see only."""


class Waited(NamedTuple):
    """A claim that waited, and how it was found by who read it first; None: nobody did.

    `first_harm` is U at its first rank, `audit_probability` pi of the day of its arrival. `left` marks one that an
    import decided unread: it could not be read any more.
    """

    claim_id: str
    ranked_at: datetime
    first_harm: float
    is_member: bool
    audit_probability: float
    found: str | None
    left: bool = False


class Chance(NamedTuple):
    """P(read) of a claim, and for how many claims its label stands."""

    p_read: float
    weight: float


CERTAIN: Final = Chance(1.0, 1.0)


def measure_chances(waited: Iterable[Waited], floor: float) -> dict[str, Chance]:
    """Return P(read) = pi + (1 - pi) r of each claim, at least `floor`, and its inverse (Horvitz and Thompson 1952).

    r is the share that the order let somebody read among those claims of its week and its decile of U at first
    ranking that are no audit members; members are read whatever the order. A claim that somebody found otherwise
    says nothing about the order: it stays out of r, and stands for itself alone.
    """
    chances: dict[str, Chance] = {}
    for claims in _group_weeks(waited).values():
        overall = _share_read(claims)
        for part in cut_deciles(claims):
            r = _share_read(part)
            for claim in part:
                chances[claim.claim_id] = _judge(claim, overall if r is None else r, floor)
    return chances


def cut_deciles(claims: Sequence[Waited]) -> list[list[Waited]]:
    """Cut a week's claims into ten parts by their first harm, or fewer where a part would be too small.

    Claims of the same harm are in the same part.
    """
    n_parts = max(1, min(DECILES, len(claims) // LEAST_CLAIMS))
    ordered = sorted(claims, key=lambda claim: (claim.first_harm, claim.claim_id))
    parts: dict[int, list[Waited]] = defaultdict(list)
    below, harm = 0, None
    for place, claim in enumerate(ordered):
        below, harm = (below, harm) if claim.first_harm == harm else (place, claim.first_harm)
        parts[below * n_parts // len(ordered)].append(claim)
    return list(parts.values())


def week_of(moment: datetime) -> datetime:
    """Return when the week of a time began: Monday, 00:00 UTC.

    >>> week_of(datetime(2026, 11, 27, 9, tzinfo=UTC)).isoformat()
    '2026-11-23T00:00:00+00:00'
    """
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def _group_weeks(waited: Iterable[Waited]) -> Mapping[datetime, list[Waited]]:
    weeks: dict[datetime, list[Waited]] = defaultdict(list)
    for claim in waited:
        weeks[week_of(claim.ranked_at)].append(claim)
    return weeks


def _share_read(claims: Iterable[Waited]) -> float | None:
    """Return r, or None where no claim tells it."""
    found = [claim.found for claim in claims if not (claim.is_member or claim.left)]
    told = [how == IN_ORDER for how in found if how in {IN_ORDER, None}]
    return sum(told) / len(told) if told else None


def _judge(claim: Waited, r: float | None, floor: float) -> Chance:
    if claim.found in {PICKED, FILTERED} and not claim.is_member:
        return CERTAIN
    pi = claim.audit_probability
    p_read = max(pi + (1 - pi) * (r or 0.0), floor)
    return Chance(p_read, 1 / p_read)
