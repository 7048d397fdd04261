"""A text in, the text as the next person sends it out: forwarded, respelled, mistyped, cut, decorated.

What is said stays: no word of negation comes or goes, no number and nothing with a capital letter is
touched, and so little changes that a copy still shares most of its character 5-grams with the original.
"""

import re
from random import Random
from typing import Final

# fmt: off
NEGATIONS: Final = frozenset({
    "tidak", "tdk", "bukan", "bkn", "belum", "blm", "jangan", "jgn", "tanpa", "tak", "tiada",
    "gak", "ga", "gk", "nggak", "ngga", "enggak", "kagak", "ndak",
})
TURNS: Final = frozenset({
    "kecuali", "selain", "hanya", "hanyalah", "cuma", "asal", "kalau", "tapi", "tetapi", "tp", "padahal",
    "ternyata", "ralat", "salah", "keliru", "maaf", "boleh", "dilarang", "batal", "nihil", "mustahil",
})
# fmt: on
"""Words that can turn what is said: where one stands, the end of a text is not cut off."""

SHORT_FORMS: Final = {
    "yang": "yg",
    "dengan": "dgn",
    "untuk": "utk",
    "karena": "krn",
    "sudah": "sdh",
    "saja": "aja",
    "sampai": "sampe",
    "orang": "org",
    "dari": "dr",
    "pada": "pd",
    "banyak": "bnyk",
    "bapak": "bpk",
    "dalam": "dlm",
    "seperti": "spt",
    "semua": "smua",
    "sekarang": "skrg",
    "kemarin": "kmrn",
    "harus": "hrs",
    "dapat": "dpt",
    "langsung": "lgsg",
    "tolong": "tlg",
    "mereka": "mrk",
    "rumah": "rmh",
    "warga": "wrg",
    "petugas": "ptgs",
}
FULL_FORMS: Final = {short: full for full, short in SHORT_FORMS.items()}

HEADERS: Final = (
    "Diteruskan berkali-kali\n",
    "Diteruskan\n",
    "Forwarded many times\n",
    "Fwd: ",
    "Fw: ",
    ">> ",
)
GREETINGS: Final = (
    "Assalamualaikum, ",
    "Selamat pagi semua, ",
    "Mohon izin share, ",
    "Dari grup sebelah: ",
    "Dapat dari grup keluarga: ",
    "Halo semuanya, ",
    "Permisi min, ",
)
EMOJI: Final = ("🙏", "😱", "😢", "🔥", "👀", "‼️", "🤔", "📢", "👇", "😅")

VERBATIM_SHARE: Final = 0.25
CHARS_PER_CHANGE: Final = 70
LONGEST_CUT: Final = 0.2
SHORTEST_WORD_TO_MISTYPE: Final = 6

_WORD = re.compile(r"(?<![\w@./-])[a-z]+(?![\w@/-])")
_BREAK = re.compile(r"(?<=[.!?]) |(?=, )")


def pass_on(text: str, rng: Random) -> str:
    """Return `text` as it is forwarded: often word for word, else changed here and there."""
    if rng.random() < VERBATIM_SHARE:
        return add_header(text, rng) if rng.random() < 0.5 else text
    for change, share in (
        (cut_end, 0.2),
        (change_spelling, 0.8),
        (add_emoji, 0.2),
        (add_greeting, 0.15),
        (add_header, 0.35),
    ):
        if rng.random() < share:
            text = change(text, rng)
    return text


def cut_end(text: str, rng: Random) -> str:
    """Drop at most a fifth of the text, from the end of a clause on, unless its end turns what is said."""
    places = [
        match.start() for match in _BREAK.finditer(text) if match.start() >= (1 - LONGEST_CUT) * len(text)
    ]
    safe = [place for place in places if not NEGATIONS.union(TURNS).intersection(_words(text[place:]))]
    return text[: rng.choice(safe)] if safe else text


def change_spelling(text: str, rng: Random) -> str:
    """Write a few words short or in full, and mistype some, in proportion to the text."""
    for _ in range(1 + len(text) // CHARS_PER_CHANGE):
        matches = [match for match in _WORD.finditer(text) if match[0] not in NEGATIONS]
        if not matches:
            return text
        word = rng.choice(matches)
        text = text[: word.start()] + _respell(word[0], rng) + text[word.end() :]
    return text


def add_header(text: str, rng: Random) -> str:
    """Put a messenger's or a mail's mark of forwarding before the text."""
    return rng.choice(HEADERS) + text


def add_greeting(text: str, rng: Random) -> str:
    """Open with a few polite words."""
    return rng.choice(GREETINGS) + text


def add_emoji(text: str, rng: Random) -> str:
    """End on one to three of the same emoji."""
    return f"{text} {rng.choice(EMOJI) * rng.randint(1, 3)}"


def _respell(word: str, rng: Random) -> str:
    known = SHORT_FORMS.get(word) or FULL_FORMS.get(word)
    if known:
        return known
    return _mistype(word, rng) if len(word) >= SHORTEST_WORD_TO_MISTYPE else word


def _mistype(word: str, rng: Random) -> str:
    """Swap two letters inside the word, drop one, or strike one twice; the ends stay."""
    place = rng.randint(1, len(word) - 3)
    left, first, second, right = word[:place], word[place], word[place + 1], word[place + 2 :]
    return rng.choice(
        (left + second + first + right, left + second + right, left + first + first + second + right)
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())
