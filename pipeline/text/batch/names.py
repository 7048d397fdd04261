"""The words of many texts in, marks out of those that a name may take with it, though they would stay without it.

Most words of names are dropped wherever they stand, so that names make a difference to few texts: `names.traits`
says what tells them. Nothing is masked here.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from pipeline.text.batch.ragged import Marks, Places, Ragged
from pipeline.text.batch.tables import WordTable
from pipeline.text.names import MAX_WORDS
from pipeline.text.names.traits import (
    ANNOUNCING,
    COUNTED,
    DOUBTFUL,
    GONE,
    INNER,
    PULLED,
    PULLING,
    STARTING,
    UNLISTED,
)

Capitals = Sequence[AbstractSet[str]]


def mark_taken(table: WordTable, words: Ragged, capitalised: Capitals, *, drops: bool) -> Marks:
    """Mark at least one word in every text in which masking names makes a difference.

    `capitalised` is what `find_capitalised` found in each text. Where the model does not drop names (`drops`) any
    of them makes a difference.
    """
    traits = table.name_traits[words.numbers]
    pulling: Marks = traits & PULLING != 0
    if not drops:
        return pulling
    capital, short = _mark_capitals(table, words, capitalised)
    announced = _shift(pulling, 1) & _spread(traits & ANNOUNCING != 0, range(1, MAX_WORDS + 2))
    follows = _shift((traits & STARTING != 0) | (capital & pulling), 1)
    taken: Marks = (traits & PULLED != 0) & (announced | follows)
    for first in (_find_pairs(traits & COUNTED != 0), _find_listed(table, words, traits & INNER != 0)):
        taken[first] = taken[first + 1] = True
    taken |= (capital | short) & (traits & DOUBTFUL != 0)
    unlisted = _spread(capital & (traits & UNLISTED != 0), range(1 - MAX_WORDS, MAX_WORDS))
    taken |= capital & ((unlisted & _spread(capital & pulling, (-1, 1))) | announced)
    taken &= traits & GONE == 0
    return taken


def _spread(marks: Marks, distances: Iterable[int]) -> Marks:
    """Mark the places that stand at one of some distances behind a marked one, or before it if negative."""
    spread = np.zeros(len(marks), np.bool_)
    for distance in distances:
        spread |= _shift(marks, distance)
    return spread


def _shift(marks: Marks, distance: int) -> Marks:
    shifted = np.zeros(len(marks), np.bool_)
    if distance > 0:
        shifted[distance:] = marks[:-distance]
    elif distance < 0:
        shifted[:distance] = marks[-distance:]
    else:
        shifted |= marks
    return shifted


def _find_pairs(marks: Marks) -> Places:
    """Return the places that are marked as the ones behind them are."""
    return np.flatnonzero(marks[:-1] & marks[1:])


def _find_listed(table: WordTable, words: Ragged, inner: Marks) -> Places:
    """Return the places of words that stand in a listed name before those that stand behind them here."""
    first = _find_pairs(inner)
    return first[table.are_paired(words.numbers[first], words.numbers[first + 1])]


def _mark_capitals(table: WordTable, words: Ragged, capitalised: Capitals) -> tuple[Marks, Marks]:
    """Mark the words that their text writes with a capital where none is due, and those all in capitals."""
    found = [(row, word) for row, found_there in enumerate(capitalised) for word in found_there]
    mixed = [(row, table[word]) for row, word in found if word in table]
    short = [(row, table[word.lower()]) for row, word in found if word.isupper() and word.lower() in table]
    return _mark_pairs(len(table), words, mixed), _mark_pairs(len(table), words, short)


def _mark_pairs(n_words: int, words: Ragged, pairs: list[tuple[int, int]]) -> Marks:
    """Mark the places of words, each given as the number of a row and of a word in it."""
    rows, numbers = np.array(pairs, np.int64).reshape(-1, 2).T
    anywhere = np.zeros(n_words, np.bool_)
    anywhere[numbers] = True
    marks = anywhere[words.numbers]
    places = np.flatnonzero(marks)
    keys = words.rows_of(places) * n_words + words.numbers[places]
    marks[places] = np.isin(keys, rows * n_words + numbers)
    return marks
