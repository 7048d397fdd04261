"""Tokens in, the same without names out: typed tokens for persons, parties, religions, peoples, places, ballots.

For the model's features only: a name is what a hoax is about, not what makes it one.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from pipeline.text.names.ballots import CONTEXT, mask_ballot_numbers
from pipeline.text.names.capitals import find_capitalised
from pipeline.text.names.gazetteer import IN_CONTEXT, NO_NAME, read_names
from pipeline.text.names.openers import OFFICES_OF_PLACES, OPENERS
from pipeline.text.tokens import NEGATIONS

__all__ = ["Names", "find_capitalised", "read_names"]

NO_CAPITALS: Final[AbstractSet[str]] = frozenset()
MAX_WORDS: Final = 4
"""Of one name that only its surroundings give away."""
MIN_CHARS: Final = 3
OPENING: Final = frozenset(OPENERS)
ANNOUNCED: Final = {word: {kind} for word, kind in OPENERS.items()} | {
    word: {"<PLACE>", OPENERS.get(word, "<PLACE>")} for word in OFFICES_OF_PLACES
}
"""Word -> of which kinds an ordinary word behind it is a name."""


class Names:
    """Masks the names it knows, the longest first, and those that a title or their capitals give away.

    `is_known` says whether a token is an ordinary word; what is not may be a name.
    """

    def __init__(self, kinds: Mapping[str, str], is_known: Callable[[str], bool]) -> None:
        self._masks: dict[tuple[str, ...], str] = {}
        self._longest: dict[str, int] = {}
        self._ambiguous = frozenset(name for name, kind in kinds.items() if kind.endswith(IN_CONTEXT))
        self._no_names = frozenset(name for name, kind in kinds.items() if kind == NO_NAME)
        for name in kinds.keys() - self._no_names:
            kind = kinds[name]
            words = tuple(name.split(" "))
            self._masks[words] = f"<{kind.removesuffix(IN_CONTEXT).upper()}>"
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))
        self._is_known = is_known

    def mask(self, tokens: Sequence[str], capitalised: AbstractSet[str] = NO_CAPITALS) -> list[str]:
        """Return the tokens with each name as one typed token; masking them again changes nothing.

        `capitalised` is what `find_capitalised` found in the text.

        >>> names = Names({"jawa timur": "place", "jawa": "people"}, "warga pilih pak".split().__contains__)
        >>> names.mask("warga jawa timur pilih paslon 02 pak surya".split(), {"surya"})
        ['warga', '<PLACE>', 'pilih', '<BALLOT>', 'pak', '<PERSON>']
        """
        masked = self._mask_listed(tokens, capitalised)
        if capitalised or not OPENING.isdisjoint(masked):
            masked = self._mask_announced(masked, capitalised)
        return masked if CONTEXT.isdisjoint(masked) else mask_ballot_numbers(masked)

    def _mask_listed(self, tokens: Sequence[str], capitalised: AbstractSet[str]) -> list[str]:
        masked: list[str] = []
        done = 0
        for start in [place for place, token in enumerate(tokens) if token in self._longest]:
            if start < done:
                continue
            for size in range(self._longest[tokens[start]], 0, -1):
                mask = self._masks.get(tuple(tokens[start : start + size]))
                if mask is not None and (size > 1 or self._is_meant(tokens, start, capitalised)):
                    masked += tokens[done:start]
                    masked.append(mask)
                    done = start + size
                    break
        masked += tokens[done:]
        return masked

    def _is_meant(self, tokens: Sequence[str], place: int, capitalised: AbstractSet[str]) -> bool:
        """Say whether a word that is an ordinary one too is a name where it stands."""
        word = tokens[place]
        return (
            word not in self._ambiguous
            or word in capitalised
            or word.upper() in capitalised
            or (place > 0 and self._masks[(word,)] in ANNOUNCED.get(tokens[place - 1], ()))
        )

    def _mask_announced(self, tokens: list[str], capitalised: AbstractSet[str]) -> list[str]:
        """Mask what follows a title, and capitals around a word that no word list knows."""
        masked: list[str] = []
        place = 0
        while place < len(tokens):
            opener = OPENERS.get(masked[-1]) if masked else None
            size = self._measure_name(tokens, place, capitalised, announced=opener is not None)
            masked.append((opener or "<PERSON>") if size else tokens[place])
            place += size or 1
        return masked

    def _measure_name(
        self, tokens: list[str], start: int, capitalised: AbstractSet[str], *, announced: bool
    ) -> int:
        """Return of how many tokens, from `start` on, an unlisted name consists; 0 when none begins there."""
        size, strange = 0, False
        for token in tokens[start : start + MAX_WORDS]:
            if token in OPENERS or token in NEGATIONS or not token.isalpha() or len(token) < MIN_CHARS:
                break
            unknown = token not in self._no_names and not self._is_known(token)
            if token not in capitalised and not (announced and unknown):
                break
            strange |= unknown
            size += 1
        return size if announced or strange else 0
