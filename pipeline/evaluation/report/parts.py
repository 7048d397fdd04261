"""Metrics in, the parts of the page out, in the order in which somebody should read them."""

from collections.abc import Iterator
from typing import Final

from pipeline.evaluation.report.ranking import (
    describe_ladder,
    describe_probability,
    describe_probes,
    describe_ranking,
    describe_slices,
    describe_sources,
)
from pipeline.evaluation.report.robustness import (
    describe_ablation,
    describe_adversary,
    describe_behaviour,
    describe_neutrality,
)
from pipeline.evaluation.report.shapes import Part, Section

PARTS: Final = (
    describe_ladder,
    describe_ranking,
    describe_sources,
    describe_probes,
    describe_slices,
    describe_probability,
    describe_behaviour,
    describe_adversary,
    describe_ablation,
    describe_neutrality,
)


def list_parts(metrics: Section) -> Iterator[Part]:
    """Yield every part; what was not measured says so."""
    for describe in PARTS:
        yield describe(metrics)
