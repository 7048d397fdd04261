"""Numbers that are spelled out, as people dictate them: NIK, mobile phones, accounts where one is announced."""

import re
from collections.abc import Iterator
from typing import Final

from pipeline.text.redact.accounts import announces_account
from pipeline.text.redact.numbers import PHONE_CONTEXT
from pipeline.text.redact.spans import Span, read_before

DIGITS: Final = {
    word: str(digit)
    for digit, words in enumerate(
        "nol kosong,satu,dua,tiga,empat,lima,enam,tujuh,delapan lapan,sembilan".split(",")
    )
    for word in words.split()
}
CLUES: Final = ("nol", "kosong", "lapan")
"""A number of many digits has a zero or an eight."""
WORD: Final = re.compile(rf"{'|'.join(sorted(DIGITS, key=len, reverse=True))}|[0-9]", re.IGNORECASE)
SPOKEN: Final = re.compile(
    rf"(?<![a-z0-9])(?:o[ ,.-]{{1,3}})?(?:{WORD.pattern})(?:[ ,.-]{{0,3}}(?:{WORD.pattern})){{7,17}}(?![a-z0-9])",
    re.IGNORECASE | re.ASCII,
)
MOBILE: Final = re.compile(r"08[1-9][0-9]{6,10}")
NIK_CHARS: Final = 16
MIN_WORDS: Final = 3


def find_spoken_numbers(text: str) -> Iterator[Span]:
    """Find numbers that are spelled out, in whole or in part."""
    for match in SPOKEN.finditer(text):
        words = WORD.findall(match[0])
        zero = "0" if match[0][0] in "oO" else ""
        digits = zero + "".join(DIGITS.get(word.lower(), word) for word in words)
        if sum(map(str.isalpha, words)) < MIN_WORDS:
            continue
        if kind := _tell_kind(digits, read_before(text, match.start())):
            yield Span(*match.span(), kind)


def _tell_kind(digits: str, before: str) -> str | None:
    if len(digits) == NIK_CHARS:
        return "NIK"
    if announces_account(before, digits):
        return "ACCOUNT"
    named = digits[0] == "8" and PHONE_CONTEXT.search(before)
    return "PHONE" if MOBILE.fullmatch("0" + digits if named else digits) else None
