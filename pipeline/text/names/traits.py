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
"""Behind a name, or what announces one, it may become a part of it."""
PULLING: Final = 8
"""It may be a part of a name, or announce one: what stands beside it may become a part too."""
COUNTED: Final = 16
"""Beside another such word it may become a part of a ballot number."""
INNER: Final = 32
"""A listed name of several words holds it."""
ANNOUNCING: Final = 64
"""What follows it may be a name, of some words at most."""
STARTING: Final = 128
"""It announces a name, or may be one or the end of one without a capital."""
UNLISTED: Final = 256
"""It is a name where it has a capital, though no list says so."""
