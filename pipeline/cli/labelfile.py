"""The store's labels into a file that params.yaml may name as a source."""

from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pipeline.cli.console import StageClock
from pipeline.cli.opening import act_as, clock, open_store
from pipeline.cli.rowfiles import require_free, write_rows
from pipeline.cli.workspace import Workspace
from pipeline.moderation.desk.log import write_event
from pipeline.moderation.desk.people import DATA, LEAD
from pipeline.moderation.labels.export import COLUMNS, Exported, export_labels
from pipeline.privacy.pseudonyms import digest_account
from pipeline.schema.frames import MOMENT
from pipeline.storage.batches import detect_format

DTYPES: Final[dict[str, Any]] = {
    **dict.fromkeys(COLUMNS, "str"),
    **dict.fromkeys(("reported_at", "observed_at", "labelled_at"), MOMENT),
    **dict.fromkeys(("views", "shares", "label", "n_reports"), "Int64"),
    **dict.fromkeys(("weight", "score", "p_read"), "float64"),
}


def export_file(workspace: Workspace, output: Path, name: str | None, *, force: bool) -> None:
    """Write the labels, and say what became of the verdicts."""
    took = StageClock("labels")
    detect_format(output)
    require_free(output, force)
    params = workspace.params.labels
    person_of = partial(digest_account, key=workspace.pseudonym_key())
    with open_store(workspace) as store, store.writing() as connection:
        person = act_as(connection, name, LEAD, DATA)
        exported = export_labels(connection, params, person_of, clock())
        write_rows(build_frame(exported), output)
        detail = {"n_rows": len(exported.rows), "n_claims": exported.n_labelled}
        write_event(connection, person.id if person else None, "labels exported", "labels", detail, clock())
    took.say(f"{describe(exported, params.maturity_days)} -> {output}")


def build_frame(exported: Exported) -> pd.DataFrame:
    """Return the rows as a frame of COLUMNS."""
    frame = pd.DataFrame(exported.rows, columns=list(COLUMNS))
    return frame.astype(DTYPES)


def describe(exported: Exported, maturity_days: float) -> str:
    """Say how many claims gave a label, and why others gave none."""
    weights = [row["weight"] for row in exported.rows if row["weight"] is not None]
    spread = f", weights {min(weights):.1f} to {max(weights):.1f}" if weights else ""
    parts = [f"{exported.n_labelled:,} claims with a label{spread}"]
    if exported.n_withdrawn:
        parts.append(f"{exported.n_withdrawn:,} withdrawn")
    if exported.n_waiting:
        parts.append(f"{exported.n_waiting:,} wait until their week is {maturity_days:g} days old")
    if exported.n_differing:
        parts.append(f"{exported.n_differing:,} wait for a lead, as their verdicts differ")
    return "; ".join(parts)
