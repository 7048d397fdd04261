"""What the store holds in the end: the truth behind what a page shows."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update

from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.verdicts import UNDO
from pipeline.moderation.store.tables import Claim, User, Verdict
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


def end_sessions(place: Place, name: str) -> None:
    """Let everybody of a name be logged in no longer, as after hours without a request."""
    mine = select(User.id).where(User.name == name).scalar_subquery()
    with place.opened() as store, store.writing() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(Session).where(Session.user_id == mine).values(expires_at=past))
