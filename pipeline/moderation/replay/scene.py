"""Claims, a setting and chance in, one run of days out: who arrives when, how it is seen, what a queue foresees.

The file's claims are drawn anew, with replacement within each truth (Efron 1979), and of these the scene's, so that
the prevalence is the stated one and runs differ as other files of so many claims would; they arrive evenly. A
claim's views are counted when it arrives and once a day; what they will be is foreseen with the queue's own
functions, at its arrival and at each sweep, and no policy knows more.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.config.prioritise import Views
from pipeline.moderation.audience import NOBODY, Audience, measure_audience
from pipeline.moderation.audit import draw_audit
from pipeline.moderation.replay.bounds import calibrate_by_truth
from pipeline.moderation.replay.cases import Case
from pipeline.moderation.replay.curves import Curves, draw_totals
from pipeline.moderation.terms import move_probability
from pipeline.moderation.views import History, Look, estimate_views

Floats = npt.NDArray[np.float64]
Points = Mapping[str, tuple[Floats, Floats]]

BEGIN: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Hour 0 of every scene; only differences count."""
SWEEP_HOURS: Final = 24.0
FORESEEN_HOURS: Final = 168.0
LOOK_HOURS: Final = 24.0
MAX_LOOKS: Final = 4


class Setting(NamedTuple):
    """The conditions of a replay, the same for every policy. `tail` None takes the file's own views."""

    tail: float | None
    days: float
    n_claims: int
    prevalence: float
    capacity_share: float
    half_life_hours: float
    lead_hours: float
    audit_rate: float


class Scene(NamedTuple):
    """One run: arrays over its claims, in the order of arrival (`report_...`: over reports); times are hours.

    `best_probability` is what the truth itself makes of the scores, which no queue knows.
    """

    cases: Sequence[Case]
    truth: npt.NDArray[np.bool_]
    arrived: Floats
    due: Floats
    in_quality: npt.NDArray[np.bool_]
    curves: Curves
    severity: Floats
    probability: Floats
    bare_probability: Floats
    best_probability: Floats
    sweeps: Floats
    foreseen: Floats
    foreseen_first: Floats
    report_owner: npt.NDArray[np.int64]
    report_at: Floats
    report_flag: Floats
    end: float

    def foresee(self, hours: float) -> Floats:
        """Return the views of the next 24 hours that a queue expects of each claim at a time."""
        sweep = int(np.searchsorted(self.sweeps, hours, "right")) - 1
        new = self.arrived > self.sweeps[sweep]
        return np.where(new, self.foreseen_first, self.foreseen[sweep])


def draw_scene(
    cases: Sequence[Case], setting: Setting, params: Views, counted: Points, rng: np.random.Generator
) -> Scene:
    """Draw one run. Both truths must be there."""
    drawn = _draw_cases(cases, setting, rng)
    n, end = len(drawn), 24.0 * setting.days
    arrived = (np.arange(n) + 0.5) * end / n
    published = arrived - rng.exponential(setting.lead_hours, n)
    curves = Curves(
        _choose_totals(drawn, setting, rng),
        published,
        arrived,
        setting.half_life_hours,
        [counted.get(case.claim_id) for case in drawn],
    )
    sweeps = np.arange(0.0, end, SWEEP_HOURS)
    foreseen, first = _foresee(drawn, curves, sweeps, params)
    scores = _list_scores(drawn, setting)
    best = calibrate_by_truth(cases, _list_scores(cases, setting), setting.prevalence)
    key = rng.bytes(32)
    return Scene(
        cases=drawn,
        truth=np.array([case.truth == 1 for case in drawn]),
        arrived=arrived,
        due=arrived + np.array([np.inf if case.due_hours is None else case.due_hours for case in drawn]),
        in_quality=np.array(
            [
                draw_audit(f"{case.claim_id}:{place}", key, setting.audit_rate)
                for place, case in enumerate(drawn)
            ]
        ),
        curves=curves,
        severity=np.array([case.severity for case in drawn]),
        probability=np.array(
            [move_probability(score, case.reliability) for score, case in zip(scores, drawn, strict=True)]
        ),
        bare_probability=scores,
        best_probability=best.predict(scores),
        sweeps=sweeps,
        foreseen=foreseen,
        foreseen_first=first,
        report_owner=np.repeat(np.arange(n), [len(case.report_hours) for case in drawn]),
        report_at=np.concatenate(
            [at + np.array(case.report_hours) for at, case in zip(arrived, drawn, strict=True)]
        ),
        report_flag=np.concatenate([case.flags for case in drawn]),
        end=end,
    )


def _list_scores(cases: Sequence[Case], setting: Setting) -> Floats:
    return np.array([setting.prevalence if case.score is None else case.score for case in cases], float)


def _draw_cases(cases: Sequence[Case], setting: Setting, rng: np.random.Generator) -> list[Case]:
    n_true = max(1, round(setting.prevalence * setting.n_claims))
    drawn = []
    for truth, n in ((1, n_true), (0, setting.n_claims - n_true)):
        known = [case for case in cases if case.truth == truth]
        file = _draw(known, len(known), rng)
        drawn += _draw(file, n, rng)
    return [drawn[place] for place in rng.permutation(len(drawn))]


def _draw(cases: Sequence[Case], n: int, rng: np.random.Generator) -> list[Case]:
    return [cases[place] for place in rng.integers(0, len(cases), n)]


def _choose_totals(drawn: Sequence[Case], setting: Setting, rng: np.random.Generator) -> Floats:
    """Draw totals, or take the file's; a claim whose views nobody knows has the median of the others."""
    if setting.tail is not None:
        return draw_totals(len(drawn), setting.tail, rng)
    known = [case.views for case in drawn if case.views is not None]
    usual = float(np.median(known)) if known else 1.0
    return np.array([usual if case.views is None else case.views for case in drawn], float)


def _foresee(drawn: Sequence[Case], curves: Curves, sweeps: Floats, params: Views) -> tuple[Floats, Floats]:
    """Return what is foreseen at each sweep (sweeps x claims), and when each claim arrives.

    Of claims older than FORESEEN_HOURS nothing is counted any more: what was foreseen of them halves.
    """
    histories = _count(drawn, curves, float(sweeps[-1]) + SWEEP_HOURS)
    foreseen, first = np.zeros((len(sweeps), len(drawn))), np.zeros(len(drawn))
    audience = NOBODY
    for number, sweep in enumerate(sweeps):
        now = moment(float(sweep))
        age = sweep - curves.arrived
        if number:
            foreseen[number] = foreseen[number - 1] * 2.0 ** (-SWEEP_HOURS / params.half_life_hours)
            audience = _measure_audience(histories, age, now, params)
        for place in np.flatnonzero((age >= 0) & (age <= FORESEEN_HOURS)).tolist():
            foreseen[number, place] = _estimate(histories[place], now, audience, params)
        for place in np.flatnonzero((age < 0) & (age >= -SWEEP_HOURS)).tolist():
            first[place] = _estimate(histories[place], moment(float(curves.arrived[place])), audience, params)
    return foreseen, first


def _measure_audience(histories: Sequence[History], age: Floats, now: datetime, params: Views) -> Audience:
    young = np.flatnonzero((age >= 0) & (age <= FORESEEN_HOURS)).tolist()
    return measure_audience([_until(histories[place], now) for place in young], now, params)


def _estimate(history: History, now: datetime, audience: Audience, params: Views) -> float:
    return estimate_views(_until(history, now), now, audience, params).next_24h


def _count(drawn: Sequence[Case], curves: Curves, end: float) -> list[History]:
    """Count each claim at its arrival and then once a day, a few times."""
    looks: list[list[Look]] = [[] for _ in drawn]
    for number in range(MAX_LOOKS):
        moments = curves.arrived + number * LOOK_HOURS
        views = curves.at(moments)
        for place, hours in enumerate(moments):
            if hours <= end:
                looks[place].append(Look(f"{place}", True, moment(float(hours)), ceil(views[place])))
    return [
        History(case.platform, moment(float(arrived)), found)
        for case, arrived, found in zip(drawn, curves.arrived, looks, strict=True)
    ]


def _until(history: History, now: datetime) -> History:
    return history._replace(looks=[look for look in history.looks if look.seen_at <= now])


def moment(hours: float) -> datetime:
    """Return a scene's hour as a time."""
    return BEGIN + timedelta(hours=hours)
