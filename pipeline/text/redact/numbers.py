"""NIK and KK, phone numbers and accounts: chains of eight digits or more, however they are grouped."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from pipeline.text.redact.accounts import count_account_groups
from pipeline.text.redact.digits import read_digits
from pipeline.text.redact.spans import Span, read_before

MIN_IDENTITY_DIGITS: Final = 8
CHAIN: Final = re.compile(r"[0-9](?:[ \t\n.()/_+*~•·▪▫■●∙-]{0,3}[0-9]){7,}")
SPELLED_CHAIN: Final = re.compile(CHAIN.pattern.replace("[0-9]", "[0-9OoIlSsBZz]"))
"""What every chain is before `read_digits` reads letters as digits."""
GROUP: Final = re.compile(r"[0-9]+")
MAX_GROUPS: Final = 18
AFTER_CHARS: Final = 24
LIST_CHARS: Final = 6
"""How far behind an account another one may follow ("... ke ...")."""

PROVINCES: Final = frozenset(
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76".split()
) | {*("81", "82", "91", "92", "93", "94", "95", "96")}
MAX_REGENCY: Final = 39
"""Cities count from 71 on."""
MAX_DISTRICT: Final = 60
POST_ID_BEFORE: Final = re.compile(
    r"(?:fbid=|facebook\.com/\S*[/=]|(?:videos|posts|permalink|status|video|photos|groups)/)\Z", re.IGNORECASE
)
"""Platforms number posts with as many digits."""
DECIMAL_BEFORE: Final = re.compile(r"(?<![0-9])[0-9]{1,3},\Z")
"""What follows are the decimals of a number."""
CODE_BEFORE: Final = re.compile(r"(?<![A-Za-z])(?!(?:WA|HP|CP|TLP|TELP?|HUB|SMS|FAX|NO)\Z)[A-Z]{2,4}\Z")
"""Parcels and orders are numbered so."""
ORDER_BEFORE: Final = re.compile(
    r"(?<![a-z<])(?:resi|order|pesanan|invoice|inv|transaksi|trx|imei|isbn|barcode|seri|token)\b"
    r"[^\w<]{0,4}(?:[a-z]+[^\w<]{1,3}){0,2}\Z",
    re.IGNORECASE | re.ASCII,
)
PARCEL_BEFORE: Final = re.compile(
    r"(?<![a-z<])(?:resi|imei|isbn|barcode|seri)\b[^\w<]{0,4}(?:[a-z]+[^\w<]{1,3}){0,1}\Z", re.I
)
DATED_PATH_BEFORE: Final = re.compile(r"/20[0-9]{2}/(?:[0-9]{2}/){1,2}\Z")
"""News sites number articles behind their date."""
MOBILE: Final = re.compile(r"08[1-9][0-9]{6,10}")
"""Prefixes that are not assigned count too: operators get new ones."""
LANDLINE: Final = re.compile(r"0(?:2[1-9]|3[1-8]|4[0-8]|5[1-6]|6[1-5]|7[0-7]|9[0-8])[0-9]{0,1}[0-9]{5,8}")
COUNTRY: Final = re.compile(r"(?:00)?62")
AMOUNT: Final = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})++(?![0-9])")
PREFIX: Final = re.compile(r"08[1-9][0-9]")
MAX_UNEVEN_GROUPS: Final = 5
WHOLE_DIGITS: Final = 11
"""A mobile number may be this long at once: digits on the next line are then something else."""

PHONE_LINK: Final = re.compile(
    r"(?<![a-z0-9.-])(?:https?://)?(?:wa\.me/|(?:api|web)\.whatsapp\.com/send/?\?phone=)\+?[0-9]{8,15}"
    r"""(?:[/?&][^\s<>"'),]*)?""",
    re.IGNORECASE | re.ASCII,
)
PHONE_CONTEXT: Final = re.compile(
    r"(?<![a-z<])(?:wa|whatsapp|tele?[pf]?|tlp|telepon|tele?[pf]on|tlpn|hp|hub|hubungi|sms|call|kontak|phone|fax)"
    r"\b[^\w<]{0,4}(?:[a-z]+[^\w<]{1,3}){0,3}\Z",
    re.IGNORECASE | re.ASCII,
)
NIK_CONTEXT: Final = re.compile(
    r"(?<![a-z<])(?:n[il]k|no\.? ?ktp|ktp|kk|nokk|induk(?:nya)?|kependudukan)\b[^\w<]{0,4}(?:[a-z]+[^\w<]{1,3}){0,2}\Z",
    re.IGNORECASE | re.ASCII,
)


def find_phone_links(text: str) -> Iterator[Span]:
    """Find links that open a talk with a number."""
    return (Span(*match.span(), "PHONE") for match in PHONE_LINK.finditer(text))


def find_numbers(text: str) -> Iterator[Span]:
    """Find NIK, KK, phone numbers and accounts, letters that stand for digits included."""
    text = read_digits(text)
    account_end = -LIST_CHARS
    for chain in CHAIN.finditer(text):
        groups = [match.span() for match in GROUP.finditer(text, *chain.span())]
        first = 0
        while first < len(groups):
            start = groups[first][0]
            follows = start - account_end < LIST_CHARS
            found = _read_number(text, groups[first : first + MAX_GROUPS], follows)
            if found is None:
                first += _count_amount_groups(text, groups[first : first + MAX_GROUPS])
                continue
            n_groups, kind = found
            end = groups[first + n_groups - 1][1]
            account_end = end if kind == "ACCOUNT" else account_end
            yield Span(start, end, kind)
            first += n_groups


def _count_amount_groups(text: str, groups: Sequence[tuple[int, int]]) -> int:
    """Count the groups of an amount ("1.045.882.000"), so that its end is not read on its own; else 1."""
    start, end = groups[0][0], groups[-1][1]
    amount = AMOUNT.match(text, start, end)
    return 1 + amount[0].count(".") if amount else 1


def _read_number(text: str, groups: Sequence[tuple[int, int]], follows: bool) -> tuple[int, str] | None:
    """Say how many groups from the first on are one identifier, and of which kind."""
    before = read_before(text, groups[0][0])
    after = text[groups[-1][1] : groups[-1][1] + AFTER_CHARS]
    numbers = [text[start:end] for start, end in groups]
    joints = [text[end:start] for (_, end), (start, _) in pairwise(groups)]
    n_nik = _count_nik_groups(numbers, before)
    if n_nik and NIK_CONTEXT.search(before):
        return n_nik, "NIK"
    if n_groups := count_account_groups(numbers, joints, before, after, follows, not n_nik):
        return n_groups, "ACCOUNT"
    if n_nik:
        return n_nik, "NIK"
    n_groups = _count_phone_groups(numbers, joints, before)
    return (n_groups, "PHONE") if n_groups else None


def _count_nik_groups(numbers: Sequence[str], before: str) -> int:
    """Count the groups of a NIK or KK: place (6 digits), date (6; women's days have 40 added), serial (4)."""
    n_groups, digits = _join_up_to(numbers, 16)
    if len(digits) != 16:
        return 0
    day, regency = int(digits[6:8]), int(digits[2:4])
    plausible = (
        digits[:2] in PROVINCES
        and (1 <= regency <= MAX_REGENCY or 71 <= regency <= 79)
        and 1 <= int(digits[4:6]) <= MAX_DISTRICT
        and (1 <= day <= 31 or 41 <= day <= 71)
        and 1 <= int(digits[8:10]) <= 12
        and digits[12:] != "0000"
        and not POST_ID_BEFORE.search(before)
        and not DECIMAL_BEFORE.search(before)
        and not ORDER_BEFORE.search(before)
    )
    even = _looks_grouped(numbers[:n_groups])
    return n_groups if even and (plausible or NIK_CONTEXT.search(before)) else 0


def _count_phone_groups(numbers: Sequence[str], joints: Sequence[str], before: str) -> int:
    """Count the groups of a phone number; all but the first two must be joined in the same way."""
    if before.endswith("+") and not numbers[0].startswith("62"):
        n_groups, digits = _join_up_to(numbers, 15)
        return n_groups if len(digits) >= 9 else 0
    if numbers[0][0] not in "068" or _is_code(numbers, before):
        return 0
    n_country = 1 if COUNTRY.fullmatch(numbers[0]) else 0
    n_country += n_country and numbers[1:2] == ["0"]  # +62 (0)812
    best, n_best = 0, 0
    for n_groups in range(n_country + 1, len(numbers) + 1):
        local = re.sub(r"\A(?:00)?620?", "0", "".join(numbers[:n_groups]))
        wrapped = n_groups > 1 and "\n" in joints[n_groups - 2]
        if len(local) > 13 or (wrapped and n_best >= WHOLE_DIGITS):
            break
        if not _belong_together(numbers[n_country:n_groups], joints[n_country : n_groups - 1]):
            break
        if _is_phone(local, numbers[n_country:n_groups], joints[n_country : n_groups - 1], before):
            best, n_best = n_groups, len(local)
            if n_groups == n_country + 1:
                break
    return best


def _is_code(numbers: Sequence[str], before: str) -> bool:
    """Say whether what stands before digits makes an article's, a parcel's or another number of them."""
    whole = len(numbers) == 1 and PARCEL_BEFORE.search(before)
    return bool(whole or DATED_PATH_BEFORE.search(before) or CODE_BEFORE.search(before))


def _belong_together(numbers: Sequence[str], joints: Sequence[str]) -> bool:
    """Say whether groups may be one number: joined alike after the first joint, and all of one digit or none.

    A line may end anywhere, and digits that stand alone are joined as it comes.
    """
    if any("/" in joint and joint != "/" for joint in joints) or not _looks_grouped(numbers):
        return False
    return len(numbers[0]) == 1 or len({joint for joint in joints[1:] if "\n" not in joint}) <= 1


def _looks_grouped(numbers: Sequence[str]) -> bool:
    """Say whether these groups may be parts of one number: all of one digit or none, but behind a prefix."""
    if PREFIX.fullmatch(numbers[0]) and len(numbers) <= MAX_UNEVEN_GROUPS:
        return True
    return len({len(number) == 1 for number in numbers[numbers[0] == "0" and len(numbers) > 1 :]}) == 1


def _is_phone(local: str, numbers: Sequence[str], joints: Sequence[str], before: str) -> bool:
    named = PHONE_CONTEXT.search(before) is not None
    if len(numbers) > 1 and all(map(PREFIX.fullmatch, numbers)):
        return False
    if MOBILE.fullmatch(local) and not _looks_dated(numbers):
        return named or not _looks_counted(numbers, joints)
    if LANDLINE.fullmatch(local) and 9 <= len(local) <= 12:
        n_trunk = 0 if numbers[0].startswith("0") else 1
        grouped = len(numbers) > 1 and 3 <= len(numbers[0]) + n_trunk <= 4
        return grouped or (named and max(map(len, numbers)) in (1, len(local)))
    bare = len(numbers) == 1 or (len(numbers[0]) == 3 and not _looks_counted(numbers, joints))
    return named and bare and MOBILE.fullmatch("0" + local) is not None


def _looks_counted(numbers: Sequence[str], joints: Sequence[str]) -> bool:
    """Say whether groups of three digits, with dots, are more likely a count ("081.234.567")."""
    return [len(number) for number in numbers] == [3, 3, 3] and {*joints} == {"."}


def _looks_dated(numbers: Sequence[str]) -> bool:
    """Say whether groups begin as a date does: two digits, then a month of two."""
    if len(numbers[0]) != 2 or len({len(number) for number in numbers}) == 1:
        return False
    return len(numbers) == 1 or len(numbers[1]) <= 2


def _join_up_to(numbers: Sequence[str], n_digits: int) -> tuple[int, str]:
    n_groups, digits = 0, ""
    while n_groups < len(numbers) and len(digits) + len(numbers[n_groups]) <= n_digits:
        digits += numbers[n_groups]
        n_groups += 1
    return n_groups, digits
