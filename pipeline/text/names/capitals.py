"""Cleaned text in, the words out that it writes with a capital where none is due."""

import re
from typing import Final

_MIXED: Final = r"[A-Z][a-z]++(?:['-][A-Za-z]++)*+"
_SHORT: Final = r"[A-Z]{2,6}+"
_END: Final = r"(?![A-Za-z0-9@#])"
INSIDE: Final = re.compile(rf" (?=[A-Z])(?:(?<=[a-z0-9,;] )({_MIXED}|{_SHORT})|(?<=[A-Z] )({_MIXED})){_END}")
"""A word with a capital, or a short one all in capitals, behind a word or a comma: not where a sentence starts."""


MAX_SHARE: Final = 0.5
"""Of all words; a headline in Title Case has more, and there a capital means nothing."""

WORDS: Final = re.compile(r"[^\W_][\w'-]*+")
"""What counts as a word here: an emoji or a tag taken out of a headline leaves blanks, and must not make it longer."""


def find_capitalised(text: str) -> frozenset[str]:
    """Return the words that mid-sentence capitals mark as names, titles or posts, and abbreviations in capitals.

    >>> sorted(find_capitalised("Kemarin warga dan Pak Surya bertemu di rumah Ibu Sri, besok di Balai"))
    ['balai', 'ibu', 'pak', 'sri', 'surya']
    >>> find_capitalised("Warga Desa Temui Pak Surya"), find_capitalised("PAK SURYA datang")
    (frozenset(), frozenset())
    """
    found = [mixed or behind_capitals for mixed, behind_capitals in INSIDE.findall(text)]
    if not found or len(found) > MAX_SHARE * len(WORDS.findall(text)):
        return frozenset()
    return frozenset([word if word.isupper() else word.lower().replace("'", "") for word in found])
