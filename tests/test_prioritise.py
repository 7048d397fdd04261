import math
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import load_params
from pipeline.errors import SchemaError
from pipeline.moderation.audience import NOBODY, OF_ALL, OF_PLATFORM, Audience
from pipeline.moderation.frames import gather_histories
from pipeline.moderation.reliability import Record, Reputation
from pipeline.prioritise import Past, Prioritised, Scale, order_claims, select_waiting
from pipeline.schema.frames import SCORED
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

NOW = datetime(2026, 10, 1, tzinfo=UTC)
PARAMS = load_params(Path(__file__).parents[1] / "params.yaml")
CHAIN = TextChain(TextRules.from_params(PARAMS.text))


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


def order(
    reports: pd.DataFrame, prevalence: float = 0.1, u_ref: float | None = 1000.0, **changes: object
) -> Prioritised:
    """Order reports about which nothing else is known."""
    histories = gather_histories(reports, None, NOW)
    known = Past(NOW, histories, NOBODY, Reputation(), {}, audit_key=None)._replace(**changes)
    return order_claims(reports, known, Scale(prevalence, u_ref), CHAIN, PARAMS)


def test_claims_are_ordered_by_expected_harm():
    """Counted at the same time, three urls differ in views alone: 10, 1000 and 20."""
    reports = scored(
        {"score": 0.9, "views": 10, "url": "a", "reported_at": NOW},
        {"score": 0.1, "views": 1000, "url": "b", "reported_at": NOW},
        {"score": 0.5, "views": 20, "url": "c", "reported_at": NOW},
    )
    claims = order(reports).claims
    assert claims["claim_id"].tolist() == ["c1", "c2", "c0"]
    a_day_each = 0.5 / (2 ** (PARAMS.prioritise.views.lead_hours / 24) - 1)
    expected = [score * (views * a_day_each + 1) / 2 for score, views in ((0.1, 1000), (0.5, 20), (0.9, 10))]
    assert claims["expected_harm"].tolist() == pytest.approx(expected)
    assert claims["priority"].tolist() == [
        round(100 * math.log1p(harm) / math.log1p(1000)) for harm in expected
    ]
    assert claims["rank"].tolist() == [1, 2, 3]
    assert set(claims["computed_at"]) == {NOW}


def test_harm_is_the_product_of_the_terms_that_are_stored():
    reports = scored(*({"views": views, "reported_type": kind} for views, kind in ((5, "voting"), (9, None))))
    claims = order(reports).claims
    harm = claims["severity"] * claims["probability"] * claims["views_next_24h"]
    assert claims["expected_harm"].tolist() == harm.tolist()
    assert claims.set_index("claim_id")["reported_type"].notna().to_dict() == {"c0": True, "c1": False}


def test_a_claim_is_scored_by_its_earliest_text_and_not_by_its_copies():
    reports = scored({"claim_id": "c", "score": 0.2, "views": 5}, {"claim_id": "c", "score": 0.9, "views": 7})
    [claim] = order(reports).claims.to_dict("records")
    assert (claim["score"], claim["n_reports"], claim["views"]) == (0.2, 2, 7.0)


def test_unknown_views_stay_unknown_and_the_usual_stands_in():
    usual = Audience((), {"x": (20.0,), "": (5.0,)}, {})
    claims = order(scored({"platform": "x"}, {"platform": "y"}), audience=usual).claims.set_index("claim_id")
    assert claims["views"].isna().all()
    assert claims.loc["c0", ["views_next_24h", "views_source"]].tolist() == [20.0, OF_PLATFORM]
    assert claims.loc["c1", ["views_next_24h", "views_source"]].tolist() == [5.0, OF_ALL]


def test_without_any_views_the_score_orders_alone():
    claims = order(scored({"score": 0.2}, {"score": 0.7})).claims
    assert claims["claim_id"].tolist() == ["c1", "c0"]
    assert claims["views_next_24h"].tolist() == [1.0, 1.0]


def test_an_abstained_claim_waits_at_the_prior_with_its_reason():
    reports = scored({"score": None, "abstain_reason": "no text", "views": 50}, {"score": 0.01, "views": 50})
    first = order(reports).claims.iloc[0]
    assert (first["claim_id"], first["probability"], first["abstain_reason"]) == ("c0", 0.1, "no text")
    assert math.isnan(first["score"])


def test_who_was_right_before_moves_a_claim_up_and_a_brigade_moves_nothing():
    known = Reputation(0.2, {"reporter:ani": Record(20, 20)})
    rows = [{"claim_id": "c", "reporter_id": f"fresh{n}", "cohort": f"class {n}"} for n in range(100)]
    ordered = order(scored({"reporter_id": "ani"}, {}, *rows), reputation=known).claims.set_index("claim_id")
    assert ordered.loc["c0", "reliability"] == PARAMS.prioritise.reliability.cap
    assert ordered.loc["c", "reliability"] == 0.0
    assert ordered.loc["c", "probability"] == ordered.loc["c1", "probability"] == 0.5


def test_a_deadline_that_can_be_met_is_served_and_one_that_passed_is_counted():
    late = NOW - pd.Timedelta(days=30)
    reports = scored(
        *({"score": 0.5} for _ in range(5)),
        {"score": 0.01, "reporter_group": "bawaslu", "reported_type": "voting", "reported_at": NOW},
        {"score": 0.001, "reporter_group": "bawaslu", "reported_at": late},
    )
    ordered = order(reports)
    claims = ordered.claims.set_index("claim_id")
    assert claims.loc["c5", ["rank", "lane", "deadline"]].tolist() == [2, "due", "2 d"]
    assert claims.loc["c5", "due_at"] == NOW + pd.Timedelta(hours=48)
    assert ordered.shortages.n_overdue == 1
    assert claims.loc["c6", "lane"] != "due"


def test_audit_members_are_in_the_quality_lane_whatever_their_score():
    every = PARAMS.model_copy(update={"audit": PARAMS.audit.model_copy(update={"rate": 1.0})})
    reports = scored(*({"score": 0.5} for _ in range(40)))
    known = Past(NOW, gather_histories(reports, None, NOW), NOBODY, Reputation(), {}, b"key")
    lanes = order_claims(reports, known, Scale(0.1, None), CHAIN, every).claims["lane"]
    assert (lanes == "quality").sum() == 2
    assert "quality" not in set(order(reports).claims["lane"])


def test_without_a_reference_the_queue_is_measured_by_itself():
    claims = order(scored(*({"score": 0.5, "views": 10**n} for n in range(6))), u_ref=None).claims
    assert claims["priority"].max() == 100


def test_a_missing_column_is_named():
    with pytest.raises(SchemaError, match="prioritise: column 'views'"):
        order_claims(
            scored({}).drop(columns="views"),
            Past(NOW, {}, NOBODY, Reputation(), {}, None),
            Scale(0.1, 1),
            CHAIN,
            PARAMS,
        )


def test_an_empty_queue_is_a_queue():
    assert order(scored({}).head(0)).claims.empty
    assert order(scored({}).head(0), u_ref=None).claims.empty


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
    claims = order(reports).claims
    assert sorted(claims["claim_id"]) == sorted({claim for claim, _, _ in rows})
    assert claims["n_reports"].sum() == len(rows)
    assert claims["rank"].tolist() == list(range(1, len(claims) + 1))
    assert claims.loc[claims["lane"] == "harm", "expected_harm"].is_monotonic_decreasing
    pd.testing.assert_frame_equal(reports, before)
    shuffled = reports.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(order(shuffled).claims, claims)
