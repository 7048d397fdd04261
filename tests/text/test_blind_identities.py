"""The blind sets keep the level that was reached; the first figures of B and C stand in docs/privacy.md."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "recall", "precision"),
    [("identities_a", 0.995, 0.995), ("identities_b", 0.998, 0.998), ("identities_c", 0.955, 0.968)],
)
def test_identities_are_masked_as_well_as_before(name: str, recall: float, precision: float) -> None:
    spec = importlib.util.spec_from_file_location("identities", ROOT / "benchmarks/identities.py")
    assert spec is not None
    assert spec.loader is not None
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    tally = judge.judge_file(ROOT / f"tests/blind/{name}.jsonl")
    assert tally.found.total() >= recall * tally.marked.total()
    assert tally.right.total() >= precision * tally.masked.total()
