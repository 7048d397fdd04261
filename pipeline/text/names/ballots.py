"""Tokens in, the same with each contestant's number, and the words that announce it, as one <BALLOT>."""

from collections.abc import Sequence
from typing import Final

BALLOT: Final = "<BALLOT>"
MAX_BALLOT_NUMBER: Final = 20

CONTESTANTS: Final = frozenset(
    "paslon capres cawapres cagub cawagub cabup cawabup cawalkot cawawalkot caleg calon kandidat pasangan "
    "paslonkada urut coblos".split()
)
NUMBER_WORDS: Final = frozenset("no nomor nomer nmr urut".split())
ANNOUNCING: Final = CONTESTANTS | NUMBER_WORDS
SPELLED: Final = frozenset("satu dua tiga empat lima enam i ii iii iv v".split())
BARE: Final = frozenset({"01", "02", "03", "04", "05"})
CONTEXT: Final = ANNOUNCING | BARE
"""Without one of these there is no ballot number."""


def mask_ballot_numbers(tokens: Sequence[str]) -> list[str]:
    """Mask 02 alone, and a small number behind words that ask for one, these words included.

    >>> mask_ballot_numbers("pilih paslon nomor urut 2 atau calon baru nomor dua".split())
    ['pilih', '<BALLOT>', 'atau', 'calon', 'baru', 'nomor', 'dua']
    """
    masked: list[str] = []
    for token in tokens:
        n_announcing = _count_announcing(masked)
        asked = n_announcing and _asks(masked[-n_announcing:])
        if token in BARE or (asked and (token in SPELLED or _is_small(token))):
            masked[len(masked) - n_announcing :] = [BALLOT]
        else:
            masked.append(token)
    return masked


def _count_announcing(tokens: list[str]) -> int:
    n_announcing = 0
    while n_announcing < len(tokens) and tokens[-1 - n_announcing] in ANNOUNCING:
        n_announcing += 1
    return n_announcing


def _asks(words: list[str]) -> bool:
    """Say whether words such as "paslon", "paslon no" or "nomor urut" ask for a number; "nomor" does not."""
    return not CONTESTANTS.isdisjoint(words)


def _is_small(token: str) -> bool:
    return token.isdecimal() and token.isascii() and len(token) <= 2 and 1 <= int(token) <= MAX_BALLOT_NUMBER
