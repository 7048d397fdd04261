"""The shipped weights, and a moment."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.config import Params, load_params

NOW = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def params() -> Params:
    return load_params(Path(__file__).parents[2] / "params.yaml")
