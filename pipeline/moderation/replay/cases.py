"""Reports with score and truth in, claims as a queue knows them out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from pipeline.config import ElectionWindow
from pipeline.config.prioritise import Prioritise
from pipeline.moderation.deadlines import Clocked, find_deadline
from pipeline.moderation.reliability import (
    PastReport,
    Record,
    Reputation,
    Sender,
    measure_reputation,
    name_voice,
    weigh_reporters,
)
from pipeline.moderation.replay.flags import weigh_flagger
from pipeline.moderation.severity import choose_reported_type, weigh_severity
from pipeline.schema.columns import OTHER

HOUR: Final = timedelta(hours=1)


class Report(NamedTuple):
    """One row of what is replayed; `score` None where a model abstained, `truth` None where nobody knows."""

    report_id: str
    claim_id: str
    reported_at: datetime | None
    score: float | None
    truth: int | None
    views: float | None
    reported_type: str | None
    reporter_id: str | None
    cohort: str | None
    reporter_group: str | None
    platform: str | None


class Case(NamedTuple):
    """A claim: what a queue knows of it, and what is true.

    `report_hours` are hours since its first report, sorted; `flags` what Discourse gives each of those reports;
    `reliability` is in logits, `due_hours` hours after the first report.
    """

    claim_id: str
    truth: int
    score: float | None
    severity: float
    reliability: float
    due_hours: float | None
    views: float | None
    platform: str | None
    report_hours: tuple[float, ...]
    flags: tuple[float, ...]


class Cases(NamedTuple):
    """The claims that can be replayed, and how many could not: no truth, or two."""

    cases: list[Case]
    n_unknown: int
    n_contradictory: int


def build_cases(
    reports: Iterable[Report], params: Prioritise, window: ElectionWindow, now: datetime
) -> Cases:
    """Group reports to claims.

    A reporter's past is that on all other claims of the file, later ones too: the claim's own truth stays out,
    for our reliability and for Discourse's accuracy alike.
    """
    ordered = sorted(reports, key=_sort_key)
    ordered.sort(key=lambda report: report.claim_id)  # stable: by time within a claim
    groups = [list(group) for _, group in groupby(ordered, key=lambda report: report.claim_id)]
    truths = [{report.truth for report in group if report.truth is not None} for group in groups]
    known = [group for group, truth in zip(groups, truths, strict=True) if len(truth) == 1]
    past = _Past(
        known,
        {report.reporter_id: report.cohort for report in ordered if report.reporter_id and report.cohort},
    )
    cases = [_build_case(group, past, params, window, now) for group in known]
    return Cases(cases, sum(not truth for truth in truths), sum(len(truth) > 1 for truth in truths))


class _Past:
    """What every reporter's other claims turned out to be."""

    def __init__(self, groups: Sequence[Sequence[Report]], cohorts: Mapping[str, str | None]) -> None:
        self.cohorts = {reporter: cohort for reporter, cohort in cohorts.items() if cohort}
        end, begin = datetime(2001, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)
        everything = [
            PastReport(report.claim_id, report.reporter_id, begin, end, truth_of(group))
            for group in groups
            for report in group
        ]
        self.reputation = measure_reputation(everything, self.cohorts)
        alone = measure_reputation(everything, {})
        self._alone = alone.records

    def without(self, group: Sequence[Report]) -> Reputation:
        """Return everybody's past but for one claim."""
        voices = {name_voice(report.reporter_id, self.cohorts) for report in group} - {None}
        records = {
            voice: _take_one(self.reputation.records[voice], truth_of(group)) for voice in voices if voice
        }
        return Reputation(self.reputation.prior_mean, records)

    def flagger(self, report: Report, truth: int) -> float:
        """Return what Discourse's queue adds for a report of this reporter."""
        record = self._alone.get(f"reporter:{report.reporter_id}")
        other = _take_one(record, truth) if record else Record(0, 0)
        return weigh_flagger(other.n_misinformation, other.n_verdicts - other.n_misinformation)


def truth_of(group: Sequence[Report]) -> int:
    """Return what is true of a claim's reports; they all say the same, or nothing."""
    return next(report.truth for report in group if report.truth is not None)


def _build_case(
    group: Sequence[Report], past: _Past, params: Prioritise, window: ElectionWindow, now: datetime
) -> Case:
    truth, first = truth_of(group), group[0]
    begin = first.reported_at or now
    moved = [report._replace(reported_at=report.reported_at or begin) for report in group]
    hours = tuple(max(0.0, ((report.reported_at or begin) - begin) / HOUR) for report in moved)
    named = choose_reported_type([report.reported_type for report in group], params.severity.reported_types)
    clocked = [
        Clocked(
            report.reporter_group,
            choose_reported_type([report.reported_type], params.severity.reported_types),
            report.reported_at,
        )
        for report in moved
    ]
    deadline = find_deadline(clocked, named or OTHER, params.deadlines)
    senders = [Sender(report.reporter_id, report.reported_at) for report in moved]
    known_views = [report.views for report in group if report.views is not None]
    return Case(
        claim_id=first.claim_id,
        truth=truth,
        score=first.score,
        severity=weigh_severity(None, named or OTHER, now, params.severity, window),
        reliability=weigh_reporters(senders, past.cohorts, past.without(group), params.reliability),
        due_hours=(deadline.due_at - begin) / HOUR if deadline else None,
        views=max(known_views, default=None),
        platform=first.platform,
        report_hours=hours,
        flags=tuple(past.flagger(report, truth) for report in group),
    )


def _take_one(record: Record, truth: int) -> Record:
    return Record(record.n_verdicts - 1, record.n_misinformation - truth)


def _sort_key(report: Report) -> tuple[bool, float, str]:
    moment = report.reported_at
    return moment is None, moment.timestamp() if moment else 0.0, report.report_id
