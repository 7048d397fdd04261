"""Accounts with banks and e-wallets: numbers that only what stands beside them tells from others."""

import re
from collections.abc import Sequence
from typing import Final

MAX_DIGITS: Final = 18
MIN_DIGITS: Final = 8
MIN_HELD_DIGITS: Final = 10

BANKS: Final = (
    r"bca|bni|bri|bsi|btn|bjb|bpd|mandiri|cimb|niaga|danamon|permata|muamalat|maybank|panin|ocbc|nisp|bukopin"
    r"|sinarmas|mega|btpn|bpr|uob|hsbc|dbs|digibank|allo|krom|superbank|nobu|brimo|briva|livin|brilink|jago|jenius|seabank|blu|neo|aladin|simpedes|britama|tahapan|bank(?:[^\S\n]+(?!soal\b|sampah\b|data\b)[a-z]+){0,3}"
)
WALLETS: Final = r"go-?pay|ovo|shopee-?pay|link[ -]?aja|e-?money|e-?wallet|astrapay|doku|isaku|sakuku"
ACCOUNTS: Final = (
    r"(?:no(?:mor|mer|\.)?\s?)?rek(?:ening)?(?:ku|mu|nya)?|tabungan|virtual account|no\.? ?va|(?-i:VA)|flip"
)
HIDDEN: Final = r"[0-9]*[x*]{3,}[0-9]*"
"""Another account, made unreadable."""
BEFORE: Final = re.compile(
    rf"(?<![a-z<])(?:(?P<bank>{BANKS})|{WALLETS}|{ACCOUNTS})\b(?P<between>(?:[^\w<]{{1,3}}(?:[a-z.]+|{HIDDEN})){{0,4}}[^\w<]{{0,4}})\Z",
    re.IGNORECASE | re.ASCII,
)
TRANSFER_BEFORE: Final = re.compile(
    r"(?<![a-z<])(?:di)?(?:tf|trf|transfer|setor|donasi|infa[kq])(?:kan)?\b"
    rf"(?P<between>(?:[^\w<]{{1,3}}(?:[a-z.]+|{HIDDEN})){{0,3}}[^\w<]{{0,4}})\Z",
    re.IGNORECASE | re.ASCII,
)
"""Money also goes by phone number, so this says nothing of a mobile one."""
DANA_BEFORE: Final = re.compile(
    r"(?<![a-z<])dana\b(?P<between>(?:[^\w<]{1,3}[a-z.]+){0,2}[^\w<]{0,4})\Z", re.IGNORECASE | re.ASCII
)
"""DANA is an e-wallet, and the everyday word for funds: it counts before a mobile number alone."""
AFTER: Final = re.compile(rf"[ \n]{{1,2}}\(?(?:{BANKS})\b", re.IGNORECASE | re.ASCII)
HOLDER_AFTER: Final = re.compile(
    r"[ ,(\n]{1,3}(?:a\.? ?n\b|a/n\b|atas nama\b|rek(?:ening)?\b)", re.IGNORECASE
)
"""In whose name it is; said of identity cards and phones too."""
BANK_CODE: Final = re.compile(r"(?<![a-z<])tujuan[^\w<]{1,3}[0-9]{3}[^\w<]{1,3}\Z", re.IGNORECASE | re.ASCII)
PHONE_WORD: Final = re.compile(
    r"\b(?:wa|whatsapp|telp?|tlp|telepon|telpon|hp|mobile|hub|hubungi|sms|call|kontak|phone|fax|nik|ktp|kk|resi|order|pesanan)\b",
    re.IGNORECASE,
)
URL_BEFORE: Final = re.compile(r"(?:://|www\.|\.(?:com|id|net|org)/)\S*\Z", re.IGNORECASE)
AMOUNT_BEFORE: Final = re.compile(r"(?:rp|idr|usd|\$)[ .]{0,2}\Z", re.IGNORECASE)
AMOUNT_AFTER: Final = re.compile(
    r" ?(?:rupiah|rb|jt|juta|ribu|miliar|milyar|triliun|orang|suara|jiwa|kali|%)", re.IGNORECASE
)
THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
MOBILE: Final = re.compile(r"(?:0|62)8[1-9][0-9]{6,10}")
TIMES: Final = re.compile(r"[0-9]{2}")


def count_account_groups(  # noqa: PLR0913, PLR0917 - all that a number's meaning hangs on
    numbers: Sequence[str], joints: Sequence[str], before: str, after: str, follows: bool, alone: bool
) -> int:
    """Count the groups of digits, from the first on, that are an account.

    It needs a bank, a wallet or such a word beside it (or `follows` another account), and is no amount.
    `after` is what stands behind the last group; `alone` says that the digits are not those of a card.
    """
    n_groups = _join_groups(numbers, joints)
    digits = "".join(numbers[:n_groups])
    behind = after if n_groups == len(numbers) else joints[n_groups - 1] + numbers[n_groups]
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS or not (
        follows
        or AFTER.match(behind)
        or (alone and _is_held(digits, before, behind))
        or announces_account(before, digits)
    ):
        return 0
    written = "".join(
        number + joint
        for number, joint in zip(numbers[:n_groups], [*joints[: n_groups - 1], ""], strict=True)
    )
    amount = THOUSANDS.fullmatch(written) or AMOUNT_BEFORE.search(before) or AMOUNT_AFTER.match(behind)
    times = n_groups > 1 and all(TIMES.fullmatch(number) for number in numbers[:n_groups])
    return 0 if amount or times else n_groups


def _is_held(digits: str, before: str, behind: str) -> bool:
    """Say whether what stands behind a number names its holder, and nothing makes a phone of it."""
    reachable = MOBILE.fullmatch(digits) or PHONE_WORD.search(before)
    return len(digits) >= MIN_HELD_DIGITS and HOLDER_AFTER.match(behind) is not None and not reachable


def announces_account(before: str, digits: str) -> bool:
    """Say whether what stands before a number calls it an account, and nothing between calls it a phone.

    Banks have phones: a mobile number beside a bank's name is one as soon as it is called so at all.
    """
    weaker = DANA_BEFORE if MOBILE.fullmatch(digits) else TRANSFER_BEFORE
    found = BEFORE.search(before) or weaker.search(before)
    if found is None or URL_BEFORE.search(before):
        return BANK_CODE.search(before) is not None
    reachable = MOBILE.fullmatch(digits) and found.groupdict().get("bank")
    return not PHONE_WORD.search(before if reachable else found["between"])


def _join_groups(numbers: Sequence[str], joints: Sequence[str]) -> int:
    """Count the groups that may be one account; after ten digits a blank ends it before a longer group."""
    n_groups, n_digits = 1, len(numbers[0])
    while n_groups < len(numbers) and n_digits + len(numbers[n_groups]) <= MAX_DIGITS:
        joint = joints[n_groups - 1]
        long = n_digits >= 10 and (n_groups == 1 or len(numbers[n_groups]) > 4)
        if joint.strip(" \n") not in ("", "-", ".") or len(joint) > 1 + joint.count("-") * 2:
            break
        if joint[0] in " \n" and (long or (n_digits >= MIN_DIGITS and "\n" in joint)):
            break
        n_digits += len(numbers[n_groups])
        n_groups += 1
    return n_groups
