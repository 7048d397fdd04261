"""Reports in; ordinary talk that nobody judged, and that a model may take for not misinformation, out."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.config import Params
from pipeline.evaluation.splits import draw_share
from pipeline.schema.columns import TEST, TEXT_PARTS
from pipeline.text.chain import PreparedText
from pipeline.text.parts import join_parts

EARLIER_THAN_TESTS: Final = "time"
"""The value of `preprocess.split_by` under which one moment divides all sources."""


class Background(NamedTuple):
    """Texts as they were reported, and prepared, one of each claim."""

    texts: Sequence[str]
    prepared: Sequence[PreparedText]


NO_BACKGROUND: Final = Background((), ())


def build_background(selected: pd.DataFrame, prepared: Sequence[PreparedText]) -> Background:
    """Set selected reports beside what was prepared of them, row by row."""
    columns = (selected[part] for part in TEXT_PARTS)
    return Background([join_parts(*parts) for parts in zip(*columns, strict=True)], prepared)


def select_background(reports: pd.DataFrame, params: Params) -> pd.DataFrame:
    """Return one report a claim of the sources that `train.background` names, at most so many of each.

    Takes PREPARED. Which claims are taken depends on their ids alone. Left out: claims with a label in any
    source, texts on which the model abstains, and, where one moment divides all sources, what came when the
    test had begun.
    """
    chosen = params.train.background
    own = reports["source"].isin(chosen.sources) & reports["label"].isna() & reports["abstain_reason"].isna()
    judged = reports.loc[reports["label"].notna(), "claim_id"]
    own &= ~reports["claim_id"].isin(judged)
    if params.preprocess.split_by == EARLIER_THAN_TESTS:
        own &= ~(reports["reported_at"] >= reports.loc[reports["split"] == TEST, "reported_at"].min())
    claims = reports[own].sort_values("report_id").drop_duplicates("claim_id")
    shares = np.array([draw_share(str(claim), params.run.seed) for claim in claims["claim_id"]], np.float64)
    drawn = claims.assign(share=shares).sort_values(["source", "share"])
    taken = drawn.groupby("source", observed=True).head(chosen.max_claims)
    return taken.drop(columns="share").sort_values("report_id").reset_index(drop=True)
