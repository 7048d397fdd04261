"""E-mail addresses, however the @ is written, @handles and links to profiles."""

import re
from collections.abc import Iterator
from typing import Final

from pipeline.text.redact.spans import Span

EMAIL: Final = re.compile(
    r"(?<![\w.%+-])(?:[\w.%+-]++@\n?(?:[a-z0-9-]++(?:\n?\.))+[a-z]{2,})++", re.IGNORECASE | re.ASCII
)
MAILBOX_AT: Final = re.compile(r"[\w.%+-]@", re.ASCII)
"""What every address with an @ holds."""

PROVIDERS: Final = r"(?:gmail|yahoo|ymail|hotmail|outlook|rocketmail|icloud|proton(?:mail)?)"
PROVIDER_EMAIL: Final = re.compile(
    rf"(?<![\w.%+-])[\w.%+-]++@ ?{PROVIDERS}(?:[.,] ?(?:com|co\.id|id))?(?![\w.<])", re.IGNORECASE | re.ASCII
)
"""An address whose end is missing or mistyped."""
PARTED_EMAIL: Final = re.compile(
    r"(?<![\w.%+-])(?=[\w%+-]*[._0-9])[\w.%+-]{3,64} @(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,}",
    re.IGNORECASE | re.ASCII,
)
"""With a blank before the @: what stands there must look like a mailbox, not like a word."""
PARTED_AT: Final = re.compile(r" @[a-z0-9-]{1,63}\.", re.IGNORECASE | re.ASCII)
"""What every such address holds."""
SPACED_EMAIL: Final = re.compile(
    r"(?<![\w.])(?:[a-z0-9._%+-] ){2,64}@(?: [a-z0-9-]){2,40}(?: \.(?: [a-z0-9]){2,10}){1,3}(?![\w])",
    re.IGNORECASE | re.ASCII,
)
"""Letter by letter."""
TLDS: Final = (
    r"(?:com|kom|co|net|org|id|go|ac|sch|edu|gov|info|biz|me|io|my|web|desa|or|mil|xyz|site|online|store|example|test"
    r"|invalid)"
)
COMMA_EMAIL: Final = re.compile(
    rf"(?<![\w.%+-])[\w.%+-]++@(?:[a-z0-9-]{{1,63}}[.,]){{1,4}}{TLDS}(?![\w.])", re.IGNORECASE | re.ASCII
)
"""Dots mistyped."""
NUMERIC_MAILBOX: Final = re.compile(r"[0-9.,]+@.*?(?P<tld>[a-z]+)\Z", re.IGNORECASE | re.DOTALL)
"""Prices and amounts for each look so ("150@org.hari") unless the domain is one."""
BRACKETED_AT: Final = re.compile(
    r" ?[\[({<] ?(?:at|et|@|a) ?[\])}>] ?|_at_| ?[©®] ?(?=[a-z0-9-]+[ .])", re.IGNORECASE
)
WORD_AT: Final = re.compile(r" (?:at|et|ad|@) ", re.IGNORECASE)
DOT_WORD: Final = r"(?:dot|titik)"
MAILBOX: Final = re.compile(
    rf"(?<![\w.%+-])(?:[\w.%+-]{{1,30}}(?: (?:{DOT_WORD}|underscore|garis bawah|strip|minus) "
    rf"| ?[\[({{<] ?{DOT_WORD} ?[\])}}>] ?)){{0,4}}"
    r"[\w.%+-]{1,64}\Z",
    re.IGNORECASE | re.ASCII,
)
DOT: Final = rf"(?:\.| ?[\[({{<] ?(?:{DOT_WORD}|\.) ?[\])}}>] ?)"
DOMAIN: Final = re.compile(
    rf"[a-z0-9-]{{1,63}}(?:{DOT}[a-z0-9-]{{1,63}}){{0,3}}{DOT}{TLDS}(?![a-z0-9])", re.IGNORECASE | re.ASCII
)
SPOKEN_DOMAIN: Final = re.compile(
    rf"[a-z0-9-]{{1,63}}(?: (?:{DOT_WORD}|\.) [a-z0-9-]{{1,63}}){{0,3}} (?:{DOT_WORD}|\.) {TLDS}(?![a-z0-9])"
    rf"|{PROVIDERS}\.[a-z]{{2,}}(?:\.[a-z]{{2}})?",
    re.IGNORECASE | re.ASCII,
)
"""Without brackets an "at" is a word like others: only a spoken dot or a mail provider makes it an address."""
MAILBOX_CHARS: Final = 130

HANDLE: Final = re.compile(
    r"@(?:(?<![\w@]@)|(?<=[A-Za-z]@)(?=[\w.]*_))(?=[\w.]*[A-Za-z])[\w.]*\w(?:@(?=[\w.]*[A-Za-z])[\w.]*\w)*",
    re.ASCII,
)
"""A handle that is glued to the word before it must hold an underscore."""
PRICE_EACH: Final = re.compile(
    r"@(?:rp\.?[0-9.,]*|(?:rp\.?)?[0-9][0-9.,]*(?:rb|ribu|k|jt|juta|kg|gr|m|cm|ml|l|pcs|org|orang|hari|bln|lbr)?)",
    re.IGNORECASE,
)
PRICE_AFTER: Final = re.compile(
    r"[ =:]{1,3}(?:rp\.? ?)?[0-9][0-9.,]*(?:rb|ribu|k|jt|juta|\.000|,-)(?!/)", re.IGNORECASE
)
PROVIDER_ONLY: Final = re.compile(rf"@{PROVIDERS}(?:\.(?:com|co\.id|id))?", re.IGNORECASE)
"""The end of an address that is talked about."""
NO_HANDLES: Final = frozenset(
    "orang org jam pukul tps rumah kantor terminal sekolah lokasi hari bulan pcs lembar lbr kotak masjid balai pasar "
    "stadion hotel gedung lapangan alun aula bandara stasiun kampus kelas meja unit buah biji kg kilo all everyone "
    "here channel media semua param return returns override deprecated author since import font keyframes "
    "da ku pa yo ja nak tau pi".split()
)

PROFILE_LINK: Final = re.compile(
    r"(?<![a-z.-])(?:https?://)?(?:(?:www|web|m|mobile|id-id|id|mbasic|touch)\.)?"
    r"(?:(?:facebook|fb|instagram|twitter|x|threads)\.(?:com|net)/(?!(?:p|reels?|tv|i|groups|photos?|photo\.php|story\.php|permalink\.php"
    r"|watch|share|sharer|hashtag|search|events|intent|explore|home|video\.php|videos|accounts|login|signup|help|about"
    r"|legal|settings|privacy|policies|business|tos|download|marketplace|gaming|ads|pages|notifications)\b)[\w.@-]"
    r"|(?:tiktok|youtube)\.com/@|youtube\.com/(?:c|user|channel)/|linkedin\.com/in/"
    r"|t\.me/\w|telegram\.me/\w|m\.me/\w|ig\.me/m/|snapchat\.com/add/|fb\.me/\w|line\.me/ti/p/|snackvideo\.com/@|bsky\.app/profile/|linktr\.ee/\w)"
    r"""[^\s<>"'),]*""",
    re.IGNORECASE | re.ASCII,
)
PROFILE_SITES: Final = (
    "facebook",
    "fb.",
    "instagram",
    "twitter",
    "x.com",
    "x.net",
    "threads",
    "tiktok",
    "youtube",
    "linkedin",
    "t.me/",
    "m.me/",
    "telegram.me/",
    "line.me/",
    "snackvideo",
    "bsky.app",
    "linktr.ee",
    "ig.me/m/",
    "snapchat",
)
"""Every link to a profile holds one of these in lower case."""


def find_emails(text: str) -> Iterator[Span]:
    """Find addresses with an @."""
    found = (match for search in _choose_searches(text) for match in search.finditer(text))
    done = 0
    for match in sorted(found, key=re.Match.start):
        if match.start() >= done and not _looks_counted(match[0]):
            done = match.end()
            yield Span(match.start(), done, "EMAIL")


def _choose_searches(text: str) -> Iterator[re.Pattern[str]]:
    """Yield the searches that may find something, by what each cannot do without."""
    if MAILBOX_AT.search(text):
        yield from (EMAIL, PROVIDER_EMAIL, COMMA_EMAIL)
    if PARTED_AT.search(text):
        yield PARTED_EMAIL
    if " @ " in text:
        yield SPACED_EMAIL


def _looks_counted(address: str) -> bool:
    numeric = NUMERIC_MAILBOX.fullmatch(address)
    return numeric is not None and not re.fullmatch(TLDS, numeric["tld"], re.IGNORECASE)


def find_disguised_emails(text: str) -> Iterator[Span]:
    """Find addresses whose @ stands in brackets, apart, or is spelled out."""
    done = 0
    for at_sign, domain in ((BRACKETED_AT, DOMAIN), (WORD_AT, SPOKEN_DOMAIN)):
        for match in at_sign.finditer(text):
            before = text[max(done, match.start() - MAILBOX_CHARS) : match.start()]
            mailbox, host = MAILBOX.search(before), domain.match(text, match.end())
            if mailbox and host and match.start() >= done:
                done = host.end()
                yield Span(match.start() - len(mailbox[0]), done, "EMAIL")


def find_profiles(text: str) -> Iterator[Span]:
    """Find links to a person's page; links to posts, groups and searches stay."""
    return (Span(*match.span(), "HANDLE") for match in PROFILE_LINK.finditer(text))


def find_handles(text: str) -> Iterator[Span]:
    """Find @handles; prices for each (@5rb) and places (@TPS) stay."""
    for match in HANDLE.finditer(text):
        priced = match[0][1:].isalpha() and PRICE_AFTER.match(text, match.end())
        if not priced and not _is_other(match[0]):
            yield Span(*match.span(), "HANDLE")


def _is_other(handle: str) -> bool:
    """Say whether what follows an @ is a price, a place, a word, or the end of an address."""
    return (
        handle[1:].lower() in NO_HANDLES
        or PRICE_EACH.fullmatch(handle) is not None
        or PROVIDER_ONLY.fullmatch(handle) is not None
    )
