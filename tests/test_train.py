from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.config import load_params
from pipeline.model.estimator import Examples, fit_model
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules
from pipeline.train import count_days, mark_later, select_examples

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def chain() -> TextChain:
    return TextChain(TextRules.from_params(load_params(ROOT / "params.yaml").text))


def test_later_is_what_came_after_all_that_trains_of_its_source():
    rows = [
        ("checked", "train", "2024-01-01", False, 1),
        ("checked", "train", "2024-02-01", False, 0),
        ("checked", "train", "2024-06-01", True, 0),
        ("checked", "calibration", "2024-01-15", False, 1),
        ("checked", "calibration", "2024-02-02", False, 1),
        ("checked", "calibration", None, False, 0),
        ("other", "train", None, False, 1),
        ("other", "calibration", "2024-05-01", False, 1),
    ]
    reports = pd.DataFrame(rows, columns=["source", "split", "reported_at", "repeats", "label"])
    reports = reports.assign(reported_at=pd.to_datetime(reports["reported_at"], utc=True))
    assert mark_later(reports).tolist() == [False, False, True, False, True, False, False, False]


def test_a_claim_is_as_old_as_its_first_report():
    rows = [("a", "1970-01-03"), ("b", None), ("a", "1970-01-02T12:00")]
    reports = pd.DataFrame(rows, columns=["claim_id", "reported_at"])
    reports = reports.assign(reported_at=pd.to_datetime(reports["reported_at"], utc=True, format="ISO8601"))
    assert count_days(reports) == pytest.approx([1.5, np.nan, 1.5], nan_ok=True)


def test_verdicts_weigh_by_how_rarely_their_like_was_read_and_no_more_than_they_are():
    rows = [("a", 4.0, 1), ("a", 4.0, 1), ("b", 2.0, 0), ("c", None, 0), ("d", None, 1)]
    reports = pd.DataFrame(rows, columns=["claim_id", "weight", "label"]).assign(
        split="train", repeats=False, abstain_reason=None, source="desa", reported_at=pd.NaT
    )
    reports = reports.assign(reported_at=pd.to_datetime(reports["reported_at"], utc=True))
    examples = select_examples(reports, [None] * 5, "train")
    assert examples.weights.tolist() == [0.5, 0.5, 1, 1, 1]
    assert examples.masses == pytest.approx([2 / 3, 2 / 3, 2 / 3, 1, 1])
    assert examples.masses.sum() == pytest.approx(4)  # claims, so that C means what it meant


def test_the_calibrator_counts_claims_by_what_they_stand_for(chain: TextChain):
    texts = [chain.prepare(f"warga {word} di balai desa") for word in ("rapat", "rusuh", "menari", "marah")]
    y_true = np.array([0, 1, 0, 1], np.int8)
    params = load_params(ROOT / "params.yaml").train.model_copy(update={"min_claims": 1})
    even, heavy = (
        fit_model(
            Examples(texts, y_true, np.ones(4), importance=importance),
            Examples(texts, y_true, np.ones(4), importance=importance),
            params,
            prevalence=0.5,
        )
        for importance in (np.ones(4), np.array([0.4, 1.6, 0.4, 1.6]))
    )
    assert even.prior_shift == pytest.approx(0)
    assert heavy.prior_shift == pytest.approx(-np.log(4))
