"""What is known of a claim in, every term of its priority out.

    p'       = sigmoid(logit(score) + reliability + debunk)
    U        = severity * p' * views expected in the next 24 hours
    priority = round(100 * log(1 + U) / log(1 + U_ref)), at most 100

U is the expected harm if nobody looks today. Claims are read by U; the logarithm is for people's eyes and
other queues, which take 0 to 100.
"""

import math
from datetime import datetime
from typing import Final, NamedTuple

from pipeline.config import ElectionWindow
from pipeline.config.prioritise import Severity, Views
from pipeline.moderation.audience import Audience
from pipeline.moderation.deadlines import Deadline
from pipeline.moderation.growth import History
from pipeline.moderation.lanes import Waiting
from pipeline.moderation.repeats import NO_REPEAT, Repeat
from pipeline.moderation.severity import weigh_severity
from pipeline.moderation.views import estimate_views

HIGHEST: Final = 100


class ClaimFacts(NamedTuple):
    """What is known of a claim.

    `score` is that of its earliest text, None where the model abstained; `reported_type` its first reporter's
    choice, `ruled_type` what the rules make of the earliest text; `reliability` what its reporters add, in logits;
    `in_quality` whether the quality lane may serve it (unread audit member, second read, golden claim); `repeat`
    the known fact-check that it surely repeats.
    """

    claim_id: str
    score: float | None
    history: History
    reported_type: str | None
    ruled_type: str
    reliability: float
    deadline: Deadline | None
    in_quality: bool
    repeat: Repeat = NO_REPEAT


class Ground(NamedTuple):
    """What is the same for all claims at a time: p where a model abstained, the harm that shows as 100, weights."""

    now: datetime
    prevalence: float
    u_ref: float
    audience: Audience
    views: Views
    severity: Severity
    election_window: ElectionWindow


class Terms(NamedTuple):
    """Every term of a claim's priority, and when they were computed."""

    claim_id: str
    computed_at: datetime
    expected_harm: float
    priority: int
    severity: float
    reported_type: str | None
    ruled_type: str
    probability: float
    reliability: float
    debunk: float
    debunk_url: str | None
    debunk_similarity: float | None
    views: float | None
    views_next_24h: float
    views_source: str
    growth_cut: bool
    first_reported_at: datetime | None
    due_at: datetime | None
    deadline: str | None
    in_quality: bool

    def as_waiting(self) -> Waiting:
        """Return what the lanes must know."""
        return Waiting(
            self.claim_id, self.expected_harm, self.first_reported_at, self.due_at, self.in_quality
        )


def weigh_claim(facts: ClaimFacts, ground: Ground) -> Terms:
    """Compute the terms of one claim."""
    views = estimate_views(facts.history, ground.now, ground.audience, ground.views)
    severity = weigh_severity(
        facts.reported_type, facts.ruled_type, ground.now, ground.severity, ground.election_window
    )
    score = ground.prevalence if facts.score is None else facts.score
    probability = move_probability(score, facts.reliability + facts.repeat.logits)
    harm = severity * probability * views.next_24h
    return Terms(
        claim_id=facts.claim_id,
        computed_at=ground.now,
        expected_harm=harm,
        priority=show_priority(harm, ground.u_ref),
        severity=severity,
        reported_type=facts.reported_type,
        ruled_type=facts.ruled_type,
        probability=probability,
        reliability=facts.reliability,
        debunk=facts.repeat.logits,
        debunk_url=facts.repeat.url,
        debunk_similarity=facts.repeat.similarity,
        views=views.views,
        views_next_24h=views.next_24h,
        views_source=views.source,
        growth_cut=views.growth_cut,
        first_reported_at=facts.history.first_reported_at,
        due_at=facts.deadline.due_at if facts.deadline else None,
        deadline=facts.deadline.preset if facts.deadline else None,
        in_quality=facts.in_quality,
    )


def move_probability(score: float, logits: float) -> float:
    """Return sigmoid(logit(score) + logits); by 0 logits nothing moves, not by the last digit.

    >>> round(move_probability(0.1, 1.0), 3)
    0.232
    """
    if logits == 0.0 or score in {0.0, 1.0}:
        return score
    odds = score / (1 - score) * math.exp(logits)
    return odds / (1 + odds)


def show_priority(expected_harm: float, u_ref: float) -> int:
    """Return the priority, 0 to 100; `u_ref` (> 0) shows as 100.

    >>> show_priority(9.0, 99.0), show_priority(1e6, 99.0), show_priority(0.0, 99.0)
    (50, 100, 0)
    """
    return min(HIGHEST, round(HIGHEST * math.log1p(expected_harm) / math.log1p(u_ref)))
