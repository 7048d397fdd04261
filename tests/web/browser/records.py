"""What the store holds in the end: the truth behind what a page shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import create_engine, func, make_url, select, text, update

from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.verdicts import UNDO
from pipeline.moderation.store.tables import OPEN, Claim, Report, User, Verdict
from pipeline.moderation.store.web_tables import Session
from tests.web.browser.serving import Place


class Kept(NamedTuple):
    """A verdict that was never taken back."""

    claim_id: str
    verdict: str
    standing: str
    note: str | None


def list_kept(place: Place, name: str) -> list[Kept]:
    """Return a person's verdicts that hold, in the order in which they came; the log must be whole."""
    undone = select(Verdict.undoes).where(Verdict.undoes.is_not(None))
    query = (
        select(Verdict.claim_id, Verdict.verdict, Verdict.standing, Verdict.note)
        .join(User, User.id == Verdict.user_id)
        .where(User.name == name, Verdict.verdict != UNDO, Verdict.id.not_in(undone))
    )
    with place.opened() as store, store.reading() as connection:
        assert verify_log(connection) == []
        return [Kept(*row) for row in connection.execute(query.order_by(Verdict.id))]


def read_state(place: Place, claim_id: str) -> str:
    """Return a claim's state."""
    with place.opened() as store, store.reading() as connection:
        query = select(Claim.state).where(Claim.claim_id == claim_id)
        return str(connection.execute(query).scalar_one())


def list_last(place: Place, n_reports: int) -> list[str]:
    """Return the free claims of so many reports that wait, those that would be dealt last first."""
    query = (
        select(Claim.claim_id)
        .where(Claim.state == OPEN, Claim.n_reports == n_reports, ~Claim.in_quality)
        .where(Claim.locked_until.is_(None) | (Claim.locked_until < datetime.now(UTC)))
        .order_by(Claim.expected_harm, Claim.claim_id)
    )
    with place.opened() as store, store.reading() as connection:
        return list(connection.execute(query).scalars())


def move_to_region(place: Place, claim_ids: list[str], region: str) -> None:
    """Let claims be of a region of their own, and no other claim be."""
    with place.opened() as store, store.writing() as connection:
        connection.execute(update(Claim).where(Claim.region == region).values(region=None))
        connection.execute(update(Claim).where(Claim.claim_id.in_(claim_ids)).values(region=region))


def count_reports(place: Place, claim_id: str) -> int:
    """Return how many reports a claim holds."""
    query = select(func.count()).where(Report.claim_id == claim_id)
    with place.opened() as store, store.reading() as connection:
        return int(connection.execute(query).scalar_one())


@contextmanager
def close_database(place: Place) -> Iterator[None]:
    """Let nobody into a PostgreSQL database, and put out who is in, until the block ends."""
    assert place.database is not None
    name = make_url(place.database).database
    url = make_url(place.database).set(drivername="postgresql+psycopg", database="postgres")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    out = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    try:
        with engine.connect() as connection:
            connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
            connection.execute(out, {"name": name})
            try:
                yield
            finally:
                connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
    finally:
        engine.dispose()


def end_sessions(place: Place, name: str) -> None:
    """Let everybody of a name be logged in no longer, as after hours without a request."""
    mine = select(User.id).where(User.name == name).scalar_subquery()
    with place.opened() as store, store.writing() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(Session).where(Session.user_id == mine).values(expires_at=past))
