"""Raw files of several sources in; reports, rejected rows and the history of each report out, all masked."""

from pipeline.ingest.read import read_sources
from pipeline.ingest.stage import Ingested, ingest_reports
from pipeline.ingest.tables import BrokenRow, RawRow, RawTable, build_table

__all__ = [
    "BrokenRow",
    "Ingested",
    "RawRow",
    "RawTable",
    "build_table",
    "ingest_reports",
    "read_sources",
]
