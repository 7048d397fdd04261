"""Chat spellings in, standard Indonesian out: yg -> yang, gak -> tidak, orang2 -> orang-orang."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.text.lists import read_own_list, read_user_list
from pipeline.text.normalise import normalise
from pipeline.text.tokens import NEGATIONS

OWN_LIST: Final = "slang.tsv"
MAX_STEPS: Final = 5
SHOWN_ROWS: Final = 3
HEADER: Final = ("slang", "formal")
_WORDS = re.compile(r"[a-z0-9-]{2,}(?: [a-z0-9-]{2,})*")
_SLANG = re.compile(r"[a-z0-9-]+")
_DOUBLED = re.compile(r"([a-z]{2,})2(nya|an|lah|kan)?")
_ROOT = re.compile(r"[a-z]{3,28}")


class Slang:
    """Replaces what its entries know, and writes reduplication out ("orang2" -> "orang-orang")."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._words = {slang: tuple(formal.split(" ")) for slang, formal in entries.items()}

    def knows(self, token: str) -> bool:
        """Say whether a token is a chat spelling."""
        return token in self._words

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
        entries |= {slang: row.formal for slang, row in _first_rows(_usable_rows(user_list)).items()}
    expand = Slang(entries).expand
    followed = {slang: _follow(slang, expand) for slang in sorted(entries)}
    return {slang: formal for slang, formal in followed.items() if formal is not None}


def find_slang_faults(user_list: Path) -> Iterator[str]:
    """Yield one line for words with two standard forms, and one for entries that lead back to themselves.

    Raises ConfigError when the file cannot be read.
    """
    rows = _usable_rows(user_list)
    known, kept = read_slang(user_list), _first_rows(rows)
    doubtful = [row.number for row in rows if row.formal != kept[row.slang].formal]
    cyclic = [row.number for slang, row in kept.items() if slang not in known]
    if doubtful:
        yield f"{user_list}: a word has another standard form in {_name_rows(doubtful)}; expected one; the first counts"
    if cyclic:
        yield f"{user_list}: a word leads back to itself in {_name_rows(cyclic)}; expected a standard form; left out"


def _name_rows(numbers: Sequence[int]) -> str:
    """Name the first three rows, and how many there are.

    >>> _name_rows([4]), _name_rows([4, 9, 11, 30])
    ('row 4', '4 rows (4, 9, 11, ...)')
    """
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    more = ", ..." if len(numbers) > SHOWN_ROWS else ""
    return f"{len(numbers):,} rows ({', '.join(map(str, numbers[:SHOWN_ROWS]))}{more})"


class _Row(NamedTuple):
    number: int
    slang: str
    formal: str


def _usable_rows(path: Path) -> list[_Row]:
    rows = (
        _Row(number, slang.lower(), " ".join(formal.lower().split()))
        for number, slang, formal in read_user_list(path)
    )
    return [
        row
        for row in rows
        if row[1:] != HEADER
        and row.slang != row.formal
        and row.slang not in NEGATIONS
        and _is_usable(row.slang, row.formal)
    ]


def _first_rows(rows: Iterable[_Row]) -> dict[str, _Row]:
    """Return the row that counts for each word: the first."""
    first: dict[str, _Row] = {}
    for row in rows:
        first.setdefault(row.slang, row)
    return first


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
