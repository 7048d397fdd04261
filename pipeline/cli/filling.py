"""Reports, counts and scores into the store: what `saring queue load`, `observe`, `refresh` and `rescore` do."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from pipeline.cli.cohorts import read_cohorts
from pipeline.cli.console import StageClock, show_progress, warn
from pipeline.cli.counts import COLUMNS, read_counts
from pipeline.cli.debunkopening import load_library
from pipeline.cli.opening import act_as, open_store
from pipeline.cli.opening import clock as now
from pipeline.cli.workspace import Workspace
from pipeline.config import Params
from pipeline.errors import ModelError
from pipeline.ingest.cells import FORGOTTEN
from pipeline.model.registry import Registry
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.people import DATA, LEAD, SERVICE
from pipeline.moderation.intake.ground import AT_ONCE, NO_MODEL_U_REF, Scale, read_ground, read_scale
from pipeline.moderation.intake.load import Loaded, Terms, load_batch, make_batch
from pipeline.moderation.intake.matches import match_waiting
from pipeline.moderation.intake.observe import Count, take_counts
from pipeline.moderation.intake.regroup import Rules
from pipeline.moderation.intake.rescore import Scored, count_outdated, flip, write_shadow
from pipeline.moderation.intake.sweep import is_due, register_cohorts, sweep
from pipeline.moderation.intake.unsettled import settle_flagged
from pipeline.moderation.intake.weigh import Scales
from pipeline.moderation.store import Store, try_alone
from pipeline.moderation.store.facts import LAST_INGEST, note_fact
from pipeline.schema.flow import Flow
from pipeline.score import score_texts
from pipeline.storage import read_frame
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

SHOWN_REJECTED: Final = 3
COUNTS_AT_ONCE: Final = 5000
ROUNDS: Final = 2
REFRESH: Final = "refresh"
"""After the queue has turned to a new model, once more for what arrived meanwhile."""


def load_root(workspace: Workspace, name: str | None = None) -> None:
    """Bring the store up to the root's reports."""
    clock = StageClock("load")
    params = workspace.params
    chain = TextChain(TextRules.from_params(params.text))
    batch = make_batch(
        *map(read_frame, (workspace.prepared, workspace.scored, workspace.wordings, workspace.related))
    )
    cohorts, scale = read_cohorts(workspace), find_scale(workspace)
    with open_store(workspace, make=True) as store:
        with store.writing() as connection:
            act_as(connection, name, LEAD, DATA, SERVICE)
            register_cohorts(connection, cohorts, now())
            note_fact(connection, LAST_INGEST, count_rejected(workspace))
        terms = Terms(chain, params, params.now(), workspace.pseudonym_key())
        parts = load_batch(store, batch, scale, terms, now())
        done = add_up(show_progress(parts, "loading"))
        _take_earlier_counts(store, find_earlier_counts(read_frame(workspace.history), batch.reports), params)
        n_matched = _match_known(workspace, store)
        _sweep_if_due(store, workspace)
        with store.reading() as connection:
            ordered_by = read_scale(connection, params).version
    flow = Flow.balanced(len(batch.reports), done.n_reports, len(batch.reports) - done.n_reports)
    found = f"{done.n_claims:,} new claims; {done.n_joined:,} reports of known ones; {done.n_observed:,} counted again"
    told = found if done.n_reports or done.n_observed else "nothing new"
    clock.report(flow, told + (f"; {n_matched:,} compared with known fact-checks" if n_matched else ""))
    if scale.version not in {None, ordered_by}:
        warn(f"the queue is ordered by {ordered_by}; {scale.version} is champion; run `saring queue rescore`")


def count_rejected(workspace: Workspace) -> dict[str, int]:
    """Count the rows of the last ingest, and those that were mistakes: what was forgotten is none."""
    rejected = read_frame(workspace.rejected)
    n_rejected = int((rejected["reason"] != FORGOTTEN.reason).sum())
    return {"n_rows": len(read_frame(workspace.history)) + n_rejected, "n_rejected": n_rejected}


def find_earlier_counts(counted: pd.DataFrame, reports: pd.DataFrame) -> list[Count]:
    """Return the counts of a batch's HISTORY that do not stand in its reports: each report keeps only its last."""
    known = counted[counted["observed_at"].notna() & counted["views"].notna()]
    own = known.merge(reports[["report_id", "observed_at", "views"]].assign(is_last=True), how="left")
    earlier = own[own["is_last"].isna() & own["report_id"].isin(reports["report_id"])]
    rows = earlier[["report_id", "observed_at", "views", "shares"]].drop_duplicates()
    return [
        Count(report_id, None, at.to_pydatetime(), int(views), None if pd.isna(shares) else int(shares))
        for report_id, at, views, shares in rows.itertuples(index=False)
    ]


def _take_earlier_counts(store: Store, counts: Sequence[Count], params: Params) -> None:
    for first in range(0, len(counts), COUNTS_AT_ONCE):
        with store.writing() as connection:
            scales = Scales(read_ground(connection, params, params.now()), params)
            take_counts(connection, counts[first : first + COUNTS_AT_ONCE], scales, now())


def _match_known(workspace: Workspace, store: Store) -> int:
    """Compare what waits with the root's library of fact-checks, where there is one that it was not compared with."""
    library = load_library(workspace)
    if library is None:
        return 0
    params = workspace.params
    return sum(
        show_progress(match_waiting(store, library, params, params.now()), "comparing with fact-checks")
    )


def _sweep_if_due(store: Store, workspace: Workspace) -> None:
    """Weigh what waits by what the load told of who looks and who was right."""
    with try_alone(store, REFRESH) as is_alone:
        if is_alone and _is_due(store, workspace):
            _sweep(store, workspace)


def _is_due(store: Store, workspace: Workspace) -> bool:
    with store.reading() as connection:
        return is_due(connection, workspace.params, now())


def _sweep(store: Store, workspace: Workspace) -> tuple[int, int]:
    """Group anew what arrivals left unsettled, then weigh what waits; return how many claims each concerned."""
    params = workspace.params
    rules = Rules.from_params(params, workspace.pseudonym_key())
    n_regrouped = sum(map(len, settle_flagged(store, rules, now())))
    return n_regrouped, sum(show_progress(sweep(store, params, params.now(), now()), "weighing"))


def observe_file(workspace: Workspace, source: Path, name: str | None) -> None:
    """Take later counts, and say what became of each row."""
    took = StageClock("observe")
    params = workspace.params
    counts = read_counts(source, workspace.pseudonym_key(), max(now(), params.now()))
    with open_store(workspace) as store, store.writing() as connection:
        person = act_as(connection, name, LEAD, DATA, SERVICE)
        scales = Scales(read_ground(connection, params, params.now()), params)
        taken = take_counts(connection, counts.taken, scales, now())
        if taken.moved:
            detail = {"n_claims": len(taken.moved), "n_rows": taken.n_known}
            write_event(connection, person.id if person else None, "observed", "batch", detail, now())
    n_rows = len(counts.taken) + len(counts.rejected)
    unknown = len(taken.unknown)
    flow = Flow.balanced(n_rows, taken.n_known, 0, unknown + len(counts.rejected))
    raised = f"; {len(taken.raised):,} decided claims circulate again" if taken.raised else ""
    took.report(
        flow, f"{len(taken.moved):,} claims counted again; {unknown:,} rows of unknown content{raised}"
    )
    for number, reason in counts.rejected[:SHOWN_REJECTED]:
        warn(f"{source}: row {number} {reason}; expected {COLUMNS}")


def refresh(workspace: Workspace, name: str | None, *, if_due: bool) -> None:
    """Make every term anew, unless another process does."""
    took = StageClock("refresh")
    with open_store(workspace) as store, try_alone(store, REFRESH) as is_alone:
        with store.reading() as connection:
            act_as(connection, name, LEAD, DATA, SERVICE)
        if not is_alone:
            took.say("another one is at it")
            return
        if if_due and not _is_due(store, workspace):
            took.say("not due yet")
            return
        _match_known(workspace, store)
        n_regrouped, n_claims = _sweep(store, workspace)
    regrouped = f"; {n_regrouped:,} claims grouped anew" if n_regrouped else ""
    took.say(f"{n_claims:,} claims weighed anew{regrouped}")


def rescore(workspace: Workspace, name: str | None) -> None:
    """Score what waits with the champion, then let it order the queue; claims that came meanwhile follow."""
    took = StageClock("rescore")
    params = workspace.params
    bundle = Registry(workspace.models).load_champion()
    scale = Scale(bundle.version, bundle.model.prevalence, bundle.u_ref)

    def score(texts: Sequence[str]) -> Scored:
        scores = score_texts(bundle, texts, params.prioritise.words)
        return Scored(scores.score, scores.abstain_reason, scores.words)

    n_flipped = 0
    with open_store(workspace) as store:
        with store.reading() as connection:
            person = act_as(connection, name, LEAD, DATA)
            n_claims = count_outdated(connection, bundle.version)
        for _ in range(ROUNDS):
            parts = write_shadow(store, score, scale, params, params.now())
            if not sum(show_progress(parts, "scoring", -(-n_claims // AT_ONCE))) and n_flipped:
                break
            n_flipped += flip(store, scale, person.id if person else None, now())
    took.say(f"{n_flipped:,} of {n_claims:,} claims ordered by {bundle.version}; those in hands follow")


def find_scale(workspace: Workspace) -> Scale:
    """Return what the champion measures by, or without one the queue's prevalence alone."""
    try:
        bundle = Registry(workspace.models).load_champion()
    except ModelError as error:
        warn(f"{error}; claims are kept at the prior")
        return Scale(None, workspace.params.queue.prevalence, NO_MODEL_U_REF)
    return Scale(bundle.version, bundle.model.prevalence, bundle.u_ref)


def add_up(parts: Iterable[Loaded]) -> Loaded:
    """Return what all parts changed."""
    return Loaded(*map(sum, zip(Loaded(), *parts, strict=True)))
