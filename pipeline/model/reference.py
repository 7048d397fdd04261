"""What scores looked like in training, for whoever compares later ones with them."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self


class Reference(NamedTuple):
    """Scores of the calibration split, weighted by claim and to the queue's prevalence.

    `edges` are their nine inner decile edges, rising, `abstain_rate` the share of the labelled reports
    that have no score.
    """

    edges: tuple[float, ...]
    abstain_rate: float

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what a model carries."""
        return cls(tuple(float(edge) for edge in content["edges"]), float(content["abstain_rate"]))
