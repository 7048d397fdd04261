"""E-mail addresses, however the @ is written, @handles and links to profiles."""

import re
from collections.abc import Iterator
from typing import Final

from pipeline.text.redact.spans import Span

EMAIL: Final = re.compile(
    r"(?<![\w.%+-])(?:[\w.%+-]++@\n?(?:[a-z0-9-]++\.)+[a-z]{2,})++", re.IGNORECASE | re.ASCII
)
MAILBOX_AT: Final = re.compile(r"[\w.%+-]@", re.ASCII)
"""What every address with an @ holds."""

PROVIDERS: Final = r"(?:gmail|yahoo|ymail|hotmail|outlook|rocketmail|icloud|proton(?:mail)?)"
PROVIDER_EMAIL: Final = re.compile(
    rf"(?<![\w.%+-])[\w.%+-]++@ ?{PROVIDERS}(?:[.,] ?(?:com|co\.id|id))?(?![\w.<])", re.IGNORECASE | re.ASCII
)
"""An address whose end is missing or mistyped."""
BRACKETED_AT: Final = re.compile(r" ?[\[({<] ?(?:at|@) ?[\])}>] ?|_at_", re.IGNORECASE)
WORD_AT: Final = re.compile(r" (?:at|@) ", re.IGNORECASE)
MAILBOX: Final = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}\Z", re.ASCII)
DOT: Final = r"(?:\.| ?[\[({] ?(?:dot|titik|\.) ?[\])}] ?)"
DOMAIN: Final = re.compile(
    rf"[a-z0-9-]{{1,63}}(?:{DOT}[a-z0-9-]{{1,63}}){{0,3}}{DOT}[a-z]{{2,}}", re.IGNORECASE | re.ASCII
)
SPOKEN_DOMAIN: Final = re.compile(
    r"[a-z0-9-]{1,63}(?: (?:dot|titik|\.) [a-z0-9-]{1,63}){0,3} (?:dot|titik|\.) [a-z]{2,}"
    rf"|{PROVIDERS}\.[a-z]{(2,)}(?:\.[a-z]{2})?",
    re.IGNORECASE | re.ASCII,
)
"""Without brackets an "at" is a word like others: only a spoken dot or a mail provider makes it an address."""
MAILBOX_CHARS: Final = 65

HANDLE: Final = re.compile(
    r"(?:(?<![\w@])|(?<=[A-Za-z])(?=@[\w.]*_))(?:@(?=[\w.]*[A-Za-z_])[\w.]*\w)+", re.ASCII
)
"""A handle that is glued to the word before it must hold an underscore."""
PRICE_EACH: Final = re.compile(
    r"@(?:rp\.?[0-9.,]*|(?:rp\.?)?[0-9][0-9.,]*(?:rb|ribu|k|jt|juta|kg|gr|m|cm|ml|l|pcs|org|orang|hari|bln|lbr)?)",
    re.IGNORECASE,
)
NO_HANDLES: Final = frozenset(
    "orang org jam pukul tps rumah kantor terminal sekolah lokasi hari bulan pcs lembar lbr kotak masjid balai pasar "
    "stadion hotel gedung lapangan alun aula bandara stasiun kampus kelas meja unit buah biji kg kilo all everyone "
    "here channel media".split()
)

PROFILE_LINK: Final = re.compile(
    r"(?<![a-z.-])(?:https?://)?(?:(?:www|web|m|mobile|id-id|id|mbasic|touch)\.)?"
    r"(?:(?:facebook|fb|instagram|twitter|x|threads)\.(?:com|net)/(?!(?:p|reels?|tv|i|groups|photos?|photo\.php|story\.php|permalink\.php"
    r"|watch|share|sharer|hashtag|search|events|intent|explore|home|video\.php|videos|accounts|login|signup|help|about"
    r"|legal|settings|privacy|policies|business|tos|download|marketplace|gaming|ads|pages|notifications)\b)[\w.@-]"
    r"|(?:tiktok|youtube)\.com/@|youtube\.com/(?:c|user|channel)/|linkedin\.com/in/"
    r"|t\.me/\w|telegram\.me/\w|m\.me/\w|line\.me/ti/p/|snackvideo\.com/@|bsky\.app/profile/|linktr\.ee/\w)"
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
)
"""Every link to a profile holds one of these in lower case."""


def find_emails(text: str) -> Iterator[Span]:
    """Find addresses with an @."""
    done = 0
    for match in sorted([*EMAIL.finditer(text), *PROVIDER_EMAIL.finditer(text)], key=re.Match.start):
        if match.start() >= done:
            done = match.end()
            yield Span(match.start(), done, "EMAIL")


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
        if not PRICE_EACH.fullmatch(match[0]) and match[0][1:].lower() not in NO_HANDLES:
            yield Span(*match.span(), "HANDLE")
