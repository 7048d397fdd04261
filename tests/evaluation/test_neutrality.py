"""Neutrality: a model that knows a name is found out, one that does not moves nothing."""

import numpy as np
import pytest

from pipeline.evaluation.neutrality import NAMES, measure_name_shift
from pipeline.evaluation.sentences import read_sentences
from pipeline.model.linear import Block, Calibrator, LinearModel
from pipeline.text.chain import PreparedText

TEMPLATES = read_sentences("swaps")


class PlainChain:
    """Words as they are, no name masked."""

    def prepare(self, text):
        words = tuple(text.lower().split())
        return PreparedText(" ".join(words), words, words, "indonesian", None, words)


def build_model(word, weight):
    block, calibrator = Block("word", (1, 1), 0, {word: 0}, np.ones(1)), Calibrator(2.0, 0.0)
    return LinearModel((block,), np.array([[weight]]), np.zeros(1), np.ones(1), calibrator, 0.0, 0.1)


def test_the_worst_swap_is_named():
    shift = measure_name_shift(build_model("pks", -0.4), PlainChain())
    assert shift.max_shift == pytest.approx(0.8)
    assert shift.kind == "party"
    assert "PKS" in (shift.first, shift.second)
    assert shift.n_swaps == sum(
        len(TEMPLATES[kind]) * len(names) * (len(names) - 1) // 2 for kind, names in NAMES.items()
    )


def test_a_word_that_is_no_name_moves_nothing():
    assert measure_name_shift(build_model("lapangan", 3.0), PlainChain()).max_shift == 0.0


def test_every_template_has_one_slot():
    assert set(TEMPLATES) == set(NAMES)
    assert sum(len(templates) for templates in TEMPLATES.values()) >= 50
    assert all(text.count("{name}") == 1 for templates in TEMPLATES.values() for text in templates)
