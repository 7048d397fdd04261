"""Letters that stand for digits ("o8l2") read as the digits they stand for, every character in its place."""

import re
from typing import Final

DISGUISED: Final = re.compile(
    r"(?<![A-Za-z0-9])(?=[OoIlSsBZz]*[0-9])(?=[0-9]*[OoIlSsBZz])[0-9OoIlSsBZz]{2,}[0-9OoIlSsZz](?![A-Za-z0-9])"
)
MIXED: Final = re.compile(r"[0-9](?:(?=[OoIlSsBZz])|(?<=[OoIlSsBZz][0-9]))")
"""What every such group holds: a digit beside a letter. Looked for by the digit, which is rare."""
SPELLED: Final = str.maketrans("OoIlSsBZz", "001155822")
MIN_DIGITS: Final = 2


def read_digits(text: str) -> str:
    """Replace letters by digits in groups that hold nothing but digits and letters which look like them.

    >>> read_digits("hub O8l2 3456 l890, Bos 10S")
    'hub 0812 3456 1890, Bos 105'
    """
    return DISGUISED.sub(_spell, text) if MIXED.search(text) else text


def _spell(match: re.Match[str]) -> str:
    group = match[0]
    return group.translate(SPELLED) if sum(map(str.isdigit, group)) >= MIN_DIGITS else group
