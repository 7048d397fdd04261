"""Tokens in, the same without names out: typed tokens for persons, parties, religions, peoples, places, ballots.

For the model's features only: a name is what a hoax is about, not what makes it one.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.text.memo import Memo
from pipeline.text.names.ballots import BALLOT_WORDS, BARE, CONTEXT, DIGITS, mask_ballot_numbers
from pipeline.text.names.capitals import find_capitalised
from pipeline.text.names.gazetteer import IN_CONTEXT, NO_NAME, read_names
from pipeline.text.names.openers import ABSORBED, ANNOUNCED, NEVER, OFFICES_OF_PLACES
from pipeline.text.names.parts import PARTS, TELLING
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
from pipeline.text.tokens import NAMES, NEGATIONS

__all__ = ["MAX_WORDS", "Names", "find_capitalised", "read_names"]

NO_CAPITALS: Final[AbstractSet[str]] = frozenset()
MAX_WORDS: Final = 4
"""Of one name that only its surroundings give away."""
MIN_CHARS: Final = 3
MASKS: Final = frozenset(NAMES)
STIRRING: Final = frozenset(ANNOUNCED) | MASKS
"""Without one of these, and without capitals, nothing is left to mask."""

WORDS_OF_NAMES: Final[AbstractSet[str]] = frozenset().union(ANNOUNCED, ABSORBED, *PARTS.values()) - TELLING
"""What announces names, and the ordinary words that they are made of.

A name that nobody lists and that is written in small letters leaves them behind.
"""


class Found(NamedTuple):
    """A listed name in a text: how many tokens it takes, and its mask."""

    size: int
    mask: str


class Listed(NamedTuple):
    """What follows the first two words of a listed name, and what is found with them."""

    rest: list[str]
    found: Found


class Masked(NamedTuple):
    """Tokens with each listed name masked, and the places of masks and of what announces a name."""

    tokens: list[str]
    stirring: list[int]


class Names:
    """Masks the names it knows, the longest first, and those that a title or their capitals give away.

    `is_known` says whether a token is an ordinary word; what is not may be a name.
    """

    def __init__(self, kinds: Mapping[str, str], is_known: Callable[[str], bool]) -> None:
        self._no_names = (
            frozenset(name for name, kind in kinds.items() if kind == NO_NAME) | NEVER | NEGATIONS
        )
        self._ambiguous: dict[str, str] = {}
        self._single: dict[str, Found] = {}
        self._longer: dict[str, dict[str, list[Listed]]] = {}
        self._inner: set[str] = set()
        for name in sorted(kinds, key=lambda name: -name.count(" ")):
            if kinds[name] != NO_NAME:
                self._list(name.split(" "), kinds[name])
        self._hot = frozenset({*self._single, *self._longer, *STIRRING, *CONTEXT})
        self._is_known = is_known
        self._strange = Memo(self._is_strange)
        self._unlisted = Memo(self._may_be_unlisted)

    def _list(self, words: list[str], kind: str) -> None:
        """Take in one name, longer ones before shorter ones."""
        mask = f"<{kind.removesuffix(IN_CONTEXT).upper()}>"
        if len(words) > 1:
            first, second, *rest = words
            self._inner.update(words)
            name = Listed(rest, Found(len(words), mask))
            self._longer.setdefault(first, {}).setdefault(second, []).append(name)
            return
        self._single[words[0]] = Found(1, mask)
        if kind.endswith(IN_CONTEXT):
            self._ambiguous[words[0]] = mask

    def mask(self, tokens: Sequence[str], capitalised: AbstractSet[str] = NO_CAPITALS) -> list[str]:
        """Return the tokens with each name, and its title, as one typed token; once more changes nothing.

        `capitalised` is what `find_capitalised` found in the text.

        >>> names = Names({"jawa timur": "place", "jawa": "people"}, "warga pilih pak".split().__contains__)
        >>> names.mask("warga jawa timur pilih paslon 02 pak surya".split(), {"surya"})
        ['warga', '<PLACE>', 'pilih', '<BALLOT>', '<PERSON>']
        """
        hot_words = self._hot
        hot = [place for place, token in enumerate(tokens) if token in hot_words]
        strange = capitalised if any(map(self._unlisted.__getitem__, capitalised)) else NO_CAPITALS
        if not hot and not strange:
            return list(tokens)
        listed = self._mask_listed(tokens, hot, capitalised)
        stirred = _find_stirred(listed, strange)
        masked = self._mask_announced(listed.tokens, capitalised, stirred) if stirred else listed.tokens
        return masked if CONTEXT.isdisjoint(masked) else mask_ballot_numbers(masked)

    def lists(self, token: str) -> bool:
        """Say whether a list holds a word, as a name or as none."""
        return token in self._single or token in self._no_names

    def find_traits(self, token: str) -> int:
        """Return the sum of the traits of a token."""
        doubtful, inner = token in self._ambiguous, token in self._inner
        announcing, office = token in ANNOUNCED, token in OFFICES_OF_PLACES
        listed = token in self._single
        gone = not doubtful and (not self.keeps(token) or listed or token in BARE)
        pulled = doubtful or token in TELLING
        return (
            GONE * gone
            + DOUBTFUL * doubtful
            + PULLED * pulled
            + PULLING * (gone or pulled or office)
            + COUNTED * (token in BALLOT_WORDS or token in BARE or token[0] in DIGITS)
            + INNER * inner
            + ANNOUNCING * announcing
            + STARTING * (announcing or office or listed or inner)
            + UNLISTED * (self._strange[token] and not listed)
        )

    def pair_words(self) -> set[tuple[str, str]]:
        """Return all pairs of words that follow each other in a listed name."""
        names = (
            (first, second, *listed.rest)
            for first, seconds in self._longer.items()
            for second, all_listed in seconds.items()
            for listed in all_listed
        )
        return {pair for name in names for pair in pairwise(name)}

    def keeps(self, token: str) -> bool:
        """Say whether a masked token tells the model something: no name, no word of names, none that no list knows."""
        if not _is_lettered(token):
            return token not in NAMES
        return token not in WORDS_OF_NAMES and (not self._strange[token] or token in self._ambiguous)

    def _may_be_unlisted(self, word: str) -> bool:
        """Say whether a word with a capital may, with those beside it, be a name in no list."""
        return self._strange[word] and word not in self._single and not word.isupper()

    def _is_strange(self, token: str) -> bool:
        """Say whether no list holds a token: it may be a name."""
        return token not in self._no_names and not self._is_known(token)

    def _mask_listed(
        self, tokens: Sequence[str], hot: Sequence[int], capitalised: AbstractSet[str]
    ) -> Masked:
        masked: list[str] = []
        stirring: list[int] = []
        done = 0
        for start in hot:
            if start < done:
                continue
            found = self._find_listed(tokens, start, capitalised)
            if found is not None:
                masked += tokens[done:start]
                stirring.append(len(masked))
                masked.append(found.mask)
                done = start + found.size
            elif tokens[start] in STIRRING:
                stirring.append(len(masked) + start - done)
        masked += tokens[done:]
        return Masked(masked, stirring)

    def _find_listed(self, tokens: Sequence[str], start: int, capitalised: AbstractSet[str]) -> Found | None:
        """Return the longest listed name that begins at a token."""
        first = tokens[start]
        seconds = self._longer.get(first)
        if seconds is not None and start + 1 < len(tokens):
            for rest, found in seconds.get(tokens[start + 1], ()):
                if not rest or list(tokens[start + 2 : start + found.size]) == rest:
                    return found
        alone = self._single.get(first)
        return alone if alone is not None and self._is_meant(tokens, start, capitalised) else None

    def _is_meant(self, tokens: Sequence[str], place: int, capitalised: AbstractSet[str]) -> bool:
        """Say whether a word that may be an ordinary one too is a name where it stands."""
        word = tokens[place]
        mask = self._ambiguous.get(word)
        if mask is None or word in capitalised or word.upper() in capitalised:
            return True
        before = tokens[place - 1] if place else ""
        return ANNOUNCED.get(before) == mask or (mask == "<PLACE>" and before in OFFICES_OF_PLACES)

    def _mask_announced(
        self, tokens: list[str], capitalised: AbstractSet[str], places: Sequence[int]
    ) -> list[str]:
        """Mask what a title, a name or capitals mark as a name, and make one token of it and what goes before."""
        masked: list[str] = []
        done = 0
        for place in places:
            if place < done:
                continue
            masked += tokens[done:place]
            done = place + self._mask_one(masked, tokens, place, capitalised)
        masked += tokens[done:]
        return masked

    def _mask_one(
        self, masked: list[str], tokens: list[str], place: int, capitalised: AbstractSet[str]
    ) -> int:
        """Append what one token, and those that belong to it, become; return how many they were."""
        token, before = tokens[place], masked[-1] if masked else ""
        if token in MASKS:
            mask, size = token, 1
        elif before in MASKS and self._ambiguous.get(token) == before:
            mask, size = before, 1
        elif size := self._measure_name(tokens, place, capitalised, before):
            mask = before if before in MASKS else ANNOUNCED.get(before, "<PERSON>")
        else:
            masked.append(token)
            return 1
        _append(masked, mask)
        while place + size < len(tokens) and self._ambiguous.get(tokens[place + size]) == mask:
            size += 1
        return size

    def _measure_name(self, tokens: list[str], start: int, capitalised: AbstractSet[str], before: str) -> int:
        """Return of how many tokens, from `start` on, an unlisted name consists; 0 when none begins there.

        Behind a title it is strange words, such as names are made of, or any with a capital; elsewhere words
        with capitals, at least half of them strange.
        """
        kind = ANNOUNCED.get(before)
        if kind is None and tokens[start] not in capitalised:
            return 0
        size = n_strange = 0
        for token in tokens[start : start + MAX_WORDS]:
            part = kind is not None and self._is_part(token, kind)
            if token in MASKS or token in NEGATIONS or not _may_be_name(token):
                break
            strange = self._strange[token]
            if token in self._no_names and not part:
                break
            if token not in capitalised and not (kind and (strange or part)):
                break
            n_strange += strange
            size += 1
        meant = kind is not None or 0 < size <= 2 * n_strange
        return size if meant else 0

    def _is_part(self, token: str, kind: str) -> bool:
        return token in PARTS.get(kind, ()) or self._ambiguous.get(token) == kind


def _find_stirred(listed: Masked, strange: AbstractSet[str]) -> list[int]:
    """Return the places of masks and of strange words with capitals, and those behind what announces a name."""
    tokens, stirring = listed
    places = {place if tokens[place] in MASKS else place + 1 for place in stirring}
    if strange:
        places.update(place for place, token in enumerate(tokens) if token in strange)
    places.discard(len(tokens))
    return sorted(places)


def _append(masked: list[str], mask: str) -> None:
    """Append a mask, which takes in its title and a name of its kind right before it."""
    while masked and (masked[-1] == mask or ABSORBED.get(masked[-1]) == mask):
        masked.pop()
    masked.append(mask)


def _may_be_name(token: str) -> bool:
    return len(token) >= MIN_CHARS and _is_lettered(token)


def _is_lettered(token: str) -> bool:
    return token.isalpha() or token.replace("-", "").isalpha()
