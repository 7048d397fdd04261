"""Two models or their facts in, what changed between them out: parameters, data, weights of words."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from pipeline.model.features import WORD
from pipeline.model.linear import FloatArray, IntArray, LinearModel
from pipeline.model.manifest import flatten

ABSENT = "-"


class Change(NamedTuple):
    """A value before and after; ABSENT where there is none."""

    name: str
    before: Any
    after: Any


class WordChange(NamedTuple):
    """What a term that stands alone adds to the calibrated logit; None where a model does not know it."""

    term: str
    before: float | None
    after: float | None

    @property
    def change(self) -> float:
        """After minus before; an unknown term weighs 0."""
        return (self.after or 0.0) - (self.before or 0.0)


def list_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the leaves of nested content that differ, by dotted name.

    >>> list_changes({"train": {"C": 4.0}}, {"train": {"C": 1.0, "K": 2}})
    [Change(name='train.C', before=4.0, after=1.0), Change(name='train.K', before='-', after=2)]
    """
    old, new = dict(flatten(before)), dict(flatten(after))
    pairs = ((name, old.get(name, ABSENT), new.get(name, ABSENT)) for name in sorted({*old, *new}))
    return [Change(*pair) for pair in pairs if pair[1] != pair[2]]


def compare_words(before: LinearModel, after: LinearModel, n_words: int) -> list[WordChange]:
    """Return the terms of the word block whose weight moved most, the furthest first, at most `n_words`."""
    old, new = _weigh_words(before), _weigh_words(after)
    changes = [WordChange(term, old.get(term), new.get(term)) for term in {*old, *new}]
    return sorted(changes, key=lambda change: (-abs(change.change), change.term))[:n_words]


def rank_of(scores: FloatArray) -> IntArray:
    """Return each score's rank from 1, the highest first; equal scores in their order.

    >>> rank_of(np.array([0.2, 0.9, 0.9])).tolist()
    [3, 1, 2]
    """
    ranks = np.empty(len(scores), np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _weigh_words(model: LinearModel) -> dict[str, float]:
    blocks = [block for block in model.blocks if block.name == WORD]
    effect = model.effect
    return {
        term: float(effect[block.offset + column])
        for block in blocks
        for term, column in block.vocabulary.items()
    }
