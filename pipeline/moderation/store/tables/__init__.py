"""The tables of the moderators' store, typed; what each row means and what may change in it."""

from pipeline.moderation.store.tables.claims import (
    AGED,
    DECIDED,
    FAR,
    MERGED,
    OPEN,
    Alias,
    Claim,
    Link,
    Match,
    Relation,
)
from pipeline.moderation.store.tables.log import Event, Fact, LogHead
from pipeline.moderation.store.tables.people import Cohort, Reporter, User
from pipeline.moderation.store.tables.reports import Band, Observation, Report, TextsHead, Wording
from pipeline.moderation.store.tables.work import Audit, Deal, Golden, LaneBalance, SecondRead, Verdict

__all__ = [
    "AGED",
    "DECIDED",
    "FAR",
    "MERGED",
    "OPEN",
    "Alias",
    "Audit",
    "Band",
    "Claim",
    "Cohort",
    "Deal",
    "Event",
    "Fact",
    "Golden",
    "LaneBalance",
    "Link",
    "LogHead",
    "Match",
    "Observation",
    "Relation",
    "Report",
    "Reporter",
    "SecondRead",
    "TextsHead",
    "User",
    "Verdict",
    "Wording",
]
