"""A chunk of rows in, a part of the output with its summary out; what each process of `saring score` does."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.errors import ModelError, SchemaError
from pipeline.model.bundle import Bundle, load_bundle
from pipeline.model.manifest import MANIFEST
from pipeline.model.reference import Reference
from pipeline.schema.columns import NOT_TEXT, SCORE_COLUMNS, TEXT_PARTS, WORDS
from pipeline.score import Scores, Summary, score_batches, summarise
from pipeline.storage import digest_file
from pipeline.storage.batches import ROW, SCORE, Layout, Rows, encode_rows, open_rows, rank_rows
from pipeline.storage.parts import SUMMARY
from pipeline.text.parts import join_parts
from pipeline.text.redact import redact

TEXTS_AT_ONCE: Final = 8192
"""The more texts, the fewer different words for each; memory grows with them."""
TYPES: Final = {
    "score": pa.float64(),
    "abstain_reason": pa.string(),
    "model_version": pa.string(),
    WORDS: pa.list_(pa.string()),
}


NONE: Final = Scores([], [], [], [])


class Options(NamedTuple):
    """What decides what an output holds; `columns` names the caller's column for each of TEXT_PARTS."""

    columns: Mapping[str, str]
    n_words: int
    encoded_share: float
    top: int | None
    mask: bool
    overwrite: bool
    layout: Layout

    @property
    def added(self) -> tuple[str, ...]:
        """The columns that scoring adds."""
        return (*SCORE_COLUMNS, WORDS) if self.n_words else SCORE_COLUMNS

    @classmethod
    def from_json(cls, content: Any) -> "Options":
        """Read what `_asdict` and JSON have made of options."""
        kind, header = content.pop("layout")
        return cls(**content, layout=Layout(kind, tuple(header)))


class Model(NamedTuple):
    """Which model a job began with; it stays the same though another may become champion."""

    models: str
    version: str
    manifest_digest: str


class Scorer:
    """Scores chunk after chunk with one model."""

    def __init__(self, bundle: Bundle, options: Options) -> None:
        self._bundle = bundle
        self._options = options

    @property
    def reference(self) -> Reference | None:
        """What the model's scores looked like in training."""
        return self._bundle.reference

    def score_chunk(self, table: pa.Table, first_row: int) -> bytes:
        """Return a part as an Arrow file; `first_row` is the place of the chunk in the whole input.

        Raises SchemaError when the rows are not what can be scored or written.
        """
        rows = open_rows(table)
        check_columns(rows, self._options, complete=rows.table is not None)
        parts = [rows.values(self._options.columns[name]) for name in TEXT_PARTS]
        texts = [join_parts(*row) for row in zip(*parts, strict=True)]
        top = self._options.top
        scores = self._score(texts, 0 if top else self._options.n_words)
        if rows.table is None:
            scores = _reject_rows(scores, _find_other_types(parts))
        if self._options.mask:
            rows = rows.change_texts(_mask_identities)
        part = self._encode_top(rows, texts, scores, first_row) if top else self._encode(rows, scores)
        return pack_part(part, summarise(scores, self._bundle.reference))

    def _score(self, texts: Sequence[str], n_words: int) -> Scores:
        """Score texts, a run at a time."""
        starts = range(0, len(texts), TEXTS_AT_ONCE)
        batches = (texts[start : start + TEXTS_AT_ONCE] for start in starts)
        done = list(score_batches(self._bundle, batches, n_words, self._options.encoded_share))
        return (
            Scores(*(list(chain.from_iterable(column)) for column in zip(*done, strict=True)))
            if done
            else NONE
        )

    def _encode(self, rows: Rows, scores: Scores) -> pa.Table:
        return encode_rows(rows, self._add(scores), self._options.layout)

    def _encode_top(self, rows: Rows, texts: Sequence[str], scores: Scores, first_row: int) -> pa.Table:
        """Encode the highest rows, with what they are ordered by; words are looked for in these alone."""
        known = np.array([row for row, score in enumerate(scores.score) if score is not None], np.int64)
        values = np.array([scores.score[row] for row in known], np.float64)
        best = known[rank_rows(values, known)[: self._options.top]].tolist()
        words: list[list[str]] = [[]] * len(rows)
        if self._options.n_words:
            for row, found in zip(
                best, self._score([texts[row] for row in best], self._options.n_words).words, strict=True
            ):
                words[row] = found
        added = self._add(scores._replace(words=words))
        part = encode_rows(rows, added, self._options.layout, best)
        part = part.append_column(SCORE, pa.array([scores.score[row] for row in best], pa.float64()))
        return part.append_column(ROW, pa.array([first_row + row for row in best], pa.int64()))

    def _add(self, scores: Scores) -> dict[str, pa.Array]:
        named = dict(zip((*SCORE_COLUMNS, WORDS), scores, strict=True))
        return {name: pa.array(named[name], TYPES[name]) for name in self._options.added}


def _mask_identities(text: str) -> str:
    return redact(text).text


def open_scorer(model: Model, options: Options) -> Scorer:
    """Load the model that a job began with. Raises ModelError when it is gone or was changed since."""
    directory = Path(model.models) / model.version
    manifest = directory / MANIFEST
    if not manifest.is_file() or digest_file(manifest) != model.manifest_digest:
        raise ModelError(f"{directory}: was removed or changed; expected the model that the job began with")
    return Scorer(load_bundle(directory, model.version), options)


def check_columns(rows: Rows, options: Options, *, complete: bool) -> None:
    """Raise SchemaError when the text is missing or no text, or a column would be replaced unasked.

    `complete` says that every column has a name here, as those of JSON objects have not.
    """
    names = rows.names
    text = options.columns["text"]
    if complete and text not in names:
        raise SchemaError(f"{rows.place}: has {_list(names)}; expected one called {text!r}{_hint(text)}")
    if complete:
        _require_mapped(rows, options, names)
    if rows.table is not None:
        _require_text(rows, options)
    taken = [name for name in options.added if name in names]
    if taken and not options.overwrite:
        raise SchemaError(
            f"{rows.place}: has a column {taken[0]!r} already; expected none; replace it with --overwrite"
        )


def _list(names: Sequence[str]) -> str:
    return f"the columns {', '.join(names)}" if names else "no column"


def _hint(text: str) -> str:
    return "; name another with --columns text=NAME" if text == "text" else ""


def _require_mapped(rows: Rows, options: Options, names: Sequence[str]) -> None:
    for part, name in options.columns.items():
        if name not in (part, *names):
            raise SchemaError(
                f"{rows.place}: has no column {name!r}; expected it, as --columns {part}={name} says"
            )


def _require_text(rows: Rows, options: Options) -> None:
    assert rows.table is not None
    for name in options.columns.values():
        if name in rows.table.column_names and not _is_text(rows.table.schema.field(name).type):
            found = rows.table.schema.field(name).type
            raise SchemaError(f"{rows.place}: column {name!r} holds {found}; expected text")


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    kinds: tuple[Callable[[pa.DataType], bool], ...] = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_null,
    )
    return any(is_kind(kind) for is_kind in kinds)


def _reject_rows(scores: Scores, rows: Iterable[int]) -> Scores:
    """Take the score of rows whose text is no text, and give the reason."""
    score, reasons, words = list(scores.score), list(scores.abstain_reason), list(scores.words)
    for row in rows:
        score[row], reasons[row], words[row] = None, NOT_TEXT, []
    return scores._replace(score=score, abstain_reason=reasons, words=words)


def _find_other_types(parts: Sequence[Sequence[Any]]) -> list[int]:
    """Return the rows in which a part of the text is something else; NaN is an empty cell."""
    columns = (enumerate(values) for values in parts)
    return sorted({row for row, value in chain.from_iterable(columns) if not _is_text_or_empty(value)})


def _is_text_or_empty(value: Any) -> bool:
    return value is None or isinstance(value, str) or (isinstance(value, float) and math.isnan(value))


def pack_part(part: pa.Table, summary: Summary) -> bytes:
    """Return a part and the summary of the rows it came from as an Arrow file."""
    metadata = (part.schema.metadata or {}) | {SUMMARY: json.dumps(summary._asdict()).encode()}
    part = part.replace_schema_metadata(metadata)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, part.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(part)
    return bytes(sink.getvalue().to_pybytes())


def unpack_part(content: bytes) -> pa.Table:
    """Return the part that `pack_part` packed."""
    return pa.ipc.open_file(content).read_all()


def read_summary(schema: pa.Schema) -> Summary:
    """Return the summary that a part carries."""
    return Summary(**json.loads(schema.metadata[SUMMARY]))
