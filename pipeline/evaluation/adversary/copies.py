"""A text in, what people make of it when they send it on out.

It knows nothing of how copies are found again: `pipeline.claims` is not imported here.
"""

import re
from collections.abc import Callable
from typing import Final

import numpy as np

from pipeline.evaluation.disguise import disguise_words, write_long, write_typo

Change = Callable[[str, np.random.Generator], str]

OPENINGS: Final = (
    *("Assalamualaikum, dapat dari grup sebelah. ", "Diteruskan berkali-kali\n", "Ini benar nggak ya? "),
    *("INFO PENTING!!! ", "Mohon dicek admin: ", "Barusan dikirim saudara, ", "Teman-teman tolong baca. "),
)
CLOSINGS: Final = (
    *(" Sebarkan sebelum dihapus!!", " Tolong diteruskan ya.", " Waspada semuanya 🙏", " #viralkan"),
    *(" Katanya sih begitu.", " Jangan diam saja!!!", " 😱😱", " cc keluarga besar"),
)
SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
FEWEST_CHANGES: Final = 2
MOST_CHANGES: Final = 4
DROPPED: Final = 0.12
MISTYPED: Final = 0.15


def copy_text(text: str, rng: np.random.Generator) -> str:
    """Write a text again as a forwarder would: two to four changes, drawn by chance."""
    n_changes = int(rng.integers(FEWEST_CHANGES, MOST_CHANGES + 1))
    for number in sorted(rng.choice(len(CHANGES), size=n_changes, replace=False).tolist()):
        text = CHANGES[number](text, rng)
    return text


def drop_words(text: str, rng: np.random.Generator) -> str:
    """Leave out about one word in eight."""
    words = text.split(" ")
    kept = [word for word, chance in zip(words, rng.random(len(words)), strict=True) if chance >= DROPPED]
    return " ".join(kept or words)


def turn_sentences(text: str, rng: np.random.Generator) -> str:
    """Put the sentences in another order."""
    sentences = SENTENCE.split(text)
    return " ".join(sentences[place] for place in rng.permutation(len(sentences)))


def open_text(text: str, rng: np.random.Generator) -> str:
    """Put a greeting, a doubt or a shout in front."""
    return OPENINGS[int(rng.integers(len(OPENINGS)))] + text


def close_text(text: str, rng: np.random.Generator) -> str:
    """Put a call, a tag or a sigh at the end."""
    return text + CLOSINGS[int(rng.integers(len(CLOSINGS)))]


CHANGES: Final[tuple[Change, ...]] = (
    drop_words,
    turn_sentences,
    lambda text, rng: disguise_words(text, write_typo, MISTYPED, rng),
    lambda text, rng: disguise_words(text, write_long, MISTYPED, rng),
    lambda text, rng: text.upper() if rng.random() < 0.5 else text.lower(),
    open_text,
    close_text,
)
"""In the order in which they are made."""
