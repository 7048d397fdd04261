"""Scored reports of a root or of a file in, their queue out, by what else is known of their claims."""

from typing import Final

import numpy as np
import pandas as pd

from pipeline.cli.cohorts import read_cohorts
from pipeline.cli.debunklib import find_repeats
from pipeline.cli.workspace import Workspace
from pipeline.errors import ModelError
from pipeline.model.bundle import Bundle
from pipeline.model.registry import Registry
from pipeline.moderation.audience import measure_audience
from pipeline.moderation.frames import gather_histories, gather_past
from pipeline.moderation.growth import History
from pipeline.moderation.reliability import measure_reputation
from pipeline.prioritise import Past, Prioritised, Scale, order_claims
from pipeline.schema.columns import TEST
from pipeline.storage import read_frame
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules
from pipeline.train import NO_TIME

EVEN: Final = 0.5


def order_root(
    workspace: Workspace, scored: pd.DataFrame, reports: pd.DataFrame, bundle: Bundle | None
) -> Prioritised:
    """Order by all prepared reports of a root, decided ones too, and every count that was ever made."""
    past = _gather(workspace, reports, read_frame(workspace.history), workspace.pseudonym_key())
    return _order(workspace, scored, past._replace(repeats=find_repeats(workspace, scored)), bundle)


def order_file(workspace: Workspace, scored: pd.DataFrame, bundle: Bundle | None) -> Prioritised:
    """Order by a file alone; no audit sample is drawn from what may never reach a queue."""
    past = _gather(workspace, scored, None, None)
    return _order(workspace, scored, past._replace(repeats=find_repeats(workspace, scored)), bundle)


def load_champion(workspace: Workspace) -> Bundle | None:
    """Load the champion, or None when there is none that can be loaded."""
    try:
        return Registry(workspace.models).load_champion()
    except ModelError:
        return None


def know_before_test(workspace: Workspace) -> dict[str, History]:
    """Return what had been counted of each claim when the test began; reports without a time stay.

    A count without a time is as late as the latest report: the clock says nothing about training data.
    """
    reports = read_frame(workspace.prepared)
    begin = reports.loc[reports["split"] == TEST, "reported_at"].min()
    earlier = reports[~(reports["reported_at"] >= begin)]
    counted = read_frame(workspace.history)
    seen_at = counted["observed_at"].fillna(counted["reported_at"])
    latest = earlier["reported_at"].max()
    end = NO_TIME if latest is pd.NaT else latest.to_pydatetime()
    return gather_histories(earlier, counted[~(seen_at >= begin)], end)


def _order(workspace: Workspace, scored: pd.DataFrame, past: Past, bundle: Bundle | None) -> Prioritised:
    """Measure by a model; without one by the scores themselves, and prepare texts as params.yaml says."""
    params = workspace.params
    if bundle is not None:
        scale = Scale(bundle.model.prevalence, bundle.u_ref)
        return order_claims(scored, past, scale, bundle.chain, params)
    mean = scored["score"].mean()
    scale = Scale(EVEN if np.isnan(mean) else float(mean), None)
    return order_claims(scored, past, scale, TextChain(TextRules.from_params(params.text)), params)


def _gather(
    workspace: Workspace, reports: pd.DataFrame, counted: pd.DataFrame | None, audit_key: bytes | None
) -> Past:
    params = workspace.params
    now = params.now()
    cohorts = read_cohorts(workspace)
    histories = gather_histories(reports, counted, now)
    past = gather_past(reports, params.evaluate.verdict_delay_days, now)
    return Past(
        now,
        histories,
        measure_audience(histories.values(), now, params.prioritise.views),
        measure_reputation(past, cohorts),
        cohorts,
        audit_key,
    )
