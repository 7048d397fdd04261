"""Raw tables of a few rows, and what ingest makes of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from pipeline.config import Ingest, Source
from pipeline.ingest import Ingested, RawTable, build_table, ingest_reports

NOW = datetime(2026, 10, 1, tzinfo=UTC)
KEY = b"a key of the tests"

Row = Mapping[str, object]


def make_source(path: Path = Path("x.csv"), **changes: object) -> Source:
    known: dict[str, object] = {
        "name": "desa",
        "path": path,
        "columns": {"isi": "text"},
        "constants": {"reporter_group": "bawaslu"},
        "label_values": {"hoaks": 1, "bukan hoaks": 0, 1: 1, 0: 0},
        "timezone": "Asia/Jakarta",
        "day_first": True,
    }
    return Source.model_validate(known | changes)


def make_params(**changes: object) -> Ingest:
    known: dict[str, object] = {
        "sources": [make_source()],
        "max_rejected_share": 1.0,
        "max_text_chars": 1000,
        "max_views": 10**9,
        "mask_identities": True,
        "pseudonym_key": None,
    }
    return Ingest.model_validate(known | changes)


def make_table(rows: Sequence[Row], file: str = "x.csv", **changes: object) -> RawTable:
    return build_table(make_source(**changes), file, rows)


def ingest(*rows: Row, **changes: object) -> Ingested:
    return ingest_reports([make_table(rows)], make_params(**changes), NOW, KEY)


def only(ingested: Ingested) -> pd.Series:
    assert len(ingested.reports) == 1
    return ingested.reports.iloc[0]


def finds(ingested: Ingested, needle: str) -> list[str]:
    frames = ingested[:3]
    found = [
        column
        for frame in frames
        for column in frame.columns
        if frame[column].astype("str").str.contains(needle, regex=False).any()
    ]
    return found + [note for note in ingested.notes if needle in note]
