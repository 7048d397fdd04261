"""A chunk of folded text in, the same with letters for the digits that stand for them, where that makes words.

Which letter a digit is says only the word: "8354r" is "besar" and "1" is an i or an l. So a reading counts
where a list knows it, and a number with its unit ("5kali", "17an", "pasal1", "covid19") stays what it is.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice, product
from typing import Final

LETTERS: Final = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "gb",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "i",
}
MIXED: Final = re.compile(r"(?<![0-9][.,:])[a-z0-9](?:[a-z0-9]|[@$!](?=[a-z0-9]))+")
"""Letters and what may stand for them; a sign only between two."""

NO_WORD: Final = re.compile(r"[/#<_]|[a-z0-9]\.[a-z]")
"""What holds one of these is a link, a hashtag or a typed token."""

LETTER: Final = re.compile("[a-z]")
COUNTED: Final = re.compile(r"[1-9]([a-z]+)|[0-9]+(k|m|m2|am|pm|an|rb|jt|th|thn)|([a-z]+)[0-9]+")
"""A number with its unit, or behind what it numbers."""
MIN_CHARS: Final = 4
MAX_READINGS: Final = 16

IsWord = Callable[[str], bool]


def undo_leet(chunk: str, is_word: IsWord) -> str:
    """Return the chunk with each word that digits disguise in letters; of several readings the first counts.

    >>> words = {"besar", "palsu", "kali", "teman"}
    >>> [undo_leet(chunk, words.__contains__) for chunk in ("(8354r)", "p@l5u,", "5kali", "73m4n2")]
    ['(besar)', 'palsu,', '5kali', 'teman2']
    """
    if chunk.isalpha() or NO_WORD.search(chunk):
        return chunk
    return MIXED.sub(lambda found: _read(found[0], is_word), chunk)


def _read(word: str, is_word: IsWord) -> str:
    if len(word) < MIN_CHARS or word.isalpha() or not LETTER.search(word) or _is_counted(word, is_word):
        return word
    stem, doubled = (word[:-1], "2") if word.endswith("2") else (word, "")
    return next((reading + doubled for reading in _spell(stem) if is_word(reading)), word)


def _is_counted(word: str, is_word: IsWord) -> bool:
    counted = COUNTED.fullmatch(word)
    return counted is not None and (counted[2] is not None or is_word(counted[1] or counted[3]))


def _spell(word: str) -> Iterator[str]:
    """Yield what a word may mean, the likeliest first; nothing where a digit stands for no letter."""
    options = [char if char.isalpha() else LETTERS.get(char, "") for char in word]
    return map("".join, islice(product(*options), MAX_READINGS))
