"""The store in, every figure of quality out: from audit members alone, with intervals, or the reason why not."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from pipeline.config import Params
from pipeline.moderation.desk.people import list_people
from pipeline.moderation.desk.verdicts import MISINFORMATION
from pipeline.moderation.quality.agreement import Agreement, Pair, gather_by_person, measure_agreement
from pipeline.moderation.quality.estimates import (
    Calibration,
    Depth,
    Misses,
    Scope,
    measure_calibration,
    measure_depths,
    measure_misses,
)
from pipeline.moderation.quality.reading import (
    Arrivals,
    GoldenRead,
    Window,
    read_arrivals,
    read_golden,
    read_pairs,
)
from pipeline.moderation.quality.shares import Share, bound_share, estimate_share

NO_MEMBER: Final = "no audit member's time has come"


class Prevalence(NamedTuple):
    """How much of what arrives is misinformation, from audit members; None with the reason why."""

    estimate: Share | None
    n_arrived: int
    n_members: int
    n_read: int
    coverage: float | None
    reason: str | None


class Audited(NamedTuple):
    """What audit members say of all claims that arrived; `n_unsettled` of them were unclear or for another desk."""

    prevalence: Prevalence
    n_unsettled: int
    depths: list[Depth]
    misses: Misses | None
    calibration: Calibration | None


class Ranked(NamedTuple):
    """The same of what was read in the queue's order: biased, because what looked bad was read first."""

    n_read: int
    prevalence: Share | None
    depths: list[Depth]
    calibration: Calibration


class Reader(NamedTuple):
    """How one person agrees with others, and with what is true of golden claims."""

    name: str
    agreement: Agreement
    golden: Share | None


class Quality(NamedTuple):
    """Everything that `saring quality` prints. `readers` is for leads only, and empty for others."""

    since: datetime
    until: datetime
    interval: float
    audited: Audited
    ranked: Ranked
    agreement: Agreement
    agreement_of_members: Agreement
    agreement_on_misinformation: Agreement
    golden: Share | None
    readers: list[Reader]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON holds it."""
        plain = _make_plain(self)
        assert isinstance(plain, dict)
        return plain


def measure_prevalence(connection: Connection, params: Params, now: datetime) -> Prevalence:
    """Return how much of what arrived lately is misinformation, by audit members alone.

    Members are due `prioritise.staffing.quality_days` after they arrived. Below `quality.min_coverage` of those
    that are due and read there is no estimate: who was left unread may differ from who was read.
    """
    return _estimate(read_arrivals(connection, _open_window(params, now)), params)


def measure_quality(connection: Connection, params: Params, now: datetime, *, readers: bool) -> Quality:
    """Return all figures of the last `quality.window_days`; with `readers` those of each person as well."""
    window = _open_window(params, now)
    arrivals = read_arrivals(connection, window)
    pairs, members = read_pairs(connection, window.since)
    golden = read_golden(connection)
    interval = params.evaluate.interval
    said = [(pair.first, pair.second) for pair in pairs]
    of_members = [(pair.first, pair.second) for pair in pairs if pair.claim_id in members]
    plainly = [(str(first == MISINFORMATION), str(second == MISINFORMATION)) for first, second in said]
    return Quality(
        *window,
        interval,
        _audit(arrivals, params),
        _rank(arrivals, params),
        measure_agreement(said, interval),
        measure_agreement(of_members, interval),
        measure_agreement(plainly, interval),
        _judge_golden(golden, interval),
        _list_readers(connection, pairs, golden, interval) if readers else [],
    )


def _open_window(params: Params, now: datetime) -> Window:
    due = timedelta(days=params.prioritise.staffing.quality_days)
    return Window(now - timedelta(days=params.quality.window_days), now - due)


def _estimate(arrivals: Arrivals, params: Params) -> Prevalence:
    n_arrived, n_read = len(arrivals.rates), len(arrivals.members.weight)
    counts = (n_arrived, arrivals.n_members, n_read)
    if arrivals.n_members == 0:
        return Prevalence(None, *counts, None, NO_MEMBER)
    coverage = n_read / arrivals.n_members
    least = params.quality.min_coverage
    if coverage < least:
        reason = f"only {coverage:.0%} of the audit members that are due were read, fewer than {least:.0%}"
        return Prevalence(None, *counts, coverage, reason)
    members = arrivals.members
    estimate = estimate_share(members.is_misinformation, members.weight, params.evaluate.interval)
    return Prevalence(estimate, *counts, coverage, None)


def _audit(arrivals: Arrivals, params: Params) -> Audited:
    prevalence = _estimate(arrivals, params)
    if prevalence.estimate is None:
        return Audited(prevalence, arrivals.n_unsettled, [], None, None)
    scope = _make_scope(params)
    n_found = int(arrivals.ranked.is_misinformation.sum())
    return Audited(
        prevalence,
        arrivals.n_unsettled,
        measure_depths(arrivals.members, arrivals.harm, scope),
        measure_misses(prevalence.estimate, len(arrivals.rates), n_found),
        measure_calibration(arrivals.members, scope),
    )


def _rank(arrivals: Arrivals, params: Params) -> Ranked:
    scope, ranked = _make_scope(params), arrivals.ranked
    share = estimate_share(ranked.is_misinformation, ranked.weight, scope.interval)
    depths = measure_depths(ranked, arrivals.harm, scope)
    return Ranked(len(ranked.weight), share, depths, measure_calibration(ranked, scope))


def _make_scope(params: Params) -> Scope:
    quality, evaluate = params.quality, params.evaluate
    return Scope(evaluate.interval, quality.depths, quality.bins, evaluate.bootstraps, params.run.seed)


def _judge_golden(golden: list[GoldenRead], interval: float) -> Share | None:
    if not golden:
        return None
    right = sum(read.is_right for read in golden)
    return Share(right / len(golden), *bound_share(right, len(golden), interval), len(golden))


def _list_readers(
    connection: Connection, pairs: list[Pair], golden: list[GoldenRead], interval: float
) -> list[Reader]:
    said = gather_by_person(pairs)
    found = []
    for person in list_people(connection):
        own = [read for read in golden if read.user_id == person.id]
        if person.id in said or own:
            agreement = measure_agreement(said.get(person.id, []), interval)
            found.append(Reader(person.name, agreement, _judge_golden(own, interval)))
    return found


def _make_plain(value: Any) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _make_plain(one) for name, one in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [_make_plain(one) for one in value]
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
