"""Scores in, what a batch job says of them out: counts, their distribution, their drift against training."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pipeline.model.reference import Reference, count_between, stability_index
from pipeline.score.texts import Scores

EDGES: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Inner edges of the histogram: narrow where most of a queue lies."""

DRIFTED: Final = 0.2
"""A population stability index from which on a shift counts as large (Siddiqi 2006, Credit Risk Scorecards)."""


class Summary(NamedTuple):
    """What is kept of the scores of some rows; summaries of parts add up, whatever the parts."""

    rows: int = 0
    abstained: Mapping[str, int] = {}
    total: float = 0.0
    """The sum of all scores."""
    histogram: Sequence[int] = (0,) * (len(EDGES) + 1)
    deciles: Sequence[int] = ()
    """How many scores lie between the model's training deciles."""

    @property
    def scored(self) -> int:
        """How many rows have a score."""
        return self.rows - sum(self.abstained.values())

    def describe(self) -> dict[str, Any]:
        """Return the counts and the distribution as JSON can hold them."""
        return {
            "rows": self.rows,
            "scored": self.scored,
            "abstained": dict(sorted(self.abstained.items())),
            "scores": {
                "mean": self.total / self.scored if self.scored else None,
                "histogram": {"inner_edges": list(EDGES), "counts": list(self.histogram)},
            },
        }


def summarise(scores: Scores, reference: Reference | None) -> Summary:
    """Count scores; with the model's reference also between its deciles."""
    known = [score for score in scores.score if score is not None]
    return Summary(
        len(scores.score),
        Counter(reason for reason in scores.abstain_reason if reason is not None),
        math.fsum(known),
        count_between(known, EDGES),
        count_between(known, reference.edges) if reference else (),
    )


def add_up(summaries: Iterable[Summary]) -> Summary:
    """Return the summary of all rows together; the sum of scores is rounded once, so that order is nothing."""
    parts = list(summaries)
    return Summary(
        sum(part.rows for part in parts),
        sum((Counter(part.abstained) for part in parts), Counter()),
        math.fsum(part.total for part in parts),
        [sum(counts) for counts in zip(*(part.histogram for part in parts), strict=True)],
        [sum(counts) for counts in zip(*(part.deciles for part in parts), strict=True)],
    )


def measure_drift(summary: Summary, reference: Reference | None) -> dict[str, Any]:
    """Compare scores with those of the calibration split at the queue's prevalence; "drifted" from 0.2 on."""
    if reference is None:
        return {"computed": False, "reason": "the model holds no training distribution"}
    if not summary.scored:
        return {"computed": False, "reason": "no row has a score"}
    index = stability_index(summary.deciles)
    return {
        "computed": True,
        "population_stability_index": index,
        "drifted": index >= DRIFTED,
        "training_decile_edges": list(reference.edges),
        "rows_between": list(summary.deciles),
        "abstained_share": 1 - summary.scored / summary.rows,
        "abstained_share_in_training": reference.abstain_rate,
    }
