"""A reporter's past in, what a report of theirs adds to Discourse's review queue out.

Discourse (app/models/reviewable_score.rb, https://github.com/discourse/discourse) sums over the flags of an item
1 + trust level + accuracy bonus + bonuses of types and of staff. Trust levels and bonuses that a file does not hold
are 0 here. The bonus: with more than five decided flags, log base 4 of their number times 5, times how far the share
of agreed flags lies above .7 (as a part of .3) or below (of .7, negative).
"""

import math
from typing import Final

AXIS: Final = 0.7
FEWEST: Final = 5
WEIGHT: Final = 5.0


def weigh_flagger(n_agreed: int, n_disagreed: int) -> float:
    """Return what one flag adds; an item's score is never below 0.

    >>> weigh_flagger(0, 0), weigh_flagger(16, 0), weigh_flagger(0, 16)
    (1.0, 11.0, -9.0)
    """
    total = n_agreed + n_disagreed
    if total <= FEWEST:
        return 1.0
    share = n_agreed / total
    distance = (share - AXIS) / ((1.0 - AXIS) if share >= AXIS else AXIS)
    return 1.0 + round(distance * math.log(total, 4) * WEIGHT, 2)
