"""How times and numbers read in a page's language; times in the moderators' zone."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta, get_timezone
from babel.numbers import format_decimal, format_percent

ZONE: Final = get_timezone("Asia/Jakarta")
NONE: Final = "–"


def list_filters(language: str) -> Mapping[str, Callable[..., str]]:
    """Return the templates' filters for one language; each shows a dash where there is nothing."""
    locale = Locale.parse(language)

    def when(value: datetime | None) -> str:
        return NONE if value is None else format_datetime(value, "d MMM y HH:mm", ZONE, locale)

    def day(value: datetime | None) -> str:
        return NONE if value is None else format_date(value.astimezone(ZONE), "d MMM y", locale)

    def hour(value: datetime | None) -> str:
        return NONE if value is None else format_time(value, "HH:mm", ZONE, locale)

    def ago(value: datetime | None, now: datetime | None = None) -> str:
        if value is None:
            return NONE
        return format_timedelta(value - (now or datetime.now(UTC)), add_direction=True, locale=locale)

    def number(value: float | None, pattern: str = "#,##0") -> str:
        return NONE if value is None else format_decimal(value, pattern, locale)

    def decimal(value: float | None, digits: int = 2) -> str:
        return NONE if value is None else format_decimal(value, f"#,##0.{'0' * digits}", locale)

    def percent(value: float | None, digits: int = 0) -> str:
        pattern = f"#,##0.{'0' * digits}%" if digits else "#,##0%"
        return NONE if value is None else format_percent(value, pattern, locale)

    def signed(value: float | None, digits: int = 2) -> str:
        zeros = "0" * digits
        return NONE if value is None else format_decimal(value, f"+0.{zeros};-0.{zeros}", locale)

    filters: dict[str, Any] = {
        "hour": hour,
        "signed": signed,
        "when": when,
        "day": day,
        "ago": ago,
        "number": number,
        "decimal": decimal,
        "percent": percent,
    }
    return filters
