"""Reports in, how many people a claim has reached: its known views, or an estimate with its source."""

import numpy as np
import pandas as pd


def count_views(reports: pd.DataFrame) -> "pd.Series[float]":
    """Return the views of each claim_id: largest per url, summed over urls; without urls the largest."""
    known = reports[reports["views"].notna()].assign(views=lambda frame: frame["views"].astype(float))
    linked = known[known["url"].notna()]
    by_url = linked.groupby(["claim_id", "url"])["views"].max().groupby("claim_id").sum()
    unlinked = known[known["url"].isna()].groupby("claim_id")["views"].max()
    return by_url.combine(unlinked, max, fill_value=0.0)


def estimate_views(
    known: "pd.Series[float]", platform: "pd.Series[str]"
) -> tuple["pd.Series[float]", "pd.Series[str]"]:
    """Fill unknown views with the median of their platform, then of all, then 1; name each one's source."""
    medians = known.groupby(platform.astype("str").fillna("")).median()
    of_platform = platform.astype("str").fillna("").map(medians)
    overall = known.median()
    fallback = 1.0 if np.isnan(overall) else float(overall)
    views = known.fillna(of_platform).fillna(fallback)
    source = np.select(
        [known.notna(), of_platform.notna()], ["observed", "platform median"], "overall median"
    )
    return views, pd.Series(source, index=known.index)
