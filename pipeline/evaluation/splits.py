"""Labelled reports in, the split of each out: train, calibration and test, forward in time, whole claims.

A claim belongs to the split of its earliest report, and what was not yet known when the test began
trains nothing.
"""

import hashlib
from typing import Final

import pandas as pd

from pipeline.config import Preprocess
from pipeline.schema.columns import CALIBRATION, SPLITS, TEST, TRAIN
from pipeline.schema.frames import MOMENT

SPLIT_DTYPE: Final = pd.CategoricalDtype(list(SPLITS))
ALL_SOURCES: Final = "all"


def assign_splits(
    reports: pd.DataFrame, params: Preprocess, seed: int, verdict_delay_days: float
) -> pd.DataFrame:
    """Return `split` (category, NA = neither trains nor tests) and `repeats` (bool), indexed as `reports`.

    Takes report_id, source, reported_at (UTC or NA), label (Int8 or NA), labelled_at (UTC or NA), claim_id.
    Claims without a label, or with contradictory ones, get no split; nor do reports without a label, nor
    claims of the training period whose first label was known only after the test had begun.
    `repeats` marks copies from after their claim's own split: they train, calibrate and test nothing.
    """
    claims = describe_claims(reports, verdict_delay_days)
    claims = claims.assign(group=claims["source"].astype(str) if params.split_by == "source" else ALL_SOURCES)
    dated = _find_boundaries(claims, params).reindex(claims["group"]).set_axis(claims.index)
    claims = claims.assign(calibration_at=dated["calibration_at"], test_at=dated["test_at"])
    claims = claims.assign(split=_split_claims(claims, params.calibration_share, seed))
    return _spread_to_reports(reports, claims)


def describe_claims(reports: pd.DataFrame, verdict_delay_days: float) -> pd.DataFrame:
    """Return one row a claim whose labels agree, indexed by claim_id in order.

    Columns: source and first_at (those of its earliest report), label, known_at (its first label's time;
    without one, `verdict_delay_days` after the labelled report).
    """
    earliest = sort_by_time(reports).drop_duplicates("claim_id").set_index("claim_id")
    labelled = reports[reports["label"].notna()]
    late = labelled["reported_at"] + pd.Timedelta(days=verdict_delay_days)
    known_at = labelled["labelled_at"].fillna(late).groupby(labelled["claim_id"]).min()
    labels = labelled.groupby("claim_id")["label"].agg(["min", "max"])
    agreed = labels.loc[labels["min"] == labels["max"], "min"].sort_index()
    return pd.DataFrame(
        {
            "source": earliest["source"].reindex(agreed.index),
            "first_at": earliest["reported_at"].reindex(agreed.index),
            "label": agreed.astype("int8"),
            "known_at": known_at.reindex(agreed.index),
        }
    )


def sort_by_time(reports: pd.DataFrame) -> pd.DataFrame:
    """Sort by reported_at, then report_id; reports without a time come last."""
    return reports.sort_values(["reported_at", "report_id"], na_position="last")


def draw_share(key: str, seed: int) -> float:
    """Draw a number in [0, 1) from a key alone, so that it never depends on what else is there.

    >>> draw_share("claim-1", 45) == draw_share("claim-1", 45) != draw_share("claim-2", 45)
    True
    """
    digest = hashlib.sha256(f"{seed}:{key}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


def _find_boundaries(claims: pd.DataFrame, params: Preprocess) -> pd.DataFrame:
    """Return calibration_at and test_at of each group that can be cut in time, indexed by group."""
    groups = claims[claims["first_at"].notna()].groupby("group")
    cut = [
        (group, *_cut_in_time(members["first_at"], params))
        for group, members in groups
        if params.split_by == "time" or members["label"].nunique() == 2
    ]
    boundaries = pd.DataFrame(cut, columns=["group", "calibration_at", "test_at"]).set_index("group")
    return boundaries.astype(MOMENT)


def _cut_in_time(first_at: pd.Series, params: Preprocess) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """Return when calibration and test start; None where nothing would be left before.

    Claims of one moment stay together, so a part may be larger than its share.
    """
    test_at = _start_of_latest(first_at, round(params.test_share * len(first_at)))
    before = first_at if test_at is None else first_at[first_at < test_at]
    return _start_of_latest(before, round(params.calibration_share * len(first_at))), test_at


def _start_of_latest(times: pd.Series, n_latest: int) -> pd.Timestamp | None:
    start = times.sort_values().iloc[-max(1, n_latest) :].min()
    return start if times.min() < start else None


def _split_claims(claims: pd.DataFrame, calibration_share: float, seed: int) -> pd.Series:
    shares = pd.Series([draw_share(str(claim_id), seed) for claim_id in claims.index], claims.index, float)
    drawn = shares < calibration_share
    later = (claims["first_at"] >= claims["calibration_at"]).where(claims["calibration_at"].notna(), drawn)
    dated = claims["first_at"].notna()
    calibrates = later.where(dated, drawn).astype(bool)
    tests = dated & (claims["first_at"] >= claims["test_at"])
    known_too_late = (claims["known_at"] > claims["test_at"]) & ~tests
    split = pd.Series(TRAIN, claims.index, "object").mask(calibrates, CALIBRATION).mask(tests, TEST)
    return split.mask(known_too_late, None).astype(SPLIT_DTYPE)


def _spread_to_reports(reports: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Give every report its claim's split, and mark those from after that split's end."""
    trains, calibrates = claims["split"] == TRAIN, claims["split"] == CALIBRATION
    ends_at = claims["test_at"].where(trains | calibrates)
    ends_at = claims["calibration_at"].where(trains).fillna(ends_at)
    own = claims.assign(ends_at=ends_at).reindex(reports["claim_id"]).set_axis(reports.index)
    split = own["split"].where(reports["label"].notna())
    return pd.DataFrame({"split": split, "repeats": reports["reported_at"] >= own["ends_at"]})
