import numpy as np
import pytest
from scipy import sparse

from pipeline.config import Background, Heads, Train
from pipeline.model.crowds import share_votes
from pipeline.model.estimator import Examples, fit_model
from pipeline.text.chain import PreparedText

UNIT = sparse.csr_array([[1.0, 0.0, 0.0], [0.8, 0.6, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
"""Cosines: the first and the second .8, the second and the third .6, all others 0."""


def test_near_texts_of_one_label_share_a_vote():
    ones = np.ones(5, np.int8)
    assert share_votes(UNIT, ones, np.ones(5), 0.7).tolist() == [0.5, 0.5, 1.0, 1.0, 1.0]
    assert share_votes(UNIT, ones, np.ones(5), 0.5).tolist() == pytest.approx([1 / 2, 1 / 3, 1 / 2, 1.0, 1.0])


def test_texts_of_different_labels_share_nothing():
    labels = np.array([1, 0, 1, 0, 1], np.int8)
    assert share_votes(UNIT, labels, np.ones(5), 0.5).tolist() == [1.0] * 5


def test_copies_within_a_claim_are_one_claim_of_the_crowd():
    claims = np.array([0.5, 0.5, 1.0, 1.0, 1.0])
    assert share_votes(UNIT, np.ones(5, np.int8), claims, 0.7).tolist() == [0.5, 0.5, 1.0, 1.0, 1.0]


def prepare(text: str) -> PreparedText:
    tokens = tuple(text.split())
    return PreparedText(text, tokens, tokens, "id-ms", None, tokens)


CLAIM = "posyandu buka selasa pagi di balai dekat pasar baru kata bidan"
TRUE = [CLAIM, "posyandu buka rabu sore", "jalan desa diperbaiki"]
FALSE = ["dana kaget bagi semua", "sebar sebelum dihapus", "racun dalam air minum"]
REWORDED = [f"{CLAIM} {word}" for word in ("katanya", "lho", "sih", "ya", "kan", "deh") * 5]


def set_apart(false: list[str], near_cosine: float | None) -> float:
    """Return by how much a model takes the first true claim more for misinformation than the first false one."""
    params = Train(
        heads=Heads(naive_bayes=1.0, naive_bayes_chars=0.0, logistic=0.0),
        C=1.0,
        smoothing=0.5,
        group_prior=0.0,
        source_variance=0.0,
        source_forgetting=0.0,
        near_cosine=near_cosine,
        background=Background(sources=[], max_claims=1, weight=0.0),
        encoder=None,
        word_ngrams=(1, 1),
        char_ngrams=(3, 3),
        min_claims=1,
        max_char_features=100,
        min_labelled_claims=4,
    )
    labels = np.array([0] * len(TRUE) + [1] * len(false), np.int8)
    data = Examples([prepare(text) for text in [*TRUE, *false]], labels, np.ones(len(labels)))
    claim, other = fit_model(data, data, params, 0.1).decide([prepare(TRUE[0]), prepare(FALSE[0])]).tolist()
    return claim - other


def test_many_rewordings_under_a_wrong_label_weigh_little():
    shared, each = (set_apart([*FALSE, *REWORDED], near_cosine) for near_cosine in (0.5, None))
    one = set_apart([*FALSE, REWORDED[0]], 0.5)
    assert set_apart(FALSE, 0.5) < one < each
    assert shared - one < (each - one) / 3
