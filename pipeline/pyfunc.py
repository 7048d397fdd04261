"""A published folder in, an object that MLflow can call out; its scores are those of `saring score`."""

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.errors import SchemaError
from pipeline.model.bundle import Bundle, load_bundle
from pipeline.model.manifest import read_manifest
from pipeline.schema.columns import SCORE_COLUMNS, TEXT_PARTS
from pipeline.score import score_texts
from pipeline.text.parts import join_parts


class ScoringModel:
    """Scores frames of reports with one published version."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    def predict(self, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:  # noqa: ARG002 - MLflow passes it
        """Return score (float64, NaN where it abstains), abstain_reason (or None) and model_version.

        Indexed as the input. Takes text, and transcript and ocr_text where they are there; other columns
        are left alone. Raises SchemaError when there is no column 'text'.
        """
        if "text" not in model_input.columns:
            found = ", ".join(str(name) for name in model_input.columns)
            raise SchemaError(f"input: has the columns {found}; expected one called 'text'")
        scores = score_texts(self.bundle, _join_texts(model_input))
        columns = (
            pd.Series(scores.score, model_input.index, "float64"),
            pd.Series(scores.abstain_reason, model_input.index, "object"),
            pd.Series(scores.model_version, model_input.index, "str"),
        )
        return pd.DataFrame(dict(zip(SCORE_COLUMNS, columns, strict=True)))


def _load_pyfunc(path: str) -> ScoringModel:
    """Load a version from a copy of its folder, wherever that lies: MLflow's entry point."""
    directory = Path(path)
    return ScoringModel(load_bundle(directory, str(read_manifest(directory)["version"])))


def _join_texts(reports: pd.DataFrame) -> list[str]:
    parts = [reports[name].tolist() for name in TEXT_PARTS if name in reports.columns]
    return [join_parts(*row) for row in zip(*parts, strict=True)]
