"""The store in, a table that `saring ingest` reads as a source out: labels with their provenance, and withdrawals.

One row a report. Nothing in it differs from one time to the next but by what was decided, so that the same
store gives the same bytes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from pipeline.config import Labels
from pipeline.moderation.intake.ground import cut
from pipeline.moderation.intake.records import STORED
from pipeline.moderation.labels.chances import Chance, measure_chances, week_of
from pipeline.moderation.labels.reading import (
    LABEL_OF,
    Said,
    read_links_made,
    read_said,
    read_waited,
)
from pipeline.moderation.store.base import AnyRow
from pipeline.moderation.store.tables import Report
from pipeline.schema.columns import REPORT_COLUMNS, VERDICT, WITHDRAWN

PROVENANCE: Final = (
    "claim_id",
    "n_reports",
    "verdict",
    "decided_by",
    "score",
    "model_version",
    "lane",
    "found",
    "p_read",
)
"""What stands beside the columns that ingest takes: who decided (a pseudonym), what the model said then, which lane
dealt the claim, how it was found (order, picked, filtered; empty: it never waited), and P(read)."""
COLUMNS: Final = (*REPORT_COLUMNS, *PROVENANCE)

Row = dict[str, Any]


class Exported(NamedTuple):
    """Rows of COLUMNS, sorted by report_id, and how many claims they are of, or why none.

    `n_waiting` claims have a label that waits until its week is old enough, `n_differing` verdicts that differ.
    """

    rows: list[Row]
    n_labelled: int
    n_withdrawn: int
    n_waiting: int
    n_differing: int


class _Labelled(NamedTuple):
    """A claim's label: the verdict that gives it, how the claim was found, and what it stands for."""

    verdict: AnyRow
    found: str | None
    chance: Chance | None


def export_labels(
    connection: Connection, params: Labels, name_person: Callable[[int], str], now: datetime
) -> Exported:
    """Return the label of every claim that has one, by report, and a withdrawal where one might have had it.

    A label waits while its claim's week is younger than `maturity_days`: the share read is not known before.
    `name_person` gives the pseudonym of an account.
    """
    said = read_said(connection)
    ripe, n_waiting = _choose_labels(connection, said, params, now)
    gone = find_withdrawn(said, read_links_made(connection), ripe)
    rows = []
    for report in _read_reports(connection, sorted({*ripe, *gone})):
        own = ripe.get(report.claim_id)
        taken = _withdraw(gone[report.claim_id]) if own is None else _label(own, name_person)
        rows.append(_describe(report) | taken)
    sizes = _count(row["claim_id"] for row in rows)
    return Exported(
        sorted(
            (row | {"n_reports": sizes[row["claim_id"]]} for row in rows), key=lambda row: row["report_id"]
        ),
        len(ripe),
        len(gone),
        n_waiting,
        sum(one.differs for one in said),
    )


def find_withdrawn(
    said: Sequence[Said], links_made: Mapping[str, datetime], labelled: Mapping[str, Any]
) -> dict[str, datetime]:
    """Return the claims without a label whose reports may have had one, and until when that is withdrawn.

    Reports move between the claims of a component, by a split or an arrival, and out of a verdict's reach: so
    wherever in a component a verdict taught anything, all its reports without a label are withdrawn.
    """
    times: dict[str, datetime] = {}
    taught = {one.claim.component for one in said if one.taught}
    for one in said:
        component = one.claim.component
        if component in taught:
            ends = [row.decided_at for row in one.verdicts]
            ends += [at for at in (times.get(component), links_made.get(component)) if at is not None]
            times |= {component: max(ends)} if ends else {}
    return {
        one.claim.claim_id: times[one.claim.component]
        for one in said
        if one.claim.component in taught and one.claim.claim_id not in labelled and one.find_label() is None
    }


def _choose_labels(
    connection: Connection, said: Sequence[Said], params: Labels, now: datetime
) -> tuple[dict[str, _Labelled], int]:
    """Return the labels that are old enough, by claim, and how many wait."""
    waited = {one.claim_id: one for one in read_waited(connection, said)}
    chances = measure_chances(waited.values(), params.floor)
    given = [(one.claim, verdict) for one in said if (verdict := one.find_label()) is not None]
    ripe = {}
    for claim, verdict in given:
        arrived = waited.get(claim.claim_id)
        begun = week_of(arrived.ranked_at if arrived else claim.received_at)
        if begun + timedelta(days=params.maturity_days) <= now:
            found = arrived.found if arrived else None
            ripe[claim.claim_id] = _Labelled(verdict, found, chances.get(claim.claim_id))
    return ripe, len(given) - len(ripe)


def _read_reports(connection: Connection, claim_ids: Sequence[str]) -> Iterator[AnyRow]:
    for some in cut(list(claim_ids)):
        query = select(Report).where(Report.claim_id.in_(some))
        yield from connection.execute(query.order_by(Report.report_id))


def _describe(report: AnyRow) -> Row:
    row: Row = dict.fromkeys(COLUMNS)
    row |= {name: getattr(report, name) for name in STORED}
    return row | {"claim_id": report.claim_id, "label_source": VERDICT}


def _label(labelled: _Labelled, name_person: Callable[[int], str]) -> Row:
    verdict, chance = labelled.verdict, labelled.chance
    return {
        "label": LABEL_OF[verdict.verdict],
        "label_detail": verdict.type or verdict.verdict,
        "labelled_at": verdict.decided_at,
        "weight": None if chance is None else chance.weight,
        "verdict": verdict.verdict,
        "decided_by": None if verdict.user_id is None else name_person(verdict.user_id),
        "score": verdict.score,
        "model_version": verdict.model_version,
        "lane": verdict.lane,
        "found": labelled.found,
        "p_read": None if chance is None else chance.p_read,
    }


def _withdraw(until: datetime) -> Row:
    return {"label_detail": WITHDRAWN, "labelled_at": until.astimezone(UTC)}


def _count(names: Iterator[str]) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for name in names:
        counts[name] += 1
    return counts
