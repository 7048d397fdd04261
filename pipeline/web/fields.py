"""What an address or a form may hold, within what both databases keep: numbers of rows, and text without NUL."""

from typing import Annotated, Final

from fastapi import Form, Path, Query
from pydantic import AfterValidator

LARGEST: Final = 2**63 - 1


def drop_nul(text: str) -> str:
    r"""Return a text without the one character that PostgreSQL cannot keep.

    >>> drop_nul("a\0b")
    'ab'
    """
    return text.replace("\0", "")


Text = Annotated[str, Form(), AfterValidator(drop_nul)]
RowInPath = Annotated[int, Path(ge=0, le=LARGEST)]
RowInQuery = Annotated[int | None, Query(ge=0, le=LARGEST)]
