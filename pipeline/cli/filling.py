"""Reports, counts and scores into the store: what `saring queue load`, `observe`, `refresh` and `rescore` do."""

from collections.abc import Iterable

from pipeline.cli.console import StageClock, show_progress, warn
from pipeline.cli.opening import AUDIT_KEY, act_as, open_store, read_key
from pipeline.cli.opening import clock as now
from pipeline.cli.workspace import Workspace
from pipeline.errors import ModelError
from pipeline.model.registry import Registry
from pipeline.moderation.desk.people import DATA, LEAD, SERVICE
from pipeline.moderation.intake.ground import Scale
from pipeline.moderation.intake.load import Loaded, Terms, load_batch, make_batch
from pipeline.schema.flow import Flow
from pipeline.storage import read_frame
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules


def load_root(workspace: Workspace, name: str | None = None) -> None:
    """Bring the store up to the root's reports."""
    clock = StageClock("load")
    params = workspace.params
    chain = TextChain(TextRules.from_params(params.text))
    batch = make_batch(read_frame(workspace.prepared), read_frame(workspace.scored))
    with open_store(workspace, make=True) as store:
        with store.reading() as connection:
            act_as(connection, name, LEAD, DATA, SERVICE)
        terms = Terms(chain, params, params.now(), read_key(workspace, AUDIT_KEY))
        parts = load_batch(store, batch, find_scale(workspace), terms, now())
        done = add_up(show_progress(parts, "loading"))
    flow = Flow.balanced(len(batch), done.n_reports, len(batch) - done.n_reports)
    found = f"{done.n_claims:,} new claims; {done.n_joined:,} reports of known ones; {done.n_observed:,} counted again"
    clock.report(flow, found if done.n_reports or done.n_observed else "nothing new")


def find_scale(workspace: Workspace) -> Scale:
    """Return what the champion measures by, or without one the queue's prevalence alone."""
    from pipeline.moderation.intake.ground import NO_MODEL_U_REF  # noqa: PLC0415

    try:
        bundle = Registry(workspace.models).load_champion()
    except ModelError as error:
        warn(f"{error}; claims are kept at the prior")
        return Scale(None, workspace.params.queue.prevalence, NO_MODEL_U_REF)
    return Scale(bundle.version, bundle.model.prevalence, bundle.u_ref)


def add_up(parts: Iterable[Loaded]) -> Loaded:
    """Return what all parts changed."""
    return Loaded(*map(sum, zip(Loaded(), *parts, strict=True)))
