"""Every term of every waiting claim made anew: time has passed, views were counted, verdicts have come."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from pipeline.config import Params
from pipeline.moderation.audience import measure_audience
from pipeline.moderation.desk.moves import number_new
from pipeline.moderation.desk.verdicts import MISINFORMATION, NOT_MISINFORMATION
from pipeline.moderation.growth import History
from pipeline.moderation.intake.ground import AT_ONCE, cut, read_ground
from pipeline.moderation.intake.ranks import note_first_ranks
from pipeline.moderation.intake.reweigh import read_looks, read_told, reweigh
from pipeline.moderation.intake.weigh import Scales, make_history
from pipeline.moderation.reliability import PastReport, Record, Reputation, measure_reputation
from pipeline.moderation.store import Store
from pipeline.moderation.store.facts import AUDIENCE, REPUTATION, SWEPT_AT, note_fact, read_swept_at
from pipeline.moderation.store.tables import OPEN, Claim, Cohort, Report, Reporter

LABELS: Final = {MISINFORMATION: 1, NOT_MISINFORMATION: 0}
"""What a verdict says of those who reported the claim; other verdicts say nothing."""


def is_due(connection: Connection, params: Params, clock: datetime) -> bool:
    """Say whether the last sweep is older than `queue.refresh_minutes`, or none was; clocks jump both ways."""
    swept_at = read_swept_at(connection)
    patience = timedelta(minutes=params.queue.refresh_minutes)
    return swept_at is None or abs(clock - swept_at) >= patience


def sweep(store: Store, params: Params, now: datetime, clock: datetime) -> Iterator[int]:
    """Measure who looks and who was right, then weigh what waits; yield how many claims each part weighed.

    Parts are written one by one, so that moderators wait for moments. `now` is what ages are counted to.
    """
    with store.reading() as connection:
        audience = measure_audience(_read_histories(connection, now), now, params.prioritise.views)
        cohorts = _read_cohorts(connection)
        reputation = measure_reputation(_read_past(connection), cohorts)
    with store.writing() as connection:
        note_fact(connection, AUDIENCE, audience.as_dict())
        _keep_reputation(connection, reputation)
    with store.reading() as connection:
        scales = Scales(read_ground(connection, params, now), params)
        waiting = list(connection.execute(select(Claim.claim_id).where(Claim.state == OPEN)).scalars())
    for some in cut(sorted(waiting)):
        with store.writing() as connection:
            reweigh(connection, some, scales)
            note_first_ranks(connection, some, clock)
        number_new(store)
        yield len(some)
    while number_new(store):  # so that notes do not pile up where nobody asks for priorities
        pass
    with store.writing() as connection:
        note_fact(connection, SWEPT_AT, clock.isoformat(timespec="seconds"))


def register_cohorts(connection: Connection, members: Mapping[str, str], now: datetime) -> None:
    """Put reporters in the cohorts that a file names for them; what a lead registered otherwise stays."""
    known = {row.name: row.id for row in connection.execute(select(Cohort.name, Cohort.id))}
    for name in sorted(set(members.values()) - set(known)):
        values = {"name": name, "registered_at": now, "active": True, "n_verdicts": 0, "n_misinformation": 0}
        known[name] = connection.execute(insert(Cohort).values(values).returning(Cohort.id)).scalar_one()
    standing = _read_members(connection)
    for reporter, name in sorted(members.items()):
        if standing.get(reporter) != known[name]:
            _put(connection, reporter, known[name])


def _put(connection: Connection, reporter: str, cohort_id: int) -> None:
    mine = Reporter.reporter_id == reporter
    done = connection.execute(update(Reporter).where(mine).values(cohort_id=cohort_id))
    if not done.rowcount:
        values = {"reporter_id": reporter, "cohort_id": cohort_id, "n_verdicts": 0, "n_misinformation": 0}
        connection.execute(insert(Reporter).values(values))


def _read_members(connection: Connection) -> dict[str, int | None]:
    query = select(Reporter.reporter_id, Reporter.cohort_id).where(Reporter.cohort_id.is_not(None))
    return {row.reporter_id: row.cohort_id for row in connection.execute(query)}


def _read_cohorts(connection: Connection) -> dict[str, str]:
    query = select(Reporter.reporter_id, Cohort.name).join(Cohort, Cohort.id == Reporter.cohort_id)
    return {row.reporter_id: row.name for row in connection.execute(query.where(Cohort.active))}


def _read_histories(connection: Connection, now: datetime) -> Iterator[History]:
    """Yield what was counted of each claim, decided ones too."""
    last = ""
    while True:
        query = select(Claim.claim_id, Claim.platform).where(Claim.claim_id > last)
        claims = connection.execute(query.order_by(Claim.claim_id).limit(AT_ONCE)).all()
        if not claims:
            return
        ids = [claim.claim_id for claim in claims]
        told, seen = read_told(connection, ids), read_looks(connection, ids)
        for claim in claims:
            yield make_history(
                claim.platform, told.get(claim.claim_id, []), seen.get(claim.claim_id, []), now
            )
        last = ids[-1]


def _read_past(connection: Connection) -> Iterator[PastReport]:
    """Yield the reports of decided claims with what was decided."""
    query = (
        select(Report.claim_id, Report.reporter_id, Report.reported_at, Claim.decided_at, Claim.verdict)
        .join(Claim, Claim.claim_id == Report.claim_id)
        .where(Claim.verdict.in_(LABELS), Report.reporter_id.is_not(None))
    )
    for row in connection.execute(query):
        assert row.decided_at is not None
        assert row.verdict is not None
        yield PastReport(row.claim_id, row.reporter_id, row.reported_at, row.decided_at, LABELS[row.verdict])


def _keep_reputation(connection: Connection, reputation: Reputation) -> None:
    """Write each voice's record beside it, where the next arrival looks it up."""
    note_fact(connection, REPUTATION, {"prior_mean": reputation.prior_mean})
    kinds: dict[str, dict[str, Record]] = {"cohort": {}, "reporter": {}}
    for voice, record in reputation.records.items():
        kind, _, name = voice.partition(":")
        kinds[kind][name] = record
    _write_records(connection, Cohort.__table__, "name", kinds["cohort"])
    _write_records(connection, Reporter.__table__, "reporter_id", kinds["reporter"])


def _write_records(connection: Connection, table: Any, name: str, records: Mapping[str, Record]) -> None:
    """Write what voices were right about, and 0 for all others of their kind."""
    nothing = {"n_verdicts": 0, "n_misinformation": 0}
    connection.execute(update(table).where(table.c.n_verdicts > 0).values(nothing))
    values: dict[str, Any] = {column: bindparam(f"new_{column}") for column in nothing}
    bound = [
        {"voice": voice, "new_n_verdicts": record.n_verdicts, "new_n_misinformation": record.n_misinformation}
        for voice, record in records.items()
    ]
    if bound:
        connection.execute(update(table).where(table.c[name] == bindparam("voice")).values(values), bound)
