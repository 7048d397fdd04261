"""What names do to a word where they are masked and dropped, as far as it can be told without its text.

Most words that a name takes with it would be dropped anyway. A text in which no other word can be taken needs no
look at its names; `batch` tells these texts by the traits of their words.
"""

from typing import Final

GONE: Final = 1
"""Nothing of the word is left, wherever it stands."""
DOUBTFUL: Final = 2
"""An ordinary word that is a name where it has a capital."""
PULLED: Final = 4
"""Behind a word that pulls, it may become a part of a name."""
PULLING: Final = 8
"""It may pull the word behind it into a name, or, if both have capitals, the one before it."""
COUNTED: Final = 16
"""Beside another such word it may become a part of a ballot number."""
INNER: Final = 32
"""A listed name of several words holds it."""
ANNOUNCING: Final = 64
"""What follows it is a name if it has a capital."""
LISTED: Final = 128
"""It is a name by itself."""
