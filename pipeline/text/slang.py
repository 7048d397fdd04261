"""Chat spellings in, standard Indonesian out: yg -> yang, gak -> tidak, orang2 -> orang-orang."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from pipeline.text.lists import read_own_list, read_user_list
from pipeline.text.normalise import normalise
from pipeline.text.tokens import NEGATIONS

OWN_LIST: Final = "slang.tsv"
MAX_STEPS: Final = 5
HEADER: Final = ("slang", "formal")
_WORDS = re.compile(r"[a-z0-9-]{2,}(?: [a-z0-9-]{2,})*")
_SLANG = re.compile(r"[a-z0-9-]+")
_DOUBLED = re.compile(r"([a-z]{2,})2(nya|an|lah|kan)?")
_ROOT = re.compile(r"[a-z]{3,28}")


class Slang:
    """Replaces what its entries know, and writes reduplication out ("orang2" -> "orang-orang")."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._words = {slang: tuple(formal.split(" ")) for slang, formal in entries.items()}

    def expand(self, tokens: Iterable[str]) -> list[str]:
        """Return the tokens in standard spelling; expanding them again changes nothing.

        >>> Slang({"yg": "yang", "tmn": "teman"}).expand(["yg", "ibu2nya", "pilih", "tmn2"])
        ['yang', 'ibu-ibunya', 'pilih', 'teman-teman']
        """
        expanded: list[str] = []
        for token in tokens:
            words = self._words.get(token)
            if words is not None:
                expanded.extend(words)
            elif "2" in token:
                expanded.extend(self._write_out(token))
            else:
                expanded.append(token)
        return expanded

    def _write_out(self, token: str) -> tuple[str, ...]:
        doubled = _DOUBLED.fullmatch(token)
        if doubled is None:
            return (token,)
        formal = self._words.get(doubled[1], ())
        root = formal[0] if len(formal) == 1 else doubled[1]
        if not _ROOT.fullmatch(root):
            return (token,)
        written = f"{root}-{root}{doubled[2] or ''}"
        return self._words.get(written, (written,))


def read_slang(user_list: Path | None) -> dict[str, str]:
    """Read our entries and the user's, whose word counts where both have one.

    Formal sides that are slang themselves are followed to their end. Left out are entries that lead back
    to themselves, that hold more than words, or that would replace a negation. Raises ConfigError when
    the file cannot be read.
    """
    entries = dict(read_own_list(OWN_LIST))
    if user_list is not None:
        entries |= _read_user_entries(user_list)
    expand = Slang(entries).expand
    followed = {slang: _follow(slang, expand) for slang in sorted(entries)}
    return {slang: formal for slang, formal in followed.items() if formal is not None}


def _read_user_entries(path: Path) -> dict[str, str]:
    """Read a user's entries; of two for one word the first counts."""
    entries: dict[str, str] = {}
    for _, slang, formal in read_user_list(path):
        key, value = slang.lower(), " ".join(formal.lower().split())
        if (key, value) != HEADER and key != value and key not in NEGATIONS and _is_usable(key, value):
            entries.setdefault(key, value)
    return entries


def _is_usable(slang: str, formal: str) -> bool:
    """Say whether an entry turns one token into words that the steps before would leave as they are."""
    return bool(_SLANG.fullmatch(slang) and _WORDS.fullmatch(formal)) and normalise(formal) == formal


def _follow(slang: str, expand: Callable[[list[str]], list[str]]) -> str | None:
    """Expand a formal side until nothing of it is slang; None when that never ends."""
    words = expand([slang])
    for _ in range(MAX_STEPS):
        if (again := expand(words)) == words:
            return " ".join(words)
        words = again
    return None
