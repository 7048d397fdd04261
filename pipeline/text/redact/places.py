"""Licence plates, and street addresses with their RT and RW."""

import re
from collections.abc import Iterator
from typing import Final

from pipeline.text.redact.spans import Span, read_before

PLATE: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:A[ABDEG]?|B[ABDEGHKLMNP]?|D[ABCDEGHKLMNRST]?|E[ABD]?|K[BHTU]?|P[ABGST]?|[FGHLMNRSTWZ])"
    r"[ .\n-]?([0-9]{1,4})[ .\n-]?([A-Z]{1,3})(?![A-Za-z0-9])",
    re.IGNORECASE | re.ASCII,
)
PLATE_NUMBER: Final = re.compile(r"[A-Za-z][ .\n-]?[0-9]{1,4}[ .\n-]?[A-Za-z]")
PLATE_END: Final = re.compile(r"[0-9][ .\n-]?[A-Za-z]{1,3}(?![A-Za-z0-9])")
"""How every plate ends; looked for by the digit, which is rare."""
PLATE_CONTEXT: Final = re.compile(
    r"(?<![a-z<])(?:plat(?:nya)?|pelat|nopol(?:nya)?|nomor polisi|no\.? ?pol"
    r"|mobil|motor|kendaraan|truk|bus|angkot|jeep|pick ?up|minibus"
    r"|avanza|xenia|innova|kijang|pajero|fortuner|ertiga|xpander|rush|brio|jazz|calya|sigra|agya|ayla|elf|hiace|carry"
    r"|vario|beat|mio|scoopy|vixion|ninja|nmax|pcx|supra|revo|satria|aerox|vespa|ojol|ojek|taksi|ambulans?)\b"
    r"[^<\n]{0,24}\Z",
    re.IGNORECASE,
)
VEHICLE_AFTER: Final = re.compile(r"[ ,(]{1,2}(?:mobil|motor|truk|bus|angkot|plat)\b", re.IGNORECASE)
NOT_A_PLATE: Final = frozenset(
    "ADA APA DAN DI DPR DPT IBU JT JUTA KE KG KM MAU ORG RB RT RW TH THN TPS UU YG SS CC KPH WIB MAX GPU".split()
)

RT_RW: Final = re.compile(
    r"(?<![A-Za-z])(?:(?:RT|rukun tetangga)(?: ?/ ?RW)?[ .:+_-]{0,3}[0-9]{1,3}"
    r"(?: ?/ ?| ?[/,.+_-]? ?(?:RW|rukun warga)[ .:+_-]{0,2})"
    r"|RW[ .:+_-]{0,2}[0-9]{1,3} ?[/,.+_-]? ?RT[ .:+_-]{0,2})"
    r"[0-9]{1,3}(?![0-9])(?:,? no\.? ?[0-9]{1,4}[a-z]?\b)?",
    re.IGNORECASE | re.ASCII,
)
RT_NUMBER: Final = re.compile(r"(?:rt|rukun tetangga)[ ./:rw+_-]{0,7}[0-9]")
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


def find_plates(text: str) -> Iterator[Span]:
    """Find licence plates: in capitals by their shape, else where a vehicle is named beside them."""
    if not PLATE_END.search(text) or not PLATE_NUMBER.search(text):
        return
    for match in PLATE.finditer(text):
        number, suffix = match.groups()
        sure = match[0].isupper() and (len(number) == 4 or (len(number) == 3 and len(suffix) > 1))
        if suffix.upper() in NOT_A_PLATE:
            continue
        if (
            sure
            or PLATE_CONTEXT.search(read_before(text, match.start()))
            or (len(number) == 4 and VEHICLE_AFTER.match(text, match.end()))
        ):
            yield Span(*match.span(), "PLATE")


def find_addresses(text: str) -> Iterator[Span]:
    """Find streets, hamlets or blocks together with RT and RW."""
    done = 0
    for match in RT_RW.finditer(text):
        before = text[max(done, match.start() - STREET_CHARS) : match.start()]
        street = STREET.search(before)
        start = match.start() - len(before) + street.start() if street else match.start()
        yield Span(start, match.end(), "ADDRESS")
        done = match.end()
