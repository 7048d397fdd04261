"""Past reports with their verdicts in, how far those who report a claim move its probability out.

A voice is a reporter, or all members of a cohort together. Its past is a Beta posterior over the claims that it
reported before anybody had decided them; what it says is how far the posterior's mean lies from everybody's:

>>> reputation = Reputation(prior_mean=0.2, records={"reporter:ani": Record(n_verdicts=10, n_misinformation=10)})
>>> round(reputation.weigh_voice("reporter:ani", prior_verdicts=10), 3)    # logit(12 / 20) - logit(.2)
1.792
>>> reputation.weigh_voice("reporter:new", prior_verdicts=10)
0.0
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from pipeline.config.prioritise import Reliability

EVEN: Final = 0.5


class PastReport(NamedTuple):
    """A report of a claim that was decided, and what was decided (1 misinformation, 0 not) when."""

    claim_id: str
    reporter_id: str | None
    reported_at: datetime | None
    decided_at: datetime
    verdict: int


class Sender(NamedTuple):
    """Who reported a claim, and when."""

    reporter_id: str | None
    reported_at: datetime | None


class Record(NamedTuple):
    """How many claims of a voice were decided, and how many of them as misinformation."""

    n_verdicts: int
    n_misinformation: int


@dataclass(frozen=True)
class Reputation:
    """Everybody's past; `prior_mean` in (0, 1) is the share of misinformation over all of it."""

    prior_mean: float = EVEN
    records: Mapping[str, Record] = field(default_factory=dict)

    def weigh_voice(self, voice: str, prior_verdicts: float) -> float:
        """Return logit(posterior mean) - logit(prior mean); exactly 0 without a past."""
        record = self.records.get(voice)
        if record is None or not record.n_verdicts:
            return 0.0
        hits = prior_verdicts * self.prior_mean + record.n_misinformation
        return _logit(hits / (prior_verdicts + record.n_verdicts)) - _logit(self.prior_mean)


def measure_reputation(past: Iterable[PastReport], cohorts: Mapping[str, str]) -> Reputation:
    """Count every voice's decided claims; a claim counts once for a voice, however often it reported it.

    `cohorts` maps reporters to the cohort that a lead registered them for; what a report says of itself is
    no registration. Reports that came with or after the verdict, or at no known time, count nothing.
    """
    verdicts: dict[str, dict[str, int]] = defaultdict(dict)
    for report in past:
        voice = name_voice(report.reporter_id, cohorts)
        if voice is not None and _is_before(report.reported_at, report.decided_at):
            verdicts[voice][report.claim_id] = report.verdict
    records = {voice: Record(len(found), sum(found.values())) for voice, found in sorted(verdicts.items())}
    n_verdicts = sum(record.n_verdicts for record in records.values())
    n_misinformation = sum(record.n_misinformation for record in records.values())
    return Reputation((n_misinformation + EVEN) / (n_verdicts + 1), records)


def weigh_reporters(
    senders: Iterable[Sender],
    cohorts: Mapping[str, str],
    reputation: Reputation,
    params: Reliability,
    decided_at: datetime | None = None,
) -> float:
    """Return what a claim's reporters add to the logit of its score, within +-cap; each voice speaks once."""
    voices = {
        name_voice(sender.reporter_id, cohorts)
        for sender in senders
        if decided_at is None or _is_before(sender.reported_at, decided_at)
    }
    total = math.fsum(
        reputation.weigh_voice(voice, params.prior_verdicts) for voice in voices if voice is not None
    )
    return min(params.cap, max(-params.cap, total))


def name_voice(reporter_id: str | None, cohorts: Mapping[str, str]) -> str | None:
    """Return the voice that a reporter speaks with; who is not known has none."""
    if reporter_id is None:
        return None
    cohort = cohorts.get(reporter_id)
    return f"reporter:{reporter_id}" if cohort is None else f"cohort:{cohort}"


def _is_before(reported_at: datetime | None, decided_at: datetime) -> bool:
    return reported_at is not None and reported_at < decided_at


def _logit(share: float) -> float:
    return math.log(share / (1 - share))
