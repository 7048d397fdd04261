"""The development protocol: what each row judges, what never trains, figures by hand."""

import numpy as np
import pandas as pd
import pytest

from pipeline.config import Protocol
from pipeline.errors import ModelError
from pipeline.evaluation.likeness import Likeness
from pipeline.evaluation.metrics import Terms
from pipeline.evaluation.protocol import build_corpus, compare_sheets, measure_rows, plan_trials, run_trials
from pipeline.evaluation.protocol.figures import RowFigure, rescale, share_wrongly_read
from pipeline.evaluation.protocol.trials import Ground
from pipeline.schema.frames import MOMENT
from pipeline.text.chain import PreparedText

TERMS = Terms(0.1, 0.3, 200, 0.95)
CHOICES = Protocol.model_validate(
    {
        "checked": "checked",
        "forward_from": "2018-07-01T00:00:00+00:00",
        "headlines": "headlines",
        "queue_hoaxes": "hoaxes",
        "queue_chatter": ["tweets"],
        "axis": [0.5],
        "ceilings": "ceilings.json",
    },
    strict=False,
)


def build_source(name, n, label, start=None):
    """Texts of sixteen words from the source's own thousand, so that none is like another."""
    rng = np.random.default_rng(sum(map(ord, name)))
    texts = [" ".join(f"{name}{word}" for word in rng.integers(0, 1000, 16)) for _ in range(n)]
    moments = pd.date_range(start, periods=n, freq="5D", tz="UTC") if start else [pd.NaT] * n
    return pd.DataFrame(
        {
            "report_id": [f"{name}-{number:03}" for number in range(n)],
            "source": name,
            "text": texts,
            "reported_at": pd.Series(moments, dtype=MOMENT),
            "label": pd.array([label(number) for number in range(n)], "Int8"),
            "labelled_at": pd.Series([pd.NaT] * n, dtype=MOMENT),
            "claim_id": [f"c-{name}-{number:03}" for number in range(n)],
        }
    )


@pytest.fixture(scope="module")
def reports():
    alternating = [
        build_source("checked", 250, lambda number: number % 2, "2016-01-01"),
        build_source("headlines", 80, lambda number: number % 2),
    ]
    hoaxes = build_source("hoaxes", 40, lambda _: 1, "2024-01-01")
    talk = [build_source(name, 60, lambda _: None) for name in ("tweets", "chatter")]
    everything = pd.concat([*alternating, hoaxes, *talk], ignore_index=True)
    copied = everything["report_id"] == "headlines-007"
    likened = everything.loc[everything["report_id"] == "checked-240", "text"].iloc[0] + " lagi"
    return everything.assign(text=everything["text"].mask(copied, likened))


@pytest.fixture(scope="module")
def corpus(reports):
    texts = [tuple(text.split()) for text in reports["text"]]
    return build_corpus(reports, [PreparedText(" ".join(t), t, t, "indonesian", None, t) for t in texts])


@pytest.fixture(scope="module")
def trials(corpus):
    return plan_trials(Ground(corpus.table, Likeness(corpus.prepared), CHOICES, 7.0, 45))


def ids(corpus, rows):
    return set(corpus.table["report_id"].iloc[rows])


def test_every_row_has_its_trials(trials):
    assert [trial.row for trial in trials] == ["W"] * 5 + ["R1", "H", "Q"]
    assert trials[0].part == "2017 first half"


def test_no_claim_trains_that_is_judged_and_nothing_later_trains(corpus, trials):
    for trial in trials:
        assert not ids(corpus, trial.fitted) & ids(corpus, trial.judged)
    forward = next(trial for trial in trials if trial.row == "R1")
    moments = corpus.table["reported_at"]
    assert moments.iloc[forward.fitted].max() <= pd.Timestamp("2018-06-24", tz="UTC")
    assert moments.iloc[forward.judged].min() >= pd.Timestamp("2018-07-01", tz="UTC")


def test_what_another_source_nearly_holds_is_not_judged(corpus, trials):
    judged = [ids(corpus, trial.judged) for trial in trials if trial.row in {"W", "R1"}]
    assert not any("checked-240" in own for own in judged)
    assert any("checked-241" in own for own in judged)


def test_the_queue_never_trains_on_its_tweets_and_matches_lengths(corpus, trials):
    queue = trials[-1]
    assert set(corpus.table["source"].iloc[queue.fitted]) == {"checked", "headlines", "chatter"}
    assert queue.y_true.sum() * 2 == len(queue.y_true)
    lengths = corpus.table["text"].iloc[queue.judged].str.len().to_numpy()
    hoaxes, tweets = (np.sort(lengths[queue.y_true == label]) for label in (1, 0))
    assert len(hoaxes) > 10
    assert np.all(np.abs(np.log2(hoaxes / tweets)) < 0.2)


def test_a_scorer_sees_no_label_and_its_scores_make_the_sheet(corpus, trials):
    def fit(train):
        assert train.table["label"].notna().any()
        return lambda judged: judged.table["label"].isna().to_numpy(float)

    sheet = run_trials(corpus, trials, fit)
    assert sheet["score"].eq(1.0).all()
    assert len(sheet) == sum(len(trial.judged) for trial in trials)
    assert {row: figure.value for row, figure in measure_rows(sheet, TERMS, 45).items()} == {
        row: pytest.approx(0.5) for row in ("W", "R1", "H", "Q")
    }


def build_sheet(rows):
    sheet = pd.DataFrame(rows, columns=["row", "part", "y_true", "score"])
    ids = [f"r{number}" for number in range(len(sheet))]
    return sheet.assign(report_id=ids, claim_id=ids)


def test_parts_are_weighed_by_their_pairs():
    """First part, 1 of each class, in order: 1, weight 1/2. Second, 2 and 2, reversed: 0, weight 1. Mean 1/3."""
    sheet = build_sheet(
        [
            *(("W", "a", 1, 0.9), ("W", "a", 0, 0.1)),
            *(("W", "b", 1, 0.1), ("W", "b", 1, 0.2), ("W", "b", 0, 0.8), ("W", "b", 0, 0.9)),
        ]
    )
    assert measure_rows(sheet, TERMS, 1)["W"].value == pytest.approx(1 / 3)


def test_a_paired_difference_is_narrower_than_two_intervals():
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 2, 200)
    scores = labels + rng.normal(0, 1.5, 200)
    first, second = (
        build_sheet(
            [("Q", "a", label, score + bonus * label) for label, score in zip(labels, scores, strict=True)]
        )
        for bonus in (0.3, 0.0)
    )
    difference = compare_sheets(first, second, TERMS, 1)["Q"]
    whole = measure_rows(first, TERMS, 1)["Q"]
    assert 0.0 < difference.lower < difference.value < difference.upper
    assert difference.upper - difference.lower < (whole.upper - whole.lower) / 2


def test_sheets_of_other_reports_are_not_compared():
    first, second = (build_sheet([("H", "a", label, 0.5) for label in labels]) for labels in ([0, 1], [1, 0]))
    with pytest.raises(ModelError, match="judge other reports"):
        compare_sheets(first, second, TERMS, 1)


def test_wrongly_read_tweets_by_hand():
    """Ten hoaxes at .1 ... 1.0; nine of them reach .2, as do three of four tweets."""
    hoaxes = [("Q", "a", 1, score / 10) for score in range(1, 11)]
    tweets = [("Q", "a", 0, score) for score in (0.15, 0.2, 0.5, 0.7)]
    assert share_wrongly_read(build_sheet(hoaxes + tweets), TERMS, 1).value == pytest.approx(0.75)
    assert share_wrongly_read(build_sheet([("H", "a", 1, 0.5)]), TERMS, 1) is None


def test_a_row_without_a_ceiling_has_no_share():
    figure = RowFigure(0.6, 0.55, 0.65, 9, 4)
    shares = rescale({"W": figure, "H": figure}, {"W": 0.7, "H": 0.5})
    assert list(shares) == ["W"]
    assert shares["W"].lower == pytest.approx(0.25)
