"""Where an identifier stands, and how what was found is hidden from the searches that follow."""

from collections.abc import Sequence
from typing import Final, NamedTuple

CONTEXT_CHARS: Final = 48


class Span(NamedTuple):
    """Where an identifier stands."""

    start: int
    end: int
    kind: str


def blank(text: str, spans: Sequence[Span]) -> str:
    """Write over spans, keeping all places: what is found looks to the next search as its token would."""
    pieces, done = [], 0
    for start, end, _ in spans:
        pieces += [text[done:start], "<" + ">" * (end - start - 1)]
        done = end
    return "".join([*pieces, text[done:]])


def read_before(text: str, place: int) -> str:
    """Return what stands before a place, as far as it can give context."""
    return text[max(0, place - CONTEXT_CHARS) : place]
