"""Scored reports in, claims in the order of work out."""

from pipeline.prioritise.completed import Completed, complete_scored
from pipeline.prioritise.order import Past, Prioritised, Scale, order_claims
from pipeline.prioritise.waiting import select_waiting

__all__ = [
    "Completed",
    "Past",
    "Prioritised",
    "Scale",
    "complete_scored",
    "order_claims",
    "select_waiting",
]
