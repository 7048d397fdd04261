"""What one value of params.yaml may be: shares, counts, paths, times; and what every section has in common."""

import os
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

WISH = re.compile(r"(recall|precision) >= (0?\.\d+|1(?:\.0+)?)")
"""What a threshold shall give, at least."""


class PlacedText(str):
    """A string of a params file that remembers the folder it is relative to."""

    folder: Path


def resolve_path(value: object) -> object:
    """Make a string of a params file a path beside that file."""
    if not isinstance(value, PlacedText):
        return value
    return Path(os.path.normpath(value.folder / value))


def _read_moment(value: object) -> object:
    """Read a time that is written as text: DVC takes no other from params.yaml."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _require_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time with its zone is needed, such as 2026-10-01T00:00:00+07:00")
    return moment.astimezone(UTC)


def require_known_zone(name: str) -> str:
    """Check the name of a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("no such time zone; use a name such as Asia/Jakarta") from error
    return name


def require_day(day: str) -> str:
    """Check a day of the calendar, written as text as times are."""
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise ValueError("a day is needed, such as 2024-11-27") from error


def require_wish(asked: str) -> str:
    """Check what a threshold shall give."""
    if not WISH.fullmatch(asked):
        raise ValueError("expected a wish such as 'recall >= 0.9' or 'precision >= 0.8'")
    return asked


Share = Annotated[float, Field(ge=0, le=1)]
OpenShare = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1)]
InputPath = Annotated[Path, BeforeValidator(resolve_path)]
Moment = Annotated[datetime, BeforeValidator(_read_moment), AfterValidator(_require_zone)]
NgramRange = Annotated[tuple[Count, Count], Field(strict=False)]


class Section(BaseModel):
    """A section of params.yaml: nothing unknown, missing, converted or changed later."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
