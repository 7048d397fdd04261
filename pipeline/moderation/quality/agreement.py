"""Pairs of verdicts on one claim in, how far people agree out: the share, and Cohen's kappa beyond chance.

Each claim is read by two people, but not by the same two: `first` and `second` are whoever came first and second,
so kappa is of two readers drawn from all of them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.moderation.quality.shares import bound_share


class Pair(NamedTuple):
    """Two verdicts on a claim, the second given blind, and by whom."""

    claim_id: str
    first_by: int
    first: str
    second_by: int
    second: str


class Agreement(NamedTuple):
    """The share of `n` pairs that agree, what chance alone would give, and kappa, with bounds; None without pairs."""

    n: int
    agreed: float | None
    agreed_lower: float | None
    agreed_upper: float | None
    by_chance: float | None
    kappa: float | None
    kappa_lower: float | None
    kappa_upper: float | None


NOTHING = Agreement(0, *[None] * 7)


def measure_agreement(pairs: Sequence[tuple[str, str]], interval: float) -> Agreement:
    """Return agreement and kappa (Cohen 1960) of pairs of verdicts.

    Kappa is (agreed - by_chance) / (1 - by_chance). Its bounds take those of the agreed share (Clopper and Pearson
    1934), with what chance gives held fixed, as Cohen's standard error does: a normal curve, or a bootstrap, would
    shrink to a point where all agree. There is no kappa where everybody always says the same.

    >>> said = [("hoax", "hoax")] * 8 + [("true", "true")] * 8 + [("hoax", "true")] * 2 + [("true", "hoax")] * 2
    >>> [round(value, 3) for value in measure_agreement(said, 0.95)[1:]]
    [0.8, 0.563, 0.943, 0.5, 0.6, 0.127, 0.885]
    """
    n = len(pairs)
    if n == 0:
        return NOTHING
    agreed = sum(first == second for first, second in pairs) / n
    lower, upper = bound_share(agreed * n, n, interval)
    chance = _agree_by_chance(pairs)
    if chance == 1.0:
        return Agreement(n, agreed, lower, upper, chance, None, None, None)
    kappas = ((share - chance) / (1.0 - chance) for share in (agreed, lower, upper))
    return Agreement(n, agreed, lower, upper, chance, *(max(-1.0, kappa) for kappa in kappas))


def gather_by_person(pairs: Iterable[Pair]) -> dict[int, list[tuple[str, str]]]:
    """Return, for each person, what they said beside what the other said."""
    said: dict[int, list[tuple[str, str]]] = {}
    for pair in pairs:
        said.setdefault(pair.first_by, []).append((pair.first, pair.second))
        said.setdefault(pair.second_by, []).append((pair.second, pair.first))
    return said


def _agree_by_chance(pairs: Sequence[tuple[str, str]]) -> float:
    firsts, seconds = (Counter(said) for said in zip(*pairs, strict=True))
    return sum(firsts[verdict] * seconds[verdict] for verdict in firsts) / len(pairs) ** 2
