"""Any scored file in, its queue out; the queue in, priorities for other systems out."""

from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipeline.cli.console import StageClock, print_queue, warn
from pipeline.cli.scoring import Target
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError, ModelError, SchemaError, StorageError
from pipeline.export import export_priorities, is_did, iterate_lines, make_ozone_events
from pipeline.model.bundle import name_model
from pipeline.model.registry import Registry
from pipeline.prioritise import Scale, complete_scored, guess_scale, order_claims
from pipeline.schema.flow import Flow
from pipeline.storage import read_frame, replace_file, write_text
from pipeline.storage.batches import (
    Format,
    Layout,
    Rows,
    detect_format,
    encode_rows,
    find_input,
    join_parts,
    open_rows,
    read_chunks,
    unify_schemas,
)

SHOWN_CLAIMS = 10


def prioritise_file(workspace: Workspace, source: Path, output: Path | None, *, force: bool) -> None:
    """Order the claims of a scored file, say what it lacked, and write the queue where that is asked for."""
    clock = StageClock("prioritise")
    if output is not None:
        _require_free(output, force)
    completed = complete_scored(_read_rows(source), str(source))
    if completed.missing:
        warn(f"{source}: lacks {', '.join(completed.missing)}")
    ordered = order_claims(completed.reports, *_find_scale(workspace, completed.reports, source))
    if output is not None:
        _write_rows(ordered.claims, output)
    clock.report(ordered.flow, f"{len(ordered.claims):,} claims" + (f" -> {output}" if output else ""))
    print_queue(ordered.claims.head(SHOWN_CLAIMS).to_dict("records"))


def export_queue(
    workspace: Workspace, target: Target, output: Path, created_by: str | None, *, force: bool
) -> None:
    """Write the priorities of the root's queue for another system."""
    clock = StageClock("export")
    _require_free(output, force)
    priorities = export_priorities(read_frame(workspace.claims), read_frame(workspace.scored))
    rows = len(priorities)
    if target is not Target.ozone:
        _write_rows(priorities, output, Format(f".{target}"))
        clock.report(Flow.balanced(rows, rows), f"-> {output}")
        return
    if created_by is None or not is_did(created_by):
        raise ConfigError(f"--created-by: holds {created_by!r}; expected the DID of your Ozone account")
    made = make_ozone_events(priorities, created_by)
    write_text("".join(iterate_lines(made.events)), output)
    merged = rows - made.n_without_subject - len(made.events)
    flow = Flow.balanced(rows, len(made.events), merged, made.n_without_subject)
    clock.report(flow, f"rejected: no subject that Ozone knows -> {output}")


def _read_rows(source: Path) -> pd.DataFrame:
    chunks = read_chunks(find_input(source, Path("-"), Format(".jsonl")))
    tables = [open_rows(chunk.table).to_table() for chunk in chunks]
    try:
        frame: pd.DataFrame = pa.concat_tables(tables, promote_options="permissive").to_pandas()
        return frame
    except pa.ArrowException as error:
        raise SchemaError(f"{source}: a column holds values of different types; expected one") from error


def _find_scale(workspace: Workspace, reports: pd.DataFrame, source: Path) -> Scale:
    """Measure by the champion, and warn where the scores are not its own."""
    versions = sorted({name_model(version) for version in reports["model_version"]})
    try:
        bundle = Registry(workspace.models).load_champion()
    except ModelError as error:
        warn(f"{error}; priorities are measured by the file itself")
        return guess_scale(reports)
    if versions != [bundle.version] and len(reports):
        warn(f"{source}: scores are of {', '.join(versions)}, not of the champion {bundle.version}")
    return Scale(bundle.model.prevalence, bundle.u_ref)


def _write_rows(frame: pd.DataFrame, output: Path, packing: Format | None = None) -> None:
    packing = packing or detect_format(output)
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    columns = {name: table[name].combine_chunks() for name in table.column_names}
    layout = Layout(packing.kind, tuple(columns) if packing.kind == ".csv" else ())
    part = encode_rows(Rows(output, 1, table, [], []), columns, layout)
    with replace_file(output) as temporary, temporary.open("wb") as sink:
        join_parts([part], sink, layout, packing, unify_schemas([part.schema], output))


def _require_free(output: Path, force: bool) -> None:
    if output.exists() and not force:
        raise StorageError(f"{output}: exists already; expected a new name; replace it with --force")
