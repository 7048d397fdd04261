"""The store and the champion in; each measure of drift with its limit, and what to do about an alarm, out."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection

from pipeline.config import Monitor, Params
from pipeline.model.bundle import Bundle
from pipeline.model.reference import Reference, compare_scores
from pipeline.moderation.monitor.arrivals import Arrivals, read_arrivals
from pipeline.moderation.quality import measure_prevalence
from pipeline.moderation.store.facts import LAST_INGEST, read_fact

ADVICE: Final = {
    "scores": "look at what arrives (a new source, a campaign?), decide some of it, then export labels and train anew",
    "unknown words": "new topics or slang: decide claims of these days, add words to text.slang_lexicon and names to "
    "text.names_list, then train anew",
    "abstained": "try `saring explain` on what has no score; words in a picture or a video need ocr_text or transcript",
    "rejected": "read the reasons in data/interim/rejected.parquet: a source may have changed its columns or values",
    "prevalence": "set queue.prevalence to what audit members show, then train anew",
    "model's age": "export labels and train anew",
}
"""What to do about an alarm, by the name of its measure."""

NOT_RECORDED: Final = "the champion was trained before this was recorded; train anew"


class Measure(NamedTuple):
    """One thing that is watched: its value now, in training (`usual`), the value from which on it is an alarm.

    `n` is of how many claims, rows or members; `why` says why there is no value. For the age all are days, else
    shares, but for scores: a population stability index.
    """

    name: str
    value: float | None
    usual: float | None
    limit: float | None
    n: int
    alarm: bool = False
    why: str | None = None

    @property
    def advice(self) -> str:
        """What to do about an alarm."""
        return ADVICE[self.name]


def watch(connection: Connection, bundle: Bundle, params: Params, now: datetime) -> tuple[Measure, ...]:
    """Compare what arrived lately with what the champion learnt from; reads only, about a second of work."""
    limits = params.monitor
    since = now - timedelta(days=limits.days)
    arrivals = read_arrivals(connection, bundle, since, limits.max_texts)
    return (
        *judge_arrivals(arrivals, bundle.reference, limits),
        judge_rejected(connection, limits),
        judge_prevalence(connection, bundle, params, now),
        judge_age(bundle, limits, now),
    )


def judge_arrivals(
    arrivals: Arrivals, reference: Reference | None, limits: Monitor
) -> tuple[Measure, Measure, Measure]:
    """Compare scores, unknown words and abstentions with the champion's own record of training."""
    n = arrivals.n_claims
    if n < limits.min_claims or reference is None:
        why = (
            NOT_RECORDED
            if reference is None
            else f"fewer claims than monitor.min_claims ({limits.min_claims})"
        )
        absent = [
            Measure(name, None, None, None, n, why=why) for name in ("scores", "unknown words", "abstained")
        ]
        return absent[0], absent[1], absent[2]
    return (
        _judge_scores(arrivals, reference, limits),
        _judge_rise(
            "unknown words", arrivals.unknown_rate, reference.unknown_rate, limits.max_unknown_rise, n
        ),
        _judge_rise(
            "abstained", arrivals.abstained_share, reference.abstain_rate, limits.max_abstained_rise, n
        ),
    )


def judge_rejected(connection: Connection, limits: Monitor) -> Measure:
    """Judge the share of raw rows that the last ingest rejected.

    A model's name is its content, and what is rejected is none of it: so the limit is one of params.yaml.
    """
    noted = read_fact(connection, LAST_INGEST)
    if not noted or not noted["n_rows"]:
        return Measure("rejected", None, None, None, 0, why="no batch was loaded yet")
    share = noted["n_rejected"] / noted["n_rows"]
    limit = limits.max_rejected_share
    return Measure("rejected", share, None, limit, noted["n_rows"], share > limit)


def judge_prevalence(connection: Connection, bundle: Bundle, params: Params, now: datetime) -> Measure:
    """Compare what audit members show with the prevalence that the champion's scores are made for."""
    found = measure_prevalence(connection, params, now)
    usual, factor = bundle.model.prevalence, params.monitor.max_prevalence_factor
    if found.estimate is None:
        return Measure("prevalence", None, usual, None, found.n_read, why=found.reason)
    too_many, too_few = found.estimate.lower > usual * factor, found.estimate.upper < usual / factor
    limit = usual / factor if too_few else usual * factor
    return Measure("prevalence", found.estimate.value, usual, limit, found.n_read, too_many or too_few)


def judge_age(bundle: Bundle, limits: Monitor, now: datetime) -> Measure:
    """Judge how long ago the last report came that the champion learnt from."""
    if bundle.learnt_until is None:
        return Measure("model's age", None, None, None, 0, why="what the champion learnt from has no times")
    age_days = (now.date() - bundle.learnt_until).days
    return Measure("model's age", age_days, None, limits.max_age_days, 1, age_days > limits.max_age_days)


def _judge_scores(arrivals: Arrivals, reference: Reference, limits: Monitor) -> Measure:
    if not arrivals.scores:
        return Measure("scores", None, None, None, arrivals.n_claims, why="no claim has a score")
    index, chance = compare_scores(arrivals.scores, reference)
    limit = max(limits.max_psi, chance)
    return Measure("scores", index, 0, limit, len(arrivals.scores), index > limit)


def _judge_rise(name: str, value: float | None, usual: float | None, rise: float, n: int) -> Measure:
    if value is None or usual is None:
        why = NOT_RECORDED if usual is None else "no claim has a word"
        return Measure(name, None, usual, None, n, why=why)
    return Measure(name, value, usual, usual + rise, n, value > usual + rise)
