"""Claims that are alike and yet two: kept once for each couple, whatever they are called by now."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, or_, select

from pipeline.errors import QueueError
from pipeline.moderation.desk.pages import resolve_claim
from pipeline.moderation.intake.ground import cut
from pipeline.moderation.store.bulk import insert_many
from pipeline.moderation.store.tables import MERGED, Claim, Relation

if TYPE_CHECKING:
    import pandas as pd

Couple = tuple[str, str]


def relate_claims(connection: Connection, related: "pd.DataFrame") -> None:
    """Keep RELATED claims of a batch that are not kept yet."""
    rows = related.to_dict("list")
    found = zip(rows["claim_id"], rows["related_claim_id"], rows["similarity"], rows["why"], strict=True)
    add_relations(connection, found)


def add_relations(connection: Connection, found: Iterable[tuple[str, str, float, str]]) -> None:
    """Keep couples of claims; the first that is told of a couple holds."""
    couples: dict[Couple, dict[str, Any]] = {}
    for claim_id, other, similarity, why in found:
        first, second = sorted((claim_id, other))
        if first != second:
            couples.setdefault(
                (first, second),
                {"first": first, "second": second, "similarity": similarity, "why": why},
            )
    known = _read_known(connection, {first for first, _ in couples})
    fresh = {couple: row for couple, row in couples.items() if couple not in known}
    insert_many(connection, Relation, list(_rename(connection, fresh, known).values()))


def _read_known(connection: Connection, names: set[str]) -> set[Couple]:
    known: set[Couple] = set()
    for some in cut(sorted(names)):
        query = select(Relation.first, Relation.second)
        rows = connection.execute(query.where(or_(Relation.first.in_(some), Relation.second.in_(some))))
        known |= {(row.first, row.second) for row in rows}
    return known


def _rename(
    connection: Connection, fresh: dict[Couple, dict[str, Any]], known: set[Couple]
) -> dict[Couple, dict[str, Any]]:
    """Return couples by the names that their claims have now; those that are one by now are left out."""
    names = _find_names(connection, {name for couple in fresh for name in couple})
    renamed: dict[Couple, dict[str, Any]] = {}
    for couple, row in fresh.items():
        ends = [names[name] for name in couple]
        if None in ends or ends[0] == ends[1]:
            continue
        first, second = sorted(filter(None, ends))
        if (first, second) not in known:
            renamed.setdefault((first, second), row | {"first": first, "second": second})
    return renamed


def _find_names(connection: Connection, names: set[str]) -> dict[str, str | None]:
    """Return what claims are called now; None for those that the store has not."""
    found: dict[str, str | None] = {}
    for some in cut(sorted(names)):
        query = select(Claim.claim_id).where(Claim.claim_id.in_(some), Claim.state != MERGED)
        found |= {name: name for name in connection.execute(query).scalars()}
    return found | {name: _find_name(connection, name) for name in names - set(found)}


def _find_name(connection: Connection, name: str) -> str | None:
    try:
        return resolve_claim(connection, name)
    except QueueError:
        return None
