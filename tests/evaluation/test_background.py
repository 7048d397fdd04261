from pathlib import Path

import pandas as pd
import pytest

from pipeline.config import Background, Params, load_params
from pipeline.evaluation.background import build_background, select_background
from pipeline.schema.columns import TRAIN
from pipeline.text.chain import PreparedText

SHIPPED = load_params(Path(__file__).parents[2] / "params.yaml")


def choose(*sources: str, max_claims: int = 100, split_by: str = "source") -> Params:
    background = Background(sources=list(sources), max_claims=max_claims, weight=1.0)
    return SHIPPED.model_copy(
        update={
            "train": SHIPPED.train.model_copy(update={"background": background}),
            "preprocess": SHIPPED.preprocess.model_copy(update={"split_by": split_by}),
        }
    )


@pytest.fixture
def reports() -> pd.DataFrame:
    """Six reports: talk of a forum twice, its claim that was also judged, the queue's own, and two judged."""
    rows = [
        ("r1", "forum", "c1", pd.NA, None, None, "2026-01-01"),
        ("r2", "forum", "c1", pd.NA, None, None, "2026-01-02"),
        ("r3", "forum", "c2", pd.NA, None, None, "2026-03-01"),
        ("r4", "forum", "c5", pd.NA, None, None, "2026-01-03"),
        ("r5", "forum", "c3", pd.NA, "too short", None, "2026-01-04"),
        ("r6", "tombol", "c4", pd.NA, None, None, "2026-01-05"),
        ("r7", "desa", "c5", 1, None, TRAIN, "2026-01-06"),
        ("r8", "desa", "c6", 0, None, "test", "2026-02-01"),
    ]
    columns = ["report_id", "source", "claim_id", "label", "abstain_reason", "split", "reported_at"]
    table = pd.DataFrame(rows, columns=columns).assign(text="halo", transcript=None, ocr_text="semua")
    return table.astype({"label": "Int8", "source": "category"}).assign(
        reported_at=pd.to_datetime(table["reported_at"], utc=True)
    )


def take(reports: pd.DataFrame, params: Params) -> list[str]:
    return select_background(reports, params)["report_id"].tolist()


def test_nothing_is_background_that_is_not_named(reports: pd.DataFrame):
    assert take(reports, choose()) == []
    assert "r6" not in take(reports, choose("forum"))


def test_one_report_a_claim_and_no_judged_or_abstained_one(reports: pd.DataFrame):
    assert take(reports, choose("forum")) == ["r1", "r3"]


def test_what_came_after_the_test_began_stays_out_where_one_moment_divides(reports: pd.DataFrame):
    assert take(reports, choose("forum", split_by="time")) == ["r1"]


def test_a_source_gives_no_more_than_its_share_whatever_the_order(reports: pd.DataFrame):
    (one,) = take(reports, choose("forum", max_claims=1))
    assert take(reports[::-1].reset_index(drop=True), choose("forum", max_claims=1)) == [one]


def test_the_texts_are_those_that_are_scored(reports: pd.DataFrame):
    taken = select_background(reports, choose("forum"))
    ready = PreparedText("halo semua", *(("halo", "semua"),) * 2, "id-ms", None, ("halo", "semua"))
    assert build_background(taken, [ready, ready]).texts == ["halo\n\nsemua"] * 2
