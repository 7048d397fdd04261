"""The ladder: no rung's judged rows stand among those that fit its models; order and JSON."""

import json

import numpy as np
import pandas as pd
import pytest

from pipeline.evaluation.cases import draw_random_split
from pipeline.evaluation.headline import compare_splits
from pipeline.evaluation.ladder import (
    FROZEN,
    GROUPED,
    RANDOM,
    RETRAINED,
    RUNGS,
    SOURCES,
    measure_ladder,
    nest_ladder,
)
from tests.evaluation.test_slices import bench
from tests.test_evaluate import PARAMS

__all__ = ["bench"]


@pytest.fixture(scope="module")
def ladder(bench):
    deal = draw_random_split(len(bench.cases.table), PARAMS.preprocess, np.random.default_rng(1))
    compared = compare_splits(bench, deal, np.random.default_rng(2))
    return measure_ladder(bench, compared, np.random.default_rng(3))


def test_the_rungs_stand_in_their_order_each_with_its_figures(ladder):
    assert ladder["rung"].tolist() == [RANDOM, *RUNGS, FROZEN]
    assert ladder["reason"].isna().all()
    assert (ladder["auc_lower"] <= ladder["auc"]).all()
    assert (ladder["auc"] <= ladder["auc_upper"]).all()
    json.dumps(nest_ladder(ladder), allow_nan=False)


@pytest.mark.parametrize("rung", list(RUNGS))
def test_no_claim_is_judged_that_trains(bench, rung):
    claims = bench.cases.table["claim_id"]
    parts = list(RUNGS[rung](bench))
    assert parts
    for part in parts:
        assert len(part.judged) == claims.iloc[part.judged].nunique()
        assert not set(claims.iloc[part.judged]) & set(claims.iloc[part.fitted])


def test_a_source_never_judges_itself(bench):
    for part in RUNGS[SOURCES](bench):
        sources = bench.cases.table["source"].astype("str")
        [judged] = set(sources.iloc[part.judged])
        assert judged not in set(sources.iloc[part.fitted])


def test_quarters_train_on_what_came_before_and_judge_the_whole_test(bench, ladder):
    moments = bench.cases.table["reported_at"]
    parts = list(RUNGS[RETRAINED](bench))
    for part in parts:
        assert moments.iloc[part.fitted].max() < moments.iloc[part.judged].min()
    rungs = ladder.set_index("rung")
    assert sum(len(part.judged) for part in parts) == rungs.loc[FROZEN, "n_claims"]
    assert rungs.loc[GROUPED, "n_models"] == 1


def test_one_source_cannot_be_left_out(bench):
    one = bench.cases.table.assign(source=pd.Categorical(["kelas"] * len(bench.cases.table)))
    alone = bench._replace(cases=bench.cases._replace(table=one))
    deal = draw_random_split(len(one), PARAMS.preprocess, np.random.default_rng(1))
    ladder = measure_ladder(
        alone, compare_splits(alone, deal, np.random.default_rng(2)), np.random.default_rng(3)
    )
    rung = ladder.set_index("rung").loc[SOURCES]
    assert np.isnan(rung["auc"])
    assert (
        rung["reason"] == "train split: holds no labelled claim; expected both classes; add labelled reports"
    )
