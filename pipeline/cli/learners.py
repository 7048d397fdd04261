"""Whose model has learnt from a subject's reports: published versions, MLflow's copies, the candidate."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from pipeline.cli.labelled import read_background, select_learnt
from pipeline.cli.workspace import Workspace
from pipeline.errors import PipelineError
from pipeline.model.bundle import FACTS
from pipeline.model.manifest import read_manifest
from pipeline.model.mirror import NAME, VERSION_TAG
from pipeline.model.mlflow_store import STORE
from pipeline.model.registry import Registry
from pipeline.privacy.erase import count_rows
from pipeline.privacy.subject import Subject
from pipeline.schema.columns import TEST
from pipeline.storage import digest_frame, read_frame, read_json

PREDICTIONS = "predictions.parquet"


class Learner(NamedTuple):
    """A model that nobody changes: where it stands, and what it has of the reports."""

    version: str
    place: str
    how: str


class _Learnt(NamedTuple):
    """What a root would train on today, and which of it is the subject's."""

    digests: Mapping[str, str]
    rows: pd.DataFrame


def name_learners(workspace: Workspace, subject: Subject) -> list[Learner]:
    """Name the models that were, or may have been, made from a subject's reports, or hold their ids."""
    learnt = _find_learnt(workspace, subject)
    found = list(_name_versions(workspace, subject, learnt))
    facts = workspace.candidate / FACTS
    how = _tell(read_json(facts), learnt) if facts.exists() else ""
    return [*found, Learner("candidate", "data/candidate", how)] if how else found


def _name_versions(workspace: Workspace, subject: Subject, learnt: _Learnt) -> Iterator[Learner]:
    registry = Registry(workspace.models)
    for version in registry.versions():
        directory = registry.models / version
        try:
            how = [_tell(read_manifest(directory), learnt)]
            if (directory / PREDICTIONS).exists() and count_rows(directory / PREDICTIONS, subject):
                how.append("holds its id and score")
        except PipelineError as error:
            how = [f"cannot be read ({error})"]
        if any(how):
            number = _find_mlflow_number(workspace.root / STORE, version)
            place = f"models/{version}" + (f", MLflow's {NAME} version {number}" if number else "")
            yield Learner(version, place, ", ".join(filter(None, how)))


def _find_learnt(workspace: Workspace, subject: Subject) -> _Learnt:
    if not workspace.prepared.exists():
        return _Learnt({}, pd.DataFrame({"source": [], "split": []}))
    prepared = read_frame(workspace.prepared)
    labelled = prepared[prepared["label"].notna()].reset_index(drop=True)
    tables = {"labelled": labelled, "background": read_background(workspace)}
    digests = {name: digest_frame(select_learnt(table)) for name, table in tables.items() if len(table)}
    own = [table[table["report_id"].isin(subject.report_ids)] for table in tables.values()]
    return _Learnt(digests, pd.concat([table[["source", "split"]].astype("str") for table in own]))


def _tell(facts: Mapping[str, Any], learnt: _Learnt) -> str:
    """Say what a model has to do with the subject's rows; a model of other tables is judged by its sources."""
    if learnt.rows.empty:
        return ""
    if facts.get("data") == learnt.digests:
        return "judged on it" if set(learnt.rows["split"]) == {TEST} else "trained on it"
    shared = set(learnt.rows["source"]) & set(facts.get("training_data", {}))
    return "may be trained on it, or a text like it (made from other tables)" if shared else ""


def _find_mlflow_number(store: Path, version: str) -> str | None:
    """Ask MLflow's database as it lies there: to load MLflow takes seconds."""
    if not store.exists():
        return None
    query = "select version from model_version_tags where name = ? and key = ? and value = ?"
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as database:
            row = database.execute(query, (NAME, VERSION_TAG, version)).fetchone()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None
