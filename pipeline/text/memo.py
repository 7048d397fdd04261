"""A function of a string in, the same with a bounded memory out."""

from collections.abc import Callable
from typing import Final, TypeVar

MAX_ENTRIES: Final = 131_072
MAX_KEY_CHARS: Final = 22
"""Longer than nearly all words, shorter than links, which never come again."""

Value = TypeVar("Value")


class Memo(dict[str, Value]):
    """What a function says of each string, worked out when it is first asked for.

    What is full is emptied: words in use are back at once, so invented ones crowd nothing out for good.

    >>> lengths = Memo(len)
    >>> lengths["pemilu"], list(lengths)
    (6, ['pemilu'])
    """

    def __init__(self, function: Callable[[str], Value]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: str) -> Value:
        key = str(key)  # of a subclass only the characters
        value = self._function(key)
        if len(key) <= MAX_KEY_CHARS:
            if len(self) >= MAX_ENTRIES:
                self.clear()
            self[key] = value
        return value
