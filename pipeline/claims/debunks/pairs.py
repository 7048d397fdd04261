"""Claims with the debunk of each: what fits a ranker and judges it, and which other debunk is as right."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.claims.debunks.index import Candidates, DebunkIndex, weigh_words
from pipeline.claims.debunks.reading import MatchWords
from pipeline.storage.vectors import Vectors

TWIN: Final = 0.5
"""From this cosine of two titles on, both are taken to refute the same hoax."""

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Pairs(NamedTuple):
    """Claims in the order of time, and for each the row of its debunk in the index."""

    claims: Sequence[MatchWords]
    rows: Ints

    def take(self, places: Sequence[int] | Ints) -> "Pairs":
        """Return some pairs."""
        return Pairs([self.claims[place] for place in places], self.rows[np.asarray(places, int)])


def index_titles(titles: Sequence[MatchWords]) -> DebunkIndex:
    """Index titles alone: the article's text of a pair is the narrative itself, which would tell the answer."""
    weighed = weigh_words(titles, [MatchWords((), ())] * len(titles))
    return DebunkIndex(weighed, _find_vectors(titles))


def index_narratives(pairs: Pairs, titles: Sequence[MatchWords]) -> DebunkIndex:
    """Index titles, and as the text of each the first narrative that it refutes."""
    texts = [MatchWords((), ())] * len(titles)
    for claim, row in zip(reversed(pairs.claims), pairs.rows[::-1], strict=True):
        texts[row] = claim
    return DebunkIndex(weigh_words(titles, texts), _find_vectors(titles))


def _find_vectors(titles: Sequence[MatchWords]) -> Vectors | None:
    vectors = [title.vector for title in titles if title.vector is not None]
    return np.stack(vectors) if vectors else None


def find_twins(pairs: Pairs, index: DebunkIndex) -> Iterator[tuple[int, Candidates, Mask]]:
    """Yield the pairs whose hoax another article of the library tells too: number, candidates, and which are those.

    The pair's own debunk is taken away, as its text is the narrative itself.
    """
    for number, found in enumerate(index.find(pairs.claims)):
        row = int(pairs.rows[number])
        others = take_away(found, row, index)
        twins = np.array([is_twin(int(other), row, index) for other in others.rows], bool)
        if twins.any():
            yield number, others, twins


def is_right(rows: Ints, row: int, index: DebunkIndex) -> npt.NDArray[np.bool_]:
    """Say which candidates are the debunk of a pair: its row, or one with the very same title."""
    if row < 0:
        return np.zeros(len(rows), bool)
    title = index.title_stems[row]
    return np.array([other == row or index.title_stems[other] == title for other in rows], bool)


def is_twin(row: int, right: int, index: DebunkIndex) -> bool:
    """Say whether a row refutes the hoax of another, which may be taken away (-1 - row)."""
    return index.compare_titles(row, right if right >= 0 else -1 - right) >= TWIN


def take_away(found: Candidates, row: int, index: DebunkIndex) -> Candidates:
    """Return candidates without a debunk."""
    return found.take(~is_right(found.rows, row, index))
