"""Labels that come with a batch in, what they decide out; a person's verdict stands above them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, select, update

from pipeline.config import Params
from pipeline.moderation.intake.ground import cut
from pipeline.moderation.intake.records import Record
from pipeline.moderation.store.tables import AGED, DECIDED, OPEN, Claim, Verdict
from pipeline.schema.columns import VERDICT

VERDICT_OF_LABEL: Final = {1: "misinformation", 0: "not misinformation"}
CONTRADICTED: Final = "unclear"
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a label was given whose time nobody noted: before everything."""


def read_verdict(group: Sequence[Record], params: Params) -> dict[str, Any]:
    """Return the state of a claim of a batch: decided by an imported label, waiting, or too old to wait.

    It was decided when the first of its labels was known: one without a time some days after its report.
    """
    labels = {record["label"] for record in group if record["label"] is not None}
    if not labels:
        state = OPEN if any(record["waits"] for record in group) else AGED
        return _decide(state, None, None)
    delay = timedelta(days=params.evaluate.verdict_delay_days)
    labelled = [record for record in group if record["label"] is not None]
    known = [
        r["labelled_at"] or r["reported_at"] + delay for r in labelled if r["labelled_at"] or r["reported_at"]
    ]
    verdict = VERDICT_OF_LABEL[labels.pop()] if len(labels) == 1 else CONTRADICTED
    return _decide(DECIDED, verdict, min(known, default=LONG_AGO))


def import_verdicts(connection: Connection, groups: Mapping[str, Sequence[Record]], params: Params) -> int:
    """Let labels that are new decide claims that no person has; what a person decided keeps them below.

    A verdict of a claim that was decided here before is our own, come back in a file that may be outdated.
    """
    own = find_decided_here(connection, groups)
    told = {name: leave_verdicts(group) if name in own else group for name, group in groups.items()}
    states = {claim_id: read_verdict(group, params) for claim_id, group in told.items() if group}
    labelled = {claim_id: state for claim_id, state in states.items() if state["verdict"]}
    return sum(_import(connection, some, labelled) for some in cut(sorted(labelled)))


def _import(
    connection: Connection, claim_ids: Sequence[str], labelled: Mapping[str, Mapping[str, Any]]
) -> int:
    """Note labels that are news, and return how many claims they decided."""
    query = select(Claim.claim_id, Claim.views, Claim.state, Claim.decided_by, Claim.imported_verdict)
    n_decided = 0
    for row in connection.execute(query.where(Claim.claim_id.in_(claim_ids))).all():
        label = labelled[row.claim_id]
        if label["imported_verdict"] == row.imported_verdict:
            continue
        decides = row.state != DECIDED or row.decided_by is None
        names = label if decides else ("imported_verdict", "imported_at")
        values = {name: label[name] for name in names}
        values |= {"verdict_type": None, "views_when_decided": row.views} if decides else {}
        connection.execute(update(Claim).where(Claim.claim_id == row.claim_id).values(values))
        n_decided += decides
    return n_decided


def _decide(state: str, verdict: str | None, at: datetime | None) -> dict[str, Any]:
    """Return a claim's columns: what stands, and what the label said, which stays when somebody decides."""
    imported = {"imported_verdict": verdict, "imported_at": at}
    return {"state": state, "verdict": verdict, "decided_at": at, **imported}


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
