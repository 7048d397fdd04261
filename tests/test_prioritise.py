import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.claims.reach import count_views
from pipeline.errors import SchemaError
from pipeline.prioritise import order_claims, select_waiting
from pipeline.schema.frames import SCORED

NOW = pd.Timestamp("2026-10-01", tz="UTC")


def scored(*rows: dict[str, object]) -> pd.DataFrame:
    """Fill up reports, one an hour, each a claim of its own unless said."""
    defaults: dict[str, object] = dict.fromkeys(SCORED.columns)
    filled = [
        defaults
        | {
            "report_id": f"r{number}",
            "claim_id": f"c{number}",
            "source": "test",
            "text": f"laporan {number}",
            "reported_at": NOW - pd.Timedelta(hours=10 - number),
            "model_version": "v1",
            "words": ["kata"],
            "score": 0.5,
        }
        | row
        for number, row in enumerate(rows)
    ]
    return pd.DataFrame(filled, columns=list(SCORED.columns))


def test_claims_are_ordered_by_score_times_views():
    reports = scored({"score": 0.9, "views": 10}, {"score": 0.1, "views": 1000}, {"score": 0.5, "views": 20})
    claims = order_claims(reports, prevalence=0.1, u_ref=99.0).claims
    assert claims["claim_id"].tolist() == ["c1", "c2", "c0"]
    assert claims["expected_harm"].tolist() == pytest.approx([100.0, 10.0, 9.0])
    assert claims["priority"].tolist() == [100, round(100 * math.log(11) / math.log(100)), 50]
    assert claims["rank"].tolist() == [1, 2, 3]


def test_a_claim_is_scored_by_its_earliest_text_and_not_by_its_copies():
    reports = scored({"claim_id": "c", "score": 0.2, "views": 5}, {"claim_id": "c", "score": 0.9, "views": 7})
    [claim] = order_claims(reports, 0.1, 100.0).claims.to_dict("records")
    assert (claim["score"], claim["n_reports"], claim["views"]) == (0.2, 2, 7.0)


def test_views_are_the_largest_of_a_url_summed_over_urls():
    reports = scored(
        {"claim_id": "c", "url": "a", "views": 5},
        {"claim_id": "c", "url": "a", "views": 9},
        {"claim_id": "c", "url": "b", "views": 3},
        {"claim_id": "d", "views": 4},
        {"claim_id": "d", "views": 6},
    )
    assert count_views(reports).to_dict() == {"c": 12.0, "d": 6.0}


def test_unknown_views_are_the_median_of_the_platform_then_of_all():
    reports = scored(
        {"platform": "x", "views": 10}, {"platform": "x", "views": 30}, {"platform": "x"}, {"platform": "y"}
    )
    claims = order_claims(reports, 0.1, 100.0).claims.set_index("claim_id")
    assert claims.loc["c2", ["views", "views_source"]].tolist() == [20.0, "platform median"]
    assert claims.loc["c3", ["views", "views_source"]].tolist() == [20.0, "overall median"]
    assert claims.loc["c0", "views_source"] == "observed"


def test_without_any_views_the_score_orders_alone():
    claims = order_claims(scored({"score": 0.2}, {"score": 0.7}), 0.1, 100.0).claims
    assert claims["claim_id"].tolist() == ["c1", "c0"]
    assert claims["views"].tolist() == [1.0, 1.0]


def test_an_abstained_claim_waits_at_the_prior_with_its_reason():
    reports = scored({"score": None, "abstain_reason": "no text", "views": 50}, {"score": 0.01, "views": 50})
    first = order_claims(reports, prevalence=0.1, u_ref=100.0).claims.iloc[0]
    assert (first["claim_id"], first["probability"], first["abstain_reason"]) == ("c0", 0.1, "no text")
    assert math.isnan(first["score"])


def test_a_missing_column_is_named():
    with pytest.raises(SchemaError, match="prioritise: column 'views'"):
        order_claims(scored({}).drop(columns="views"), 0.1, 100.0)


def test_an_empty_queue_is_a_queue():
    assert order_claims(scored({}).head(0), 0.1, 100.0).claims.empty


def test_waiting_are_recent_reports_of_undecided_claims():
    reports = scored(
        {}, {"claim_id": "c0"}, {"reported_at": NOW - pd.Timedelta(days=20)}, {"reported_at": None}
    )
    labelled = reports.assign(label=[None, None, None, None])
    assert select_waiting(labelled, NOW, 14)["report_id"].tolist() == ["r0", "r1", "r3"]
    decided = labelled.assign(label=[1, None, None, None])
    assert select_waiting(decided, NOW, 14)["report_id"].tolist() == ["r3"]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", "d"]),
            st.floats(0, 1),
            st.one_of(st.none(), st.integers(0, 10**9)),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_the_queue_is_a_permutation_of_its_claims_and_the_input_is_unchanged(rows):
    reports = scored(*({"claim_id": claim, "score": score, "views": views} for claim, score, views in rows))
    before = reports.copy(deep=True)
    result = order_claims(reports, 0.1, 1000.0)
    assert sorted(result.claims["claim_id"]) == sorted({claim for claim, _, _ in rows})
    assert result.claims["n_reports"].sum() == len(rows)
    assert result.claims["expected_harm"].is_monotonic_decreasing
    pd.testing.assert_frame_equal(reports, before)
