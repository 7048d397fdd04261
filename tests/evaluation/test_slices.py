"""Slices and contestants: by hand, with the reason where a figure cannot be."""

import numpy as np
import pandas as pd
import pytest

from pipeline.config import ElectionWindow
from pipeline.evaluation.cases import Bench, build_cases
from pipeline.evaluation.contestants import find_contestants, measure_contestants, nest_contestants
from pipeline.evaluation.curves import share_with_interval
from pipeline.evaluation.headline import measure_headline
from pipeline.evaluation.likeness import Likeness
from pipeline.evaluation.metrics import Judged, Terms
from pipeline.evaluation.slices import (
    find_capacity_score,
    measure_slices,
    name_windows,
    nest_slices,
)
from pipeline.evaluation.topics import find_topic
from pipeline.train import train_model
from tests.test_evaluate import PARAMS, PlainChain, build_reports

NAMES = {"kata01": "party", "kata02": "person", "kata03": "place"}


@pytest.fixture(scope="module")
def bench():
    reports, chain = build_reports(), PlainChain()
    prepared = [chain.prepare(text) for text in reports["text"]]
    model = train_model(reports, prepared, {}, PARAMS).model
    cases = build_cases(reports, prepared, 0.0)
    return Bench(cases, Likeness(cases.prepared), model, PARAMS)


@pytest.fixture(scope="module")
def headline(bench):
    return measure_headline(bench, np.random.default_rng(1))


@pytest.fixture(scope="module")
def slices(bench, headline):
    return measure_slices(bench, headline, np.random.default_rng(1))


def test_every_slice_adds_up_to_the_forward_test(slices, headline):
    cut = slices[slices["value"] != "repeat"].groupby("slice")["n_claims"].sum()
    assert set(cut.index) == {
        *("platform", "topic", "length", "region", "reporter group", "election window", "occurrence")
    }
    assert set(cut) == {len(headline.rows)}


def test_a_whole_slice_has_the_headlines_figure(slices, headline):
    whole = slices[(slices["slice"] == "platform") & (slices["value"] == "wa")].iloc[0]
    assert whole["auc"] == pytest.approx(headline.section["auc"])
    assert whole["found"] >= whole["found_lower"] >= 0.0


def test_later_copies_of_what_training_knows_are_repeats(bench, slices):
    [repeat] = slices[slices["value"] == "repeat"].to_dict("records")
    table = bench.cases.table
    assert (
        repeat["n_claims"] == table.loc[table["repeats"] & (table["split"] != "test"), "claim_id"].nunique()
    )


def test_an_unknown_region_is_a_slice_of_its_own(slices):
    assert set(slices.loc[slices["slice"] == "region", "value"]) == {"Jawa", "unknown"}


def test_small_slices_say_why_there_is_no_figure(bench, headline):
    few = headline._replace(rows=headline.rows[:1], judged=headline.judged.take(np.array([0])))
    assert measure_slices(bench, few, np.random.default_rng(1)).empty
    both = np.array([int(np.argmax(headline.judged.y_true == label)) for label in (0, 1)])
    two = headline._replace(rows=headline.rows[both], judged=headline.judged.take(both))
    nested = nest_slices(measure_slices(bench, two, np.random.default_rng(1)))
    assert nested["platform"]["wa"]["auc"] is None
    assert nested["platform"]["wa"]["reason"] == "only 1 claims of label 1, fewer than 10"
    assert nested["occurrence"]["repeat"]["reason"] is not None


def test_the_capacity_ends_where_its_share_is_read():
    """At a prevalence of .5 each of four claims weighs a quarter: .3 of them reach into the second."""
    judged = Judged(np.array([1, 0, 1, 0], np.int8), np.array([0.9, 0.7, 0.5, 0.1]), np.arange(4))
    assert find_capacity_score(judged, Terms(0.5, 0.3, 10, 0.9)) == 0.7
    assert find_capacity_score(judged, Terms(0.5, 0.99, 10, 0.9)) == 0.1


def test_days_before_a_vote_are_a_window():
    window = ElectionWindow(voting_days=["2024-11-27"], days=75)
    moments = pd.Series(
        pd.to_datetime(["2024-09-13T12:00Z", "2024-09-14T12:00Z", "2024-11-27T16:59Z", "2024-11-27T17:00Z"])
    )
    assert name_windows(moments, window).tolist() == [
        *("other times", "75 days before a vote", "75 days before a vote", "other times")
    ]
    assert name_windows(pd.Series([pd.NaT], dtype="datetime64[us, UTC]"), window).tolist() == ["other times"]


def test_a_share_of_nothing_is_no_share():
    assert np.isnan(share_with_interval(np.array([], np.bool_), 0.95)).all()


def test_topics_are_told_by_their_words():
    assert find_topic("vaksin dan obat dari dokter di bank".split()) == "health"
    assert find_topic(["halo"]) == find_topic([]) == "other"


def test_contestants_are_found_by_name_and_ballot_number():
    found = set(find_contestants("paslon no 3 dan kata01 di kata03 capres 02", NAMES, 1))
    assert found == {
        ("kata01", "party"),
        ("nomor urut 3", "ballot number"),
        ("nomor urut 2", "ballot number"),
    }


def test_errors_by_contestant_by_hand(bench, headline):
    """A place is nobody to vote for. What is missed and what is wrongly read is counted at the capacity."""
    table = measure_contestants(bench, headline, NAMES).set_index("contestant")
    assert set(table.index) == {"kata01", "kata02"}
    score = find_capacity_score(headline.judged, bench.terms)
    texts = [bench.cases.prepared[row].normalised.split() for row in headline.rows]
    about = np.array(["kata01" in words for words in texts])
    missed = headline.judged.y_score[about & (headline.judged.y_true == 1)] < score
    assert table.loc["kata01", "n_claims"] == about.sum()
    assert table.loc["kata01", "missed"] == pytest.approx(missed.mean())
    assert nest_contestants(table.reset_index())["kata01"]["kind"] == "party"


def test_nobody_named_is_an_empty_table(bench, headline):
    assert measure_contestants(bench, headline, {}).empty
