"""Tokens in, the same without names out: typed tokens for persons, parties, religions, peoples, places, ballots.

For the model's features only: a name is what a hoax is about, not what makes it one.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pipeline.errors import ConfigError
from pipeline.text.lists import read_own_list, read_user_list
from pipeline.text.normalise import normalise
from pipeline.text.tokens import NAME_KINDS, NEGATIONS

OWN_LIST: Final = "names.tsv"
HEADER: Final = ("name", "kind")
BALLOT: Final = "<BALLOT>"

BALLOT_WORDS: Final = frozenset(
    "paslon capres cawapres cagub cabup cawalkot calon kandidat pasangan urut coblos".split()
)
NUMBER_WORDS: Final = frozenset("no nomor nomer nmr urut".split())
SPELLED: Final = frozenset("satu dua tiga empat lima".split())
BARE: Final = frozenset({"01", "02", "03", "04", "05"})
MAX_BALLOT_NUMBER: Final = 20
BALLOT_CONTEXT: Final = BALLOT_WORDS | NUMBER_WORDS | BARE
"""Without one of these there is no ballot number."""


class Names:
    """Masks the names it knows, the longest first, in normalised lower-case tokens."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._masks = {tuple(name.split(" ")): f"<{kind.upper()}>" for name, kind in kinds.items()}
        self._longest: dict[str, int] = {}
        for words in self._masks:
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def mask(self, tokens: Sequence[str]) -> list[str]:
        """Return the tokens with each name as one typed token; masking them again changes nothing.

        >>> Names({"jawa timur": "place", "jawa": "people"}).mask("warga jawa timur pilih paslon 02".split())
        ['warga', '<PLACE>', 'pilih', 'paslon', '<BALLOT>']
        """
        masked: list[str] = []
        done = 0
        for start in [place for place, token in enumerate(tokens) if token in self._longest]:
            if start < done:
                continue
            for size in range(self._longest[tokens[start]], 0, -1):
                mask = self._masks.get(tuple(tokens[start : start + size]))
                if mask is not None:
                    masked += tokens[done:start]
                    masked.append(mask)
                    done = start + size
                    break
        masked += tokens[done:]
        return masked if BALLOT_CONTEXT.isdisjoint(masked) else _mask_ballot_numbers(masked)


def read_names(user_list: Path | None) -> dict[str, str]:
    """Read our gazetteer and the user's list, name -> kind; a negation is no name.

    Raises ConfigError when the file cannot be read or a kind does not exist.
    """
    names = dict(read_own_list(OWN_LIST))
    if user_list is not None:
        for number, name, kind in read_user_list(user_list):
            if number == 1 and (name.lower(), kind.lower()) == HEADER:
                continue
            if kind.lower() not in NAME_KINDS:
                expected = ", ".join(NAME_KINDS)
                raise ConfigError(
                    f"{user_list}: row {number} has the kind {kind!r}; expected one of {expected}"
                )
            names[normalise(name)] = kind.lower()
    return {name: names[name] for name in sorted(names) if name and name not in NEGATIONS}


def _mask_ballot_numbers(tokens: list[str]) -> list[str]:
    """Mask 02 alone, and any small number after a word that asks for one: "paslon 2", "nomor urut tiga"."""
    masked = list(tokens)
    for place, token in enumerate(tokens):
        asked = place > 0 and (tokens[place - 1] in BALLOT_WORDS or _after_number_word(tokens, place))
        if token in BARE or (asked and (token in SPELLED or _is_small(token))):
            masked[place] = BALLOT
    return masked


def _after_number_word(tokens: list[str], place: int) -> bool:
    """Say whether the tokens before are such as "paslon nomor" or "nomor urut"."""
    return (
        place > 1 and tokens[place - 1] in NUMBER_WORDS and tokens[place - 2] in BALLOT_WORDS | NUMBER_WORDS
    )


def _is_small(token: str) -> bool:
    return token.isdecimal() and token.isascii() and len(token) <= 2 and 1 <= int(token) <= MAX_BALLOT_NUMBER
