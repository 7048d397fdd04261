"""Raw text in, the same without a person's identifiers out: each becomes a typed token such as `<PHONE>`.

Identifiers are looked for on the folded text, so that full-width digits, invisible characters and look-alikes
hide nothing, and masked in the original. Whatever is not masked stays as it was written.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from pipeline.text.fold import fold, fold_with_offsets

DIGIT = re.compile(r"[0-9]")
MIN_IDENTITY_DIGITS = 8
CHAIN = re.compile(r"[0-9](?:[ \t\n.()/-]{0,3}[0-9]){7,}")
"""Eight digits or more, however they are grouped."""
GROUP = re.compile(r"[0-9]+")
CONTEXT_CHARS = 48
MAX_GROUPS = 16

PROVINCES = frozenset(
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76".split()
) | {*("81", "82", "91", "92", "93", "94", "95", "96")}
MOBILE = re.compile(r"08[1-9][0-9]{6,10}")
"""Prefixes that are not assigned count too: operators get new ones."""
LANDLINE = re.compile(r"0(?:2[1-9]|3[1-8]|4[0-8]|5[1-6]|6[1-5]|7[0-7]|9[0-8])[0-9]{0,1}[0-9]{5,8}")
COUNTRY = re.compile(r"(?:00)?62")

PHONE_CONTEXT = re.compile(
    r"(?<![a-z<])(?:wa|whatsapp|wa\.me|telp?|tlp|telepon|telpon|hp|hub|hubungi|sms|call|kontak|phone|fax)"
    r"\b[^\w<]{0,4}(?:[a-z]+[^\w<]{1,3}){0,2}\Z",
    re.IGNORECASE | re.ASCII,
)
NIK_CONTEXT = re.compile(
    r"(?<![a-z<])(?:nik|no\.? ?ktp|ktp|kk|nokk)\b[^\w<]{0,4}(?:[a-z]+[^\w<]{1,3}){0,2}\Z",
    re.IGNORECASE | re.ASCII,
)
ACCOUNT_CONTEXT = re.compile(
    r"(?<![a-z<])(?:(?:no)?rek(?:ening)?|virtual account|no\.? ?va|bca|bni|bri|bsi|btn|bjb|mandiri|cimb|niaga"
    r"|danamon|permata|muamalat|jago|seabank|gopay|go-pay|ovo|shopeepay|linkaja)\b"
    r"(?:[^\w<]{1,3}[a-z]+){0,4}[^\w<]{0,4}\Z",
    re.IGNORECASE | re.ASCII,
)
AMOUNT_BEFORE = re.compile(r"(?:rp|idr|usd|\$)[ .]{0,2}\Z", re.IGNORECASE)
AMOUNT_AFTER = re.compile(
    r" ?(?:rupiah|juta|ribu|miliar|milyar|triliun|orang|suara|jiwa|kali|%)", re.IGNORECASE
)
THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")

EMAIL = re.compile(r"(?<![\w.%+-])(?:[\w.%+-]++@(?:[a-z0-9-]++\.)+[a-z]{2,})++", re.IGNORECASE | re.ASCII)
HANDLE = re.compile(r"(?<![\w@])(?:@(?=[\w.]*[A-Za-z_])[\w.]*\w)+", re.ASCII)
PROFILE_LINK = re.compile(
    r"(?<![a-z.-])(?:https?://)?(?:(?:www|web|m|mobile|id-id)\.)?"
    r"(?:(?:facebook|fb|instagram|twitter|x|threads)\.(?:com|net)/(?!(?:p|reels?|tv|i|groups|photos?|photo\.php|story\.php|permalink\.php"
    r"|watch|share|sharer|hashtag|search|events|intent|explore|home|video\.php|videos)\b)[\w.@-]"
    r"|(?:tiktok|youtube)\.com/@|youtube\.com/(?:c|user|channel)/|linkedin\.com/in/|t\.me/\w)"
    r"""[^\s<>"'),]*""",
    re.IGNORECASE | re.ASCII,
)
PLATE = re.compile(
    r"(?<![A-Za-z0-9])(?:A[ABDEG]?|B[ABDEGHKLMNP]?|D[ABCDEGHKLMNRST]?|E[ABD]?|K[BHTU]?|P[ABGST]?|[FGHLMNRSTWZ])"
    r"[ -]?([0-9]{1,4})[ -]?([A-Z]{1,3})(?![A-Za-z0-9])"
)
PLATE_NUMBER = re.compile(r"[A-Z][ -]?[0-9]{1,4}[ -]?[A-Z]")
PLATE_CONTEXT = re.compile(
    r"(?<![a-z<])(?:plat|pelat|nopol|polisi|mobil|motor|kendaraan|truk|bus|angkot)\b[^<\n]{0,24}\Z",
    re.IGNORECASE,
)
NOT_A_PLATE = frozenset(
    "ADA APA DAN DI DPR DPT IBU JT JUTA KE KG KM MAU ORG RB RT RW TH THN TPS UU YG".split()
)
RT_RW = re.compile(
    r"(?<![A-Za-z])RT(?: ?/ ?RW)?[ .:]{0,2}[0-9]{1,3}"
    r"(?: ?[/,.-] ?(?:RW[ .:]{0,2})?| ?RW[ .:]{0,2})[0-9]{1,3}(?![0-9])",
    re.IGNORECASE | re.ASCII,
)
RT_NUMBER = re.compile(r"rt[ ./:rw]{0,7}[0-9]")
STREET = re.compile(
    r"(?<![a-z<])(?:jl|jln|jalan|gg|gang|dusun|dsn|kp|kampung|komplek|kompleks|perum|perumahan|blok|desa|lingkungan)\b"
    r"(?:(?!\b(?:tidak|bukan|belum|jangan|tanpa|tak|tdk|gak|ga|yang|yg|dan|atau|ada|di|dari|ke|ini|itu|untuk)\b)"
    r"[^\n<]){0,90}\Z",
    re.IGNORECASE,
)
"""A street and what follows it up to its RT and RW, as long as no other sentence begins between them."""


PROFILE_SITES = (
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
)
"""Every link to a profile holds one of these in lower case."""


class Redaction(NamedTuple):
    """A text without identifiers, and how many of each kind it held (`PHONE`, `NIK`, ...)."""

    text: str
    counts: dict[str, int]


class Span(NamedTuple):
    """Where an identifier stands."""

    start: int
    end: int
    kind: str


Finder = Callable[[str], Iterator[Span]]


def redact(text: str) -> Redaction:
    """Mask what identifies a person; dates, prices, vote counts, hotlines and ballot numbers stay.

    >>> redact("Hub Pak RT ０８１２-3456\u200b-7890 sebelum 27-11-2024")
    Redaction(text='Hub Pak RT <PHONE> sebelum 27-11-2024', counts={'PHONE': 1})
    """
    folded = fold(text)
    if folded == text:
        return redact_folded(text)
    spans = find_spans(folded)
    return _mask(text, list(_place_in_original(text, spans))) if spans else Redaction(text, {})


def redact_folded(text: str) -> Redaction:
    """Mask what identifies a person in a text that is folded already."""
    spans = find_spans(text)
    return _mask(text, spans) if spans else Redaction(text, {})


def _mask(text: str, spans: list[Span]) -> Redaction:
    pieces, done = [], 0
    for start, end, kind in spans:
        pieces += [text[done : max(start, done)], f"<{kind}>"]
        done = max(end, done)
    return Redaction("".join([*pieces, text[done:]]), dict(Counter(span.kind for span in spans)))


def contains_identity(text: str) -> bool:
    """Say whether `redact` would mask something; for ids and urls, which must not be changed in part."""
    return bool(find_spans(fold(text)))


def _place_in_original(text: str, spans: list[Span]) -> Iterator[Span]:
    """Move spans of the folded text to the original; what folds to nothing at their end goes with them."""
    view = fold_with_offsets(text)
    for start, end, kind in spans:
        after = view.starts[end] if end < len(view.starts) else len(text)
        yield Span(view.starts[start], max(after, view.ends[end - 1]), kind)


def find_spans(text: str) -> list[Span]:
    """Find identifiers kind by kind; what is found is blanked, and looks to the next as its token would."""
    spans: list[Span] = []
    for find in _choose_finders(text):
        if found := list(find(text)):
            text = _blank(text, found)
            spans += found
    return sorted(spans)


def _choose_finders(text: str) -> Iterator[Finder]:
    """Yield, in order, the searches that may find something, by what each cannot do without."""
    lowered = text.lower()
    if "@" in text:
        yield _find_emails
    if DIGIT.search(text):
        yield _find_numbers
        if RT_NUMBER.search(lowered):
            yield _find_addresses
        if PLATE_NUMBER.search(text):
            yield _find_plates
    if "/" in text and any(site in lowered for site in PROFILE_SITES):
        yield _find_profiles
    if "@" in text:
        yield _find_handles


def _blank(text: str, spans: list[Span]) -> str:
    pieces, done = [], 0
    for start, end, _ in spans:
        pieces += [text[done:start], "<" + ">" * (end - start - 1)]
        done = end
    return "".join([*pieces, text[done:]])


def _find_emails(text: str) -> Iterator[Span]:
    return (Span(*match.span(), "EMAIL") for match in EMAIL.finditer(text))


def _find_profiles(text: str) -> Iterator[Span]:
    return (Span(*match.span(), "HANDLE") for match in PROFILE_LINK.finditer(text))


def _find_handles(text: str) -> Iterator[Span]:
    return (Span(*match.span(), "HANDLE") for match in HANDLE.finditer(text))


def _find_numbers(text: str) -> Iterator[Span]:
    for chain in CHAIN.finditer(text):
        groups = [match.span() for match in GROUP.finditer(text, *chain.span())]
        first = 0
        while first < len(groups):
            found = _read_number(text, groups[first : first + MAX_GROUPS])
            if found is None:
                first += 1
                continue
            n_groups, kind = found
            yield Span(groups[first][0], groups[first + n_groups - 1][1], kind)
            first += n_groups


def _read_number(text: str, groups: list[tuple[int, int]]) -> tuple[int, str] | None:
    """Say how many groups from the first on are one identifier, and of which kind."""
    before = text[max(0, groups[0][0] - CONTEXT_CHARS) : groups[0][0]]
    numbers = [text[start:end] for start, end in groups]
    joints = [text[end:start] for (_, end), (start, _) in pairwise(groups)]
    for kind, n_groups in (
        ("NIK", _count_nik_groups(numbers, before)),
        ("PHONE", _count_phone_groups(numbers, joints, before)),
        ("ACCOUNT", _count_account_groups(numbers, joints, before, text[groups[-1][1] : groups[-1][1] + 12])),
    ):
        if n_groups:
            return n_groups, kind
    return None


def _count_nik_groups(numbers: list[str], before: str) -> int:
    """Count the groups of a NIK or KK: place (6 digits), date (6; women's days have 40 added), serial (4)."""
    n_groups, digits = _join_up_to(numbers, 16)
    if len(digits) != 16:
        return 0
    day = int(digits[6:8])
    plausible = (
        digits[:2] in PROVINCES
        and (1 <= day <= 31 or 41 <= day <= 71)
        and 1 <= int(digits[8:10]) <= 12
        and digits[12:] != "0000"
    )
    even = len({len(number) == 1 for number in numbers[:n_groups]}) == 1
    return n_groups if even and (plausible or NIK_CONTEXT.search(before)) else 0


def _count_phone_groups(numbers: list[str], joints: list[str], before: str) -> int:
    """Count the groups of a phone number; all but the first two must be joined in the same way."""
    if before.endswith("+") and not numbers[0].startswith("62"):
        n_groups, digits = _join_up_to(numbers, 15)
        return n_groups if len(digits) >= 9 else 0
    if numbers[0][0] not in "068":
        return 0
    n_country = 1 if COUNTRY.fullmatch(numbers[0]) else 0
    n_country += n_country and numbers[1:2] == ["0"]  # +62 (0)812
    best = 0
    for n_groups in range(n_country + 1, len(numbers) + 1):
        inner = joints[n_country + 1 : n_groups - 1]
        if len(set(inner)) > 1 or not _looks_grouped(numbers[n_country:n_groups]):
            break
        digits = "".join(numbers[:n_groups])
        local = re.sub(r"\A(?:00)?620?", "0", digits)
        if len(local) > 13:
            break
        if _is_phone(local, numbers[n_country:n_groups], before):
            best = n_groups
            if n_groups == n_country + 1:
                break
    return best


def _looks_grouped(numbers: list[str]) -> bool:
    """Say whether these groups may be parts of one number: all of one digit, or none."""
    return len({len(number) == 1 for number in numbers}) == 1


def _is_phone(local: str, numbers: list[str], before: str) -> bool:
    if MOBILE.fullmatch(local) and (len(numbers[0]) != 2 or len({len(number) for number in numbers}) == 1):
        return True
    if LANDLINE.fullmatch(local) and 9 <= len(local) <= 12:
        grouped = len(numbers) > 1 and 3 <= len(numbers[0]) <= 4
        return grouped or (len(numbers) == 1 and PHONE_CONTEXT.search(before) is not None)
    bare = len(numbers) == 1 and MOBILE.fullmatch("0" + local) is not None
    return bare and PHONE_CONTEXT.search(before) is not None


def _count_account_groups(numbers: list[str], joints: list[str], before: str, after: str) -> int:
    """Count the groups of an account number; it needs its context, and must not be an amount."""
    n_groups, digits = 1, numbers[0]
    while (
        n_groups < len(numbers)
        and joints[n_groups - 1] in "-. "
        and len(digits) + len(numbers[n_groups]) <= 18
    ):
        digits += numbers[n_groups]
        n_groups += 1
    if not 8 <= len(digits) <= 18 or not ACCOUNT_CONTEXT.search(before):
        return 0
    written = "".join(
        number + joint for number, joint in zip(numbers[:n_groups], [*joints, ""], strict=False)
    )
    amount = (
        THOUSANDS.match(written)
        or AMOUNT_BEFORE.search(before)
        or (n_groups == len(numbers) and AMOUNT_AFTER.match(after))
    )
    return 0 if amount else n_groups


def _join_up_to(numbers: list[str], n_digits: int) -> tuple[int, str]:
    n_groups, digits = 0, ""
    while n_groups < len(numbers) and len(digits) + len(numbers[n_groups]) <= n_digits:
        digits += numbers[n_groups]
        n_groups += 1
    return n_groups, digits


def _find_plates(text: str) -> Iterator[Span]:
    for match in PLATE.finditer(text):
        number, suffix = match.groups()
        sure = len(number) == 4 or (len(number) == 3 and len(suffix) > 1)
        before = text[max(0, match.start() - CONTEXT_CHARS) : match.start()]
        if suffix not in NOT_A_PLATE and (sure or PLATE_CONTEXT.search(before)):
            yield Span(*match.span(), "PLATE")


def _find_addresses(text: str) -> Iterator[Span]:
    done = 0
    for match in RT_RW.finditer(text):
        before = text[max(done, match.start() - 100) : match.start()]
        street = STREET.search(before)
        start = match.start() - len(before) + street.start() if street else match.start()
        yield Span(start, match.end(), "ADDRESS")
        done = match.end()
