"""What all claims are weighed against: the model's scale, the audience, what reporters were right about."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, or_, select

from pipeline.config import Params
from pipeline.moderation.audience import NOBODY, Audience
from pipeline.moderation.reliability import Record, Reputation, measure_reputation
from pipeline.moderation.store.facts import (
    ACTIVE_MODEL,
    AUDIENCE,
    REPUTATION,
    note_fact,
    read_fact,
)
from pipeline.moderation.store.tables import Cohort, Reporter
from pipeline.moderation.terms import Ground

NO_MODEL_U_REF: Final = 10_000.0
"""The harm that counts as priority 100 until a model brings its own; it moves no order."""
AT_ONCE: Final = 500
"""How many ids one query names; SQLite takes no more than 32,766."""


FIND_VOICES: Final = (
    select(
        Reporter.reporter_id,
        Reporter.n_verdicts,
        Reporter.n_misinformation,
        Cohort.name,
        Cohort.n_verdicts.label("cohort_verdicts"),
        Cohort.n_misinformation.label("cohort_misinformation"),
    )
    .outerjoin(Cohort, (Cohort.id == Reporter.cohort_id) & Cohort.active)
    .where(
        Reporter.reporter_id.in_(bindparam("reporter_ids", expanding=True)),
        or_(Reporter.n_verdicts > 0, Cohort.name.is_not(None)),
    )
)


class Scale(NamedTuple):
    """The model in service: its name (none: claims are kept at the prior), prevalence and greatest harm."""

    version: str | None
    prevalence: float
    u_ref: float


class Standing(NamedTuple):
    """Which cohort a lead put reporters in, and what they were right about."""

    cohorts: Mapping[str, str]
    reputation: Reputation


def read_scale(connection: Connection, params: Params) -> Scale:
    """Return the scale that the queue is ordered by."""
    noted = read_fact(connection, ACTIVE_MODEL)
    return Scale(None, params.queue.prevalence, NO_MODEL_U_REF) if noted is None else Scale(**noted)


def note_scale(connection: Connection, scale: Scale) -> None:
    """Note which model the queue is ordered by."""
    note_fact(connection, ACTIVE_MODEL, scale._asdict())


def read_ground(connection: Connection, params: Params, now: datetime) -> Ground:
    """Return what claims are weighed against now; before the first sweep nobody is known to look."""
    return make_ground(read_scale(connection, params), read_audience(connection), params, now)


def make_ground(scale: Scale, audience: Audience, params: Params, now: datetime) -> Ground:
    """Return what claims are weighed against."""
    return Ground(
        now,
        scale.prevalence,
        scale.u_ref,
        audience,
        params.prioritise.views,
        params.prioritise.severity,
        params.evaluate.election_window,
    )


def read_audience(connection: Connection) -> Audience:
    """Return the audience of the last sweep."""
    noted = read_fact(connection, AUDIENCE)
    return NOBODY if noted is None else Audience.from_dict(noted)


def read_standing(connection: Connection, reporter_ids: Collection[str]) -> Standing:
    """Return what is known of some reporters."""
    noted = read_fact(connection, REPUTATION)
    prior = noted["prior_mean"] if noted else measure_reputation([], {}).prior_mean
    cohorts: dict[str, str] = {}
    records: dict[str, Record] = {}
    for some in cut(sorted(reporter_ids)):
        for row in connection.execute(FIND_VOICES, {"reporter_ids": some}):
            if row.name is not None:
                cohorts[row.reporter_id] = row.name
                records[f"cohort:{row.name}"] = Record(row.cohort_verdicts, row.cohort_misinformation)
            else:
                records[f"reporter:{row.reporter_id}"] = Record(row.n_verdicts, row.n_misinformation)
    return Standing(cohorts, Reputation(prior, records))


def cut(ids: list[str]) -> Iterator[list[str]]:
    """Yield ids in the numbers that one query takes."""
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]
