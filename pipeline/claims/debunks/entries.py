"""The fields of one entry in, a debunk out, or the reason why it is none."""

import html
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from pipeline.claims.debunks.reviews import Fields
from pipeline.text.redact import redact

NAMED: Final = ("verdict", "publisher")
MAX_TITLE_CHARS: Final = 1_000
MAX_TEXT_CHARS: Final = 5_000
"""Of a text the beginning is kept: it states the claim."""

_CODE: Final = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)


class Kind(StrEnum):
    """A published fact-check, or verified information of an office that nothing refutes."""

    debunk = "debunk"
    fact = "fact"


class Debunk(NamedTuple):
    """A published fact-check or an official fact, already redacted; `published_at` is UTC."""

    url: str
    title: str
    text: str
    verdict: str | None
    published_at: datetime | None
    publisher: str | None
    kind: Kind


def read_debunk(fields: Fields | None, kind: Kind, now: datetime) -> Debunk | str:
    """Check the fields of an entry. Returns the reason, which holds no text of it, where it is no debunk.

    >>> read_debunk({"url": "example.org", "title": "Tidak benar"}, Kind.debunk, datetime(2026, 1, 1, tzinfo=UTC))
    'url is no web address; expected https://...'
    """
    if fields is None:
        return "not an object with the fields of a debunk"
    moment = _read_day(fields.get("date"))
    fault = _find_fault(fields) or _find_fault_of_date(moment, now)
    if fault is not None:
        return fault
    verdict, publisher = (read_plain(fields.get(name), 200).replace(";", ",") or None for name in NAMED)
    return Debunk(
        url=_read_url(fields.get("url")) or "",
        title=read_plain(fields.get("title"), MAX_TITLE_CHARS),
        text=read_plain(fields.get("text"), MAX_TEXT_CHARS),
        verdict=verdict,
        published_at=moment if isinstance(moment, datetime) else None,
        publisher=publisher,
        kind=kind,
    )


def _find_fault(fields: Fields) -> str | None:
    if not fields.get("url"):
        return "no url; expected the address of the article"
    if _read_url(fields["url"]) is None:
        return "url is no web address; expected https://..."
    return None if read_plain(fields.get("title"), MAX_TITLE_CHARS) else "no title"


def _find_fault_of_date(moment: datetime | str | None, now: datetime) -> str | None:
    if isinstance(moment, str):
        return "date is unreadable; expected such as 2026-10-01 or 2026-10-01T08:00:00+07:00"
    return "date is in the future; expected none after now" if moment is not None and moment > now else None


def read_plain(value: object, max_chars: int) -> str:
    """Return a value as one line of redacted text without HTML; what is neither text nor a number is none.

    >>> read_plain("<b>[SALAH]</b> Bansos &amp; pulsa<script>alert(1)</script>", 99)
    '[SALAH] Bansos & pulsa'
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    plain = str(value)[: 4 * max_chars].encode("utf-8", "replace").decode("utf-8")
    for _ in range(2):  # a title may hold its markup as entities
        plain = html.unescape(_TAG.sub(" ", _CODE.sub(" ", plain)))
    return redact(" ".join(plain.replace("\0", " ").split())[:max_chars]).text


def _read_url(value: object) -> str | None:
    """Return a web address in one spelling: host in lower case, no fragment."""
    try:
        parts = urlsplit(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
    if parts is None or parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        return None
    if any(char.isspace() for char in parts.geturl()):
        return None
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, ""))


def _read_day(value: object) -> datetime | str | None:
    """Return a moment in UTC, None where there is none, or "unreadable"."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        moment = datetime.fromisoformat(value.strip() if isinstance(value, str) else "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return "unreadable"
