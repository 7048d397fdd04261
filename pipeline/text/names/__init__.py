"""Tokens in, the same without names out: typed tokens for persons, parties, religions, peoples, places, ballots.

For the model's features only: a name is what a hoax is about, not what makes it one.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import compress
from typing import Final, NamedTuple

from pipeline.text.memo import Memo
from pipeline.text.names.ballots import CONTEXT, mask_ballot_numbers
from pipeline.text.names.capitals import find_capitalised
from pipeline.text.names.gazetteer import IN_CONTEXT, NO_NAME, read_names
from pipeline.text.names.openers import ABSORBED, ANNOUNCED, NEVER, OFFICES_OF_PLACES
from pipeline.text.names.parts import PARTS
from pipeline.text.tokens import NAMES, NEGATIONS

__all__ = ["Names", "find_capitalised", "read_names"]

NO_CAPITALS: Final[AbstractSet[str]] = frozenset()
MAX_WORDS: Final = 4
"""Of one name that only its surroundings give away."""
MIN_CHARS: Final = 3
MASKS: Final = frozenset(NAMES)
STIRRING: Final = frozenset(ANNOUNCED) | MASKS
"""Without one of these, and without capitals, nothing is left to mask."""


class Listed(NamedTuple):
    """What follows the first two words of a listed name, and its mask."""

    rest: list[str]
    mask: str


class Found(NamedTuple):
    """A listed name in a text: how many tokens it takes, and its mask."""

    size: int
    mask: str


class Names:
    """Masks the names it knows, the longest first, and those that a title or their capitals give away.

    `is_known` says whether a token is an ordinary word; what is not may be a name.
    """

    def __init__(self, kinds: Mapping[str, str], is_known: Callable[[str], bool]) -> None:
        self._no_names = (
            frozenset(name for name, kind in kinds.items() if kind == NO_NAME) | NEVER | NEGATIONS
        )
        self._ambiguous: dict[str, str] = {}
        self._single: dict[str, str] = {}
        self._longer: dict[str, dict[str, list[Listed]]] = {}
        for name in sorted(kinds, key=lambda name: -name.count(" ")):
            if kinds[name] != NO_NAME:
                self._list(name.split(" "), kinds[name])
        self._firsts = self._single.keys() | self._longer.keys()
        self._is_known = is_known
        self._strange = Memo(self._is_strange)
        self._words = Memo(self._is_ordinary)

    def _list(self, words: list[str], kind: str) -> None:
        """Take in one name, longer ones before shorter ones."""
        mask = f"<{kind.removesuffix(IN_CONTEXT).upper()}>"
        if len(words) > 1:
            first, second, *rest = words
            self._longer.setdefault(first, {}).setdefault(second, []).append(Listed(rest, mask))
            return
        self._single[words[0]] = mask
        if kind.endswith(IN_CONTEXT):
            self._ambiguous[words[0]] = mask

    def mask(self, tokens: Sequence[str], capitalised: AbstractSet[str] = NO_CAPITALS) -> list[str]:
        """Return the tokens with each name, and its title, as one typed token; once more changes nothing.

        `capitalised` is what `find_capitalised` found in the text.

        >>> names = Names({"jawa timur": "place", "jawa": "people"}, "warga pilih pak".split().__contains__)
        >>> names.mask("warga jawa timur pilih paslon 02 pak surya".split(), {"surya"})
        ['warga', '<PLACE>', 'pilih', '<BALLOT>', '<PERSON>']
        """
        masked = self._mask_listed(tokens, capitalised)
        strange = capitalised if any(map(self._may_be_unlisted, capitalised)) else NO_CAPITALS
        if strange or not STIRRING.isdisjoint(masked):
            masked = self._mask_announced(masked, capitalised, _find_stirred(masked, strange))
        return masked if CONTEXT.isdisjoint(masked) else mask_ballot_numbers(masked)

    def drop_names(self, tokens: Sequence[str]) -> list[str]:
        """Return masked tokens without names, and without words that no list knows: they may be names."""
        return list(compress(tokens, map(self._words.__getitem__, tokens)))

    def _may_be_unlisted(self, word: str) -> bool:
        """Say whether a word with a capital may, with those beside it, be a name in no list."""
        return self._strange[word] and word not in self._single and not word.isupper()

    def _is_strange(self, token: str) -> bool:
        """Say whether no list holds a token: it may be a name."""
        return token not in self._no_names and not self._is_known(token)

    def _is_ordinary(self, token: str) -> bool:
        """Say whether a token is a word that a list holds, or neither a word nor a name."""
        if not _is_lettered(token):
            return token not in NAMES
        return not self._strange[token] or token in self._ambiguous

    def _mask_listed(self, tokens: Sequence[str], capitalised: AbstractSet[str]) -> list[str]:
        masked: list[str] = []
        done = 0
        for start in [place for place, token in enumerate(tokens) if token in self._firsts]:
            if start < done:
                continue
            found = self._find_listed(tokens, start, capitalised)
            if found is not None:
                masked += tokens[done:start]
                masked.append(found.mask)
                done = start + found.size
        masked += tokens[done:]
        return masked

    def _find_listed(
        self, tokens: Sequence[str], start: int, capitalised: AbstractSet[str]
    ) -> "Found | None":
        """Return the longest listed name that begins at a token."""
        first = tokens[start]
        seconds = self._longer.get(first)
        if seconds is not None and start + 1 < len(tokens):
            for rest, mask in seconds.get(tokens[start + 1], ()):
                if not rest or list(tokens[start + 2 : start + 2 + len(rest)]) == rest:
                    return Found(2 + len(rest), mask)
        mask_alone = self._single.get(first)
        if mask_alone is None or not self._is_meant(tokens, start, capitalised):
            return None
        return Found(1, mask_alone)

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


def _find_stirred(tokens: list[str], capitalised: AbstractSet[str]) -> list[int]:
    """Return the places of masks, of words with capitals, and of what follows a title or either of these."""
    hot = [place for place, token in enumerate(tokens) if token in STIRRING or token in capitalised]
    places = sorted({*hot, *[place + 1 for place in hot]})
    return places if not places or places[-1] < len(tokens) else places[:-1]


def _append(masked: list[str], mask: str) -> None:
    """Append a mask, which takes in its title and a name of its kind right before it."""
    while masked and (masked[-1] == mask or ABSORBED.get(masked[-1]) == mask):
        masked.pop()
    masked.append(mask)


def _may_be_name(token: str) -> bool:
    return len(token) >= MIN_CHARS and _is_lettered(token)


def _is_lettered(token: str) -> bool:
    return token.isalpha() or token.replace("-", "").isalpha()
