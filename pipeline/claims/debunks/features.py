"""A claim and its candidates in, one row of numbers for each out: what makes a title fit a claim."""

import math
from collections.abc import Sequence
from itertools import pairwise, zip_longest
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.claims.debunks.index import Candidates, DebunkIndex
from pipeline.claims.debunks.reading import MatchWords, is_root

FEATURES: Final = (
    "characters", "characters_relative", "stems_relative", "text",
    "covered", "covered_likely", "likelihood", "n_found", "n_title",
    "rarest_found", "missing", "numbers_missing", "numbers_found",
    "names_found", "names_missing", "pairs", "in_order", "nearly", "early",
)  # fmt: skip
"""Characters and stems as `index` measures them, bare and as a share of the claim's best candidate; cosine of
the article's text. Of the title's IDF: the share that the claim holds, the same with what claims tend to leave
out counting little, the log likelihood ratio of words found and missing; how many words of how many; the IDF
of the rarest found and of all that is missing; numbers and names; pairs of neighbours; how far the order is
kept; what is missing but has a word with the same five first letters; how early words stand in the claim."""

MEANING: Final = ("meaning_gap",)
"""Where an encoder reads: how far the cosine of claim and title is from the claim's best. How large that is says
little: one claim is near to everything, another to nothing, and with it fewer matches were right later."""

SURELY_NOT: Final = 1e-4
"""No share is smaller, or nearer to all."""
PREFIX: Final = 5
HALFWAY: Final = 30.0
"""A word that many words behind the beginning of a claim counts half."""

Floats = npt.NDArray[np.float64]


class WordHabits(NamedTuple):
    """How claims use a word, measured on pairs: of titles that hold it, the share whose claim does; of all claims.

    `prior` is the first share over all words; `floor` the second for a word that is not listed.
    """

    shares: dict[str, tuple[float, float]]
    prior: float
    floor: float

    def of(self, word: str) -> tuple[float, float]:
        """Return both shares of a word."""
        return self.shares.get(word, (self.prior, self.floor))


def measure_plain(claim: MatchWords, title: Sequence[str], habits: WordHabits) -> float:
    """Return which share of a title's words a claim holds, names and numbers left out; 0 where it has no others.

    A word weighs more, the rarer claims use it and the less they leave it out.
    """
    plain = [stem for stem in sorted(set(title)) if is_root(stem) and not stem.isdigit()]
    weights = {}
    for stem in plain:
        in_pair, in_any = habits.of(stem)
        weights[stem] = in_pair * min(1.0, math.log(in_any) / math.log(habits.floor))
    held = math.fsum(weight for stem, weight in weights.items() if stem in claim.stems)
    return held / max(math.fsum(weights.values()), SURELY_NOT)


class _Titles(NamedTuple):
    """The distinct words of all titles, one after the other; title i is starts[i] to starts[i + 1]."""

    starts: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]
    next_words: npt.NDArray[np.int64]


class _Words(NamedTuple):
    """What is known of each word of the titles."""

    idf: Floats
    rarity: Floats
    kept: Floats
    found: Floats
    missed: Floats
    is_number: npt.NDArray[np.bool_]
    is_name: npt.NDArray[np.bool_]
    prefix: npt.NDArray[np.int64]


class FeatureMaker:
    """Measures candidates; made once for a library."""

    def __init__(self, index: DebunkIndex, habits: WordHabits) -> None:
        self._numbers = index.stems.numbers
        self._prefixes: dict[str, int] = {}
        self._words = self._describe_words(index.stems.idf, habits)
        self._titles = _lay_out(index.title_stems, self._numbers)

    def measure(self, claim: MatchWords, candidates: Candidates) -> Floats:
        """Return candidates x FEATURES, and behind them MEANING where an encoder reads."""
        titles, known = self._titles, self._words
        starts, ends = titles.starts[candidates.rows], titles.starts[candidates.rows + 1]
        places = _concatenate_ranges(starts, ends)
        owner = np.repeat(np.arange(len(starts)), ends - starts)
        words = titles.words[places]
        first_place = np.full(len(known.idf), -1, np.int64)
        ours = [self._numbers.get(stem, -1) for stem in claim.stems]
        for place in range(len(ours) - 1, -1, -1):
            if ours[place] >= 0:
                first_place[ours[place]] = place
        at = first_place[words]
        found = at >= 0

        def total(values: Floats) -> Floats:
            sums: Floats = np.bincount(owner, values, len(starts)).astype(float)
            return sums

        hits, misses = found.astype(float), (~found).astype(float)
        idf, rarity = known.idf[words], known.rarity[words]
        held, missing = total(idf * hits), total(idf * misses)
        likely, likely_missing = total(rarity * hits), total(rarity * known.kept[words] * misses)
        n_found = total(hits)
        rarest = np.zeros(len(starts))
        np.maximum.at(rarest, owner, idf * hits)
        columns = {
            "characters": candidates.characters,
            "characters_relative": _relative(candidates.characters),
            "stems_relative": _relative(candidates.stems),
            "text": candidates.text,
            "covered": _share(held, missing),
            "covered_likely": _share(likely, likely_missing),
            "likelihood": total(np.where(found, known.found[words], known.missed[words])),
            "n_found": n_found,
            "n_title": (ends - starts).astype(float),
            "rarest_found": rarest,
            "missing": missing,
            "numbers_missing": total(misses * known.is_number[words]),
            "numbers_found": total(hits * known.is_number[words]),
            "names_found": total(idf * hits * known.is_name[words]),
            "names_missing": total(idf * misses * known.is_name[words]),
            "pairs": total(self._count_pairs(ours, words, titles.next_words[places])),
            "in_order": _measure_order(owner[found], at[found], len(starts)),
            "nearly": total(idf * misses * self._share_prefix(claim, words)),
            "early": total(np.where(found, HALFWAY / (HALFWAY + at), 0.0)) / np.maximum(1.0, n_found),
        }
        return np.column_stack([*(columns[name] for name in FEATURES), _fall_short(candidates.nearness)])

    def _describe_words(self, idf: Floats, habits: WordHabits) -> _Words:
        words = list(self._numbers)
        top = max(float(idf.max(initial=0.0)), 1e-9)
        shares = np.array([habits.of(word) for word in words] or np.empty((0, 2)), float)
        in_pair, in_any = np.clip(shares, SURELY_NOT, 1 - SURELY_NOT).T
        return _Words(
            idf=idf / top,
            rarity=np.minimum(idf / top, np.log(1 / in_any) / np.log(1 / habits.floor)),
            kept=in_pair,
            found=np.log(in_pair / in_any),
            missed=np.log((1 - in_pair) / (1 - in_any)),
            is_number=np.array([word.isdigit() for word in words], bool),
            is_name=np.array([not word.isdigit() and not is_root(word) for word in words], bool),
            prefix=np.array([self._number_prefix(word) for word in words], np.int64),
        )

    def _number_prefix(self, word: str) -> int:
        return self._prefixes.setdefault(word[:PREFIX], len(self._prefixes)) if len(word) >= PREFIX else -1

    def _share_prefix(self, claim: MatchWords, words: npt.NDArray[np.int64]) -> Floats:
        shared = np.zeros(len(self._prefixes) + 1)
        for stem in claim.stems:
            if len(stem) >= PREFIX and (number := self._prefixes.get(stem[:PREFIX])) is not None:
                shared[number] = 1.0
        prefixes = self._words.prefix[words]
        return np.where(prefixes >= 0, shared[prefixes], 0.0)

    def _count_pairs(
        self, ours: list[int], words: npt.NDArray[np.int64], following: npt.NDArray[np.int64]
    ) -> Floats:
        base = len(self._words.idf) + 1
        pairs = {one * base + two for one, two in pairwise(ours) if one >= 0 and two >= 0}
        asked = np.where(following >= 0, words * base + following, -1)
        return np.isin(asked, np.fromiter(pairs, np.int64, len(pairs))).astype(float)


def _lay_out(titles: list[tuple[str, ...]], numbers: dict[str, int]) -> _Titles:
    starts: list[int] = [0]
    words: list[int] = []
    following: list[int] = []
    for title in titles:
        unique: dict[int, int] = {}
        ours = [numbers[stem] for stem in title]
        for word, after in zip_longest(ours, ours[1:], fillvalue=-1):
            unique.setdefault(word, after)
        words += unique.keys()
        following += unique.values()
        starts.append(len(words))
    return _Titles(*(np.array(values, np.int64) for values in (starts, words, following)))


def _concatenate_ranges(starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    lengths = ends - starts
    before = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(lengths) else np.zeros(0, np.int64)
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


def _relative(values: Floats) -> Floats:
    return values / max(float(values.max(initial=0.0)), 1e-12)


def _fall_short(values: Floats) -> Floats:
    """Return how far each column's values are from its largest."""
    short: Floats = values - values.max(axis=0, initial=-1.0)
    return short


def _share(part: Floats, rest: Floats) -> Floats:
    return part / np.maximum(part + rest, 1e-12)


def _measure_order(owner: npt.NDArray[np.int64], places: npt.NDArray[np.int64], n_rows: int) -> Floats:
    """Return for each title which share of neighbouring found words stand in its order; .5 for fewer than two."""
    same = owner[1:] == owner[:-1]
    rising = np.bincount(owner[1:][same], (places[1:] > places[:-1])[same], n_rows)
    steps = np.bincount(owner[1:][same], minlength=n_rows)
    return np.where(steps > 0, rising / np.maximum(1, steps), 0.5)
