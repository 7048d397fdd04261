"""Strings in, their numbers out, 0, 1, 2, ... in the order of their first coming; and columns that grow with them."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]

FIRST_ROOM: Final = 1024


class Numbering(dict[str, int]):
    """The number of each string; `learn` is told once of the strings that are new, in the order of their numbers.

    >>> numbering = Numbering(print)
    >>> numbering.number(["warga", "desa"]).tolist()
    ['warga', 'desa']
    [0, 1]
    """

    def __init__(self, learn: Callable[[list[str]], None]) -> None:
        super().__init__()
        self._learn = learn

    def __missing__(self, key: str) -> int:
        number = len(self)
        self[key] = number
        return number

    def number(self, keys: Sequence[str]) -> Numbers:
        """Return the number of each string, int32 of shape (n,)."""
        n_known = len(self)
        numbers = np.fromiter(map(self.__getitem__, keys), np.int32, len(keys))
        if n_new := len(self) - n_known:
            self._learn([*islice(reversed(self), n_new)][::-1])
        return numbers


class Growing:
    """An int32 array that grows at its end, cheaply and in place."""

    def __init__(self, first: Sequence[int] = ()) -> None:
        self._room = np.empty(FIRST_ROOM, np.int32)
        self._size = 0
        self.extend(first)

    def __len__(self) -> int:
        return self._size

    def extend(self, values: Sequence[int] | npt.NDArray[np.integer]) -> None:
        """Add values at the end."""
        size = self._size + len(values)
        if size > len(self._room):
            room = np.empty(2 * size, np.int32)
            room[: self._size] = self.view()
            self._room = room
        self._room[self._size : size] = values
        self._size = size

    def view(self) -> Numbers:
        """Return the values, not copied."""
        return self._room[: self._size]
