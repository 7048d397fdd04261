"""For anybody with Indonesian text: its Sastrawi stems; and what is doubtful in a lexicon of slang."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import warn
from pipeline.errors import StorageError
from pipeline.storage import reason_of

if TYPE_CHECKING:
    from pipeline.config import Text

STANDARD_INPUT = Path("-")


def stems(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="Text, a line each; - for standard input.")
    ] = (STANDARD_INPUT),
) -> None:
    """Print for each line what PySastrawi's Stemmer.stem prints, some hundred times sooner."""
    from pipeline.text.stem import Stemmer  # noqa: PLC0415 - reads the word list, which --help need not wait for

    stemmer = Stemmer()
    sys.stdout.writelines(f"{stemmer.stem(line)}\n" for line in read_file(source))


def read_file(source: Path) -> Iterator[str]:
    """Yield the lines of a file or of standard input. Raises StorageError when it cannot be read."""
    try:
        with nullcontext(sys.stdin.buffer) if source == STANDARD_INPUT else source.open("rb") as file:
            yield from read_lines(file)
    except OSError as error:
        raise StorageError(f"{source}: cannot be read ({reason_of(error)}); expected a text file") from error


def read_lines(file: IO[bytes] | Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a UTF-8 file without their ends; what is not UTF-8 becomes U+FFFD."""
    for line in file:
        yield line.rstrip(b"\r\n").decode("utf-8", "replace")


def warn_of_slang(params: "Text") -> None:
    """Say on a line each what is doubtful in the user's slang lexicon."""
    from pipeline.text.slang import find_slang_faults  # noqa: PLC0415 - as above

    if params.slang and params.slang_lexicon:
        for fault in find_slang_faults(params.slang_lexicon):
            warn(fault)
