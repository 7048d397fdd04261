"""The column names of a raw table in, the file's name for each of our columns out."""

from collections.abc import Mapping
from typing import Final

from pipeline.errors import SchemaError
from pipeline.ingest.tables import RawTable
from pipeline.ingest.values import show_value
from pipeline.schema.columns import REPORT_COLUMNS
from pipeline.text.redact import redact

REQUIRED: Final = ("text", "report_id")


def match_columns(table: RawTable) -> dict[str, str]:
    """Return the file's name of each of our columns that it has.

    A mapped name goes where the params file says; any other that equals one of ours is taken as it is.
    Raises SchemaError when a needed column is missing or one of ours is there twice.
    """
    _refuse_same_names(table)
    names: dict[str, str] = {}
    for theirs in table.columns:
        ours = table.source.columns.get(theirs, theirs)
        if ours in names:
            raise SchemaError(
                f"{_mask(table.file)}: columns {names[ours]!r} and {theirs!r} are both {ours!r}; "
                "expected one of them; "
                f"map the other in params.yaml: ingest.sources.{table.source.name}.columns"
            )
        if ours in REPORT_COLUMNS:
            names[ours] = theirs
    if table.columns or table.rows:
        _require_columns(table, names)
    return names


def list_ignored(table: RawTable) -> list[str]:
    """List the columns of a table that are not taken, as they may be shown."""
    known = {*table.source.columns, *REPORT_COLUMNS}
    return [show_value(name, _mask) for name in table.columns if name and name not in known]


def list_absent(table: RawTable) -> list[str]:
    """List the columns that the params file maps and the table does not have."""
    return [theirs for theirs in table.source.columns if theirs not in table.columns]


def _refuse_same_names(table: RawTable) -> None:
    places: dict[str, list[str]] = {}
    for place, name in enumerate(table.columns, start=1):
        places.setdefault(name, []).append(str(place))
    for name, where in places.items():
        if name and len(where) > 1:
            raise SchemaError(
                f"{_mask(table.file)}: columns {' and '.join(where)} have the same name, "
                f"{show_value(name, _mask)}; expected a name of its own for each"
            )


def _require_columns(table: RawTable, names: Mapping[str, str]) -> None:
    for ours in REQUIRED:
        if ours in names or ours in table.source.constants:
            continue
        mapped = [repr(theirs) for theirs, target in table.source.columns.items() if target == ours]
        raise SchemaError(
            f"{_mask(table.file)}: none of its {len(table.columns)} columns is {ours!r}; "
            f"expected {' or '.join([*mapped, repr(ours)])}; "
            f"map it in params.yaml: ingest.sources.{table.source.name}.columns"
        )


def _mask(text: str) -> str:
    return redact(text).text
