"""When claims were read in, what that order was worth out."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.moderation.lanes import Lane
from pipeline.moderation.replay.reading import Reading
from pipeline.moderation.replay.scene import Scene

Floats = npt.NDArray[np.float64]

EARLY_READS: Final = 50

MEASURES: Final = {
    "harmful_views": "views of misinformation between its first report and its reading, or the end",
    "harm": "the same, weighed by severity",
    "recall": "share of misinformation that was read",
    "precision": "share of misinformation in what was read",
    "precision_at_50": "the same in the first 50 reads",
    "oldest_waiting_days": "the longest that a claim waited, read or not",
    "deadlines_met": "of claims whose deadline came, the share read before it",
}

LANE_MEASURES: Final = {
    "share_of_reads": "of all claims that were read, those that this lane dealt",
    "precision": "share of misinformation in what it dealt",
    "views_prevented": "views of misinformation still to come, a read",
    "deadlines_met": "share of what it dealt that was read before a deadline",
}


def measure_reading(scene: Scene, read_at: Floats) -> dict[str, float]:
    """Return MEASURES; NaN where there is nothing to measure."""
    was_read = np.isfinite(read_at)
    stopped = np.minimum(read_at, scene.end)
    views = scene.curves.at(stopped) - scene.curves.at(scene.arrived)
    harmful = np.where(scene.truth, views, 0.0)
    first = np.argsort(read_at, kind="stable")[: min(EARLY_READS, int(was_read.sum()))]
    fell_due = scene.due <= scene.end
    return {
        "harmful_views": float(harmful.sum()),
        "harm": float((harmful * scene.severity).sum()),
        "recall": _share(was_read, scene.truth),
        "precision": _share(scene.truth, was_read),
        "precision_at_50": float(scene.truth[first].mean()) if len(first) else float("nan"),
        "oldest_waiting_days": float((stopped - scene.arrived).max() / 24.0),
        "deadlines_met": _share(read_at <= scene.due, fell_due),
    }


def measure_lanes(scene: Scene, reading: Reading) -> Mapping[Lane, Mapping[str, float]]:
    """Return LANE_MEASURES of each lane; NaN of one that dealt nothing."""
    measured = {}
    for lane in Lane:
        mine = np.isin(np.arange(len(scene.cases)), [at for at, by in reading.lanes.items() if by is lane])
        stopped = np.where(mine, reading.at, scene.end)
        left = (scene.curves.at(scene.end) - scene.curves.at(stopped)) * scene.truth
        measured[lane] = {
            "share_of_reads": mine.sum() / max(1, len(reading.lanes)),
            "precision": _share(scene.truth, mine),
            "views_prevented": float(left.sum() / mine.sum()) if mine.any() else float("nan"),
            "deadlines_met": _share((reading.at <= scene.due) & np.isfinite(scene.due), mine),
        }
    return measured


def _share(part: npt.NDArray[np.bool_], whole: npt.NDArray[np.bool_]) -> float:
    return float((part & whole).sum() / whole.sum()) if whole.any() else float("nan")
