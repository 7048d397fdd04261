"""Any string in, one that Parquet can hold out: NULs removed, lone surrogates replaced, both counted."""

from collections import Counter
from typing import Final

NULS: Final = "NUL characters removed"
SURROGATES: Final = "lone surrogates replaced"
REPLACEMENT: Final = "\ufffd"


def clean_text(text: str, counts: Counter[str]) -> str:
    r"""Remove NULs, join pairs of surrogates, replace lone ones by U+FFFD, and add to `counts` how many.

    >>> seen = Counter()
    >>> clean_text("a\x00b\ud800 \ud83d\ude00", seen), dict(seen)
    ('ab� 😀', {'NUL characters removed': 1, 'lone surrogates replaced': 1})
    """
    if "\0" in text:
        counts[NULS] += text.count("\0")
        text = text.replace("\0", "")
    if text.isascii() or _is_encodable(text):
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    counts[SURROGATES] += whole.count(REPLACEMENT) - text.count(REPLACEMENT)
    return whole


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
