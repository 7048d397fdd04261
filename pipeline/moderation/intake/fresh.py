"""Reports of a batch that the store has not: their rows, their claims where these are new, their texts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from pipeline.config import Params
from pipeline.moderation.audit import draw_row
from pipeline.moderation.intake.arrive import Rules
from pipeline.moderation.intake.ground import read_standing
from pipeline.moderation.intake.imported import read_verdict
from pipeline.moderation.intake.index import BatchIndex
from pipeline.moderation.intake.ranks import rank_first
from pipeline.moderation.intake.records import (
    Record,
    know,
    make_claim_row,
    make_report_row,
    note_reporters,
    read_fingerprint,
    tell,
)
from pipeline.moderation.intake.regroup import Rules as Grouping
from pipeline.moderation.intake.single import rule_type
from pipeline.moderation.intake.weigh import Scales, weigh
from pipeline.moderation.intake.wordings import Foreign, add_wordings, number_wordings, rank_of
from pipeline.moderation.store.bulk import insert_many
from pipeline.moderation.store.tables import Audit, Claim, Report
from pipeline.text.chain import TextChain


class Desk(NamedTuple):
    """What every part of a load shares."""

    chain: TextChain
    texts: BatchIndex
    foreign: Foreign
    scales: Scales
    key: bytes
    now: datetime

    @property
    def params(self) -> Params:
        """The parameters."""
        return self.scales.params

    @property
    def rules(self) -> Rules:
        """What reports that come one at a time are weighed and grouped by."""
        return Rules(self.scales, Grouping.from_params(self.params, self.key))


def add_claims(connection: Connection, groups: Mapping[str, Sequence[Record]], desk: Desk) -> None:
    """Add claims that are wholly new, with their reports, weighed in memory."""
    reporters = [r["reporter_id"] for group in groups.values() for r in group if r["reporter_id"] is not None]
    standing = read_standing(connection, set(reporters))
    claims, audits = [], []
    for claim_id, group in groups.items():
        drawn = draw_row(claim_id, desk.key, desk.params, desk.now)
        verdict = read_verdict(group, desk.params)
        component = desk.texts.component_of(filter(None, map(read_fingerprint, group)), claim_id)
        ruled = rule_type(group[0], desk.chain)
        row = make_claim_row(group[0], claim_id, component, ruled, desk.now) | verdict
        known = know(row, in_quality=drawn["member"], decided_at=verdict["decided_at"])
        terms = weigh(known, [tell(record) for record in group], (), standing, desk.scales)
        after = {
            "in_quality": drawn["member"],
            "views_when_decided": terms["views"] if verdict["verdict"] else None,
        }
        claims.append(row | terms | after)
        audits.append(drawn | rank_first(verdict["state"], terms["expected_harm"], desk.now))
    note_reporters(connection, reporters)
    insert_many(connection, Claim, claims)
    insert_many(connection, Audit, audits)
    insert_many(connection, Report, _make_reports(connection, groups, desk))


def add_reports(connection: Connection, joined: Mapping[str, Sequence[Record]], desk: Desk) -> None:
    """Add reports to the claims that they joined."""
    reporters = [r["reporter_id"] for group in joined.values() for r in group if r["reporter_id"] is not None]
    note_reporters(connection, reporters)
    insert_many(connection, Report, _make_reports(connection, joined, desk))


def _make_reports(
    connection: Connection, groups: Mapping[str, Sequence[Record]], desk: Desk
) -> list[dict[str, Any]]:
    """Return the rows of reports, their texts kept and indexed where the store had them not."""
    said = {record["report_id"]: read_fingerprint(record) for group in groups.values() for record in group}
    numbers = number_wordings(connection, filter(None, said.values()))
    rows = {}
    for claim_id, group in groups.items():
        for record in group:
            text = said[record["report_id"]]
            if text is not None and text in desk.texts and text not in numbers and text not in rows:
                rows[text] = desk.texts.describe(text, claim_id, rank_of(record)[0])
    if rows:
        numbers |= add_wordings(connection, list(rows.values()))
    return [
        make_report_row(record, claim_id, numbers.get(said[record["report_id"]] or b""), desk.now)
        for claim_id, group in groups.items()
        for record in group
    ]
