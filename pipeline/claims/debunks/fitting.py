"""Narratives with the debunk of each in, a ranker out, and what it reaches on later narratives.

Pairs before a boundary fit the weights (a conditional logit: the right title among the claim's candidates),
make similarities of their sums and set the thresholds. What lies after the boundary only judges.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.claims.debunks.features import FEATURES, FeatureMaker, WordHabits, measure_plain
from pipeline.claims.debunks.index import Candidates, DebunkIndex
from pipeline.claims.debunks.logits import Choice, fit_logistic, fit_weights
from pipeline.claims.debunks.pairs import (
    Pairs,
    find_twins,
    index_narratives,
    index_titles,
    is_right,
    is_twin,
    take_away,
)
from pipeline.claims.debunks.ranker import PLAIN, Ranker, name_features
from pipeline.claims.debunks.reading import MatchWords, is_root
from pipeline.errors import ModelError

MIN_PAIRS: Final = 300
MIN_TWINS: Final = 50
MAX_TOLD: Final = 1_000
FOLDS: Final = 5
PRIOR_PAIRS: Final = 4.0
"""A word's habits count as if so many pairs more had shown the habits of all words."""
MIN_TITLES: Final = 5
MIN_CLAIMS: Final = 20
CALIBRATED: Final = 5
"""So many of a claim's best candidates teach what similarity means."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Wanted(NamedTuple):
    """The precision that each level shall have, at least."""

    match: float
    suggest: float


class Tops(NamedTuple):
    """The best candidate of each claim: its similarity, and whether it is the right one, or a twin of it."""

    similarity: Floats
    exact: Mask
    right: Mask
    plain: Floats


def fit_ranker(
    earlier: Pairs, later: Pairs, titles: Sequence[MatchWords], wanted: Wanted, encoder: str | None = None
) -> Ranker:
    """Fit a ranker on the pairs before a boundary, and note what it reaches on those after it.

    With an `encoder` claims and titles have its vectors.

    Similarity and thresholds come from earlier pairs that the weights in question have not seen (folds). Every
    other pair has its debunk taken away there, and when the later ones judge, so that half of the claims have
    none; another debunk's title then counts as wrong. Raises ModelError for too few pairs.
    """
    index = index_titles(titles)
    if len(earlier.claims) < MIN_PAIRS:
        raise ModelError(f"pairs before the boundary: {len(earlier.claims)}; expected at least {MIN_PAIRS}")
    found = list(index.find(earlier.claims))
    folds = np.arange(len(earlier.claims)) % FOLDS
    seen = [_fit_fold(earlier, found, index, folds != fold, folds == fold) for fold in range(FOLDS)]
    tops = _join_tops([top for _, held in seen for top in held])
    weights = fit_weights([choice for choices, _ in seen for choice in choices])
    calibration = fit_logistic(tops.features, tops.right).round(6).tolist()
    similarity = 1 / (1 + np.exp(-tops.features @ np.array(calibration)))
    right = tops.right[tops.is_best] > 0
    best = Tops(similarity[tops.is_best], right, right, np.ones(len(right)))
    match, suggest = (find_threshold(best, precision) for precision in wanted)
    habits = measure_habits(earlier, index)
    ranker = Ranker(
        weights=dict(zip(name_features(encoder), weights.tolist(), strict=True))
        | {"text": _fit_text_weight(weights, earlier, titles, habits)},
        slope=calibration[0],
        offset=calibration[1],
        per_word=calibration[2],
        habits=habits,
        match_threshold=round(match, 4),
        suggest_threshold=round(min(match, suggest), 4),
        reached={},
        encoder=encoder,
    )
    return replace(ranker, reached=judge_levels(ranker, later, index))


def measure_habits(pairs: Pairs, index: DebunkIndex) -> WordHabits:
    """Count how claims use the words of titles; names, numbers and rare words stay unlisted."""
    in_titles: Counter[str] = Counter()
    in_both: Counter[str] = Counter()
    in_claims: Counter[str] = Counter()
    for claim, row in zip(pairs.claims, pairs.rows, strict=True):
        held, title = set(claim.stems), set(index.title_stems[row])
        in_claims.update(held)
        in_titles.update(title)
        in_both.update(held & title)
    n_claims = len(pairs.claims)
    prior = in_both.total() / max(1, in_titles.total())
    listed = sorted(
        word
        for word in {*in_titles, *in_claims}
        if is_root(word) and (in_titles[word] >= MIN_TITLES or in_claims[word] >= MIN_CLAIMS)
    )
    shares = {
        word: (
            round((in_both[word] + PRIOR_PAIRS * prior) / (in_titles[word] + PRIOR_PAIRS), 4),
            round(min(0.95, (in_claims[word] + 0.5) / (n_claims + 1)), 4),
        )
        for word in listed
    }
    return WordHabits(shares, round(prior, 4), 0.5 / (n_claims + 1))


def find_tops(ranker: Ranker, pairs: Pairs, index: DebunkIndex) -> Tops:
    """Return the best candidate of each claim; of a pair whose row is -1 - row, that row is taken away."""
    rows = []
    for claim, measured, row in zip(pairs.claims, _measure(ranker, pairs, index), pairs.rows, strict=True):
        best = int(np.argmax(measured.similarity)) if len(measured.rows) else -1
        if best < 0:
            rows.append((0.0, False, False, 0.0))
            continue
        exact = bool(measured.right[best])
        twin = is_twin(int(measured.rows[best]), int(row), index)
        plain = measure_plain(claim, index.title_stems[measured.rows[best]], ranker.habits)
        rows.append((float(measured.similarity[best]), exact, exact or twin, plain))
    similarity, exact_, right, plain_ = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Tops(np.array(similarity), np.array(exact_, bool), np.array(right, bool), np.array(plain_))


def find_ranks(ranker: Ranker, pairs: Pairs, index: DebunkIndex) -> Ints:
    """Return at which rank, from 1, each claim's debunk is found; 10 ** 6 where it is no candidate."""
    return np.array([_rank_right(measured) for measured in _measure(ranker, pairs, index)], np.int64)


def find_threshold(tops: Tops, precision: float) -> float:
    """Return the smallest similarity from which on best candidates are right often enough; 1 where none is."""
    order = np.argsort(-tops.similarity, kind="stable")
    right = np.cumsum(tops.right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero((right >= precision) & (np.arange(len(order)) >= 19))
    return float(tops.similarity[order][enough[-1]]) if len(enough) else 1.0


def judge_levels(ranker: Ranker, later: Pairs, index: DebunkIndex) -> dict[str, Any]:
    """Say how often each level is right later, and which share of the claims that have a debunk it finds.

    `precision_exact` counts a twin of the right debunk, the same hoax told by another article, as wrong.
    """
    tops = find_tops(ranker, hide_half(later), index)
    present = np.arange(len(later.claims)) % 2 == 0
    reached: dict[str, Any] = {"n_claims": len(later.claims), "n_with_debunk": int(present.sum())}
    for name, threshold in (("match", ranker.match_threshold), ("suggest", ranker.suggest_threshold)):
        said = (tops.similarity >= threshold) & ((tops.plain >= PLAIN) | (name == "suggest"))
        reached[name] = {
            "n_said": int(said.sum()),
            "precision": _share(tops.right & said, said),
            "precision_exact": _share(tops.exact & said, said),
            "recall": _share(tops.right & said & present, present),
        }
    return reached


def hide_half(pairs: Pairs) -> Pairs:
    """Take away the debunk of every other pair."""
    places = np.arange(len(pairs.rows))
    return pairs._replace(rows=np.where(places % 2 == 0, pairs.rows, -1 - pairs.rows))


def _share(part: Mask, whole: Mask) -> float | None:
    return round(float(part.sum() / whole.sum()), 4) if whole.any() else None


class _Measured(NamedTuple):
    rows: Ints
    similarity: Floats
    right: npt.NDArray[np.bool_]


def _measure(ranker: Ranker, pairs: Pairs, index: DebunkIndex) -> Iterator[_Measured]:
    maker = FeatureMaker(index, ranker.habits)
    for claim, row, found in zip(pairs.claims, pairs.rows, index.find(pairs.claims), strict=True):
        kept = take_away(found, -1 - row, index) if row < 0 else found
        features = maker.measure(claim, kept)
        similarity = ranker.measure_similarity(features, len(claim.stems))
        yield _Measured(kept.rows, similarity, is_right(kept.rows, row, index))


def _rank_right(measured: _Measured) -> int:
    if not measured.right.any():
        return 10**6
    best = measured.similarity[measured.right].max()
    return int((measured.similarity > best).sum()) + 1


def _fit_text_weight(
    weights: Floats, pairs: Pairs, titles: Sequence[MatchWords], habits: WordHabits
) -> float:
    """Fit what the text of an article adds, on hoaxes that another article tells too; 0 where too few are."""
    told = pairs.take(range(max(0, len(pairs.claims) - MAX_TOLD), len(pairs.claims)))
    index = index_narratives(pairs, titles)
    maker, place = FeatureMaker(index, habits), FEATURES.index("text")
    known = np.where(np.arange(len(weights)) == place, 0.0, weights)
    choices = []
    for number, others, twins in find_twins(told, index):
        features = maker.measure(told.claims[number], others)
        choices.append(Choice(np.column_stack([features @ known, features[:, place]]), twins))
    if len(choices) < MIN_TWINS:
        return 0.0
    both = fit_weights(choices)
    return round(max(0.0, float(both[1] / max(both[0], 1e-9))), 6)


class _Held(NamedTuple):
    """The best candidates of one claim that its weights have not seen, the best of all first."""

    features: Floats
    right: npt.NDArray[np.bool_]


class _JoinedTops(NamedTuple):
    features: Floats
    right: Floats
    is_best: npt.NDArray[np.bool_]


def _fit_fold(
    pairs: Pairs, found: Sequence[Candidates], index: DebunkIndex, train: Mask, test: Mask
) -> tuple[list[Choice], list[_Held]]:
    """Measure the pairs of one fold by the word habits of the others; return them, and how others rank them."""
    habits = measure_habits(pairs.take(np.flatnonzero(train)), index)
    maker = FeatureMaker(index, habits)
    ours = [_choose(pairs, found, index, maker, place) for place in np.flatnonzero(test).tolist()]
    theirs = [_choose(pairs, found, index, maker, place) for place in np.flatnonzero(train).tolist()]
    weights = fit_weights([choice for choice in theirs if choice.right.any()])
    held = []
    for number, place in enumerate(np.flatnonzero(test).tolist()):
        choice, rows = ours[number], found[place].rows
        if number % 2:
            kept = take_away(found[place], int(pairs.rows[place]), index)
            rows = kept.rows
            choice = Choice(maker.measure(pairs.claims[place], kept), np.zeros(len(rows), bool))
        sums = choice.features @ weights
        best = np.argsort(-sums, kind="stable")[:CALIBRATED]
        n_words = np.full(len(best), np.log1p(len(pairs.claims[place].stems)))
        twins = [is_twin(int(rows[at]), int(pairs.rows[place]), index) for at in best]
        right = choice.right[best] | np.array(twins, bool)
        held.append(_Held(np.column_stack([sums[best], np.ones(len(best)), n_words]), right))
    return [choice for choice in ours if choice.right.any()], held


def _choose(
    pairs: Pairs, found: Sequence[Candidates], index: DebunkIndex, maker: FeatureMaker, place: int
) -> Choice:
    right = is_right(found[place].rows, int(pairs.rows[place]), index)
    return Choice(maker.measure(pairs.claims[place], found[place]), right)


def _join_tops(held: Sequence[_Held]) -> _JoinedTops:
    first = [np.arange(len(claim.right)) == 0 for claim in held]
    return _JoinedTops(
        np.concatenate([claim.features for claim in held]),
        np.concatenate([claim.right for claim in held]).astype(float),
        np.concatenate(first),
    )
