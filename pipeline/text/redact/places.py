"""Licence plates, and street addresses with their RT and RW."""

import re
from collections.abc import Iterator
from typing import Final

from pipeline.text.redact.digits import SPELLED
from pipeline.text.redact.spans import Span, read_before

REGIONS: Final = r"(?:A[ABDEG]?|B[ABDEGHKLMNP]?|D[ABCDEGHKLMNRST]?|E[ABD]?|K[BHTU]?|P[ABGST]?|[FGHLMNRSTWZ])"
JOINT: Final = r"[ .\n-]{0,2}"
PLATE: Final = re.compile(
    rf"(?<![A-Za-z0-9@_#]){REGIONS}{JOINT}([0-9]{{1,4}}|(?-i:(?=[OIl]*[0-9])[0-9OIl]{{3,4}})){JOINT}([A-Z]{{1,3}})"
    r"(?![A-Za-z0-9])(?![ .-]?[0-9]{2,4}[ .-]?[A-Z]{1,3}(?![A-Za-z0-9]))",
    re.IGNORECASE | re.ASCII,
)
"""The digits of one that was read by a machine may be letters. What another plate follows is no suffix."""
GLUED_PLATE: Final = re.compile(
    rf"(?i:plat|pelat|nopol)({REGIONS}[0-9]{{1,4}}[A-Z]{{1,3}})(?![A-Z0-9])", re.ASCII
)
PLATE_TAIL: Final = re.compile(rf"[0-9](?<![0-9].)[0-9OIl]{{0,3}}{JOINT}[A-Za-z]{{1,3}}(?![A-Za-z0-9])")
"""How every plate ends; a pattern that begins with characters, not with a look behind, skips all others at once."""
PLATE_HEAD: Final = re.compile(rf"(?<![A-Za-z0-9@_#]){REGIONS}{JOINT}[OIl]{{0,3}}\Z", re.IGNORECASE)
HEAD_CHARS: Final = 8
GLUE: Final = ("plat", "pelat", "nopol")
PLATE_CONTEXT: Final = re.compile(
    r"(?<![a-z<])(?:plat(?:nya)?|pelat|nopol(?:nya)?|nomor polisi|no\.? ?pol"
    r"|mobil|motor|kendaraan|truk|bus|angkot|jeep|pick ?up|minibus"
    r"|avanza|xenia|innova|kijang|pajero|fortuner|ertiga|xpander|rush|brio|jazz|calya|sigra|agya|ayla|elf|hiace|carry"
    r"|vario|beat|mio|scoopy|vixion|ninja|nmax|pcx|supra|revo|satria|aerox|vespa|ojol|ojek|taksi|ambulans?)\b"
    r"[^<\n]{0,24}\Z",
    re.IGNORECASE,
)
VEHICLE_AFTER: Final = re.compile(r"[ ,(]{1,2}(?:mobil|motor|truk|bus|angkot|plat)\b", re.IGNORECASE)
PLATE_WORD: Final = re.compile(
    r"(?<![a-z<])(?:plat(?:nya)?|pelat|nopol(?:nya)?|nomor polisi|no\.? ?pol)\b[^<\n]{0,24}\Z", re.I
)
UNITS: Final = frozenset(
    "JT JUTA KG KM RB TH THN CC KPH WIB MAX GPU CM MM ML IU MG LT GB TB MB HP PU RON KW HZ MW LTR ORG SS".split()
)
NOT_A_PLATE: Final = frozenset("ADA APA DAN DI DPR DPT IBU KE MAU RT RW TPS UU YG DKI PAS".split())
ROUND: Final = 25
"""Models, sizes and rooms have round numbers."""

ONES: Final = r"(?:satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan)"
BLOCK: Final = (
    r"(?:[0-9Oo]{1,3}(?![0-9])|(?-i:[IVX]{1,5})(?![a-z])"
    rf"|(?:(?:nol|kosong) ){{0,2}}(?:{ONES}(?: belas| puluh(?: {ONES})?)?|sepuluh|sebelas)(?![a-z]))"
)
"""The number of an RT or RW: in digits, as a machine reads them, in Roman ones, in words."""
RT: Final = r"(?:RT|er ?te|rukun tetangga)"
RW: Final = r"(?:RW|er ?we|rukun warga)"
NUMBERED: Final = r"[ .:+_-]{0,3}"
RT_RW: Final = re.compile(
    rf"(?<![A-Za-z])(?:{RT}(?: ?/ ?RW)?{NUMBERED}{BLOCK}(?: ?/ ?|[ ,]? ?[/,.+_-]? ?{RW}{NUMBERED})"
    rf"|{RW}{NUMBERED}{BLOCK}[ ,]? ?[/,.+_-]? ?{RT}{NUMBERED}){BLOCK}"
    r"(?:,? (?:no|nomor|nomer|nmr)\b[. ]{0,2}[0-9]{1,4}[a-z]?\b)?",
    re.IGNORECASE | re.ASCII,
)
RT_NUMBER: Final = re.compile(r"(?:rt|rukun tetangga)[ .:+_-]{0,3}[0-9]")
RW_SIGNS: Final = ("rw", "er we", "rukun warga")
LIST_CHARS: Final = 6
"""How far behind a plate another one may follow."""
STREET_CHARS: Final = 100
STREET: Final = re.compile(
    r"(?<![a-z<])(?:jl|jln|jalan|gg|gang|dusun|dsn|dukuh|padukuhan|jorong|banjar|kp|kampung|kmp|komp|komplek|kompleks|perum|perumnas"
    r"|perumahan|rusun|rusunawa|apartemen|asrama|cluster|villa|vila|griya|blok|desa|lingk|lingkungan|link|kos|kost|lorong|lrg|btn"
    r"|pondok|puri|graha|kav|kavling|ruko|simpang|dk|ds|kontrakan|kosan|mess)\b"
    r"(?:(?!\b(?:tidak|bukan|belum|jangan|tanpa|tak|tdk|gak|ga|yang|yg|dan|atau|ada|di|dari|ke|ini|itu|untuk"
    r"|nih|tuh|sih|ya|tepatnya|yaitu|yakni)\b)"
    r"(?:[^\n<]|\n(?=[ \t]{0,4}(?:(?:no|gg|blok|dusun|rt)\b|\Z)))){0,90}\Z",
    re.IGNORECASE,
)
"""A street and what follows it up to its RT and RW, as long as no other sentence begins between them."""
LODGING: Final = re.compile(r"(?:kontrakan|kosan|kost?|mess|ruko)\b", re.IGNORECASE)
"""Names a building at an address; the address begins behind it where a street is named."""
STREET_WORD: Final = re.compile(
    r"(?<![a-z<])(?:jl|jln|jalan|gg|gang|perum|perumnas|perumahan|komp|komplek|kompleks|dusun|kampung|kp)\b",
    re.IGNORECASE,
)


def find_plates(text: str) -> Iterator[Span]:
    """Find licence plates: in capitals by their shape, else where a vehicle is named beside them."""
    lowered = text.lower()
    if any(map(lowered.__contains__, GLUE)):
        yield from (Span(*match.span(1), "PLATE") for match in GLUED_PLATE.finditer(text))
    tails = (tail.start() for tail in PLATE_TAIL.finditer(text))
    if not any(PLATE_HEAD.search(text[max(0, start - HEAD_CHARS) : start]) for start in tails):
        return
    done = -LIST_CHARS
    for match in PLATE.finditer(text):
        follows = _is_upper(match) and match.start() - done < LIST_CHARS
        if follows or _is_plate(text, match):
            done = match.end()
            yield Span(match.start(), done, "PLATE")


def _is_plate(text: str, match: re.Match[str]) -> bool:
    """Say whether something of a plate's shape is one: by its digits, or by what stands beside it."""
    number, suffix = match[1].translate(SPELLED), match[2].upper()
    before = read_before(text, match.start())
    vehicle, named = bool(PLATE_CONTEXT.search(before)), bool(PLATE_WORD.search(before))
    if suffix in UNITS and not named and (len(number) < 4 or int(number) % ROUND == 0):
        return False
    if not _is_upper(match):
        faint = len(number) == 1 and len(suffix) == 1 and not named
        beside = len(number) == 4 and VEHICLE_AFTER.match(text, match.end()) is not None
        return suffix not in NOT_A_PLATE and ((vehicle and not faint) or beside)
    if suffix in NOT_A_PLATE:
        return vehicle and any(map(str.islower, before))
    if vehicle or len(number) == 4:
        return True
    beside = VEHICLE_AFTER.match(text, match.end()) is not None
    return int(number) % ROUND != 0 and (beside or (len(number) == 3 and len(suffix) > 1))


def _is_upper(match: re.Match[str]) -> bool:
    """Say whether a plate's letters are capitals; an l stands for a 1."""
    return match[0].replace("l", "1").isupper()


def find_addresses(text: str) -> Iterator[Span]:
    """Find streets, hamlets or blocks together with RT and RW."""
    done = 0
    for match in RT_RW.finditer(text):
        before = text[max(done, match.start() - STREET_CHARS) : match.start()]
        street = STREET.search(before)
        place = _skip_lodging(before, street.start()) if street else len(before)
        yield Span(match.start() - len(before) + place, match.end(), "ADDRESS")
        done = match.end()


def _skip_lodging(text: str, place: int) -> int:
    """Return where the street is named when what stands at a place is only a building."""
    street = STREET_WORD.search(text, place) if LODGING.match(text, place) else None
    return street.start() if street else place
