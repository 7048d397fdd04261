"""A text in, the same with some of its words disguised out: as somebody does who does not want to be found.

None of this looks at what `pipeline.text` undoes; look-alike characters are Unicode's, not our own table.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np

from pipeline.evaluation.sentences import read_look_alikes

MIN_LETTERS: Final = 4
WORD: Final = re.compile(rf"(?<!\S)[^\W\d_]{{{MIN_LETTERS},}}(?=[.,!?;:)\"']*(?:\s|$))")
"""Whole words alone: no part of an address, a handle or a typed token."""

LEET: Final = str.maketrans("aeiostgbAEIOSTGB", "4310579843105798")
ZERO_WIDTH: Final = ("\u200b", "\u200c", "\u200d", "\u2060")
VOWEL: Final = re.compile("[aiueoAIUEO]")
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"

Disguise = Callable[[str, np.random.Generator], str]


def write_leet(word: str, _rng: np.random.Generator) -> str:
    """Write digits for letters.

    >>> write_leet("vaksin", np.random.default_rng(0))
    'v4k51n'
    """
    return word.translate(LEET)


def write_look_alikes(word: str, rng: np.random.Generator) -> str:
    """Write every letter that has look-alikes as one of them."""
    alike = _look_alikes()
    return "".join(
        _choose(alike[letter], rng) if letter in alike else own
        for own, letter in zip(word, word.lower(), strict=True)
    )


def write_zero_width(word: str, rng: np.random.Generator) -> str:
    """Put characters without width between all letters."""
    return "".join(letter + _choose(ZERO_WIDTH, rng) for letter in word[:-1]) + word[-1]


def write_dots(word: str, _rng: np.random.Generator) -> str:
    """Put dots between all letters.

    >>> write_dots("hoaks", np.random.default_rng(0))
    'h.o.a.k.s'
    """
    return ".".join(word)


def write_typo(word: str, rng: np.random.Generator) -> str:
    """Swap two neighbouring letters, drop one, double one, or hit another key; the first letter stays."""
    place = int(rng.integers(1, len(word) - 1))
    head, letter, tail = word[:place], word[place], word[place + 1 :]
    wrong = (
        head + tail[0] + letter + tail[1:],
        head + tail,
        head + letter + letter + tail,
        head + _choose(ALPHABET, rng) + tail,
    )
    return _choose(wrong, rng)


def write_long(word: str, _rng: np.random.Generator) -> str:
    """Draw the last vowel out.

    >>> write_long("awas", np.random.default_rng(0))
    'awaaaaas'
    """
    vowels = [match.start() for match in VOWEL.finditer(word)]
    if not vowels:
        return word
    return word[: vowels[-1]] + word[vowels[-1]] * 5 + word[vowels[-1] + 1 :]


KINDS: Final[Mapping[str, Disguise]] = MappingProxyType(
    {
        "leet": write_leet,
        "look-alikes": write_look_alikes,
        "zero-width": write_zero_width,
        "dots": write_dots,
        "typos": write_typo,
    }
)
"""What hides a word from a filter and not from a reader."""


def disguise_words(text: str, disguise: Disguise, share: float, rng: np.random.Generator) -> str:
    """Disguise a share of the words of four letters or more, drawn by chance, at least one where there is one.

    >>> disguise_words("awas vaksin palsu beredar", write_dots, 0.25, np.random.default_rng(0))
    'awas vaksin palsu b.e.r.e.d.a.r'
    """
    words = list(WORD.finditer(text))
    if not words:
        return text
    n_chosen = max(1, round(share * len(words)))
    chosen = set(rng.choice(len(words), size=n_chosen, replace=False).tolist())
    parts, done = [], 0
    for number, word in enumerate(words):
        written = disguise(word[0], rng) if number in chosen else word[0]
        parts += [text[done : word.start()], written]
        done = word.end()
    return "".join([*parts, text[done:]])


@cache
def _look_alikes() -> Mapping[str, str]:
    return read_look_alikes()


def _choose(options: "str | tuple[str, ...]", rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]
