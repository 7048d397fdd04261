"""A claim's text in; the same claim, written as somebody else would write it, out."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from pipeline.evaluation.disguise import (
    disguise_words,
    write_leet,
    write_long,
    write_look_alikes,
    write_typo,
    write_zero_width,
)

Change = Callable[[str, np.random.Generator], str]

SHARE: Final = 0.125
"""Of the words: what happens to a text that somebody types or forwards, not what an adversary does to it."""

CHAT: Final = MappingProxyType(
    {
        "yang": "yg",
        "tidak": "gak",
        "dengan": "dgn",
        "untuk": "utk",
        "sudah": "udah",
        "orang": "org",
        "karena": "krn",
        "juga": "jg",
        "saya": "sy",
        "bisa": "bs",
        "dari": "dr",
        "jangan": "jgn",
        "kalau": "klo",
        "dalam": "dlm",
        "akan": "akn",
        "belum": "blm",
        "banyak": "byk",
        "tolong": "tlg",
        "teman": "tmn",
        "semua": "smua",
        "sama": "sm",
        "kepada": "kpd",
        "tahun": "thn",
        "bagaimana": "gmn",
    }
)
"""How people write in a hurry; written for this test, not read from the chain's lexicon."""

EMOJI: Final = ("😱", "🙏", "😂", "🔥", "👍", "😭", "⚠️")
HEADERS: Final = ("Diteruskan berkali-kali\n", "Forwarded message:\n", "Fwd: ", "[Forwarded from Grup RT]\n")
OUTLETS: Final = ("JAKARTA, KOMPAS.com - ", "Tempo.co, Bandung - ", "Surabaya (ANTARA) - ", "Detik.com - ")
WORDS: Final = re.compile(r"[^\W\d_]+")


def shout(text: str, _rng: np.random.Generator) -> str:
    """Write capitals only."""
    return text.upper()


def whisper(text: str, _rng: np.random.Generator) -> str:
    """Write no capitals."""
    return text.lower()


def chat(text: str, _rng: np.random.Generator) -> str:
    """Write common words as in a chat.

    >>> chat("Jangan percaya, belum tentu yang itu", np.random.default_rng(0))
    'jgn percaya, blm tentu yg itu'
    """
    return WORDS.sub(lambda word: CHAT.get(word[0].lower(), word[0]), text)


def add_emoji(text: str, rng: np.random.Generator) -> str:
    """Put an emoji at the end."""
    return f"{text} {_draw(EMOJI, rng)}"


def add_header(text: str, rng: np.random.Generator) -> str:
    """Put in front what a messenger writes over a forwarded message."""
    return _draw(HEADERS, rng) + text


def add_outlet(text: str, rng: np.random.Generator) -> str:
    """Put a newsroom's name in front."""
    return _draw(OUTLETS, rng) + text


def add_verdict(text: str, _rng: np.random.Generator) -> str:
    """Put a fact-checker's verdict in front."""
    return f"[SALAH] {text}"


def _draw(options: tuple[str, ...], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]


CHANGES: Final[Mapping[str, Change]] = MappingProxyType(
    {
        "capitals": shout,
        "no capitals": whisper,
        "zero-width characters": lambda text, rng: disguise_words(text, write_zero_width, SHARE, rng),
        "look-alike characters": lambda text, rng: disguise_words(text, write_look_alikes, SHARE, rng),
        "leet": lambda text, rng: disguise_words(text, write_leet, SHARE, rng),
        "drawn-out vowels": lambda text, rng: disguise_words(text, write_long, SHARE, rng),
        "chat spelling": chat,
        "typos": lambda text, rng: disguise_words(text, write_typo, SHARE, rng),
        "emoji added": add_emoji,
        "forward header added": add_header,
        "outlet's name added": add_outlet,
        "[SALAH] added": add_verdict,
    }
)
"""None of these changes what is claimed."""
