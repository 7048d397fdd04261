import math
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ModelError, SchemaError
from pipeline.model.decisions import Grounds
from pipeline.model.registry import Registry
from pipeline.pyfunc import ScoringModel, _load_pyfunc
from pipeline.score import score_texts


@pytest.fixture
def registry(tmp_path: Path, candidate: Path, evaluation: Path, facts: dict[str, Any]) -> Registry:
    registry = Registry(tmp_path / "models")
    now = datetime(2026, 10, 1, tzinfo=UTC)
    registry.promote(registry.add(candidate, evaluation, facts).name, Grounds("gate", ("first",), now))
    return registry


@pytest.fixture
def loaded(registry: Registry, tmp_path: Path) -> ScoringModel:
    """The version from a copy under another name, as MLflow makes one."""
    return _load_pyfunc(str(shutil.copytree(registry.models / registry.versions()[0], tmp_path / "data")))


def test_scores_are_those_of_score_texts(registry: Registry, loaded: ScoringModel) -> None:
    texts = ["sebarkan sebelum dihapus, surat suara sudah dicoblos", "", "harga cabai naik di pasar induk"]
    reports = pd.DataFrame({"text": texts, "other": [1, 2, 3]}, index=[7, 3, 5])
    scored = loaded.predict(reports)
    bundle = registry.load_champion()
    expected = score_texts(bundle, texts)
    assert scored.columns.tolist() == ["score", "abstain_reason", "model_version"]
    assert scored.index.tolist() == [7, 3, 5]
    assert [None if math.isnan(score) else score for score in scored["score"]] == expected.score
    assert scored["abstain_reason"].tolist() == expected.abstain_reason == [None, "no text", None]
    assert scored["model_version"].tolist() == [bundle.version] * 3
    assert scored["score"].dtype == np.float64


def test_transcript_and_picture_are_read_where_they_are(loaded: ScoringModel) -> None:
    whole = loaded.predict(pd.DataFrame({"text": ["lihat ini\n\nsebarkan sebelum dihapus\n\nsurat suara"]}))
    parts = pd.DataFrame(
        {
            "ocr_text": ["surat suara", None],
            "transcript": ["sebarkan sebelum dihapus", np.nan],
            "text": ["lihat ini", None],
        }
    )
    scored = loaded.predict(parts)
    assert scored["score"].iloc[0] == whole["score"].iloc[0]
    assert math.isnan(scored["score"].iloc[1])


def test_a_frame_without_rows_gives_none(loaded: ScoringModel) -> None:
    scored = loaded.predict(pd.DataFrame({"text": pd.Series([], dtype="str")}))
    assert scored.shape == (0, 3)
    assert scored["score"].dtype == np.float64


def test_a_missing_text_column_is_named(loaded: ScoringModel) -> None:
    with pytest.raises(SchemaError, match=r"input: has the columns isi, 2; expected one called 'text'"):
        loaded.predict(pd.DataFrame({"isi": ["a"], 2: ["b"]}))


def test_a_folder_that_was_never_published_is_refused(candidate: Path) -> None:
    with pytest.raises(ModelError, match="has no whole manifest"):
        _load_pyfunc(str(candidate))
