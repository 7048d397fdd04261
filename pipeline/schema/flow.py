"""The count that every stage keeps: rows in = accepted + merged + rejected."""

from typing import NamedTuple


class Flow(NamedTuple):
    """What became of the rows that a stage was given."""

    rows_in: int
    accepted: int
    merged: int
    rejected: int

    @classmethod
    def balanced(cls, rows_in: int, accepted: int, merged: int = 0, rejected: int = 0) -> "Flow":
        """Count a stage's rows; a row that is in none of the three places is a bug."""
        assert rows_in == accepted + merged + rejected, (rows_in, accepted, merged, rejected)
        return cls(rows_in, accepted, merged, rejected)
