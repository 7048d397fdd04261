"""For anybody with Indonesian text: lines in, their Sastrawi stems out."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Annotated

import typer

from pipeline.errors import StorageError
from pipeline.storage import reason_of
from pipeline.text.stem import Stemmer

STANDARD_INPUT = Path("-")


def stems(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="Text, a line each; - for standard input.")
    ] = (STANDARD_INPUT),
) -> None:
    """Print for each line what PySastrawi's Stemmer.stem prints, some hundred times sooner."""
    stemmer = Stemmer()
    try:
        with nullcontext(sys.stdin.buffer) if source == STANDARD_INPUT else source.open("rb") as file:
            sys.stdout.writelines(f"{stemmer.stem(line)}\n" for line in read_lines(file))
    except OSError as error:
        raise StorageError(f"{source}: cannot be read ({reason_of(error)}); expected a text file") from error


def read_lines(file: IO[bytes] | Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a UTF-8 file without their ends; what is not UTF-8 becomes U+FFFD."""
    for line in file:
        yield line.rstrip(b"\r\n").decode("utf-8", "replace")
