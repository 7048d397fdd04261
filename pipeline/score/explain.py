"""A raw text and a published model in, why its score is what it is out: the terms of its logit, word by word."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from pipeline.model.bundle import Bundle
from pipeline.model.contributions import Base, measure_base, share_terms
from pipeline.text.chain import PreparedText, TracedTokens
from pipeline.text.trail import Place


class WordPart(NamedTuple):
    """A word as people wrote it, where it stands in the raw text, what it was read as, and what it gave.

    `part` is in log-odds: above 0 it raised the score. A masked identity is `written` as its token.
    """

    written: str
    place: Place
    tokens: tuple[str, ...]
    part: float


class ScoreTerms(NamedTuple):
    """The terms of a score: those of `base` and the parts of all `words` sum to the logit of `score`."""

    score: float
    base: Base
    words: tuple[WordPart, ...]

    @property
    def logit(self) -> float:
        """The sum of all terms."""
        return sum(self.base) + sum(word.part for word in self.words)


def explain_score(bundle: Bundle, traced: TracedTokens) -> ScoreTerms | None:
    """Say what makes up a score, words in the order of the text; None where the model abstains.

    `traced` is what the bundle's own chain made of the text.
    """
    if traced.prepared.abstain_reason:
        return None
    words = share_among_words(bundle, traced)
    score = float(bundle.model.predict([traced.prepared])[0])
    base = measure_base(bundle.model, traced.prepared, sum(word.part for word in words))
    return ScoreTerms(score, base, words)


def name_words(bundle: Bundle, text: str, prepared: PreparedText, n_words: int) -> list[str]:
    """Name the written words that raised a score most, at most `n_words`, the strongest first.

    A word that stands several times counts with all it gave; what masks an identity is not named.
    """
    if prepared.abstain_reason or not n_words:
        return []
    words = rank_words(share_among_words(bundle, bundle.chain.trace(text)))
    return [word.written for word in words if _can_be_named(word)][:n_words]


def share_among_words(bundle: Bundle, traced: TracedTokens) -> tuple[WordPart, ...]:
    """Say what each written word adds to the logit: all tokens that were read from it together."""
    parts = share_terms(bundle.model, traced.prepared).tolist()
    words = []
    for place, group in groupby(range(len(parts)), traced.places.__getitem__):
        indices = list(group)
        written = dict.fromkeys(map(traced.written_at, indices))
        tokens = tuple(traced.prepared.tokens[index] for index in indices)
        words.append(WordPart(" ".join(written), place, tokens, sum(parts[index] for index in indices)))
    return tuple(words)


def rank_words(words: Iterable[WordPart]) -> list[WordPart]:
    """Return each word once, with all it gave, where it first stands; those that gave most first."""
    merged: dict[tuple[str, ...], WordPart] = {}
    for word in words:
        known = merged.get(word.tokens)
        merged[word.tokens] = known._replace(part=known.part + word.part) if known else word
    return sorted(merged.values(), key=lambda word: (-word.part, word.place))


def _can_be_named(word: WordPart) -> bool:
    return word.part > 0 and not any(token.startswith("<") for token in word.tokens)
