"""Candidates' features in, their similarity, order and level out; a ranker is plain data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from pipeline.claims.debunks.features import FEATURES, MEANING, WordHabits
from pipeline.claims.debunks.found import Level
from pipeline.errors import ModelError
from pipeline.storage import read_json

Floats = npt.NDArray[np.float64]
COPY: Final = 0.7
COPY_PRECISION: Final = 0.5
"""Of articles whose text is so much like a claim, but that are not its own fact-check, .48 refute the same hoax
(102 of 2024): scams are written from templates, in which only the office's name changes."""


PLAIN: Final = 0.4
"""A claim that holds less of a title's words, names aside, is only suggested to: else whoever writes of a candidate
whose full name is most of a title would match it (7 % of such tweets; with this .8 %)."""


@dataclass(frozen=True)
class Ranker:
    """Weights over features, from their sum to a similarity, the thresholds of both levels, and what they reach.

    Features are FEATURES, and those of MEANING where it was fitted with an `encoder`.

    `slope`, `offset` and `per_word` (of log(1 + the claim's words)) turn a weighted sum into the probability
    that a candidate is the right one, where half of the claims have one at all.
    """

    weights: Mapping[str, float]
    slope: float
    offset: float
    per_word: float
    habits: WordHabits
    match_threshold: float
    suggest_threshold: float
    reached: Mapping[str, Any]
    encoder: str | None = None

    def measure_similarity(self, features: Floats, n_words: int) -> Floats:
        """Return the similarity of each candidate, in (0, 1)."""
        sums = features @ np.array([self.weights[name] for name in name_features(self.encoder)])
        logits = self.slope * sums + self.offset + self.per_word * np.log1p(n_words)
        text = features[:, FEATURES.index("text")]
        similarity: Floats = 1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0)))
        return np.maximum(similarity, np.where(text >= COPY, COPY_PRECISION * text, 0.0))

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold; `from_json` gives the same ranker back."""
        return asdict(self) | {"habits": self.habits._asdict()}

    @classmethod
    def from_json(cls, content: Mapping[str, Any], where: str) -> Self:
        """Read a ranker. Raises ModelError when something is missing or of another version."""
        try:
            habits = dict(content["habits"])
            shares = {
                str(word): (float(one), float(two)) for word, (one, two) in habits.pop("shares").items()
            }
            ranker = cls(**{**content, "habits": WordHabits(shares, **habits)})
            if set(ranker.weights) != set(name_features(ranker.encoder)):
                raise ValueError
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(
                f"{where}: is no ranker of fact-checks; expected what `saring debunks fit` wrote"
            ) from error
        return ranker


def name_features(encoder: str | None) -> tuple[str, ...]:
    """Return the names of the columns that `FeatureMaker` measures."""
    return FEATURES if encoder is None else (*FEATURES, *MEANING)


def read_ranker(path: Path, encoder: str | None = None) -> Ranker:
    """Read the ranker that was fitted for a root, or the shipped one where there is none.

    Raises ModelError when neither was fitted with this encoder.
    """
    name = "ranker.json" if encoder is None else f"ranker-{encoder}.json"
    with resources.as_file(resources.files("pipeline.claims.debunks") / name) as shipped:
        found = next((place for place in (path, shipped) if place.exists()), None)
        if found is None:
            raise ModelError(
                f"{path}: no ranker of fact-checks for the encoder {encoder!r}; expected one; run `saring debunks fit`"
            )
        ranker = Ranker.from_json(read_json(found), str(path) if found == path else "the shipped ranker")
    if ranker.encoder != encoder:
        raise ModelError(
            f"{path}: was fitted with the encoder {ranker.encoder!r}; expected {encoder!r}; run `saring debunks fit`"
        )
    return ranker


def decide_level(similarity: float, ranker: Ranker) -> Level | None:
    """Return the level of a candidate, or None below both thresholds."""
    if similarity >= ranker.match_threshold:
        return Level.match
    return Level.suggest if similarity >= ranker.suggest_threshold else None


def is_old(age: timedelta | None, old_days: float) -> bool:
    """Say whether a debunk is too old to be more than a suggestion; of unknown age it is."""
    return age is None or age > timedelta(days=old_days)
