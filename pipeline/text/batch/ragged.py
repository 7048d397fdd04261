"""Rows of different lengths in one array, and what is done with all of them at once."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from pipeline.text.numbering import Numbers

Marks = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Row i is `numbers[starts[i] : starts[i + 1]]`.

    >>> rows = Ragged.of_lengths([7, 8, 9], [2, 0, 1])
    >>> rows.row(0), rows.row(1), rows.row(2)
    ([7, 8], [], [9])
    >>> rows.sum_rows(rows.numbers).tolist(), rows.find_rows(rows.numbers > 7).tolist()
    ([15, 0, 9], [0, 2])
    """

    numbers: Numbers
    starts: Places

    @classmethod
    def of_lengths(cls, numbers: npt.ArrayLike, lengths: npt.ArrayLike) -> Self:
        """Cut numbers into rows of these lengths."""
        return cls(np.asarray(numbers, np.int32), _add_up(np.asarray(lengths)))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, number: int) -> list[int]:
        """Return one row."""
        row: list[int] = self.numbers[self.starts[number] : self.starts[number + 1]].tolist()
        return row

    def rows_of(self, places: Places) -> Places:
        """Return the row of each place."""
        return np.asarray(np.searchsorted(self.starts, places, side="right") - 1, np.int64)

    def slice(self, start: int, stop: int) -> "Ragged":
        """Return the rows from one to before another."""
        starts = self.starts[start : stop + 1]
        return Ragged(self.numbers[starts[0] : starts[-1]], starts - starts[0])

    def sum_rows(self, values: npt.NDArray[Any]) -> Places:
        """Sum what stands at each place over the row of the place."""
        return np.diff(_add_up(values)[self.starts])

    def find_rows(self, marks: Marks) -> Places:
        """Return the rows that hold a marked place."""
        return np.flatnonzero(self.sum_rows(marks))

    def select(self, kept: Marks) -> "Ragged":
        """Return the rows without the places that are not kept."""
        return Ragged(self.numbers[kept], _add_up(kept)[self.starts])

    def take(self, rows: npt.NDArray[np.integer]) -> "Ragged":
        """Return these rows, in this order."""
        lengths = np.diff(self.starts)[rows]
        starts = _add_up(lengths)
        places = np.repeat(self.starts[rows] - starts[:-1], lengths) + np.arange(starts[-1])
        return Ragged(self.numbers[places], starts)

    def replace(self, rows: Places | list[int], others: "Ragged") -> "Ragged":
        """Return all rows, some of them, by number, replaced by others.

        >>> rows = Ragged.of_lengths([7, 8, 9], [2, 0, 1]).replace([0, 1], Ragged.of_lengths([5, 6], [1, 1]))
        >>> rows.numbers.tolist(), rows.starts.tolist()
        ([5, 6, 9], [0, 1, 2, 3])
        """
        joined = Ragged(
            np.concatenate([self.numbers, others.numbers]),
            np.concatenate([self.starts, self.starts[-1] + others.starts[1:]]),
        )
        order = np.arange(len(self))
        order[rows] = np.arange(len(self), len(joined))
        return joined.take(order)

    def follow(self, targets: "Ragged") -> "Ragged":
        """Return for each row the rows of `targets` that its numbers name, joined."""
        followed = targets.take(self.numbers)
        return Ragged(followed.numbers, followed.starts[self.starts])


def _add_up(values: npt.NDArray[Any]) -> Places:
    """Return the sums of all values before each place; of lengths, where each row starts and the last one ends."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sums
