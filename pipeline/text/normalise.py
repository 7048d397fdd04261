"""Folded text in, plain lower-case tokens out: [a-z0-9-] as Sastrawi's normaliser leaves them, or typed ones.

Text is cut at white space. Each chunk is read by itself, until reading it again changes nothing; what looks
at its neighbours (numbers, letters one by one, headers) is settled afterwards. No word is dropped.
"""

import re
from collections.abc import Iterable
from itertools import chain, groupby

from pipeline.text.offsets import Substitute, substitute
from pipeline.text.tokens import EMOJI, NUMERAL, TYPED_TOKEN, TYPED_TOKENS, URL

MAX_TOKEN_CHARS = 64

DOMAINS = "com|net|org|id|info|biz|xyz|site|online|shop|top|club|link|me|ly|gl"
PIECE = re.compile(
    "|".join(
        (
            TYPED_TOKEN.pattern,
            r"(?i:https?://|www\.)[^\s<>]+",
            rf"(?i:(?<![\w.-])(?:[\w-]++\.(?=\w))++(?:{DOMAINS})\b(?:/[^\s<>]*)?)",
            "[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]+",
            r"(?<![A-Za-z0-9])[:;=]['-]?[()DdPp3|/\\]+(?![A-Za-z0-9])",
            r"\#\w+",
            r"(?<![A-Za-z0-9])(?i:rp|idr)(?=\.?[0-9])",
            r"[0-9]++(?:[.,:/-][0-9]++){0,9}+[A-Za-z]*+(?![A-Za-z0-9])",
            r"[A-Za-z0-9]++(?:[.'-]++[A-Za-z0-9]++)*+",
        )
    ),
    re.ASCII,
)
"""Typed token, link, bare domain, emoji, emoticon, hashtag, currency, number, word; all else separates."""

LINK = re.compile(r"(?i:https?://|www\.)[^\s<>]+\Z")
EDGES = ".,!?\"'*~"
"""What may stand around a word without meaning anything."""

ESCAPE = re.compile(r"\\[nrt]|(?:\\x[0-9a-fA-F]{2})+")
"""A line break or a byte as programs write them, where a text went through one too many."""

TAG_PART = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[0-9])(?=[A-Z][a-z])|[#_]+")
NUMBER = re.compile(r"([0-9]+(?:[.,:/-][0-9]+)*)([a-z]*)")
ALPHANUMERIC = re.compile(r"[A-Za-z0-9]")
BARE_NUMBER = re.compile(r"[0-9]+(?:[.,:/-][0-9]+)*")
KEPT_SUFFIXES = frozenset({"g", "d", "x", "an"})
STRANGE_START = re.compile(r"n[cdjkpst]|m[bp]|[rl][dtk]")
"""How no Indonesian word begins: the digit before it is a letter ("1ndonesia")."""

ELONGATED = re.compile(r"([a-z])\1{2,}")
REPEATED_PAIR = re.compile(r"([a-z]{2})\1{2,}")
V_FOR_U = re.compile(r"(?<=[aeiou][bcdfghjklmnpqrst])v(?=[bcdfghjklmnpqrst])")
STRETCHED = re.compile(r"([a-z])\1\1|([a-z]{2})\2\2|v")
"""What a word must hold for one of these three to change it."""

NUMBERED = re.compile(r"([a-z]+)([0-9]+)")
DIGITS = re.compile(r"[0-9]+")
BEHIND_DIGITS = ":"
"""The first character behind them: numbers come before it, words and typed tokens after it."""
LEET = {"4": "a", "3": "e", "1": "i", "0": "o", "00": "oo", "5": "s", "7": "t"}
MIN_LEET_LETTERS = 3
MIN_SPACED_LETTERS = 4
HYPHENS = re.compile("-{2,}")
DOMAIN = re.compile(rf"\.(?:{DOMAINS})$")

LAW_WORDS = frozenset({"pasal", "psl", "ayat"})
MAX_LAW_DIGITS = 4
BALLOT_WORDS = frozenset({"paslon", "capres", "cawapres", "cagub", "cabup", "cawalkot", "urut", "coblos"})
NUMBER_WORDS = frozenset({"no", "nomor", "nomer"})
ASKING_WORDS = LAW_WORDS | BALLOT_WORDS | NUMBER_WORDS
"""Words that people write a number right behind: paslon02, pasal27, no2.

Without one of these before it a number is kept only if it is one of BARE_BALLOT_NUMBERS.
"""
MAX_BALLOT_NUMBER = 20
BARE_BALLOT_NUMBERS = frozenset({"01", "02", "03", "04", "05"})
NOT_BALLOT_WORDS = frozenset("tanggal tgl jam pukul rt rw tps bulan halaman hal km kelas blok lantai".split())
MONTHS = frozenset(
    "januari februari maret april mei juni juli agustus september oktober november desember".split()
    + "jan feb mar apr jun jul agu agt sep sept okt nov des".split()
)

_SENDER = r"[^\n:\]]{1,60}(?:[:\]]|(?=\n))"
FORWARD_LINE = re.compile(
    rf"^[^\w\n]{{0,8}}(?:forwarded(?![\w-])(?: many times\b| as received\b|(?: message\b)?(?: from\b{_SENDER})?)"
    rf"|diteruskan(?: berkali-kali\b|(?: pesan)? dari\b{_SENDER})|fwd?:)[^\w\n]{{0,8}}",
    re.IGNORECASE | re.MULTILINE | re.ASCII,
)
CHAT_LINE = re.compile(
    r"^\[?[0-9]{1,2}[/.][0-9]{1,2}(?:[/.][0-9]{2,4})?,? [0-9]{1,2}[.:][0-9]{2}(?:[.:][0-9]{2})?"
    r"(?: [AP]M)?\]?(?: -)? [^:\n]{1,40}: ",
    re.MULTILINE | re.ASCII,
)
CHAT_DATE = re.compile(r"\[?[0-9]{1,2}[/.][0-9]{1,2}")
"""How the first chunk of such a line begins."""
FORWARD_PARTS = ("forward", "diteruskan", "fw")
DOCTOR = re.compile(r"(?<![\w./@-])(?:[Dd][Rr]\.(?: ?(?=[A-Z])| (?=[a-z]))|Dr (?=[A-Z][a-z]))", re.ASCII)
"""The title; without a dot or a capital behind it "dr" is short for "dari"."""

HEADER_PATTERNS = (FORWARD_LINE, CHAT_LINE, DOCTOR, ESCAPE)
"""One of these at least matches in every text that `split_chunks` does more with than cut it."""

HEADERS = (
    ("diteruskan", "berkali-kali"),
    ("forwarded", "many", "times"),
    ("forwarded", "as", "received"),
    ("forwarded", "message"),
    ("forwarded",),
)
FIRST_OF_HEADERS = (["diteruskan"], ["forwarded"])
HEADER_PARTS = ("forward", "diteruskan")
"""Each header has a word that holds one of these."""


def normalise(text: str) -> str:
    """Return the tokens of `text`, joined by single blanks; normalising them again changes nothing.

    >>> normalise("*BANGEEET* m4fi42 P.K.I, pasal 27: 5G & 1.000.000 orang tidak pilih paslon 02 😀😀 www.x.id")
    'banget mafia2 pki pasal 27 5g <NUMBER> orang tidak pilih paslon 02 <EMOJI> <URL>'
    """
    return " ".join(normalise_tokens(text))


def normalise_tokens(text: str) -> list[str]:
    """Return the tokens that `normalise` joins."""
    return settle(chain.from_iterable(map(read_chunk, split_chunks(text))))


def may_hold_header(chunk: str) -> bool:
    """Say whether a chunk has what one at least has in every text of which `split_chunks` leaves something out."""
    lowered = chunk.lower()
    forwarded = any(map(lowered.__contains__, FORWARD_PARTS))
    titled = "dr." in lowered or lowered.endswith("dr")
    return forwarded or titled or "\\" in chunk or CHAT_DATE.match(chunk) is not None


def split_chunks(text: str, sub: Substitute = substitute) -> list[str]:
    """Cut a text, without what a messenger writes before a forwarded or exported message; "Dr." is written out."""
    lowered = text.lower()
    if any(map(lowered.__contains__, FORWARD_PARTS)):
        text = sub(FORWARD_LINE, " ", text)
    if ": " in text:
        text = sub(CHAT_LINE, " ", text)
    if "dr." in lowered or "Dr " in text:
        text = sub(DOCTOR, "dokter ", text)
    if "\\" in text:
        text = sub(ESCAPE, " ", text)
    return cut_chunks(text)


def cut_chunks(text: str) -> list[str]:
    """Cut a text at white space; capitals stay only where they mean something, in hashtags and typed tokens."""
    if "#" not in text and "<" not in text:
        return text.lower().split()
    return [chunk if "#" in chunk or "<" in chunk else chunk.lower() for chunk in text.split()]


def read_chunk(chunk: str) -> tuple[str, ...]:
    """Return the tokens of one chunk; numbers stay digits until their neighbours are known."""
    chunk = chunk.strip(EDGES)
    if chunk.isalpha() and chunk.isascii():
        return (_read_letters(chunk.lower()),)
    if LINK.match(chunk):
        return (URL,)
    tokens = [token for piece in PIECE.findall(chunk) for token in _read_piece(piece)]
    if tokens == [chunk]:
        return tuple(tokens)
    return tuple(
        word for token in tokens for word in ((token,) if token in TYPED_TOKENS else read_chunk(token))
    )


def settle(tokens: Iterable[str]) -> list[str]:
    """Do what needs a token's neighbours: join letters, drop headers, make typed tokens of numbers."""
    return _settle_numbers(_drop_headers(_join_letters(list(tokens))))


def _read_piece(piece: str) -> list[str]:
    """Return the tokens of one piece; what is cut into several is read again."""
    if piece[0] == "<":
        return [piece]
    if piece[0] == "#":
        return [part for part in TAG_PART.split(piece) if part]
    if not ALPHANUMERIC.match(piece):
        return [EMOJI]
    lowered = piece.lower()
    number = NUMBER.fullmatch(lowered)
    if number:
        return _read_number(number[1], number[2])
    if "/" in lowered or lowered.startswith("www.") or DOMAIN.search(lowered):
        return [URL]
    glued = NUMBERED.fullmatch(lowered)
    labels = [glued[1], glued[2]] if glued and glued[1] in ASKING_WORDS else _split_labels(lowered)
    return labels if len(labels) > 1 else [_read_word(labels[0])]


def _read_number(digits: str, letters: str) -> list[str]:
    """Read a number and the letters that are glued to it: 5g stays, 10rb is two, 1ndonesia is a word."""
    if not letters:
        return [digits]
    if letters in KEPT_SUFFIXES and DIGITS.fullmatch(digits):
        return [digits + letters]
    if digits in LEET and STRANGE_START.match(letters):
        return [LEET[digits] + letters]
    return [digits, letters]


def _split_labels(word: str) -> list[str]:
    """Cut a word at its dots, unless they only stand between single letters: p.k.i is one word."""
    labels = [label.strip("-") for label in word.replace("'", "").split(".")]
    labels = [label for label in labels if label]
    return ["".join(labels)] if all(len(label) == 1 for label in labels) else labels


def _read_word(word: str) -> str:
    """Undo digits for letters, v for u and elongation; a token has at most MAX_TOKEN_CHARS characters."""
    plain = HYPHENS.sub("-", word[:MAX_TOKEN_CHARS].rstrip("-"))
    return _read_letters(plain if plain.isalpha() else _read_leet(plain))


def _read_letters(word: str) -> str:
    plain = word[:MAX_TOKEN_CHARS]
    while STRETCHED.search(plain) and plain != (mended := _mend_letters(plain)):
        plain = mended
    return plain


def _mend_letters(word: str) -> str:
    """Undo elongation and v for u; PPP is a party, so three of one letter alone stay three."""
    if ELONGATED.fullmatch(word):
        return word[:3]
    return V_FOR_U.sub("u", REPEATED_PAIR.sub(r"\1\1", ELONGATED.sub(r"\1", word)))


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
    if list(map(len, tokens)).count(1) < MIN_SPACED_LETTERS:
        return tokens
    joined: list[str] = []
    for single, run in groupby(tokens, key=lambda token: len(token) == 1 and token.isalpha()):
        letters = list(run)
        spaced = single and len(letters) >= MIN_SPACED_LETTERS
        joined += [_read_letters("".join(letters))] if spaced else letters
    return joined


def _drop_headers(tokens: list[str]) -> list[str]:
    """Drop what a messenger says of a forwarded message, however often it does."""
    start = 0
    while tokens[start : start + 1] in FIRST_OF_HEADERS:
        size = next((len(h) for h in HEADERS if tuple(tokens[start : start + len(h)]) == h), 0)
        if not size:
            break
        start += size
    return tokens[start:]


def _settle_numbers(tokens: list[str]) -> list[str]:
    """Make a typed token of every number but those of a law or a ballot."""
    numbers = [place for place, token in enumerate(tokens) if token < BEHIND_DIGITS]
    settled = list(tokens)
    for place in numbers:
        if BARE_NUMBER.fullmatch(tokens[place]) and not _is_kept(tokens, place):
            settled[place] = NUMERAL
    return settled


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
