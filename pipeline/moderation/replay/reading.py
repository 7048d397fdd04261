"""A scene, a policy and a capacity in, when each claim is read out, and from which lane."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.moderation.lanes import Lane
from pipeline.moderation.replay.policies import Policy, Reader
from pipeline.moderation.replay.scene import Scene

Floats = npt.NDArray[np.float64]


class Reading(NamedTuple):
    """The hour at which each claim is read, infinity for those that never are; the lanes of those that a lane dealt."""

    at: Floats
    lanes: Mapping[int, Lane]


def read_scene(scene: Scene, policy: Policy, capacity_share: float) -> Reading:
    """Let a policy read so many of what arrives, evenly over the days; a read while nothing waits is lost."""
    n = len(scene.cases)
    n_reads = round(capacity_share * n)
    read_at = np.full(n, np.inf)
    lanes: dict[int, Lane] = {}
    reader = Reader(scene, policy)
    for hours in (np.arange(n_reads) + 1.0) * scene.end / max(1, n_reads):
        waiting = (scene.arrived <= hours) & np.isinf(read_at)
        if waiting.any():
            place, lane = reader.choose(waiting, float(hours))
            read_at[place] = hours
            lanes |= {} if lane is None else {place: lane}
    return Reading(read_at, lanes)
