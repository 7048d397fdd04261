"""For batch jobs: files of raw texts in, the same rows with scores out."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import StageClock
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError
from pipeline.schema.columns import TEXT_PARTS
from pipeline.schema.flow import Flow

if TYPE_CHECKING:
    from pipeline.cli import batchjob


def score(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="INPUT", help="Parquet, CSV or JSONL, each also .gz or .zst; a folder of them; or -."
        ),
    ],
    output: Annotated[Path, typer.Option(help="Where to write; the suffix names the format; - is a stream.")],
    columns: Annotated[
        str, typer.Option(metavar="text=NAME,...", help="Your names of text, transcript and ocr_text.")
    ] = "",
    explain: Annotated[
        int, typer.Option(metavar="N", min=0, help="Add the N words that drove each score.")
    ] = 0,
    encode_top: Annotated[
        float,
        typer.Option(metavar="SHARE", min=0.0, max=1.0, help="Encode only so much, where the model encodes."),
    ] = 1.0,
    top: Annotated[
        int | None, typer.Option(metavar="K", min=1, help="Write only the K highest, the highest first.")
    ] = None,
    mask: Annotated[
        bool, typer.Option("--mask", help="Mask identities in all texts that are written.")
    ] = False,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, help="How many processes.")] = 1,
    stream_format: Annotated[
        str, typer.Option("--format", metavar="SUFFIX", help="What standard input or output holds.")
    ] = "jsonl",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the same job after it was stopped.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an output that exists.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace columns that exist.")] = False,
) -> None:
    """Score files with the published champion: every row once, in order, its own columns unchanged."""
    from pipeline.cli import batchjob  # noqa: PLC0415 - loads numpy, scipy and Arrow, which --help need not wait for

    workspace: Workspace = context.obj
    clock = StageClock("score", on_errors=str(output) == "-")
    request = batchjob.Request(
        source, output, read_columns(columns), explain, encode_top, top, mask, overwrite, stream_format
    )
    job = batchjob.plan_job(workspace.models, request, jobs)
    done = batchjob.run_job(job, resume=resume, force=force)
    clock.report(Flow.balanced(done.summary.rows, done.summary.rows), _describe(job, done))


class Target(StrEnum):
    """What priorities can be written for."""

    ozone = "ozone"
    jsonl = "jsonl"
    csv = "csv"


def export(
    context: typer.Context,
    to: Annotated[Target, typer.Option(help="Ozone's priority scores, or a row a report.")],
    output: Annotated[Path, typer.Option(help="Where to write.")],
    created_by: Annotated[
        str | None, typer.Option(metavar="DID", help="For Ozone: the account that sets the scores.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an output that exists.")] = False,
) -> None:
    """Write the queue's priorities (0-100) for another system."""
    from pipeline.cli.queueing import export_queue  # noqa: PLC0415 - loads pandas

    export_queue(context.obj, to, output, created_by, force=force)


def read_columns(mapping: str) -> dict[str, str]:
    """Read "text=caption,transcript=asr". Raises ConfigError where that is not what it says.

    >>> read_columns("text=caption, transcript=asr")
    {'text': 'caption', 'transcript': 'asr', 'ocr_text': 'ocr_text'}
    """
    named: dict[str, str] = {}
    for pair in filter(None, (pair.strip() for pair in mapping.split(","))):
        part, equals, name = pair.partition("=")
        if part not in TEXT_PARTS or not equals or not name:
            raise ConfigError(f"--columns: holds {pair!r}; expected {'=NAME or '.join(TEXT_PARTS)}=NAME")
        if part in named or name in named.values():
            raise ConfigError(f"--columns: {pair!r} names a column or a part again; expected each once")
        named[part] = name
    return {part: named.get(part, part) for part in TEXT_PARTS}


def _describe(job: "batchjob.Job", done: "batchjob.Done") -> str:
    n_abstained = done.summary.rows - done.summary.scored
    kept = f"; the {done.rows_out:,} highest kept" if job.options.top is not None else ""
    return f"{n_abstained:,} abstained{kept}; model {job.model.version} -> {job.output}"
