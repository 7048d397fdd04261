"""Rows to score, in and out, a chunk at a time: Parquet, CSV and JSONL, plain, gzipped or as zst.

A caller's own columns come back unchanged: Parquet keeps its types, CSV cells stay strings, the text of a
JSON object stays as it is.
"""

from pipeline.storage.batches.assemble import ROW, SCORE, choose_top, join_parts, rank_rows, unify_schemas
from pipeline.storage.batches.chunks import Chunk, read_chunks
from pipeline.storage.batches.encode import Layout, encode_rows, plan_layout
from pipeline.storage.batches.formats import (
    CSV,
    PARQUET,
    STANDARD,
    Format,
    Input,
    detect_format,
    find_input,
    pack,
)
from pipeline.storage.batches.rows import Rows, open_rows

__all__ = [
    "CSV",
    "PARQUET",
    "ROW",
    "SCORE",
    "STANDARD",
    "Chunk",
    "Format",
    "Input",
    "Layout",
    "Rows",
    "choose_top",
    "detect_format",
    "encode_rows",
    "find_input",
    "join_parts",
    "open_rows",
    "pack",
    "plan_layout",
    "rank_rows",
    "read_chunks",
    "unify_schemas",
]
