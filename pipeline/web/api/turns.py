"""How many requests keep reports at once: others wait without a thread, so that a flood leaves pages theirs."""

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends

WRITERS: Final = 8
"""Of the forty threads of a process; reports are kept one after the other anyway."""


async def hold_turn() -> AsyncIterator[None]:
    """Hold a turn while a request is answered."""
    yield


Turn = Annotated[None, Depends(hold_turn, scope="function", max_concurrency=WRITERS)]
