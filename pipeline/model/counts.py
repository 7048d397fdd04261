"""Prepared texts in, how often each holds each term out, as sparse matrices; what a token adds is found once.

A token's character n-grams depend on the token alone, so counts of a text = its tokens x their n-grams
(Gustavson 1978, row by row). A row depends on its text alone: terms stand in the order in which the text
brings them up, whatever else is in the batch or was seen before.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.model.features import CHAR, NgramRange, char_ngrams
from pipeline.text.chain import PreparedText
from pipeline.text.numbering import Growing, Numbers
from pipeline.text.tokens import is_word

if TYPE_CHECKING:
    from pipeline.text.batch.ragged import Ragged
    from pipeline.text.batch.tables import WordTable

MAX_TOKENS: Final = 131_072
"""How many tokens are remembered before all are forgotten, so that memory stays bounded."""

UNKNOWN: Final = -1

Counts = sparse.csr_array


class Vocabulary(Protocol):
    """What is counted: the terms of one block and the column of each."""

    @property
    def name(self) -> str:
        """The block's kind of term."""

    @property
    def ngrams(self) -> NgramRange:
        """The shortest and the longest n-gram."""

    @property
    def vocabulary(self) -> dict[str, int]:
        """The column of each term."""


class BlockCounter(Protocol):
    """Counts the terms of one block; `learn` comes once for every new token, `count` uses their numbers."""

    def learn(self, tokens: Sequence[str], stems: Sequence[str]) -> None:
        """Take new tokens with their stems; they get the next numbers."""

    def forget(self) -> None:
        """Begin with number 0 again."""

    def count(self, numbers: Numbers, starts: Numbers) -> Counts:
        """Count terms, int32 of shape (texts, terms), text i being `numbers[starts[i] : starts[i + 1]]`."""


class TermCounter:
    """Counts the terms of all blocks; threads may share it."""

    def __init__(self, blocks: Iterable[Vocabulary]) -> None:
        self._blocks = tuple(blocks)
        self._counters = [_build_counter(block) for block in self._blocks]
        self._numbers = _TokenNumbers()
        self._words = Growing()
        self._table: WordTable | None = None
        self._own = Growing()
        self._lock = Lock()

    def __reduce__(self) -> tuple[type["TermCounter"], tuple[tuple[Vocabulary, ...]]]:
        return TermCounter, (self._blocks,)

    def count(self, prepared: Sequence[PreparedText]) -> list[Counts]:
        """Return one matrix for each block, int32 of shape (texts, terms of the block).

        A token's stem is taken to depend on the token alone, as it does in `TextChain`. Typed tokens count for
        nothing, as in `features.locate_words`.
        """
        lengths = np.fromiter((len(text.tokens) for text in prepared), np.int32, len(prepared))
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        with self._lock:
            return self._count(self._number_tokens(prepared, starts), starts)

    def count_batch(self, words: "WordTable", tokens: "Ragged") -> list[Counts]:
        """Return what `count` does, for texts whose tokens are numbers of `words`."""
        with self._lock:
            return self._count(self._renumber(words, tokens.numbers), tokens.starts.astype(np.int32))

    def _count(self, numbers: Numbers, starts: Numbers) -> list[Counts]:
        words = self._words.view()[numbers]
        if not words.all():
            starts = np.concatenate([[0], np.cumsum(words)]).astype(np.int32)[starts]
            numbers = numbers[words != 0]
        return [counter.count(numbers, starts) for counter in self._counters]

    def _renumber(self, words: "WordTable", numbers: Numbers) -> Numbers:
        """Return the number that each token has here; those of one table are found out once."""
        self._forget_if_full()
        if words is not self._table:
            self._table, self._own = words, Growing()
        self._own.extend([UNKNOWN] * (len(words) - len(self._own)))
        own = self._own.view()
        new = np.unique(numbers[own[numbers] == UNKNOWN]).tolist()
        tokens, n_known = words.spell(new), len(self._numbers)
        own[new] = list(map(self._numbers.__getitem__, tokens))
        first = [place for place, number in zip(new, own[new].tolist(), strict=True) if number >= n_known]
        self._tell(words.spell(first), [words.stems[number] for number in first])
        return own[numbers]

    def _forget_if_full(self) -> None:
        if len(self._numbers) > MAX_TOKENS:
            self._numbers.clear()
            self._words = Growing()
            self._table = None
            for counter in self._counters:
                counter.forget()

    def _number_tokens(self, prepared: Sequence[PreparedText], starts: Numbers) -> Numbers:
        self._forget_if_full()
        n_known = len(self._numbers)
        tokens = chain.from_iterable(text.tokens for text in prepared)
        numbers = np.fromiter(map(self._numbers.__getitem__, tokens), np.int32, int(starts[-1]))
        if len(self._numbers) > n_known:
            self._learn(prepared, starts, numbers, n_known)
        return numbers

    def _learn(
        self, prepared: Sequence[PreparedText], starts: Numbers, numbers: Numbers, n_known: int
    ) -> None:
        """Tell the counters of tokens seen for the first time, in the order of their numbers."""
        unknown = np.flatnonzero(numbers >= n_known)
        _, first = np.unique(numbers[unknown], return_index=True)
        places = unknown[first]
        texts = np.searchsorted(starts, places, side="right") - 1
        found = list(zip(texts.tolist(), (places - starts[texts]).tolist(), strict=True))
        tokens = [prepared[text].tokens[place] for text, place in found]
        stems = [prepared[text].stems[place] for text, place in found]
        self._tell(tokens, stems)

    def _tell(self, tokens: Sequence[str], stems: Sequence[str]) -> None:
        self._words.extend(list(map(is_word, tokens)))
        for counter in self._counters:
            counter.learn(tokens, stems)


class _TokenNumbers(dict[str, int]):
    """The number of each token, given when it is first asked for: 0, 1, 2, ..."""

    def __missing__(self, token: str) -> int:
        number = len(self)
        self[token] = number
        return number


class CharCounter:
    """Counts the character n-grams of unstemmed tokens."""

    def __init__(self, vocabulary: Mapping[str, int], ngrams: NgramRange) -> None:
        self._vocabulary = vocabulary
        self._ngrams = ngrams
        self.forget()

    def forget(self) -> None:
        """Begin with number 0 again."""
        self._columns = Growing()
        self._ends = Growing([0])
        self._ones = Growing()

    def learn(self, tokens: Sequence[str], stems: Sequence[str]) -> None:  # noqa: ARG002 - a block's choice
        """Note the columns of each token's n-grams."""
        column_of, known = self._vocabulary.get, len(self._columns)
        columns: list[int] = []
        ends: list[int] = []
        for token in tokens:
            found = map(column_of, char_ngrams(token, self._ngrams))
            columns += [column for column in found if column is not None]
            ends.append(known + len(columns))
        self._columns.extend(columns)
        self._ones.extend([1] * len(columns))
        self._ends.extend(ends)

    def count(self, numbers: Numbers, starts: Numbers) -> Counts:
        """Multiply the tokens of each text by the n-grams of each token."""
        columns, ends = self._columns.view(), self._ends.view()
        ngrams = _build_matrix(self._ones.view(), columns, ends, len(self._vocabulary))
        tokens = _build_matrix(np.ones(len(numbers), np.int32), numbers, starts, len(ends) - 1)
        counts: Counts = tokens @ ngrams
        return counts


class WordCounter:
    """Counts the word n-grams of stems by walking a prefix tree of the vocabulary, all texts at once.

    Node 0 leads nowhere, node 1 is the root; `_next` holds the node that a node and a stem lead to.
    """

    def __init__(self, vocabulary: Mapping[str, int], ngrams: NgramRange) -> None:
        self._ngrams = ngrams
        self._n_terms = len(vocabulary)
        self._stems: dict[str, int] = {}
        edges: dict[tuple[int, int], int] = {}
        columns = [-1, -1]
        for term, column in vocabulary.items():
            node = 1
            for stem in term.split(" "):
                number = self._stems.setdefault(stem, len(self._stems) + 1)
                node = edges.setdefault((node, number), len(columns))
                columns += [-1] * (node == len(columns))
            columns[node] = column
        self._columns = np.array(columns, np.int32)
        pairs = np.array(list(edges), np.int32).reshape(-1, 2)
        shape = (len(columns), len(self._stems) + 1)
        targets = np.fromiter(edges.values(), np.int32, len(edges))
        self._next = sparse.csr_array((targets, (pairs[:, 0], pairs[:, 1])), shape)
        self._first = self._next[[1], :].toarray()[0]
        self.forget()

    def forget(self) -> None:
        """Begin with number 0 again."""
        self._stem_of_token = Growing()

    def learn(self, tokens: Sequence[str], stems: Sequence[str]) -> None:  # noqa: ARG002 - a block's choice
        """Note the number of each token's stem, 0 for one that no term begins or goes on with."""
        self._stem_of_token.extend([self._stems.get(stem, 0) for stem in stems])

    def count(self, numbers: Numbers, starts: Numbers) -> Counts:
        """Find the terms that begin at each token, the shortest first."""
        shortest, longest = self._ngrams
        stems = self._stem_of_token.view()[numbers]
        texts = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
        nodes = self._first[stems]
        found = [self._columns[nodes]] if shortest == 1 else []
        for size in range(2, longest + 1):
            nodes = self._walk(nodes[:-1], stems[size - 1 :], texts[: 1 - size] == texts[size - 1 :])
            if size >= shortest:
                found.append(self._columns[nodes])
        return self._gather(found, texts, len(starts) - 1)

    def _walk(self, nodes: Numbers, stems: Numbers, within: npt.NDArray[np.bool_]) -> Numbers:
        """Go from each node by the stem that follows, to 0 where the text has ended."""
        if not len(nodes):
            return nodes
        reached: Numbers = self._next[np.where(within, nodes, 0), stems]
        return np.asarray(reached, np.int32)

    def _gather(self, found: Sequence[Numbers], texts: Numbers, n_texts: int) -> Counts:
        columns = np.concatenate(found)
        rows = np.concatenate([texts[: len(part)] for part in found])
        known = np.flatnonzero(columns >= 0)
        entries = (np.ones(len(known), np.int32), (rows[known], columns[known]))
        return sparse.coo_array(entries, (n_texts, self._n_terms)).tocsr()


def _build_counter(block: Vocabulary) -> BlockCounter:
    counter = CharCounter if block.name == CHAR else WordCounter
    return counter(block.vocabulary, block.ngrams)


def _build_matrix(ones: Numbers, columns: Numbers, starts: Numbers, width: int) -> Counts:
    """Make a matrix of ones, not copied; row i has them at `columns[starts[i] : starts[i + 1]]`, repeats included."""
    shape = (len(starts) - 1, width)
    return sparse.csr_array((ones, columns, starts), shape)
