"""A chunk of folded text in, out which steps may act on a text that holds it; all others can be skipped.

A chunk is one of those that `cut_chunks` cuts a text into. A sign may be there for nothing, but no step
changes a text in which none of the chunks has its sign.
"""

from typing import Final

from pipeline.text.markers import may_hold_marker
from pipeline.text.normalise import may_hold_header
from pipeline.text.redact import may_hold_identity

IDENTITY: Final = 1
MARKER: Final = 2
HEADER: Final = 4
UNSETTLED: Final = 8
"""The chunk holds a word that is only understood beside its neighbours; `ChunkReader` sees to it."""


def read_signs(chunk: str) -> int:
    """Return the sum of the signs that can be told from a chunk alone.

    >>> read_signs("warga"), read_signs("[salah]") == MARKER
    (0, True)
    """
    return (
        IDENTITY * may_hold_identity(chunk)
        + MARKER * may_hold_marker(chunk)
        + HEADER * may_hold_header(chunk)
    )
