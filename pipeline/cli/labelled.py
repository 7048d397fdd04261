"""What a root has to train on, its texts, and whether the candidate was trained on them."""

from typing import Any, Final

import pandas as pd

from pipeline.cli.console import show_progress, warn
from pipeline.cli.workspace import Workspace
from pipeline.errors import ModelError
from pipeline.evaluation.background import select_background
from pipeline.model.bundle import FACTS
from pipeline.model.manifest import gather_facts
from pipeline.preprocess import join_texts
from pipeline.storage import digest_frame, read_frame, read_json
from pipeline.text.chain import PreparedText, TextChain

LEARNT_COLUMNS: Final = [
    *("report_id", "source", "text", "transcript", "ocr_text", "reported_at", "platform", "url"),
    *("reported_type", "views", "observed_at"),
    *("label", "labelled_at", "abstain_reason", "claim_id", "split", "repeats"),
]
"""What training reads of a labelled report."""


def read_labelled(workspace: Workspace) -> pd.DataFrame:
    """Read the prepared reports that have a label."""
    reports = read_frame(workspace.prepared)
    return reports[reports["label"].notna()].reset_index(drop=True)


def select_learnt(reports: pd.DataFrame) -> pd.DataFrame:
    """Take what training reads; weights only where a verdict has one, so that without it nothing changes."""
    weighted = ["weight"] if "weight" in reports and reports["weight"].notna().any() else []
    return reports[[*LEARNT_COLUMNS, *weighted]]


def prepare_texts(reports: pd.DataFrame, chain: TextChain) -> list[PreparedText]:
    """Prepare the text of every report."""
    texts = join_texts(reports)
    return [chain.prepare(text) for text in show_progress(texts, "preparing texts")]


def read_background(workspace: Workspace) -> pd.DataFrame:
    """Read the ordinary talk that trains."""
    return select_background(read_frame(workspace.prepared), workspace.params)


def warn_of_missing_background(workspace: Workspace, background: pd.DataFrame) -> None:
    """Say which of the sources that train.background names have none."""
    found = set(background["source"].astype("str"))
    for source in sorted({*workspace.params.train.background.sources} - found):
        warn(f"train.background names {source!r}, which holds no text without a label; it adds nothing")


def gather_run_facts(
    workspace: Workspace, labelled: pd.DataFrame, background: pd.DataFrame
) -> dict[str, Any]:
    """Say what a model of these reports is made from."""
    tables = {"labelled": labelled, "background": background}
    digests = {name: digest_frame(select_learnt(table)) for name, table in tables.items() if len(table)}
    described = describe_sources(labelled)
    for source, rows in background.groupby("source", observed=True):
        described.setdefault(str(source), {})["background"] = _describe_claims(rows)
    return gather_facts(workspace.params, digests) | {"training_data": described}


def describe_sources(labelled: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Count reports, claims and misinformation of each source and split, with the first and the last day."""
    described: dict[str, dict[str, Any]] = {}
    for (source, split), rows in labelled.groupby(["source", "split"], observed=True, dropna=False):
        described.setdefault(str(source), {})[str(split)] = _describe_claims(rows)
    return described


def _describe_claims(rows: pd.DataFrame) -> dict[str, Any]:
    claims = rows.drop_duplicates("claim_id")
    days = rows["reported_at"].dropna()
    counts = {
        "n_reports": len(rows),
        "n_claims": len(claims),
        "n_misinformation": int((claims["label"] == 1).sum()),
    }
    ends = (("first", days.min()), ("last", days.max())) if len(days) else ()
    return counts | {f"{end}_reported_at": f"{day:%Y-%m-%d}" for end, day in ends}


def require_trained_on(
    workspace: Workspace, labelled: pd.DataFrame, background: pd.DataFrame
) -> dict[str, Any]:
    """Return what the candidate was made from; it must be these reports, this split, these parameters.

    Raises ModelError when it is not: a model could be judged on the rows that it was trained on.
    """
    made_from: dict[str, Any] = read_json(workspace.candidate / FACTS)
    expected = gather_run_facts(workspace, labelled, background)
    for part, names in (("data", "reports or another split"), ("params", "parameters")):
        if made_from.get(part) != expected[part]:
            raise ModelError(
                f"{workspace.candidate}: was trained on other {names}; expected those of this run; "
                "run `saring train`"
            )
    return made_from
