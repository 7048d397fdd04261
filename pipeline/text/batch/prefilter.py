"""Patterns in, marks of the texts out in which one of them may match, found by Arrow for a whole column.

Arrow searches with RE2, which knows no assertions. Without them a pattern matches wherever it did with them and
elsewhere too, so that the very patterns of a step tell which texts it may have something to do with.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_CLASS: Final = r"\[\^?\]?(?:\\.|[^\]\\])*\]"
PART: Final = re.compile(
    rf"""
    \(\?<!(?P<behind>{_CLASS})\)
    | \(\?!(?P<ahead>{_CLASS})\)
    | (?P<look>\(\?<?[=!])
    | (?P<opening>\(\?[a-z-]*:)
    | (?P<group>\((?:\?P<\w+>)?)
    | (?P<closing>\))
    | (?P<assertion>\\[AbBZ] | [\^$])
    | (?P<kept>{_CLASS} | \\.)
    | (?P<quantifier>(?:[*+?]|\{{[0-9,]+\}})[+?]?)
    | (?P<alternative>\|)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
"""What a pattern consists of."""


class Prefilter:
    """Tells texts in which one of some patterns may match from those in which none does.

    The patterns are in ASCII, the texts are folded: of white space they hold blanks and line breaks.
    """

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        self._patterns = [loosen(pattern) for pattern in patterns]

    def mark(self, texts: pa.LargeStringArray) -> npt.NDArray[np.bool_]:
        """Return for each text whether a pattern may match in it."""
        marks = np.zeros(len(texts), np.bool_)
        for pattern in self._patterns:  # joined they would outgrow RE2's automaton
            marks |= pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
        return marks


def loosen(pattern: re.Pattern[str]) -> str:
    r"""Write a pattern for RE2; it matches in each text in which the pattern does.

    What no character may stand before or behind a match is kept, all other assertions are left out.

    >>> loosen(re.compile(r"(?<![a-z])(?P<title>[Dd]r\.)++(?= [A-Z](?:x|y))budi\b(?![0-9])"))
    '(?s:(?:^|[^a-z])(?:[Dd]r\\.)+budi(?:$|[^0-9]))'
    """
    flags = "is" if pattern.flags & re.IGNORECASE else "s"
    return f"(?{flags}:{''.join(_write_parts(pattern.pattern))})"


def _write_parts(pattern: str) -> Iterator[str]:
    depth = n_looks = 0
    begins = True
    for part in PART.finditer(pattern):
        opens = bool(part["look"] or part["opening"] or part["group"])
        if n_looks:
            n_looks += opens - bool(part["closing"])
            continue
        if part["look"]:
            n_looks = 1
        elif part["behind"]:
            yield f"(?:^|{_negate(part['behind'])})" if begins else ""
        elif part["ahead"]:
            ends = not depth and pattern[part.end() : part.end() + 1] in {"", "|"}
            yield f"(?:$|{_negate(part['ahead'])})" if ends else ""
        elif not part["assertion"]:
            yield _translate(part)
        depth += (opens and not part["look"]) - bool(part["closing"])
        begins = not depth and part["alternative"] is not None


def _translate(part: re.Match[str]) -> str:
    """Write groups without their names, and possessive quantifiers as greedy ones."""
    if part["group"]:
        return "(?:"
    return part[0][0] if part["quantifier"] and part[0] in {"++", "*+", "?+"} else part[0].replace("}+", "}")


def _negate(characters: str) -> str:
    return f"[{characters[2:]}" if characters[1] == "^" else f"[^{characters[1:]}"
