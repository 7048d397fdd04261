"""An id in; every form of it, every text that stands with it, and the raw rows that hold it, out."""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from pipeline.cli.workspace import Workspace
from pipeline.errors import StorageError
from pipeline.ingest.pseudonyms import Masker
from pipeline.ingest.search import RawMatch, RawSearch, search_sources
from pipeline.privacy.pseudonyms import list_report_forms, list_reporter_forms
from pipeline.privacy.subject import Subject
from pipeline.privacy.tombstones import Kind, Tombstones, bury, read_tombstones
from pipeline.schema.columns import TEXT_PARTS
from pipeline.storage import read_frame


class Request(NamedTuple):
    """Who is to be forgotten, and what there is of them; `known` when it was asked for before."""

    kind: Kind
    tombstones: Tombstones
    known: bool
    subject: Subject
    n_reports: int
    raw: RawSearch


def read_request(workspace: Workspace, kind: Kind, value: str) -> Request:
    """Look for a report or a reporter in the tables and raw files of a root; nothing is written.

    Raises StorageError where nobody knows the id, or nothing was ever ingested.
    """
    reports, history = read_frame(workspace.reports), read_frame(workspace.history)
    key = workspace.pseudonym_key()
    tombstones = bury([value], kind, key)
    raw = search_sources(workspace.params.ingest.sources, tombstones)
    subject = _gather(workspace, kind, value, raw, (reports, history))
    n_reports = len(subject.report_ids.intersection([*reports["report_id"], *history["report_id"]]))
    known = tombstones.digests <= read_tombstones(workspace.tombstones, key).digests
    if not (n_reports or raw.matches or known):
        raise StorageError(
            f"{workspace.root}: neither its tables nor its raw files know this {kind}; expected an id as the "
            "source or saring gives it; nothing was changed"
        )
    return Request(kind, tombstones, known, subject, n_reports, raw)


def build_masker(workspace: Workspace) -> Masker:
    """Return what masks as `ingest` does."""
    return Masker(workspace.pseudonym_key(), workspace.params.ingest.mask_identities)


def _gather(
    workspace: Workspace, kind: Kind, value: str, raw: RawSearch, tables: tuple[pd.DataFrame, pd.DataFrame]
) -> Subject:
    key, reports = workspace.pseudonym_key(), tables[0]
    report_ids = set(list_report_forms(value, key)) if kind == "report" else set()
    reporter_ids = set(list_reporter_forms(value, key)) if kind == "reporter" else set()
    for match in raw.matches:
        report_ids |= list_report_forms(match.report_id, key) if match.report_id else set()
        if match.reporter_id and kind == "reporter":
            reporter_ids |= list_reporter_forms(match.reporter_id, key)
    for table in tables:
        report_ids.update(table.loc[table["reporter_id"].isin(reporter_ids), "report_id"])
    texts = {*_mask_texts(workspace, raw.matches)}
    own = reports[reports["report_id"].isin(report_ids)]
    texts.update(text for part in TEXT_PARTS for text in own[part].dropna() if text)
    return Subject(
        frozenset(report_ids),
        frozenset(reporter_ids),
        frozenset(texts),
        _name_columns(workspace, "report_id"),
        _name_columns(workspace, "reporter_id"),
    )


def _mask_texts(workspace: Workspace, matches: Iterable[RawMatch]) -> set[str]:
    """Return texts as they came and as they were written."""
    masker = build_masker(workspace)
    texts = {text for match in matches for text in match.texts}
    return texts | {masker.mask_text(text) for text in texts}


def _name_columns(workspace: Workspace, ours: str) -> frozenset[str]:
    """Return what a column of such ids is called, by us and by the sources."""
    mapped = (pair for source in workspace.params.ingest.sources for pair in source.columns.items())
    return frozenset({ours, *(theirs for theirs, name in mapped if name == ours)})
