"""A scene, a policy and a capacity in, when each claim is read out."""

import numpy as np
import numpy.typing as npt

from pipeline.moderation.replay.policies import Policy, Reader
from pipeline.moderation.replay.scene import Scene

Floats = npt.NDArray[np.float64]


def read_scene(scene: Scene, policy: Policy, capacity_share: float) -> Floats:
    """Return the hour at which each claim is read, infinity for those that never are.

    So many of what arrives are read, evenly over the days; a read while nothing waits is lost.
    """
    n = len(scene.cases)
    n_reads = round(capacity_share * n)
    read_at = np.full(n, np.inf)
    reader = Reader(scene, policy)
    for hours in (np.arange(n_reads) + 1.0) * scene.end / max(1, n_reads):
        waiting = (scene.arrived <= hours) & np.isinf(read_at)
        if waiting.any():
            read_at[reader.choose(waiting, float(hours))] = hours
    return read_at
