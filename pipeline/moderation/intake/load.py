"""A batch of prepared and scored reports in, the store brought up to it; the same batch again changes nothing.

Claims are written some thousand reports at a time, each part in a transaction of its own, so that moderators
wait for moments and a killed load goes on where it stopped.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, select, update

from pipeline.config import Params
from pipeline.moderation.audience import measure_audience
from pipeline.moderation.audit import draw_row
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.pages import resolve_claim
from pipeline.moderation.intake.arrive import Rules
from pipeline.moderation.intake.ground import (
    Scale,
    cut,
    make_ground,
    note_scale,
    read_audience,
    read_standing,
)
from pipeline.moderation.intake.imported import find_decided_here, leave_verdicts
from pipeline.moderation.intake.index import BatchIndex
from pipeline.moderation.intake.joined import raise_circulating, wake_claims
from pipeline.moderation.intake.observe import Observed, note_observations
from pipeline.moderation.intake.ranks import note_first_ranks, rank_first
from pipeline.moderation.intake.records import (
    Record,
    know,
    make_claim_row,
    make_report_row,
    note_reporters,
    read_fingerprint,
    read_stored,
    tell,
)
from pipeline.moderation.intake.regroup import Rules as Grouping
from pipeline.moderation.intake.relations import relate_claims
from pipeline.moderation.intake.single import Reading, list_single, receive_singly, rule_type
from pipeline.moderation.intake.weigh import Scales, make_history, reweigh, weigh
from pipeline.moderation.intake.wordings import (
    Foreign,
    add_wordings,
    hold_texts,
    number_wordings,
    rank_of,
    read_foreign,
)
from pipeline.moderation.store import Store
from pipeline.moderation.store.bulk import insert_many
from pipeline.moderation.store.facts import ACTIVE_MODEL, AUDIENCE, note_fact, read_fact
from pipeline.moderation.store.tables import AGED, DECIDED, MERGED, OPEN, Alias, Audit, Claim, Report
from pipeline.text.chain import TextChain

REPORTS_AT_ONCE: Final = 5000
VERDICT_OF_LABEL: Final = {1: "misinformation", 0: "not misinformation"}
CONTRADICTED: Final = "unclear"
SCORE_COLUMNS: Final = ("score", "model_version", "words")


class Loaded(NamedTuple):
    """What a load changed: reports that are new, those that joined a claim of before, claims, counts."""

    n_reports: int = 0
    n_joined: int = 0
    n_claims: int = 0
    n_observed: int = 0


class Terms(NamedTuple):
    """By what reports are taken: the chain that reads them, the parameters, the time that ages are counted to.

    `key` draws the audit sample.
    """

    chain: TextChain
    params: Params
    now: datetime
    key: bytes


class Batch(NamedTuple):
    """Reports of `join_scores`, what `preprocess` found of their texts, and RELATED claims."""

    reports: pd.DataFrame
    texts: BatchIndex
    related: pd.DataFrame


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


def make_batch(
    prepared: pd.DataFrame, scored: pd.DataFrame, wordings: pd.DataFrame, related: pd.DataFrame
) -> Batch:
    """Put together what a run made: PREPARED, SCORED, WORDINGS and RELATED."""
    return Batch(join_scores(prepared, scored), BatchIndex(wordings, prepared), related)


def join_scores(prepared: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Join PREPARED reports with the scores of those that wait, sorted so that each claim's stand together."""
    own = scored.set_index("report_id")[list(SCORE_COLUMNS)]
    joined = prepared.drop(columns=["normalised", "stemmed", "language", "split", "repeats"]).join(
        own, on="report_id"
    )
    complete = joined.assign(waits=joined["report_id"].isin(own.index))
    return complete.sort_values(["claim_id", "reported_at", "report_id"], ignore_index=True)


def load_batch(
    store: Store, batch: Batch, scale: Scale, terms: Terms, received_at: datetime
) -> Iterator[Loaded]:
    """Bring the store up to a batch of `make_batch`, and yield what each part changed.

    The first load tells the store which model it is ordered by and who looks.
    """
    _begin(store, batch.reports, scale, terms)
    with store.reading() as connection:
        ground = make_ground(scale, read_audience(connection), terms.params, terms.now)
        foreign = read_foreign(connection, frozenset(batch.reports["report_id"]))
    desk = Desk(terms.chain, batch.texts, foreign, Scales(ground, terms.params), terms.key, received_at)
    for first, last in cut_claims(batch.reports["claim_id"]):
        records = read_records(batch.reports.iloc[first:last])
        with store.writing() as connection:
            loaded = _load_part(connection, records, desk)
        yield loaded
    with store.writing() as connection:
        relate_claims(connection, batch.related)


def cut_claims(claim_ids: "pd.Series[str]") -> Iterator[tuple[int, int]]:
    """Yield the ranges of rows that are loaded at once; a claim is never cut."""
    values = claim_ids.to_numpy()
    ends = np.flatnonzero(np.append(values[1:] != values[:-1], len(values) > 0)) + 1
    first = 0
    for end in ends:
        if end - first >= REPORTS_AT_ONCE or end == len(values):
            yield first, int(end)
            first = int(end)


def read_records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as records, None where nothing is known."""
    records: list[dict[str, Any]] = pa.Table.from_pandas(rows, preserve_index=False).to_pylist()
    return records


def _begin(store: Store, batch: pd.DataFrame, scale: Scale, terms: Terms) -> None:
    """Note the model and the audience of a store that knows none."""
    with store.reading() as connection:
        known = [read_fact(connection, name) is not None for name in (ACTIVE_MODEL, AUDIENCE)]
    if all(known):
        return
    histories = (
        make_history(part[0]["platform"], [tell(record) for record in part], (), terms.now)
        for first, last in cut_claims(batch["claim_id"])
        for part in group_claims(read_records(batch.iloc[first:last])).values()
    )
    audience = measure_audience(histories, terms.now, terms.params.prioritise.views)
    with store.writing() as connection:
        if not known[0]:
            note_scale(connection, scale)
        if not known[1]:
            note_fact(connection, AUDIENCE, audience.as_dict())


def group_claims(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the reports of each claim, in their order."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record["claim_id"]].append(record)
    return groups


def _load_part(connection: Connection, records: Sequence[Record], desk: Desk) -> Loaded:
    hold_texts(connection)
    stored = read_stored(connection, [record["report_id"] for record in records])
    groups = group_claims(records)
    homes = _find_homes(connection, groups, stored)
    fresh = {
        claim_id: [r for r in group if r["report_id"] not in stored] for claim_id, group in groups.items()
    }
    singly = list_single(homes, fresh, desk.texts, desk.foreign)
    apart = {record["report_id"] for record in singly}
    fresh = {name: [r for r in group if r["report_id"] not in apart] for name, group in fresh.items()}
    made = [claim_id for claim_id in groups if claim_id not in homes and fresh[claim_id]]
    joined = _gather(homes, fresh)
    if made:
        _add_claims(connection, {claim_id: groups[claim_id] for claim_id in made}, desk)
    _add_reports(connection, joined, desk)
    if singly:
        homes = (
            receive_singly(connection, singly, Reading(desk.texts, desk.chain), desk.rules, desk.now) | homes
        )
    observed = _note_counts(connection, records, stored, desk.now)
    changed, woken = {*joined, *observed}, []
    if joined:
        woken = wake_claims(connection, joined, desk.params.queue, desk.now)
    reweigh(connection, changed, desk.scales)
    note_first_ranks(connection, woken, desk.now)
    raise_circulating(connection, changed, desk.params.queue, desk.now)
    decided = _import_verdicts(connection, _gather(homes, groups), desk.params)
    n_new, n_joined = (sum(map(len, part.values())) + len(singly) for part in (fresh, joined))
    loaded = Loaded(n_new, n_joined, len(made), len(observed))
    if any(loaded) or decided:
        detail = {**loaded._asdict(), "n_decided": decided}
        write_event(connection, None, "loaded", "batch", detail, desk.now)
    return loaded


def _gather(homes: Mapping[str, str], groups: Mapping[str, Sequence[Record]]) -> dict[str, list[Record]]:
    """Return the reports by their claims in the store; several of the batch may be one there."""
    gathered: dict[str, list[Record]] = defaultdict(list)
    for claim_id, home in homes.items():
        if groups[claim_id]:
            gathered[home] += groups[claim_id]
    return gathered


def _find_homes(
    connection: Connection, groups: Mapping[str, Sequence[Record]], stored: Mapping[str, Any]
) -> dict[str, str]:
    """Return which claim of the store each claim of the batch is; names may have moved since.

    The claim of its earliest report that is stored; or else the one that bears its name, or bore it.
    """
    homes: dict[str, str] = {}
    for some in cut(list(groups)):
        named = select(Claim.claim_id, Claim.state).where(Claim.claim_id.in_(some))
        former = select(Alias.alias).where(Alias.alias.in_(some))
        standing = {row.claim_id: row.state for row in connection.execute(named)}
        moved = {name for name, state in standing.items() if state == MERGED}
        moved |= set(connection.execute(former).scalars()) - set(standing)
        homes |= {name: name for name in standing} | {name: resolve_claim(connection, name) for name in moved}
    for claim_id, group in groups.items():
        known = next((stored[r["report_id"]] for r in group if r["report_id"] in stored), None)
        if known is not None:
            homes[claim_id] = known.claim_id
    return homes


def _add_claims(connection: Connection, groups: Mapping[str, Sequence[Record]], desk: Desk) -> None:
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


def _add_reports(connection: Connection, joined: Mapping[str, Sequence[Record]], desk: Desk) -> None:
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


def read_verdict(group: Sequence[Record], params: Params) -> dict[str, Any]:
    """Return the state of a claim of a batch: decided by an imported label, waiting, or too old to wait.

    It was decided when the first of its labels was known: one without a time some days after its report.
    """
    labels = {record["label"] for record in group if record["label"] is not None}
    if not labels:
        state = OPEN if any(record["waits"] for record in group) else AGED
        return {"state": state, "verdict": None, "decided_at": None}
    delay = timedelta(days=params.evaluate.verdict_delay_days)
    labelled = [record for record in group if record["label"] is not None]
    known = [
        r["labelled_at"] or r["reported_at"] + delay for r in labelled if r["labelled_at"] or r["reported_at"]
    ]
    verdict = VERDICT_OF_LABEL[labels.pop()] if len(labels) == 1 else CONTRADICTED
    return {"state": DECIDED, "verdict": verdict, "decided_at": min(known, default=LONG_AGO)}


LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a label was given whose time nobody noted: before everything."""


def _note_counts(
    connection: Connection, records: Sequence[Record], stored: Mapping[str, Any], now: datetime
) -> set[str]:
    """Keep the counts of reports that came before, where they are other ones; return the claims concerned."""
    observed = []
    for record in records:
        before = stored.get(record["report_id"])
        counts = tuple(record[name] for name in ("views", "shares", "observed_at"))
        if before is None or counts[2] is None or counts[:2] == (None, None):
            continue
        if counts != (before.views, before.shares, before.observed_at):
            at = record["report_id"], record["url"] or ""
            observed.append(Observed(before.claim_id, *at, counts[2], counts[0], counts[1]))
    return note_observations(connection, observed, now)


def _import_verdicts(connection: Connection, groups: Mapping[str, Sequence[Record]], params: Params) -> int:
    """Let labels that came with a batch decide claims that wait still; a person's verdict stands above them.

    A verdict of a claim that was decided here before is our own, come back in a file that may be outdated.
    """
    own = find_decided_here(connection, groups)
    told = {name: leave_verdicts(group) if name in own else group for name, group in groups.items()}
    states = {claim_id: read_verdict(group, params) for claim_id, group in told.items() if group}
    labelled = {claim_id: state for claim_id, state in states.items() if state["verdict"]}
    n_decided = 0
    for some in cut(sorted(labelled)):
        query = select(Claim.claim_id, Claim.views).where(Claim.claim_id.in_(some), Claim.state != DECIDED)
        for row in connection.execute(query).all():
            values = labelled[row.claim_id] | {"views_when_decided": row.views}
            connection.execute(update(Claim).where(Claim.claim_id == row.claim_id).values(values))
            n_decided += 1
    return n_decided
