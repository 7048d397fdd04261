"""A share and what it is a share of in, its interval out; light enough for the page."""

import math
from statistics import NormalDist


def wilson_interval(share: float, n: int, interval: float) -> tuple[float, float]:
    """Return the score interval of a share of n (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    >>> [round(bound, 3) for bound in wilson_interval(0.0, 10, 0.95)]
    [0.0, 0.278]
    """
    z = NormalDist().inv_cdf((1.0 + interval) / 2.0)
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1.0 - share) / n + z * z / (4 * n * n))
    scale = 1.0 + z * z / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
