"""Any scored file in, its queue out; the queue in, priorities for other systems out."""

from pathlib import Path

import pandas as pd

from pipeline.cli.console import StageClock, print_queue, warn
from pipeline.cli.ordering import order_file
from pipeline.cli.rowfiles import read_rows, require_free, write_rows
from pipeline.cli.scoring import Target
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError, ModelError
from pipeline.export import export_priorities, is_did, iterate_lines, make_ozone_events
from pipeline.model.bundle import Bundle, name_model
from pipeline.model.registry import Registry
from pipeline.prioritise import complete_scored
from pipeline.schema.flow import Flow
from pipeline.storage import read_frame, write_text
from pipeline.storage.batches import Format

SHOWN_CLAIMS = 10


def prioritise_file(workspace: Workspace, source: Path, output: Path | None, *, force: bool) -> None:
    """Order the claims of a scored file, say what it lacked, and write the queue where that is asked for."""
    clock = StageClock("prioritise")
    if output is not None:
        require_free(output, force)
    completed = complete_scored(read_rows(source), str(source))
    if completed.missing:
        warn(f"{source}: lacks {', '.join(completed.missing)}")
    ordered = order_file(workspace, completed.reports, _find_champion(workspace, completed.reports, source))
    if output is not None:
        write_rows(ordered.claims, output)
    clock.report(ordered.flow, f"{len(ordered.claims):,} claims" + (f" -> {output}" if output else ""))
    print_queue(ordered.claims.head(SHOWN_CLAIMS).to_dict("records"))


def export_queue(
    workspace: Workspace, target: Target, output: Path, created_by: str | None, *, force: bool
) -> None:
    """Write the priorities of the root's queue for another system."""
    clock = StageClock("export")
    require_free(output, force)
    priorities = export_priorities(read_frame(workspace.claims), read_frame(workspace.scored))
    rows = len(priorities)
    if target is not Target.ozone:
        write_rows(priorities, output, Format(f".{target}"))
        clock.report(Flow.balanced(rows, rows), f"-> {output}")
        return
    if created_by is None or not is_did(created_by):
        raise ConfigError(f"--created-by: holds {created_by!r}; expected the DID of your Ozone account")
    made = make_ozone_events(priorities, created_by)
    write_text("".join(iterate_lines(made.events)), output)
    merged = rows - made.n_without_subject - len(made.events)
    flow = Flow.balanced(rows, len(made.events), merged, made.n_without_subject)
    clock.report(flow, f"rejected: no subject that Ozone knows -> {output}")


def _find_champion(workspace: Workspace, reports: pd.DataFrame, source: Path) -> Bundle | None:
    """Measure by the champion, and warn where the scores are not its own or there is none."""
    versions = sorted({name_model(version) for version in reports["model_version"]})
    try:
        bundle = Registry(workspace.models).load_champion()
    except ModelError as error:
        warn(f"{error}; priorities are measured by the file itself")
        return None
    if versions != [bundle.version] and len(reports):
        warn(f"{source}: scores are of {', '.join(versions)}, not of the champion {bundle.version}")
    return bundle
