"""What a claim is about and the time in, what one view of it costs out."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.config import ElectionWindow
from pipeline.config.prioritise import Severity
from pipeline.schema.columns import CLAIM_TYPES

VOTING_ZONE: Final = ZoneInfo("Asia/Jakarta")


def weigh_severity(
    reported_type: str | None, ruled_type: str, now: datetime, params: Severity, window: ElectionWindow
) -> float:
    """Return the mean of what the reporter's type and the rules' type weigh; the rules' alone without the other.

    So neither a wrong tick nor a wrong rule moves a claim further than half the way.
    """
    multiplier = params.election_multiplier if is_before_vote(now, window) else 1.0
    types = [ruled_type] if reported_type is None else [reported_type, ruled_type]
    weights = [
        params.weights[name] * (multiplier if name in params.election_types else 1.0) for name in types
    ]
    return sum(weights) / len(weights)


def choose_reported_type(choices: Iterable[str | None], names: Mapping[str, str]) -> str | None:
    """Return the first choice that is a type; reports come in the order of their arrival.

    The first alone counts, as a claim's score is that of its earliest text: whoever reports it later, however
    many they are, moves nothing. `names` are other words for the types.
    """
    return next((found for choice in choices if (found := read_type(choice, names))), None)


def read_type(choice: str | None, names: Mapping[str, str]) -> str | None:
    """Return the type that a reporter's word stands for, None where it stands for none ("hoax")."""
    word = (choice or "").strip().lower()
    return word if word in CLAIM_TYPES else names.get(word)


def is_before_vote(now: datetime, window: ElectionWindow) -> bool:
    """Say whether a voting day follows within the window's days, or is today (in Jakarta)."""
    return any(start <= now < end for start, end in _find_windows(tuple(window.voting_days), window.days))


@cache
def _find_windows(voting_days: tuple[str, ...], days: int) -> list[tuple[datetime, datetime]]:
    ends = [
        datetime.combine(date.fromisoformat(day), time(), VOTING_ZONE) + timedelta(days=1)
        for day in voting_days
    ]
    return [(end - timedelta(days=days), end) for end in ends]
