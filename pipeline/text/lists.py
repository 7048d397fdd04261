"""Word lists of two columns in, pairs out: ours, tab-separated, shipped with the package, and a user's own CSV."""

import csv
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from pipeline.errors import ConfigError


def read_own_list(name: str) -> list[tuple[str, str]]:
    """Read a list that ships with the package."""
    content = resources.files("pipeline.text").joinpath("lexicon", name).read_text(encoding="utf-8")
    return [(first, second) for first, second in (line.split("\t") for line in content.splitlines())]


def read_user_list(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield row number, first and second cell of a user's CSV, in UTF-8 or Latin-1, any delimiter.

    Raises ConfigError when the file cannot be read, or names the row that has not two cells; rows
    without anything are passed over.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise ConfigError(f"{path}: cannot be read ({reason}); expected a list of two columns") from error
    lines = _decode(content).splitlines()
    delimiter = max(",;\t|", key=lambda mark: sum(mark in line for line in lines))
    for number, row in enumerate(csv.reader(lines, delimiter=delimiter), 1):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < 2:
            raise ConfigError(f"{path}: row {number} has one cell; expected two columns")
        yield number, row[0].strip(), row[1].strip()


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
