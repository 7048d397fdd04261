"""Kinds of facts in, which of them surely differ out: by arrays, so that most couples are never looked at."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline.claims.agreement import Facts
from pipeline.claims.shingles import Rows
from pipeline.schema.columns import NEGATIONS_DIFFER, NUMBERS_DIFFER

MASK_BITS: Final = 64


class Contrasts(NamedTuple):
    """Of each kind the number of its negations and a mask of bits, one for each of its numbers (Bloom 1970)."""

    negations: Rows
    numbers: npt.NDArray[np.uint64]

    def tell(self, first: Rows, second: Rows) -> npt.NDArray[np.str_]:
        """Say of couples of kinds what surely differs, as `find_difference` would; "" = look at them."""
        ours, theirs = self.numbers[first], self.numbers[second]
        numbers_differ = ((ours & ~theirs) != 0) & ((theirs & ~ours) != 0)
        negations_differ = self.negations[first] != self.negations[second]
        return np.where(negations_differ, NEGATIONS_DIFFER, np.where(numbers_differ, NUMBERS_DIFFER, ""))


def contrast_facts(facts: Sequence[Facts]) -> Contrasts:
    """Prepare kinds of facts for their comparison."""
    known: dict[tuple[tuple[str, int], ...], int] = {}
    negations = [known.setdefault(kind.negations, len(known)) for kind in facts]
    masks = [_mask_numbers(kind.numbers) for kind in facts]
    return Contrasts(np.array(negations, np.int64), np.array(masks, np.uint64))


def _mask_numbers(numbers: Sequence[str]) -> int:
    """Set a bit for each number, and another one each time that it stands there again; equal ones are neighbours."""
    mask, times = 0, 0
    for place, number in enumerate(numbers):
        times = times + 1 if place and numbers[place - 1] == number else 0
        mask |= 1 << crc32(f"{number} {times}".encode()) % MASK_BITS
    return mask
