"""For batch jobs: a file of raw texts in, the same file with scores out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from pipeline.cli.console import StageClock, show_progress
from pipeline.cli.workspace import Workspace
from pipeline.errors import SchemaError, StorageError
from pipeline.model.registry import Registry
from pipeline.schema.columns import SCORE_COLUMNS, TEXT_PARTS
from pipeline.schema.flow import Flow
from pipeline.score import score_batches
from pipeline.storage.batches import (
    Batch,
    add_columns,
    column_names,
    column_values,
    open_writer,
    read_batches,
)
from pipeline.text.parts import join_parts

BATCH_ROWS = 2000
TYPES = {"score": pa.float64(), "abstain_reason": pa.string(), "model_version": pa.string()}


def score(
    context: typer.Context,
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", help="Parquet, CSV or JSONL with a column 'text'.")
    ],
    output: Annotated[Path, typer.Option(help="Where to write; the suffix names the format.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an output that exists.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace columns that exist.")] = False,
) -> None:
    """Score a file with the published champion: every row once, in order, its own columns unchanged."""
    workspace: Workspace = context.obj
    if output.exists() and not force:
        raise StorageError(f"{output}: exists already; expected a new name; replace it with --force")
    clock = StageClock("score")
    bundle = Registry(workspace.models).load_champion()
    n_rows = n_abstained = 0
    with open_writer(output, TYPES) as write:
        batches = read_batches(source, BATCH_ROWS)
        for batch in show_progress(batches, "scoring"):
            _check_columns(batch, source, overwrite)
            [scores] = score_batches(bundle, [joined_texts(batch)])
            added: dict[str, Sequence[object]] = {
                "score": scores.score,
                "abstain_reason": scores.abstain_reason,
                "model_version": [bundle.version] * len(batch),
            }
            write(add_columns(batch, added, TYPES))
            n_rows += len(batch)
            n_abstained += sum(reason is not None for reason in scores.abstain_reason)
    clock.report(
        Flow.balanced(n_rows, n_rows), f"{n_abstained:,} abstained; model {bundle.version} -> {output}"
    )


def joined_texts(batch: Batch) -> list[str]:
    """Return the text of every row, its parts joined where the batch has them."""
    parts = (column_values(batch, name) for name in TEXT_PARTS)
    return [join_parts(*row) for row in zip(*parts, strict=True)]


def _check_columns(batch: Batch, source: Path, overwrite: bool) -> None:
    names = column_names(batch)
    if len(batch) and "text" not in names:
        raise SchemaError(f"{source}: has the columns {', '.join(names)}; expected one called 'text'")
    found = {type(value).__name__ for value in column_values(batch, "text")} - {"str", "NoneType"}
    if found:
        raise SchemaError(f"{source}: column 'text' holds {min(found)}; expected text")
    taken = [name for name in SCORE_COLUMNS if name in names]
    if taken and not overwrite:
        raise SchemaError(
            f"{source}: has a column {taken[0]!r} already; expected none; replace it with --overwrite"
        )
