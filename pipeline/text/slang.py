"""Chat spellings in, standard Indonesian out: yg -> yang, gak -> tidak, orang2 -> orang-orang."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from pipeline.text.lists import read_own_list, read_user_list

OWN_LIST: Final = "slang.tsv"
MAX_STEPS: Final = 5
HEADER: Final = ("slang", "formal")
_WORDS = re.compile(r"[a-z0-9-]+(?: [a-z0-9-]+)*")
_DOUBLED = re.compile(r"([a-z]{3,})2(nya|an|lah|kan)?")


class Slang:
    """Replaces what its entries know, and writes reduplication out ("orang2" -> "orang-orang")."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._words = {slang: tuple(formal.split(" ")) for slang, formal in entries.items()}

    def expand(self, tokens: Iterable[str]) -> list[str]:
        """Return the tokens in standard spelling; expanding them again changes nothing.

        >>> Slang({"yg": "yang"}).expand(["yg", "ibu2nya", "pilih"])
        ['yang', 'ibu-ibunya', 'pilih']
        """
        expanded: list[str] = []
        for token in tokens:
            words = self._words.get(token)
            if words is None:
                expanded.append(self._write_out(token) if token.find("2") > 0 else token)
            else:
                expanded.extend(words)
        return expanded

    def _write_out(self, token: str) -> str:
        doubled = _DOUBLED.fullmatch(token)
        return f"{doubled[1]}-{doubled[1]}{doubled[2] or ''}" if doubled else token


def read_slang(user_list: Path | None) -> dict[str, str]:
    """Read our entries and the user's, whose word counts where both have one.

    Formal sides that are slang themselves are followed to their end; what leads back to itself is left
    out, and so are rows that hold more than words. Raises ConfigError when the file cannot be read.
    """
    entries = dict(read_own_list(OWN_LIST))
    if user_list is not None:
        entries |= _read_user_entries(user_list)
    followed = {slang: _follow(slang, entries) for slang in sorted(entries)}
    return {slang: formal for slang, formal in followed.items() if formal is not None}


def _read_user_entries(path: Path) -> dict[str, str]:
    """Read a user's entries; of two for one word the first counts."""
    entries: dict[str, str] = {}
    for _, slang, formal in read_user_list(path):
        key, value = slang.lower(), " ".join(formal.lower().split())
        single_words = _WORDS.fullmatch(key) and _WORDS.fullmatch(value) and " " not in key
        if single_words and key != value and (key, value) != HEADER:
            entries.setdefault(key, value)
    return entries


def _follow(slang: str, entries: Mapping[str, str]) -> str | None:
    """Replace words of a formal side that are slang too, until none is; None when that never ends."""
    words = [slang]
    for _ in range(MAX_STEPS):
        words = [part for word in words for part in entries.get(word, word).split(" ")]
        if not any(word in entries for word in words):
            return " ".join(words)
    return None
