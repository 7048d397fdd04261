"""A batch of prepared and scored reports in, the store brought up to it; the same batch again changes nothing.

Claims are written some thousand reports at a time, each part in a transaction of its own, so that moderators
wait for moments and a killed load goes on where it stopped.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import Connection, select

from pipeline.config import Params
from pipeline.moderation.audience import measure_audience
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.pages import resolve_claim
from pipeline.moderation.intake.batch import Batch, cut_claims, group_claims, make_batch, read_records
from pipeline.moderation.intake.fresh import Desk, add_claims, add_reports
from pipeline.moderation.intake.ground import Scale, cut, make_ground, note_scale, read_audience
from pipeline.moderation.intake.imported import import_verdicts
from pipeline.moderation.intake.joined import raise_circulating, wake_claims
from pipeline.moderation.intake.observe import Observed, note_observations
from pipeline.moderation.intake.ranks import note_first_ranks
from pipeline.moderation.intake.records import Record, read_stored, tell
from pipeline.moderation.intake.relations import relate_claims
from pipeline.moderation.intake.reweigh import reweigh
from pipeline.moderation.intake.single import Reading, list_single, receive_singly
from pipeline.moderation.intake.weigh import Scales, make_history
from pipeline.moderation.intake.wordings import hold_texts, read_foreign
from pipeline.moderation.store import Store
from pipeline.moderation.store.facts import ACTIVE_MODEL, AUDIENCE, note_fact, read_fact
from pipeline.moderation.store.tables import MERGED, Alias, Claim
from pipeline.text.chain import TextChain

__all__ = ["Batch", "Loaded", "Terms", "load_batch", "make_batch"]


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
        add_claims(connection, {claim_id: groups[claim_id] for claim_id in made}, desk)
    add_reports(connection, joined, desk)
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
    decided = import_verdicts(connection, _gather(homes, groups), desk.params)
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
