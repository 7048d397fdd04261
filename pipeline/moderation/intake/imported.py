"""Labels that come with a batch in, those that are news to the store out."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, select

from pipeline.moderation.intake.ground import cut
from pipeline.moderation.intake.records import Record
from pipeline.moderation.store.tables import Claim, Verdict
from pipeline.schema.columns import VERDICT


def find_decided_here(connection: Connection, claim_ids: Iterable[str]) -> set[str]:
    """Return the claims on which, or on what was merged into them, somebody ever decided."""
    home = func.coalesce(Claim.merged_into, Claim.claim_id)
    found: set[str] = set()
    for some in cut(sorted(claim_ids)):
        query = select(home).join(Verdict, Verdict.claim_id == Claim.claim_id).where(home.in_(some))
        found |= set(connection.execute(query.distinct()).scalars())
    return found


def leave_verdicts(group: Sequence[Record]) -> list[Record]:
    """Leave out the reports whose label is a moderator's."""
    return [record for record in group if record["label_source"] != VERDICT]
