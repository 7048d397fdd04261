"""The words of many texts in, marks out of those that a name may take with it, though they would stay without it.

Most words of names are dropped wherever they stand, so that names make a difference to few texts: `names.traits`
says what tells them. Nothing is masked here.
"""

from collections.abc import Sequence

import numpy as np

from pipeline.text.batch.ragged import Marks, Places, Ragged
from pipeline.text.batch.tables import WordTable
from pipeline.text.names import find_capitalised
from pipeline.text.names.traits import COUNTED, DOUBTFUL, GONE, INNER, PULLED, PULLING


def mark_taken(table: WordTable, words: Ragged, claims: Sequence[str], *, drops: bool) -> Marks:
    """Mark at least one word in every text in which masking names makes a difference.

    `claims` are the cleaned texts. Where the model does not drop names (`drops`) any of them does.
    """
    traits = table.name_traits[words.numbers]
    pulling: Marks = traits & PULLING != 0
    if not drops:
        return pulling
    behind, before = np.zeros((2, len(traits)), np.bool_)
    behind[1:], before[:-1] = pulling[:-1], pulling[1:]
    taken: Marks = behind & (traits & PULLED != 0)
    for first in (_find_pairs(traits & COUNTED != 0), _find_listed(table, words, traits & INNER != 0)):
        taken[first] = taken[first + 1] = True
    stays: Marks = traits & GONE == 0
    asked = np.flatnonzero(stays & ~taken & (behind | before | (traits & DOUBTFUL != 0)))
    taken[asked] = _have_capitals(table, words, claims, asked)
    taken &= stays
    return taken


def _find_pairs(marks: Marks) -> Places:
    """Return the places that are marked as the ones behind them are."""
    return np.flatnonzero(marks[:-1] & marks[1:])


def _find_listed(table: WordTable, words: Ragged, inner: Marks) -> Places:
    """Return the places of words that stand in a listed name before those that stand behind them here."""
    first = _find_pairs(inner)
    return first[table.are_paired(words.numbers[first], words.numbers[first + 1])]


def _have_capitals(table: WordTable, words: Ragged, claims: Sequence[str], places: Places) -> Marks:
    """Say for words at some places whether their text writes them with a capital."""
    rows = words.rows_of(places)
    capitals = [
        row * len(table) + table[word]
        for row in np.unique(rows).tolist()
        for word in map(str.lower, find_capitalised(claims[row]))
        if word in table
    ]
    return np.isin(rows * len(table) + words.numbers[places], capitals)
