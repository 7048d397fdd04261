"""A time as people and machines write it in, the same moment in UTC out; never a guess.

Year first is read as it stands, whatever `day_first` says; otherwise the params file decides between
day and month, and a date that is impossible that way is unreadable, not turned round.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

INDONESIAN_ZONES: Final = {"WIB": 7, "WITA": 8, "WIT": 9}

MONTH_PREFIXES: Final = "jan,feb peb,mar,apr,mei may,jun,jul,agu ags agt aug,sep,okt oct,nov nop,des dec"
MONTHS: Final = {
    prefix: month
    for month, prefixes in enumerate(MONTH_PREFIXES.split(","), start=1)
    for prefix in prefixes.split()
}
"""The first three letters of a month's name, Indonesian or English."""

_CLOCK = r"""
    (?:(?:[T,]?\s*|,?\s+pukul\s+)(?P<hour>\d{1,2})[:.](?P<minute>\d\d)
       (?:[:.](?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?)?
    \s*(?P<zone>Z|UTC|GMT|WIB|WITA|WIT|[+-]\d\d(?::?\d\d)?)?
"""
_FLAGS = re.ASCII | re.IGNORECASE | re.VERBOSE
YEAR_FIRST: Final = re.compile(
    r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?!\d)" + _CLOCK, _FLAGS
)
YEAR_LAST: Final = re.compile(
    r"(?P<first>\d{1,2})([-/.])(?P<second_part>\d{1,2})\2(?P<year>\d{4})(?!\d)" + _CLOCK, _FLAGS
)
MONTH_NAMED: Final = re.compile(
    r"(?P<day>\d{1,2})[\s-]+(?P<name>[a-z]{3,9})[\s-]+(?P<year>\d{4})(?!\d)" + _CLOCK, _FLAGS
)


def read_moment(value: object, zone: tzinfo, day_first: bool) -> datetime:
    """Return the moment in UTC that a value names, in `zone` where it names none. Raises ValueError.

    >>> jakarta = timezone(timedelta(hours=7))
    >>> str(read_moment("03/04/2026 14.30", jakarta, day_first=True))
    '2026-04-03 07:30:00+00:00'
    >>> str(read_moment("2026-04-03T14:30:00+09:00", jakarta, day_first=True))
    '2026-04-03 05:30:00+00:00'
    """
    match value:
        case datetime():
            moment = value
        case date():
            moment = datetime.combine(value, time())
        case str():
            moment = _parse_moment(value.strip(), day_first)
        case _:
            raise ValueError("not a time")
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("not a time of our calendar") from error


def _parse_moment(text: str, day_first: bool) -> datetime:
    for pattern in (YEAR_FIRST, YEAR_LAST, MONTH_NAMED):
        if found := pattern.fullmatch(text):
            return _build_moment(found.groupdict(), day_first)
    raise ValueError("not a time")


def _build_moment(parts: dict[str, str | None], day_first: bool) -> datetime:
    month, day = _order_day(parts, day_first)
    hour, minute, second = (int(parts[part] or 0) for part in ("hour", "minute", "second"))
    microsecond = int((parts["fraction"] or "0")[:6].ljust(6, "0"))
    zone = _read_zone(parts["zone"])
    return datetime(int(parts["year"] or 0), month, day, hour, minute, second, microsecond, zone)


def _order_day(parts: dict[str, str | None], day_first: bool) -> tuple[int, int]:
    if name := parts.get("name"):
        return MONTHS.get(name[:3].lower(), 0), int(parts["day"] or 0)
    if "first" not in parts:
        return int(parts["month"] or 0), int(parts["day"] or 0)
    first, second = int(parts["first"] or 0), int(parts["second_part"] or 0)
    return (second, first) if day_first else (first, second)


def _read_zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    if name.upper() in INDONESIAN_ZONES:
        return timezone(timedelta(hours=INDONESIAN_ZONES[name.upper()]))
    digits = re.sub(r"\D", "", name).ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if name.startswith("-") else offset)
