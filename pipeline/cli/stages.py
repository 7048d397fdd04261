"""For the data team: every stage as a command, and all of them as `run`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import EXIT_REFUSED, warn
from pipeline.cli.workspace import Workspace
from pipeline.storage import lock_root


class Stage(StrEnum):
    """The stages in their order."""

    ingest = "ingest"
    preprocess = "preprocess"
    train = "train"
    evaluate = "evaluate"
    publish = "publish"
    prioritise = "prioritise"


def run(
    context: typer.Context,
    start: Annotated[Stage, typer.Option("--from", help="The first stage to run.")] = Stage.ingest,
) -> None:
    """Run all stages, show the first claims of the queue, and take them into the moderators' store."""
    run_all(context.obj, start)


def run_all(workspace: Workspace, start: Stage = Stage.ingest) -> None:
    """Run the stages from one on, and fill the store."""
    stages = list(Stage)
    _run_steps(workspace, stages[stages.index(start) :])
    from pipeline.cli.filling import load_root  # noqa: PLC0415 - loads SQLAlchemy, which --help need not wait for

    load_root(workspace)


def ingest(context: typer.Context) -> None:
    """Read raw files of all sources into redacted reports."""
    _run_steps(context.obj, [Stage.ingest])


def preprocess(context: typer.Context) -> None:
    """Clean and stem texts, group them to claims, split them by time."""
    _run_steps(context.obj, [Stage.preprocess])


def train(context: typer.Context) -> None:
    """Fit and calibrate a candidate model."""
    _run_steps(context.obj, [Stage.train])


def evaluate(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    full: Annotated[
        bool,
        typer.Option("--full", help="Add what needs other models: the ladder of splits, attacks, ablation."),
    ] = False,
    protocol: Annotated[
        bool, typer.Option("--protocol", help="Only the development protocol's rows, on real data.")
    ] = False,
    record: Annotated[
        str | None, typer.Option(help="With --protocol: note what was reached under this name, for ceilings.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="With --protocol: the sheet.parquet of a model to compare with.")
    ] = None,
    axis: Annotated[
        bool, typer.Option("--axis", help="With --protocol: also at other weights of ordinary talk.")
    ] = False,
) -> None:
    """Measure the candidate: forward in time, source by source, with probes."""
    if not protocol and (record or against or axis):
        raise typer.BadParameter("--record, --against and --axis need --protocol")
    if protocol and full:
        raise typer.BadParameter("--protocol and --full measure different things; expected one of them")
    from pipeline.cli import steps  # noqa: PLC0415 - loads pandas and scikit-learn, which --help need not wait for

    context.obj.check_params()
    with lock_root(context.obj.root):
        if protocol:
            steps.judge_protocol(context.obj, record, against, axis=axis)
        else:
            steps.evaluate(context.obj, full=full)


def search(
    context: typer.Context,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Compare with plain models and the report count instead.")
    ] = False,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, help="How many processes.")] = 1,
) -> None:
    """Try what params.yaml's search section names, inside the training data; nothing is changed."""
    from pipeline.cli import searching  # noqa: PLC0415 - as above

    context.obj.check_params()
    with lock_root(context.obj.root):
        searching.search(context.obj, baselines=baselines, n_jobs=jobs)


def publish(context: typer.Context) -> None:
    """Put the candidate through the gate and make it champion, or say why not (exit 3)."""
    passed = _run_steps(context.obj, [Stage.publish])
    if not passed:
        raise typer.Exit(EXIT_REFUSED)


def prioritise(
    context: typer.Context,
    source: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A scored file; without one, the root's reports.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="With FILE: where to write its queue.")] = None,
    force: Annotated[bool, typer.Option("--force", help="With FILE: replace an output that exists.")] = False,
) -> None:
    """Score waiting reports with the champion and order their claims; or order those of a scored file."""
    if source is None:
        _run_steps(context.obj, [Stage.prioritise])
        return
    from pipeline.cli.queueing import prioritise_file  # noqa: PLC0415 - loads pandas

    prioritise_file(context.obj, source, output, force=force)


def _run_steps(workspace: Workspace, stages: list[Stage]) -> bool:
    """Run stages one after the other while holding the root; say whether the gate let everything pass."""
    from pipeline.cli import steps  # noqa: PLC0415 - loads pandas and scikit-learn, which --help need not wait for
    from pipeline.model.registry import Registry  # noqa: PLC0415

    workspace.check_params()
    passed = True
    with lock_root(workspace.root):
        for stage in stages:
            passed = getattr(steps, stage.value)(workspace) is not False and passed
            if not passed and stage is not stages[-1] and Registry(workspace.models).champion() is None:
                warn("the gate refused and no champion stands, so there is no queue")
                raise typer.Exit(EXIT_REFUSED)
    return passed
