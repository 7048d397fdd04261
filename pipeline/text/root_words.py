"""Sastrawi's root words, read from the installed package (their licence forbids a copy), and their digest."""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

from pipeline.errors import ConfigError

WORD_LIST: Final = "Sastrawi/Stemmer/data/kata-dasar.txt"


@cache
def installed_words() -> frozenset[str]:
    """Return the root words of the installed PySastrawi.

    Raises ConfigError when there is none, or when it is the distribution that shares its import name.
    """
    namesakes = [found.version for found in metadata.distributions(name="Sastrawi")]
    if namesakes:
        raise ConfigError(
            f"installed packages: found the distribution Sastrawi {namesakes[0]}; expected PySastrawi, whose "
            "files it overwrites; run: pip uninstall Sastrawi; pip install --force-reinstall PySastrawi==1.2.1"
        )
    try:
        path = metadata.distribution("PySastrawi").locate_file(WORD_LIST)
        return select_root_words(Path(str(path)).read_text(encoding="utf-8").split("\n"))
    except (metadata.PackageNotFoundError, FileNotFoundError) as error:
        raise ConfigError(
            f"installed packages: found no list of root words ({error}); expected PySastrawi's; "
            "run: pip install --force-reinstall PySastrawi==1.2.1"
        ) from error


def word_list_digest(words: Iterable[str] | None = None) -> str:
    """Return the SHA-256 of the sorted root words, one a line; by default of the installed ones."""
    words = installed_words() if words is None else select_root_words(words)
    return hashlib.sha256("\n".join(sorted(words)).encode()).hexdigest()


def select_root_words(words: Iterable[str]) -> frozenset[str]:
    """Leave out blank lines."""
    return frozenset({word for word in words if word.strip()})
