"""Probes: what each sees, by hand."""

import numpy as np
import pandas as pd
import pytest

from pipeline.evaluation.probes import (
    describe_dates,
    describe_first_words,
    describe_markers,
    describe_shape,
    describe_shapes,
    describe_sources,
    score_out_of_fold,
)
from pipeline.schema.frames import MOMENT


def build_moments(values):
    return pd.DataFrame({"reported_at": pd.Series(pd.to_datetime(values, utc=True)).astype(MOMENT)})


def test_a_shape_by_hand():
    chars, words, capitals, digits, punctuation, emoji, links = describe_shape("SEBAR 12!! 😱 https://a.b")
    assert chars == pytest.approx(np.log1p(24))
    assert words == pytest.approx(np.log1p(4))
    assert (capitals, digits, emoji) == pytest.approx((5 / 24, 2 / 24, 1 / 24))
    assert punctuation == pytest.approx(6 / 24)
    assert links == pytest.approx(np.log1p(1))


def test_an_empty_text_has_a_shape():
    assert describe_shape("") == (0.0,) * 7


def test_shapes_are_of_all_parts_joined():
    table = pd.DataFrame({"text": ["ABC"], "transcript": [None], "ocr_text": ["de"]})
    assert describe_shapes(table)[0].tolist() == list(describe_shape("ABC\n\nde"))
    assert describe_shapes(table.iloc[:0]).shape == (0, 7)


def test_a_day_later_is_one_more_on_the_line_and_the_same_hour():
    features = describe_dates(build_moments(["2026-01-01T05:00", "2026-01-02T05:00", None]))
    assert features[1, 0] - features[0, 0] == pytest.approx(1.0)
    assert features[0, 5:7] == pytest.approx(features[1, 5:7])
    assert features[:, -1].tolist() == [0, 0, 1]
    assert not np.isnan(features).any()


def test_without_any_time_the_date_is_not_computable():
    assert np.isnan(describe_dates(build_moments([None, None]))).all()


def test_origins_are_one_column_a_value():
    columns = {"source": ["a", "b"], "platform": [None, "x"]}
    features = describe_sources(pd.DataFrame(columns).astype("category"))
    assert features[0].tolist() != features[1].tolist()
    assert features.sum(axis=1).tolist() == [2.0, 2.0]


def test_fewer_claims_than_folds_get_the_prior_where_nothing_is_left_to_learn_from():
    scores = score_out_of_fold(np.array([[1.0], [2.0]]), np.array([0, 1], np.int8), np.array([0, 1]))
    assert scores.tolist() == [0.5, 0.5]


def test_every_row_is_scored_by_a_model_of_the_other_folds():
    labels = np.tile(np.array([0, 1], np.int8), 50)
    memorable = np.eye(100)
    assert np.ptp(score_out_of_fold(memorable, labels, np.arange(100) // 2 % 5)) < 0.1
    telling = labels[:, np.newaxis].astype(float)
    scores = score_out_of_fold(telling, labels, np.arange(100) // 2 % 5)
    assert scores[labels == 1].min() > 0.9
    assert scores[labels == 0].max() < 0.1


def test_first_words_that_begin_few_texts_are_one():
    texts = ["Awas banjir"] * 5 + ["awas api"] + ["Halo"] * 4 + [""]
    table = pd.DataFrame({"text": texts, "transcript": None, "ocr_text": None})
    features = describe_first_words(table)
    assert features.shape == (11, 2)
    assert features[:, 0].tolist() == [1.0] * 6 + [0.0] * 5


def test_markers_are_counted_by_kind():
    table = pd.DataFrame({"text": ["[SALAH] kabar", "kabar biasa"], "transcript": None, "ocr_text": None})
    features = describe_markers(table)
    assert features[0].max() > 0.0
    assert features[1].max() == 0.0
