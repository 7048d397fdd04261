"""A chunk in, its rows as they can be asked for a column out."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline.errors import SchemaError
from pipeline.storage.batches.chunks import FIRST, KIND, LINE, PLACE
from pipeline.storage.batches.formats import JSONL

Objects = list[dict[str, Any]]
Change = Callable[[str], str]


class Rows(NamedTuple):
    """Rows of one file: a table, or JSON objects beside the lines that they were written as."""

    place: Path
    first: int
    table: pa.Table | None
    objects: Objects
    lines: Sequence[str]

    def __len__(self) -> int:
        return len(self.objects) if self.table is None else len(self.table)

    @property
    def names(self) -> list[str]:
        """The names of all columns, in order; of objects, all keys that occur."""
        if self.table is not None:
            return list(self.table.column_names)
        return list(dict.fromkeys(name for row in self.objects for name in row))

    def values(self, name: str) -> list[Any]:
        """Return one column as Python values, None where a row lacks it."""
        if self.table is None:
            return [row.get(name) for row in self.objects]
        return (
            list(self.table.column(name).to_pylist())
            if name in self.table.column_names
            else [None] * len(self)
        )

    def to_table(self) -> pa.Table:
        """Return the rows as a table; raises SchemaError where a key holds values of different types."""
        if self.table is not None:
            return self.table
        try:
            return pa.table({name: pa.array(self.values(name)) for name in self.names})
        except pa.ArrowException as error:
            raise SchemaError(
                f"{self.place}: a column holds values of different types; expected one; write .jsonl"
            ) from error

    def to_objects(self) -> Objects:
        """Return the rows as objects."""
        return self.objects if self.table is None else self.table.to_pylist()

    def change_texts(self, change: Change) -> "Rows":
        """Return the rows with every string changed, in whatever column and however deep it stands."""
        if self.table is None:
            objects = [_change(row, change) for row in self.objects]
            lines = [json.dumps(row, ensure_ascii=False) for row in objects]
            return Rows(self.place, self.first, None, objects, lines)
        table = self.table
        for place, field in enumerate(table.schema):
            if _may_hold_text(field.type):
                values = [_change(value, change) for value in table.column(place).to_pylist()]
                table = table.set_column(place, field, pa.array(values, field.type))
        return Rows(self.place, self.first, table, [], [])


def open_rows(table: pa.Table) -> Rows:
    """Read the rows of a chunk's table. Raises SchemaError for a line that is no JSON object."""
    metadata = table.schema.metadata
    place, first = Path(metadata[PLACE].decode()), int(metadata[FIRST])
    if metadata[KIND].decode() != JSONL:
        kept = {key: value for key, value in metadata.items() if key not in {PLACE, FIRST, KIND}}
        return Rows(place, first, table.replace_schema_metadata(kept or None), [], [])
    numbered = zip(table["number"].to_pylist(), table[LINE].to_pylist(), strict=True)
    try:
        lines = [(number, line.decode("utf-8")) for number, line in numbered]
    except UnicodeDecodeError as error:
        raise SchemaError(f"{place}: is not UTF-8; expected UTF-8; save it again as UTF-8") from error
    objects = [_parse_object(line, number, place) for number, line in lines]
    return Rows(place, first, None, objects, [line for _, line in lines])


def _change(value: Any, change: Change) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _change(inner, change) for key, inner in value.items()}
    return [_change(inner, change) for inner in value] if isinstance(value, list) else value


def _may_hold_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _may_hold_text(kind.value_type)
    return pa.types.is_nested(kind) or any(
        is_kind(kind) for is_kind in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    )


def _parse_object(line: str, number: int, path: Path) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{path}: line {number} is not JSON; expected one object a line") from error
    if not isinstance(row, dict):
        raise SchemaError(f"{path}: line {number} holds a {type(row).__name__}; expected one object a line")
    mended: dict[str, Any] = _mend_surrogates(row) if "\\u" in line else row
    return mended


def _mend_surrogates(value: Any) -> Any:
    """Replace escaped lone surrogates, which no table and no UTF-8 file can hold, by U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mend_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_mend_surrogates(key): _mend_surrogates(item) for key, item in value.items()}
    return value
