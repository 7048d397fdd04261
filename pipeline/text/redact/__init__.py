"""Raw text in, the same without a person's identifiers out: each becomes a typed token such as `<PHONE>`.

Identifiers are looked for on the folded text, so that full-width digits, invisible characters and look-alikes
hide nothing, and masked in the original. Whatever is not masked stays as it was written.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from pipeline.text.fold import fold, fold_with_offsets
from pipeline.text.redact.digits import MIXED
from pipeline.text.redact.numbers import (
    MIN_IDENTITY_DIGITS,
    PHONE_LINK,
    SPELLED_CHAIN,
    find_numbers,
    find_phone_links,
)
from pipeline.text.redact.online import (
    BRACKETED_AT,
    PROFILE_LINK,
    PROFILE_SITES,
    WORD_AT,
    find_disguised_emails,
    find_emails,
    find_handles,
    find_profiles,
)
from pipeline.text.redact.places import (
    GLUED_PLATE,
    PLATE,
    RT_NUMBER,
    RT_RW,
    RW_SIGNS,
    find_addresses,
    find_plates,
)
from pipeline.text.redact.spans import Span, blank
from pipeline.text.redact.spoken import CLUES, SPOKEN, find_spoken_numbers

__all__ = [
    "MIN_IDENTITY_DIGITS",
    "PATTERNS",
    "Redaction",
    "Span",
    "contains_identity",
    "find_spans",
    "locate_identities",
    "may_hold_identity",
    "redact",
    "redact_folded",
]

SIGN: Final = re.compile(r"[0-9@/\[({<©®]")
DOT_SIGNS: Final = ("dot ", "titik ", "mail", "yahoo", "outlook", "icloud", "proton")
"""A disguised address holds one of these in lower case, or an @ in disguise."""
SIGN_WORDS: Final = (*DOT_SIGNS, "_at_", *RW_SIGNS, *CLUES)
"""Every identifier holds a sign or, in lower case, one of these."""
DIGIT: Final = re.compile(r"[0-9]")
AT_SIGN: Final = re.compile(r"[\[({<_©®](?:(?<=[©®])| ?(?:[ae]t|a|@) ?[\])}>_])", re.IGNORECASE)
AT_CHUNK: Final = re.compile(r"(?:\A|[\[({<_])(?:[ae]t|ad|a)(?:\Z|[\])}>_])")
"""Which chunk of a text has the "at" of a disguised address, in lower case."""
AT: Final = re.compile("@")
PATTERNS: Final = (
    AT,
    BRACKETED_AT,
    WORD_AT,
    PROFILE_LINK,
    PHONE_LINK,
    SPELLED_CHAIN,
    RT_RW,
    PLATE,
    GLUED_PLATE,
    SPOKEN,
)
"""One of these at least matches in every text with an identifier."""
SURE_SIGN: Final = re.compile(r"[0-9@©®]")
SURE_WORDS: Final = ("rw", *CLUES)

Finder = Callable[[str], Iterator[Span]]


class Redaction(NamedTuple):
    """A text without identifiers, and how many of each kind it held (`PHONE`, `NIK`, ...)."""

    text: str
    counts: dict[str, int]


def redact(text: str) -> Redaction:
    """Mask what identifies a person; dates, prices, vote counts, hotlines and ballot numbers stay.

    >>> redact("Hub Pak RT ０８１２-3456\u200b-7890 sebelum 27-11-2024")
    Redaction(text='Hub Pak RT <PHONE> sebelum 27-11-2024', counts={'PHONE': 1})
    """
    spans = locate_identities(text)
    return _mask(text, spans) if spans else Redaction(text, {})


def redact_folded(text: str) -> Redaction:
    """Mask what identifies a person in a text that is folded already."""
    spans = find_spans(text)
    return _mask(text, spans) if spans else Redaction(text, {})


def may_hold_identity(chunk: str) -> bool:
    """Say whether a chunk, free of white space, has what one at least has in every text with an identifier.

    Of each search that `_choose_finders` may yield it asks what a text can only hold if a chunk does.
    """
    lowered = chunk.lower()
    return (
        SURE_SIGN.search(chunk) is not None
        or any(map(lowered.__contains__, SURE_WORDS))
        or AT_CHUNK.search(lowered) is not None
        or lowered.endswith("rukun")
        or (lowered.startswith("we") and not lowered[2:3].isalpha())
        or ("/" in chunk and _names_profile_site(lowered))
    )


def contains_identity(text: str) -> bool:
    """Say whether `redact` would mask something; for ids and urls, which must not be changed in part."""
    return bool(find_spans(fold(text)))


def locate_identities(text: str) -> list[Span]:
    """Find where identifiers stand in a raw text, in order."""
    folded = fold(text)
    spans = find_spans(folded)
    return spans if folded == text or not spans else list(_place_in_original(text, spans))


def find_spans(text: str) -> list[Span]:
    """Find identifiers in a folded text, kind by kind, in order; what one search found the next does not see."""
    spans: list[Span] = []
    lowered = text.lower()
    if not SIGN.search(text) and not any(map(lowered.__contains__, SIGN_WORDS)):
        return spans
    for find in _choose_finders(text, lowered):
        if found := list(find(text)):
            found.sort()
            text = blank(text, found)
            spans += found
    return sorted(spans)


def _choose_finders(text: str, lowered: str) -> Iterator[Finder]:
    """Yield, in order, the searches that may find something, by what each cannot do without."""
    if "@" in text:
        yield find_emails
    if any(map(lowered.__contains__, DOT_SIGNS)) or " @ " in text or AT_SIGN.search(text):
        yield find_disguised_emails
    n_digits = len(DIGIT.findall(text))
    if n_digits:
        yield from _choose_number_finders(text, lowered, n_digits)
    if any(map(lowered.__contains__, RW_SIGNS)) or (n_digits and RT_NUMBER.search(lowered)):
        yield find_addresses
    if n_digits:
        yield find_plates
    if any(map(lowered.__contains__, CLUES)):
        yield find_spoken_numbers
    if "/" in text and _names_profile_site(lowered):
        yield find_profiles
    if "@" in text:
        yield find_handles


def _names_profile_site(lowered: str) -> bool:
    return any(map(lowered.__contains__, PROFILE_SITES))


def _choose_number_finders(text: str, lowered: str, n_digits: int) -> Iterator[Finder]:
    if "wa.me" in lowered or "whatsapp.com" in lowered:
        yield find_phone_links
    if n_digits >= MIN_IDENTITY_DIGITS or MIXED.search(text):
        yield find_numbers


def _mask(text: str, spans: list[Span]) -> Redaction:
    pieces, done = [], 0
    for start, end, kind in spans:
        pieces += [text[done : max(start, done)], f"<{kind}>"]
        done = max(end, done)
    return Redaction("".join([*pieces, text[done:]]), dict(Counter(span.kind for span in spans)))


def _place_in_original(text: str, spans: list[Span]) -> Iterator[Span]:
    """Move spans of the folded text to the original; what folds to nothing at their end goes with them."""
    view = fold_with_offsets(text)
    for start, end, kind in spans:
        after = view.starts[end] if end < len(view.starts) else len(text)
        yield Span(view.starts[start], max(after, view.ends[end - 1]), kind)
