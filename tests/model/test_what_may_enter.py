"""What may enter the model, and what may not: nothing but the text."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.config import load_params
from pipeline.model.bundle import load_bundle
from pipeline.model.estimator import build_matrix
from pipeline.model.features import BLOCKS
from pipeline.model.linear import LinearModel
from pipeline.preprocess import join_texts
from pipeline.schema.columns import REPORT_COLUMNS, TEXT_PARTS
from pipeline.storage import read_frame
from pipeline.text.chain import PreparedText, TextChain
from pipeline.text.tokens import is_word
from pipeline.train import train_model

PARAMS = load_params(Path(__file__).parents[2] / "params.yaml")

FEATURES = {*TEXT_PARTS}
"""What a score is made from: these columns of a report, and of them tokens and stems."""

TEACHES = {"label", "source", "weight"}
"""What training needs beside them: the source only to let groups of claims weigh alike, so its name says nothing;
the weight is how many claims a label stands for."""

ARRANGES = {"reported_at", "label_source", "labelled_at"}
"""What decides which claims train, calibrate and test."""

MUST_NOT = {"platform", "url", "external_subject", "reporter_id", "reporter_group", "cohort", "region"}


@pytest.fixture(scope="module")
def labelled(sample_root: Path) -> pd.DataFrame:
    reports = read_frame(sample_root / "data/processed/reports.parquet")
    return reports[reports["label"].notna()].reset_index(drop=True)


@pytest.fixture(scope="module")
def chain(sample_root: Path) -> TextChain:
    return load_bundle(sample_root / "data/candidate", "candidate").chain


@pytest.fixture(scope="module")
def model(labelled: pd.DataFrame, chain: TextChain) -> LinearModel:
    return fit(labelled, chain)


def fit(reports: pd.DataFrame, chain: TextChain) -> LinearModel:
    prepared = [chain.prepare(text) for text in join_texts(reports)]
    return train_model(reports, prepared, pd.Series(dtype=float), PARAMS).model


def assert_same_weights(one: LinearModel, other: LinearModel) -> None:
    assert [block.vocabulary for block in one.blocks] == [block.vocabulary for block in other.blocks]
    assert np.array_equal(one.weights, other.weights)
    assert np.array_equal(one.combination, other.combination)
    assert one.calibrator == other.calibrator


def test_every_column_of_a_report_is_judged_here(labelled: pd.DataFrame):
    """A new column must be put into one of the lists above, or be one that only the queue reads."""
    queue = {"report_id", "reported_type", "views", "shares", "observed_at", "label_detail"}
    assert FEATURES | TEACHES | ARRANGES | MUST_NOT | queue == set(REPORT_COLUMNS)
    assert set(labelled) >= MUST_NOT


def test_nothing_but_text_and_labels_changes_the_weights(
    labelled: pd.DataFrame, chain: TextChain, model: LinearModel
):
    """Every other column is dealt out anew, and sources get other names."""
    rng = np.random.default_rng(1)
    others = set(REPORT_COLUMNS) - FEATURES - TEACHES - {"report_id", "labelled_at", "reported_at"}
    dealt = {name: labelled[name].to_numpy()[rng.permutation(len(labelled))] for name in sorted(others)}
    shuffled = labelled.assign(
        **{name: pd.array(values, labelled[name].dtype) for name, values in dealt.items()}
    )
    names = {name: f"{name}-{len(name)}" for name in labelled["source"].cat.categories}
    shuffled = shuffled.assign(source=labelled["source"].cat.rename_categories(names))
    assert not shuffled[sorted(MUST_NOT)].equals(labelled[sorted(MUST_NOT)])
    assert_same_weights(model, fit(shuffled, chain))


def test_without_the_forbidden_columns_the_model_is_the_same(
    labelled: pd.DataFrame, chain: TextChain, model: LinearModel
):
    assert_same_weights(model, fit(labelled.drop(columns=sorted(MUST_NOT)), chain))


def test_features_are_tokens_and_stems_and_nothing_else_of_a_text(
    labelled: pd.DataFrame, chain: TextChain, model: LinearModel
):
    assert [block.name for block in model.blocks] == list(BLOCKS) == ["word", "char"]
    text = chain.prepare(labelled["text"].iloc[0])
    other = PreparedText("kata lain", text.tokens, text.stems, "en", "too short", ("kata", "lain"))
    rows = build_matrix(model.blocks, [text, other])
    assert (rows[[0]] != rows[[1]]).nnz == 0
    assert model.decide([text]).tolist() == model.decide([other]).tolist()
    terms = set(model.blocks[0].vocabulary)
    stems = {stem for line in join_texts(labelled) for stem in chain.prepare(line).stems if is_word(stem)}
    assert {stem for term in terms for stem in term.split(" ")} <= stems
