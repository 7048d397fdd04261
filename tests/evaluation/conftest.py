"""What tests of the evaluation share: the sample's candidate, its claims, and a quick bench."""

from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.config import load_params
from pipeline.evaluation.cases import Bench, build_cases, headline_rows
from pipeline.evaluation.likeness import Likeness
from pipeline.model.bundle import load_bundle
from pipeline.preprocess import join_texts
from pipeline.storage import read_frame
from pipeline.text.chain import TextChain

QUICK_DRAWS = 100


class SampleBench(NamedTuple):
    bench: Bench
    chain: TextChain

    @property
    def tested(self):
        """The claims of the forward test, one report each."""
        table = self.bench.cases.table
        return table.iloc[headline_rows(table)]


@pytest.fixture(scope="session")
def sample(sample_root) -> SampleBench:
    params = load_params(Path(__file__).parents[2] / "params.yaml")
    params = params.model_copy(
        update={"evaluate": params.evaluate.model_copy(update={"bootstraps": QUICK_DRAWS})}
    )
    reports = read_frame(sample_root / "data" / "processed" / "reports.parquet")
    reports = reports[reports["label"].notna()].reset_index(drop=True)
    bundle = load_bundle(sample_root / "data" / "candidate", "candidate")
    prepared = [bundle.chain.prepare(text) for text in join_texts(reports)]
    cases = build_cases(reports, prepared, params.evaluate.verdict_delay_days)
    return SampleBench(Bench(cases, Likeness(cases.prepared), bundle.model, params), bundle.chain)
