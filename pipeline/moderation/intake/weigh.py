"""Claims in, every term of their priority as columns out: from rows in memory, or from those in the store."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from pipeline.config import Params
from pipeline.moderation.deadlines import Clocked, find_deadline
from pipeline.moderation.growth import History, Look
from pipeline.moderation.intake.ground import Standing
from pipeline.moderation.reliability import Sender, weigh_reporters
from pipeline.moderation.repeats import NO_REPEAT, Repeat
from pipeline.moderation.severity import choose_reported_type, read_type
from pipeline.moderation.store.tables import FAR
from pipeline.moderation.terms import ClaimFacts, Ground, weigh_claim

TERMS: Final = (
    "severity",
    "probability",
    "reliability",
    "debunk",
    "debunk_url",
    "debunk_similarity",
    "views",
    "views_next_24h",
    "views_source",
    "growth_cut",
    "reported_type",
    "due_at",
    "deadline",
    "expected_harm",
    "priority",
    "computed_at",
)


class Told(NamedTuple):
    """What a report adds to the terms of its claim."""

    report_id: str
    url: str | None
    views: int | None
    observed_at: datetime | None
    reported_at: datetime | None
    reporter_id: str | None
    reporter_group: str | None
    reported_type: str | None


class Known(NamedTuple):
    """What a claim brings itself."""

    claim_id: str
    score: float | None
    ruled_type: str
    platform: str | None
    in_quality: bool
    decided_at: datetime | None
    repeat: Repeat = NO_REPEAT


class Scales(NamedTuple):
    """What claims are weighed by: the state of the world, and the parameters."""

    ground: Ground
    params: Params


def weigh(
    known: Known, told: Sequence[Told], seen: Iterable[Look], standing: Standing, scales: Scales
) -> dict[str, Any]:
    """Return a claim's columns: its counts, its earliest time and each term of its priority."""
    terms = weigh_claim(state_facts(known, told, seen, standing, scales), scales.ground)
    return {
        "claim_id": known.claim_id,
        "n_reports": len(told),
        "n_reporters": len({one.reporter_id for one in told} - {None}),
        "waiting_since": terms.first_reported_at or FAR,
        **{name: getattr(terms, name) for name in TERMS},
    }


def state_facts(
    known: Known, told: Sequence[Told], seen: Iterable[Look], standing: Standing, scales: Scales
) -> ClaimFacts:
    """Return what `weigh_claim` needs of a claim."""
    params = scales.params.prioritise
    names = params.severity.reported_types
    arrived = sorted(told, key=lambda one: (one.reported_at or FAR, one.report_id))
    clocked = [
        Clocked(one.reporter_group, read_type(one.reported_type, names), one.reported_at) for one in arrived
    ]
    reliability = weigh_reporters(
        (Sender(one.reporter_id, one.reported_at) for one in arrived),
        standing.cohorts,
        standing.reputation,
        params.reliability,
        known.decided_at,
    )
    return ClaimFacts(
        known.claim_id,
        known.score,
        make_history(known.platform, arrived, seen, scales.ground.now),
        choose_reported_type((one.reported_type for one in arrived), names),
        known.ruled_type,
        reliability,
        find_deadline(clocked, known.ruled_type, params.deadlines),
        known.in_quality,
        known.repeat,
    )


def make_history(platform: str | None, told: Sequence[Told], seen: Iterable[Look], now: datetime) -> History:
    """Return how often a claim was seen and when: by its reports, and by what was observed since.

    A count whose time nobody noted was made now.
    """
    times = [one.reported_at for one in told if one.reported_at is not None]
    looks = [
        look_at(one.report_id, one.url, one.observed_at or one.reported_at or now, one.views)
        for one in told
        if one.views is not None
    ]
    return History(platform, min(times, default=None), [*looks, *seen])


def look_at(report_id: str, url: str | None, seen_at: datetime, views: int) -> Look:
    """Return a count of views, of the url or, where there is none, of the report."""
    return Look(url or report_id, bool(url), seen_at, views)
