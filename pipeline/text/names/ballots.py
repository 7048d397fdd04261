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
SPELLED: Final = frozenset(
    "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh i ii iii iv v vi".split()
)
BARE: Final = frozenset({"01", "02", "03", "04", "05"})
EMPTY: Final = "kosong"
BOXES: Final = frozenset("kotak kolom bumbung".split())
NUMBERS: Final = SPELLED | {EMPTY}
DIGITS: Final = frozenset("0123456789")
BALLOT_WORDS: Final = ANNOUNCING | NUMBERS | BOXES
CONTEXT: Final = ANNOUNCING | BARE | {EMPTY}
"""Without one of these there is no ballot number."""


def mask_ballot_numbers(tokens: Sequence[str]) -> list[str]:
    """Mask 02 alone, and a small number behind words that ask for one, these words included.

    The empty box stands against a single contestant.

    >>> mask_ballot_numbers("pilih paslon nomor urut 2 atau kotak kosong".split())
    ['pilih', '<BALLOT>', 'atau', '<BALLOT>']
    """
    masked: list[str] = []
    for token in tokens:
        n_words = _count_words_of_number(masked, token) if token in NUMBERS or token[0] in DIGITS else None
        if n_words is None:
            masked.append(token)
        else:
            masked[len(masked) - n_words :] = [BALLOT]
    return masked


def _count_words_of_number(before: list[str], token: str) -> int | None:
    """Return how many of the words before belong to a number's name; None when the token is no such number."""
    if token == EMPTY:
        return 1 if before and before[-1] in BOXES else None
    n_words = 0
    while n_words < len(before) and before[-1 - n_words] in ANNOUNCING:
        n_words += 1
    announcing = before[len(before) - n_words :]
    spelled = token in SPELLED and n_words > 0
    asked = _is_small(token) and not CONTESTANTS.isdisjoint(announcing)
    return n_words if token in BARE or spelled or asked else None


def _is_small(token: str) -> bool:
    return token.isdecimal() and token.isascii() and len(token) <= 2 and 1 <= int(token) <= MAX_BALLOT_NUMBER
