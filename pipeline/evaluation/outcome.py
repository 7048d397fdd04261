"""What `evaluate` finds: metrics, tables, the scores behind them, and the curves that are drawn."""

from typing import Any, NamedTuple

import pandas as pd

from pipeline.evaluation.curves import Curves
from pipeline.schema.flow import Flow


class Evaluation(NamedTuple):
    """All that was measured of a candidate.

    `metrics` is JSON: numbers under short names, None with a `reason` where not computable. `tables` are
    sources, probes, slices and contestants, and what the full form adds, each as its module describes it.
    `predictions` holds report_id, claim_id, source, y_true and score of the forward test, one row a claim,
    its earliest report.
    """

    metrics: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    predictions: pd.DataFrame
    curves: Curves
    flow: Flow

    @property
    def sources(self) -> pd.DataFrame:
        """The table source by source."""
        return self.tables["sources"]

    @property
    def probes(self) -> pd.DataFrame:
        """The table of the leak probes."""
        return self.tables["probes"]
