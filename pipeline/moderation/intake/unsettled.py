"""Components that arrivals left unsettled in, grouped anew out: too large for a transaction, or with a late text.

What moves is worked out beside the running queue; only the moving itself holds anybody up.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, String, cast, or_, select, update

from pipeline.moderation.intake.bands import Stand, apply_stands, find_stands
from pipeline.moderation.intake.plan import Plan, count_texts, make_plan
from pipeline.moderation.intake.regroup import LATE, TOO_LARGE, Rules, apply_plan, lock_claims
from pipeline.moderation.intake.reweigh import COUNT_REPORTS
from pipeline.moderation.intake.wordings import hold_texts, read_revision
from pipeline.moderation.store import Store
from pipeline.moderation.store.tables import MERGED, Claim

FLAGS: Final = (LATE, TOO_LARGE)
MAX_SWEPT: Final = 100_000
"""So many texts one sweep groups anew; the rest waits for the next. 10,000 that a link parts take some ten seconds."""


def settle_flagged(store: Store, rules: Rules, now: datetime) -> Iterator[set[str]]:
    """Group flagged components anew, and yield the claims that each changed.

    One that an arrival touched meanwhile, or that is more than is left of a sweep, waits for the next.
    """
    with store.reading() as connection:
        components = _list_flagged(connection)
    left = MAX_SWEPT
    for component in components:
        with store.snapshot() as connection:
            n_texts = count_texts(connection, component)
            if n_texts > left:
                continue
            left -= n_texts
            revision = read_revision(connection)
            stands = find_stands(connection, component, rules.limits)
            masks = {one.wording_id: one.first_in for one in stands}
            plan = make_plan(connection, component, rules.limits, masks)
        with store.writing() as connection:
            if hold_texts(connection) != revision:
                continue
            changed = _settle(connection, component, stands, plan, rules, now)
        yield changed


def _settle(  # noqa: PLR0913, PLR0917 - what was worked out, and by which rules it is applied
    connection: Connection, component: str, stands: list[Stand], plan: Plan, rules: Rules, now: datetime
) -> set[str]:
    claims = lock_claims(connection, component)
    apply_stands(connection, stands)
    changed = apply_plan(connection, claims, plan, rules, now)
    if changed:
        connection.execute(COUNT_REPORTS, [{"which": claim_id} for claim_id in sorted(changed)])
    for claim in claims.values():
        left = [flag for flag in claim.flags if flag not in FLAGS]
        if left != claim.flags:
            mine = Claim.claim_id == claim.claim_id
            connection.execute(update(Claim).where(mine).values(flags=left))
    return changed


def _list_flagged(connection: Connection) -> list[str]:
    written: Any = cast(Claim.flags, String)
    flagged = or_(*(written.contains(flag, autoescape=True) for flag in FLAGS))
    query = select(Claim.component).where(Claim.state != MERGED, flagged).distinct()
    return sorted(connection.execute(query).scalars())
