import numpy as np
import pytest
from scipy import sparse

from pipeline.model.heads import Lesson, fit_heads
from pipeline.model.sources import LEAST_TEXTS, NO_SOURCE, find_directions, leave_out, mark_sources
from tests.model.test_linear import PARAMS

N = LEAST_TEXTS
SOURCES = np.repeat([0, 1, 2, 3, NO_SOURCE], [N, 2 * N, N, N - 1, N])
"""Three sources of enough texts, one of too few, and ordinary talk."""

FEATURES = sparse.csr_array(np.eye(6)[np.where(np.arange(len(SOURCES)) % 2, 5, SOURCES)])
"""Half of a source's texts say its own word (of ordinary talk: the sixth), the others one that all say."""


def test_directions_tell_the_sources_apart_and_nothing_else():
    directions = find_directions(FEATURES, SOURCES, np.ones(len(SOURCES)))
    assert directions.shape == (6, 2)
    assert directions.T @ directions == pytest.approx(np.eye(2), abs=1e-12)
    assert directions[3:5] == pytest.approx(0, abs=1e-6)
    own = np.abs(directions).max(axis=1)
    assert (own[:3] > 10 * own[5]).all()


def test_copies_in_one_source_turn_no_direction():
    """A text twice at half the weight is the text once; a source twice as large weighs no more."""
    weights = np.ones(len(SOURCES))
    once = find_directions(FEATURES, SOURCES, weights)
    copied = np.append(np.arange(len(SOURCES)), np.flatnonzero(SOURCES == 1))
    halved = np.where(SOURCES == 1, 0.5, 1.0)[copied]
    twice = find_directions(FEATURES[copied], SOURCES[copied], halved)
    assert twice @ twice.T == pytest.approx(once @ once.T, abs=1e-3)
    louder = find_directions(FEATURES, SOURCES, np.where(SOURCES == 1, 9.0, 1.0))
    assert louder @ louder.T == pytest.approx(once @ once.T, abs=1e-3)


def test_one_source_has_no_direction():
    alone = np.where(SOURCES == 1, 1, NO_SOURCE)
    directions = find_directions(FEATURES, alone, np.ones(len(SOURCES)))
    assert directions.shape == (6, 0)
    assert leave_out(np.arange(6.0), directions, 1.0).tolist() == list(range(6))


def test_sources_of_one_class_have_no_intercept():
    sources = np.array([0, 1, 1, 0, 0, 2, NO_SOURCE, NO_SOURCE])
    marks = mark_sources(sources, np.array([1, 1, 1, 0, 0, 0, 1, 0], np.int8))
    assert marks[:, 0].tolist() == [1, 0, 0, 1, 1, 0, 0, 0]
    assert marks.shape == (8, 1)
    assert mark_sources(sources, np.ones(8, np.int8)).shape == (8, 0)


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_heads_forget_a_share_of_what_tells_sources_of_misinformation_apart(share: float):
    """The third source is not misinformation: what tells it from the others is kept."""
    y_true = np.isin(SOURCES, [0, 1]).astype(np.int8)
    lesson = Lesson(FEATURES, 3, y_true, np.ones(len(SOURCES)), SOURCES)
    told, forgot = (
        fit_heads(lesson, PARAMS.model_copy(update={"source_forgetting": given})) for given in (0.0, share)
    )
    direction = find_directions(FEATURES, np.where(y_true == 1, SOURCES, NO_SOURCE), lesson.weights)
    assert direction[2:5] == pytest.approx(0, abs=1e-6)
    assert len(told) == 3
    for head, less in zip(told, forgot, strict=True):
        along = direction.T @ head.weights
        assert direction.T @ less.weights == pytest.approx((1 - share) * along, abs=1e-9)
        assert less.weights[2:5] == pytest.approx(head.weights[2:5], abs=1e-6)
    assert abs(direction.T @ told[0].weights).max() > 0.01
