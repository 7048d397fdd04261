"""The queue in numbers: what waits, what is held, what was decided, what each lane is owed."""

from sqlalchemy import Connection, func, select

from pipeline.moderation.desk.pages import count_states
from pipeline.moderation.desk.verdicts import UNDO
from pipeline.moderation.lanes import WHOLE, Balance
from pipeline.moderation.store.facts import ACTIVE_MODEL, SWEPT_AT, read_fact
from pipeline.moderation.store.tables import Claim, Deal, LaneBalance, LogHead, Report, Verdict


def count_queue(connection: Connection) -> dict[str, int | str]:
    """Return counts by what they are of; audit membership is not among them."""
    numbers: dict[str, int | str] = {
        f"claims: {state}": n for state, n in sorted(count_states(connection).items())
    }
    model = read_fact(connection, ACTIVE_MODEL)
    numbers |= {
        "reports": _count(connection, select(func.count()).select_from(Report)),
        "in somebody's hands": _count(connection, select(func.count()).where(Deal.ended_at.is_(None))),
        "circulating again": _count(
            connection, select(func.count()).where(Claim.circulating_since.is_not(None))
        ),
        "verdicts": _count(connection, select(func.count()).where(Verdict.verdict != UNDO)),
        "taken back": _count(connection, select(func.count()).where(Verdict.verdict == UNDO)),
        "lines in the log": _count(connection, select(LogHead.sequence)),
        "model": model["version"] if model else "none: claims are kept at the prior",
        "terms made anew": str(read_fact(connection, SWEPT_AT) or "never"),
    }
    return numbers | {
        f"lane {lane}: reads owed": f"{owed:+.2f}" for lane, owed in read_owed(connection).items()
    }


def read_owed(connection: Connection) -> dict[str, float]:
    """Return how many reads each lane is below its share."""
    columns = [getattr(LaneBalance, name) for name in Balance._fields]
    row = connection.execute(select(*columns)).one()
    return {name: getattr(row, name) / WHOLE for name in Balance._fields}


def _count(connection: Connection, query: object) -> int:
    return int(connection.execute(query).scalar_one())  # type: ignore[call-overload]
