"""A function of a string in, the same with a bounded memory out."""

from collections.abc import Callable
from typing import Final, TypeVar

MAX_ENTRIES: Final = 131_072
MAX_KEY_CHARS: Final = 22
"""Longer than nearly all words, shorter than links, which never come again."""

Value = TypeVar("Value")


class Memo(dict[str, Value]):
    """What a function says of each string, worked out when it is first asked for.

    What is full begins anew and takes over what is asked for again: invented words crowd out none in use.
    At most twice MAX_ENTRIES are kept.

    >>> lengths = Memo(len)
    >>> lengths["pemilu"], list(lengths)
    (6, ['pemilu'])
    """

    def __init__(self, function: Callable[[str], Value]) -> None:
        super().__init__()
        self._function = function
        self._older: dict[str, Value] = {}

    def __missing__(self, key: str) -> Value:
        key = str(key)  # of a subclass only the characters
        older = self._older
        value = older[key] if key in older else self._function(key)
        if len(key) <= MAX_KEY_CHARS:
            if len(self) >= MAX_ENTRIES:
                self._older = self.copy()
                self.clear()
            self[key] = value
        return value
