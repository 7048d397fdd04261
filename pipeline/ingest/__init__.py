"""Raw files of several sources in; reports, rejected rows and the history of each report out, all masked.

Names are looked up when asked for: who reads one record, as the API does, need not load pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
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
HOMES: Final = {"read_sources": "read", "Ingested": "stage", "ingest_reports": "stage"}
"""In which module a name lives; the others are in `tables`."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES.get(name, 'tables')}"), name)
