"""A new model's scores beside the old: written slowly, taken over by all free claims in one statement."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, CursorResult, update

from pipeline.moderation.store.facts import ACTIVE_MODEL, read_fact
from pipeline.moderation.store.tables import Claim

PAIRS: Final = {
    "score": "shadow_score",
    "abstain_reason": "shadow_abstain_reason",
    "model_version": "shadow_version",
    "words": "shadow_words",
    "probability": "shadow_probability",
    "expected_harm": "shadow_harm",
    "priority": "shadow_priority",
}
"""What a claim shows, and where a new model's value of it waits."""


def take_over_shadow(connection: Connection, chosen: ColumnElement[bool]) -> int:
    """Let chosen claims take the scores of the model in service that wait beside theirs; return how many did."""
    noted = read_fact(connection, ACTIVE_MODEL)
    if noted is None or noted["version"] is None:  # kept at the prior: no claim's missing score is meant
        return 0
    taken: dict[str, Any] = {name: getattr(Claim, shadow) for name, shadow in PAIRS.items()}
    cleared = dict.fromkeys(PAIRS.values(), None)
    ready = Claim.shadow_version == noted["version"]
    statement = update(Claim).where(chosen, ready).values(taken | cleared)
    done: CursorResult[Any] = connection.execute(statement)
    return done.rowcount
