"""The store in; every claim with the verdicts that it ever got, whatever it was merged into since, out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from pipeline.moderation.desk.blind import FIRST, GOLDEN_READ, RULING
from pipeline.moderation.desk.verdicts import (
    MISINFORMATION,
    NOT_A_CLAIM,
    NOT_MISINFORMATION,
    UNDO,
)
from pipeline.moderation.labels.chances import FILTERED, IN_ORDER, PICKED, Waited
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import DECIDED, MERGED, Audit, Claim, Deal, Link, Report, Verdict

LABEL_OF: Final = {MISINFORMATION: 1, NOT_MISINFORMATION: 0, NOT_A_CLAIM: 0}
"""What a verdict teaches; "unclear" and "needs another desk" teach nothing."""


class Said(NamedTuple):
    """Everything that was ever said of a claim, in its order; `standing` is what nobody took back."""

    claim: AnyRow
    verdicts: Sequence[AnyRow]
    undone: frozenset[int]

    @property
    def standing(self) -> list[AnyRow]:
        """The verdicts that stand, the earliest first; a claim that waited anew has only those since."""
        given = [row for row in self.verdicts if row.verdict != UNDO and row.id not in self.undone]
        begun = {row.claim_id: row.id for row in given if row.standing == FIRST}
        return [row for row in given if row.id >= begun.get(row.claim_id, 0)]

    @property
    def differs(self) -> bool:
        """Say whether verdicts that stand give both labels, and no lead has ruled."""
        standing = self.standing
        labels = {LABEL_OF[row.verdict] for row in standing if row.verdict in LABEL_OF}
        return len(labels) > 1 and not any(row.standing == RULING for row in standing)

    @property
    def taught(self) -> bool:
        """Say whether a verdict that gives a label was ever given."""
        return any(row.verdict in LABEL_OF for row in self.verdicts)

    def find_label(self) -> AnyRow | None:
        """Return the verdict that gives the claim's label: a lead's ruling, or what stands on the claim."""
        standing = self.standing
        if not standing or self.differs:
            return None
        rulings = [row for row in standing if row.standing == RULING]
        on_claim = [row for row in standing if self._is_on_claim(row)]
        chosen = (rulings[-1:] or on_claim or standing)[0]
        return chosen if chosen.verdict in LABEL_OF else None

    def _is_on_claim(self, row: AnyRow) -> bool:
        return (row.user_id, row.decided_at) == (self.claim.decided_by, self.claim.decided_at)


def read_said(connection: Connection) -> list[Said]:
    """Return every claim that lives, by its id; what was merged into it speaks with it."""
    claims = connection.execute(select(*_CLAIM).order_by(Claim.claim_id)).all()
    homes = find_homes(claims)
    verdicts: dict[str, list[AnyRow]] = defaultdict(list)
    undone = set()
    for row in connection.execute(select(Verdict).order_by(Verdict.id)):
        if row.standing != GOLDEN_READ:
            verdicts[homes[row.claim_id]].append(row)
        undone |= {row.undoes} - {None}
    gone = frozenset(undone)
    return [Said(claim, verdicts.get(claim.claim_id, ()), gone) for claim in claims if claim.state != MERGED]


def find_homes(claims: Sequence[AnyRow]) -> Mapping[str, str]:
    """Return the claim in which each lives now, itself where it was not merged."""
    into = {claim.claim_id: claim.merged_into for claim in claims if claim.state == MERGED}

    def follow(name: str) -> str:
        while into.get(name):
            name = into[name]
        return name

    return {claim.claim_id: follow(claim.claim_id) for claim in claims}


def read_waited(connection: Connection, said: Sequence[Said]) -> list[Waited]:
    """Return the claims that ever waited, and how each was found by who read it first."""
    draws = {row.claim_id: row for row in connection.execute(select(Audit))}
    filtered = _read_filtered(connection)
    waited = []
    for one in said:
        draw = draws.get(one.claim.claim_id)
        if draw is None or draw.first_harm is None or draw.ranked_at is None:
            continue
        found = find_first(one, filtered)
        waited.append(
            Waited(
                one.claim.claim_id,
                draw.ranked_at,
                draw.first_harm,
                draw.member,
                draw.probability,
                found,
                left=found is None and one.claim.state == DECIDED,
            )
        )
    return waited


def find_first(said: Said, filtered: Mapping[tuple[str, int], Sequence[datetime]]) -> str | None:
    """Return how a claim was found by who read it first: a verdict that was taken back was a reading too."""
    first = next((row for row in said.verdicts if row.verdict != UNDO), None)
    if first is None:
        return None
    if first.lane is None:
        return PICKED
    deals = filtered.get((first.claim_id, first.user_id), ())
    return FILTERED if any(dealt_at <= first.decided_at for dealt_at in deals) else IN_ORDER


def read_links_made(connection: Connection) -> dict[str, datetime]:
    """Return when the last link of each component was made."""
    made: dict[str, datetime] = {}
    query = select(Claim.component, Link.made_at).join(Report, Report.claim_id == Claim.claim_id)
    for end in (Link.first, Link.second):
        for component, at in connection.execute(query.join(Link, end == Report.report_id)):
            made[component] = max(at, made.get(component, at))
    return made


def _read_filtered(connection: Connection) -> dict[tuple[str, int], list[datetime]]:
    """Return when a claim was dealt to a person among those only that they wanted to see."""
    dealt: dict[tuple[str, int], list[datetime]] = defaultdict(list)
    query = select(Deal.claim_id, Deal.user_id, Deal.dealt_at).where(Deal.filtered, Deal.purpose.is_(None))
    for claim_id, user_id, at in connection.execute(query):
        dealt[claim_id, user_id].append(at)
    return dealt


_CLAIM: Final[Any] = (
    Claim.claim_id,
    Claim.state,
    Claim.merged_into,
    Claim.component,
    Claim.received_at,
    Claim.decided_by,
    Claim.decided_at,
)
