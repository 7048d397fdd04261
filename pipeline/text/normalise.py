"""Folded text in, plain lower-case tokens out: [a-z0-9-] as Sastrawi's normaliser leaves them, or typed (`<URL>`).

Text is cut at white space; each chunk is cleaned by itself, from a memo for chunks seen before. Only
numbers, single letters, emoji and headers look at their neighbours. No word is dropped, so no negation is.
"""

import re
from functools import lru_cache
from itertools import groupby

MAX_TOKEN_CHARS = 64
MAX_MEMO_CHARS = 40

PIECE = re.compile(
    "|".join(
        (
            r"<[A-Z]+>",
            r"(?i:https?://|www\.)[^\s<>]+",
            r"(?i:(?<![\w.-])(?:[\w-]++\.(?=\w))++(?:com|net|org|id|info|biz|xyz|site|online|shop|top|club|link|me|ly|gl)\b(?:/[^\s<>]*)?)",
            "[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]+",
            r"(?<![A-Za-z0-9])[:;=]['-]?[()DPp3|/\\]+(?![A-Za-z0-9])",
            r"\#\w+",
            r"[0-9]++(?:[.,:/-][0-9]++)*+[A-Za-z]*+(?![A-Za-z0-9])",
            r"[A-Za-z0-9]++(?:[.'-]++[A-Za-z0-9]++)*+",
        )
    ),
    re.ASCII,
)
"""Typed token, link, bare domain, emoji, emoticon, hashtag, number, word; all else separates."""

TAG_PART = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[0-9])(?=[A-Z][a-z])|[#_]+")
NUMBER = re.compile(r"([0-9]+(?:[.,:/-][0-9]+)*)([a-z]*)")
BARE_NUMBER = re.compile(r"[0-9]+(?:[.,:/-][0-9]+)*")
KEPT_SUFFIXES = frozenset({"g", "d", "an"})
STRANGE_START = re.compile(r"n[cdjkpst]|m[bp]|[rl][dtk]")
"""How no Indonesian word begins: the digit before it is a letter ("1ndonesia")."""

ELONGATED = re.compile(r"([a-z])\1{2,}")
ONE_LETTER = re.compile(r"([a-z])\1{2,}")
"""PPP is a party; three of one letter stay three."""
REPEATED_PAIR = re.compile(r"([a-z]{2})\1{2,}")
V_FOR_U = re.compile(r"(?<=[aeiou][bcdfghjklmnpqrst])v(?=[bcdfghjklmnpqrst])")
NUMBERED = re.compile(r"([a-z]+)([0-9]+)")
DIGITS = re.compile(r"[0-9]+")
LEET = {"4": "a", "3": "e", "1": "i", "0": "o", "00": "oo", "5": "s", "7": "t"}
MIN_LEET_LETTERS = 3
MIN_SPACED_LETTERS = 4
HYPHENS = re.compile("-{2,}")
DOMAIN = re.compile(r"\.(?:com|net|org|id|info|biz|xyz|site|online|shop|top|club|link|me|ly|gl)$")

URL = "<URL>"
EMOJI = "<EMOJI>"
NUMBER_TOKEN = "<NUMBER>"

LAW_WORDS = frozenset({"pasal", "psl", "ayat"})
MAX_LAW_DIGITS = 4
BALLOT_WORDS = frozenset({"paslon", "capres", "cawapres", "cagub", "cabup", "cawalkot", "urut", "coblos"})
NUMBER_WORDS = frozenset({"no", "nomor", "nomer"})
MAX_BALLOT_NUMBER = 20
BARE_BALLOT_NUMBERS = frozenset({"01", "02", "03", "04", "05"})
NOT_BALLOT_WORDS = frozenset("tanggal tgl jam pukul rt rw tps bulan halaman hal km kelas blok lantai".split())
MONTHS = frozenset(
    "januari februari maret april mei juni juli agustus september oktober november desember".split()
    + "jan feb mar apr jun jul agu agt sep sept okt nov des".split()
)

FORWARD_LINE = re.compile(
    r"^[^\w\n]{0,8}(?:forwarded(?: many times| as received)?|diteruskan(?: berkali-kali| dari\b[^\n:]{0,40}:)|fwd?:)[^\w\n]{0,8}",
    re.IGNORECASE | re.MULTILINE | re.ASCII,
)
CHAT_LINE = re.compile(
    r"^\[?[0-9]{1,2}[/.][0-9]{1,2}(?:[/.][0-9]{2,4})?,? [0-9]{1,2}[.:][0-9]{2}(?:[.:][0-9]{2})?(?: [AP]M)?\]?(?: -)? [^:\n]{1,40}: ",
    re.MULTILINE | re.ASCII,
)
HEADERS = (
    ("diteruskan", "berkali-kali"),
    ("forwarded", "many", "times"),
    ("forwarded", "as", "received"),
    ("forwarded",),
)


def normalise(text: str) -> str:
    """Return the tokens of `text`, joined by single blanks; normalising them again changes nothing.

    >>> normalise("*BANGEEET* m4fi42 P.K.I, pasal 27: 5G & 1.000.000 orang tidak pilih paslon 02 😀😀 www.x.id")
    'banget mafia2 pki pasal 27 5g <NUMBER> orang tidak pilih paslon 02 <EMOJI> <URL>'
    """
    return " ".join(normalise_tokens(text))


def normalise_tokens(text: str) -> list[str]:
    """Return the tokens that `normalise` joins."""
    tokens: list[str] = []
    for chunk in _drop_lines(text).split():
        tokens += _clean_chunk(chunk) if len(chunk) <= MAX_MEMO_CHARS else _read_chunk(chunk)
    return _settle_numbers(_drop_headers(_join_letters(tokens)))


def _drop_lines(text: str) -> str:
    """Drop what a messenger writes before a forwarded or exported message."""
    lowered = text.lower()
    if "forward" in lowered or "diteruskan" in lowered or "fw" in lowered:
        text = FORWARD_LINE.sub(" ", text)
    return CHAT_LINE.sub(" ", text) if ": " in text else text


def _read_chunk(chunk: str) -> tuple[str, ...]:
    return tuple(token for piece in PIECE.findall(chunk) for token in _read_piece(piece))


_clean_chunk = lru_cache(maxsize=100_000)(_read_chunk)


def _read_piece(piece: str) -> list[str]:
    """Return the tokens of one piece; numbers stay digits until their neighbours are known."""
    if piece[0] == "<":
        return [piece]
    if piece[0] == "#":
        return [token for part in TAG_PART.split(piece) if part for token in _read_chunk(part)]
    if not piece[0].isalnum():
        return [EMOJI]
    lowered = piece.lower()
    number = NUMBER.fullmatch(lowered)
    if number:
        return _read_number(number[1], number[2])
    if "/" in lowered or lowered.startswith("www.") or DOMAIN.search(lowered):
        return [URL]
    return [_read_word(label) for label in _split_labels(lowered)]


def _read_number(digits: str, letters: str) -> list[str]:
    """Read a number and the letters that are glued to it: 5g stays, 10rb is two, 1ndonesia is a word."""
    if not letters:
        return [digits]
    if letters in KEPT_SUFFIXES and DIGITS.fullmatch(digits):
        return [digits + letters]
    if digits in LEET and STRANGE_START.match(letters):
        return [_read_word(LEET[digits] + letters)]
    return [digits, _read_word(letters)]


def _split_labels(word: str) -> list[str]:
    """Cut a word at its dots, unless they only stand between single letters: p.k.i is one word."""
    labels = [label.strip("-") for label in word.replace("'", "").split(".")]
    labels = [label for label in labels if label]
    return ["".join(labels)] if all(len(label) == 1 for label in labels) else labels


def _read_word(word: str) -> str:
    """Undo digits for letters, v for u and elongation; a token has at most MAX_TOKEN_CHARS characters."""
    plain = HYPHENS.sub("-", word[:MAX_TOKEN_CHARS].rstrip("-"))
    if not plain.isalpha():
        plain = _read_leet(plain)
    if ONE_LETTER.fullmatch(plain):
        return plain[:3]
    plain = REPEATED_PAIR.sub(r"\1\1", ELONGATED.sub(r"\1", plain))
    while plain != (mended := V_FOR_U.sub("u", plain)):
        plain = mended
    return plain


def _read_leet(word: str) -> str:
    """Read digits inside a word as letters; a closing number (covid19) and a doubling 2 (orang2) stay."""
    if NUMBERED.fullmatch(word) or sum(char.isalpha() for char in word) < MIN_LEET_LETTERS:
        return word
    stem, doubled = (word[:-1], "2") if word.endswith("2") else (word, "")
    if not all(run in LEET for run in DIGITS.findall(stem)):
        return word
    return DIGITS.sub(lambda run: LEET[run[0]], stem) + doubled


def _join_letters(tokens: list[str]) -> list[str]:
    """Join words that were written letter by letter: "p i l i h"."""
    if sum(len(token) == 1 for token in tokens) < MIN_SPACED_LETTERS:
        return tokens
    joined: list[str] = []
    for single, run in groupby(tokens, key=lambda token: len(token) == 1 and token.isalpha()):
        letters = list(run)
        joined += [_read_word("".join(letters))] if single and len(letters) >= MIN_SPACED_LETTERS else letters
    return joined


def _drop_headers(tokens: list[str]) -> list[str]:
    """Drop what a messenger says of a forwarded message, however often it does."""
    start = 0
    while True:
        size = next((len(h) for h in HEADERS if tuple(tokens[start : start + len(h)]) == h), 0)
        if not size:
            return tokens[start:]
        start += size


def _settle_numbers(tokens: list[str]) -> list[str]:
    """Make a typed token of every number but those of a law or a ballot."""
    return [
        NUMBER_TOKEN if BARE_NUMBER.fullmatch(token) and not _is_kept(tokens, place) else token
        for place, token in enumerate(tokens)
    ]


def _is_kept(tokens: list[str], place: int) -> bool:
    """Say whether a number names a section ("pasal 27") or a contestant ("paslon 02", "nomor urut 3", "02")."""
    number = tokens[place]
    if not DIGITS.fullmatch(number):
        return False
    before = tokens[place - 1] if place else ""
    if before in LAW_WORDS:
        return len(number) <= MAX_LAW_DIGITS
    if number in BARE_BALLOT_NUMBERS and before not in NOT_BALLOT_WORDS:
        return tokens[place + 1 : place + 2] == [] or tokens[place + 1] not in MONTHS
    asked = before in BALLOT_WORDS or (
        before in NUMBER_WORDS and place > 1 and tokens[place - 2] in BALLOT_WORDS
    )
    return asked and len(number) <= 2 and int(number) <= MAX_BALLOT_NUMBER
