"""A name in, the format that it stands for out; an INPUT in, the files that it is made of out."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import pyarrow as pa

from pipeline.errors import SchemaError, StorageError
from pipeline.storage.files import reason_of

PARQUET: Final = ".parquet"
CSV: Final = ".csv"
JSONL: Final = ".jsonl"
KINDS: Final = (PARQUET, CSV, JSONL)
COMPRESSIONS: Final = {".gz": "gzip", ".zst": "zstd"}

STANDARD: Final = Path("-")
"""Standard input or output."""


class Format(NamedTuple):
    """How rows are written: one of KINDS, and the compression around it, if any."""

    kind: str
    compression: str | None = None


class Input(NamedTuple):
    """The files to read, in order; `name` is what the user called them."""

    name: Path
    files: tuple[Path, ...]
    format: Format | None
    """The format of standard input; that of files is in their names."""

    @property
    def is_standard(self) -> bool:
        """Say whether the rows come from standard input, which can be read once only."""
        return self.name == STANDARD

    def format_of(self, path: Path) -> Format:
        """Return the format of one of the files."""
        return self.format or detect_format(path)


def detect_format(path: Path) -> Format:
    """Return the format that a name stands for. Raises SchemaError for a name that stands for none."""
    name = path.name.lower()
    around = next((suffix for suffix in COMPRESSIONS if name.endswith(suffix)), "")
    for kind in KINDS:
        if name.removesuffix(around).endswith(kind):
            return Format(kind, COMPRESSIONS.get(around))
    raise SchemaError(
        f"{path}: has the suffix {path.suffix!r}; expected {', '.join(KINDS)}, or .gz or .zst of one"
    )


def find_input(name: Path, output: Path, stream_format: Format) -> Input:
    """Find what there is to read: a file, a folder's files by name, or standard input in `stream_format`.

    Raises SchemaError when a folder holds nothing, something else, or the output.
    """
    if name == STANDARD:
        return Input(name, (STANDARD,), stream_format)
    if not name.is_dir():
        detect_format(name)
        return Input(name, (name,), None)
    if output != STANDARD and output.resolve().is_relative_to(name.resolve()):
        raise SchemaError(f"{output}: lies inside the input folder {name}; expected another place")
    files = sorted(path for path in name.rglob("*") if not path.is_dir() and not _is_hidden(path, name))
    for path in files:
        detect_format(path)
    if not files:
        raise SchemaError(f"{name}: holds no file; expected {', '.join(KINDS)}")
    return Input(name, tuple(files), None)


def _is_hidden(path: Path, folder: Path) -> bool:
    """Say whether a name begins with a dot or, as Spark's marks do, with an underscore."""
    return any(part[0] in "._" for part in path.relative_to(folder).parts)


@contextmanager
def open_bytes(path: Path, compression: str | None) -> Iterator[IO[bytes]]:
    """Open a file or standard input for reading, unpacked."""
    raw = sys.stdin.buffer if path == STANDARD else path.open("rb")
    with raw:
        yield _unpack(raw, compression)


def _unpack(raw: IO[bytes], compression: str | None) -> Any:
    return pa.CompressedInputStream(pa.PythonFile(raw, "r"), compression) if compression else raw


def pack(content: bytes, compression: str | None) -> bytes:
    """Compress bytes as a whole gzip member or zst frame, several of which in a row are a file again."""
    if compression is None:
        return content
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, compression) as stream:
        stream.write(content)
    return bytes(sink.getvalue().to_pybytes())


@contextmanager
def explain_faults(path: Path, kind: str) -> Iterator[None]:
    """Turn what libraries raise while they read a file into one line."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise SchemaError(f"{path}: is not UTF-8; expected UTF-8; save it again as UTF-8") from error
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, EOFError) as error:
        raise SchemaError(f"{path}: is not a whole {kind[1:]} file; expected one that opens") from error
    except OSError as error:
        if error.errno is None:  # Arrow's word for a compressed file that is damaged or cut
            raise SchemaError(f"{path}: is not a whole {kind[1:]} file; expected one that opens") from error
        raise StorageError(f"{path}: cannot be read ({reason_of(error)}); expected a file") from error
