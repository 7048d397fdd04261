"""A text and where each of its characters stood in the one it was made from, through any replacement."""

import re
from array import array
from collections.abc import Callable, Iterable
from typing import NamedTuple

Replacement = str | Callable[[re.Match[str]], str]
Substitute = Callable[[re.Pattern[str], Replacement, str], str]


class Edit(NamedTuple):
    """What takes the place of the characters from `start` to before `end`."""

    start: int
    end: int
    new: str


class TracedText(NamedTuple):
    """A text, and for each of its characters where it begins and ends in the original; both only rise."""

    text: str
    starts: "array[int]"
    ends: "array[int]"

    @classmethod
    def untouched(cls, text: str) -> "TracedText":
        """Trace a text to itself."""
        return cls(text, array("l", range(len(text))), array("l", range(1, len(text) + 1)))

    def edit(self, edits: Iterable[Edit]) -> "TracedText":
        """Make edits that follow each other; what is new stands where the replaced stood."""
        pieces: list[str] = []
        starts, ends, done = array("l"), array("l"), 0
        for start, end, new in edits:
            pieces += [self.text[done:start], new]
            starts += self.starts[done:start] + array("l", [self.starts[start]]) * len(new)
            ends += self.ends[done:start] + array("l", [self.ends[end - 1]]) * len(new)
            done = end
        text = "".join([*pieces, self.text[done:]])
        return TracedText(text, starts + self.starts[done:], ends + self.ends[done:])

    def sub(self, pattern: re.Pattern[str], replacement: Replacement) -> "TracedText":
        """Do what `pattern.sub` does, for patterns that match no empty string."""
        replace = (lambda _: replacement) if isinstance(replacement, str) else replacement
        return self.edit(Edit(*match.span(), replace(match)) for match in pattern.finditer(self.text))

    def behind(self, earlier: "TracedText") -> "TracedText":
        """Trace this text, which traces to `earlier.text`, to what that was made from."""
        starts = array("l", [earlier.starts[start] for start in self.starts])
        ends = array("l", [earlier.ends[end - 1] for end in self.ends])
        return TracedText(self.text, starts, ends)


def substitute(pattern: re.Pattern[str], replacement: Replacement, text: str) -> str:
    """Return `pattern.sub(replacement, text)`: what steps do unless they are traced."""
    return pattern.sub(replacement, text)
