"""What two texts must agree on before they can be the same claim: their numbers, names and negations."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations, zip_longest
from typing import Any, Final, NamedTuple, TypeVar

from pipeline.claims.numbers import BALLOT_NUMBERS, UNITS, read_numbers
from pipeline.schema.columns import NAMES_DIFFER, NEGATIONS_DIFFER, NUMBERS_DIFFER
from pipeline.text.names.ballots import BALLOT
from pipeline.text.names.openers import ABSORBED
from pipeline.text.tokens import NAMES

NEGATIONS: Final = frozenset({"tidak", "bukan", "belum", "jangan", "tanpa", "tak", "tiada"})
SPELLED: Final = [[word] for word in UNITS]
"""Ballot numbers that count as numbers already."""
MAX_WORDS: Final = 12
"""Of what one mask stands for; no name is longer."""
MIN_LIKENESS: Final = 0.8
"""Of two spellings of a name that no list holds: "suryono" and "suryon" are one, "suryono" and "suryani" two."""

T = TypeVar("T", bound=Any)


class Facts(NamedTuple):
    """The numbers that a text names, as often as it does, the words of its names, listed or not; its negations."""

    numbers: tuple[str, ...]
    listed: tuple[str, ...]
    unlisted: tuple[str, ...]
    negations: tuple[tuple[str, int], ...]


def read_facts(written: str, words: Sequence[str], masked: Sequence[str], listed: Container[str]) -> Facts:
    """Read numbers from a text as written, names and negations from its normalised words.

    `masked` are the words with each name as one typed token. Of names that are not `listed` the first word
    counts: what follows it may be a mistyped verb. Normalising makes tokens of numbers, but spells "gak"
    and "tdk" out.

    >>> words, masked = "paslon 02 tidak ke jawa timur".split(), "<BALLOT> tidak ke <PLACE>".split()
    >>> read_facts("Paslon 02 gak ke Jawa Timur", words, masked, {"jawa timur"})
    Facts(numbers=('2',), listed=('jawa', 'timur'), unlisted=(), negations=(('tidak', 1),))
    """
    known = _find_hyphenated(words, listed)
    strange: set[str] = set()
    numbers = read_numbers(written, words)
    for name in _read_names(words, masked):
        found = _find_listed(name, listed)
        known |= found
        if name[0] in BALLOT_NUMBERS:
            numbers.append(str(BALLOT_NUMBERS[name[0]]))
        elif not found and name not in SPELLED:
            strange.add(name[0])
    negations = Counter(word for word in words if word in NEGATIONS)
    return Facts(tuple(sorted(numbers)), _sort(known), _sort(strange - known), _sort(negations.items()))


def find_difference(first: Facts, second: Facts) -> str | None:
    """Return what keeps two similar texts from being one claim: negations, numbers or names; or None.

    Negations must be the same. A cut copy may lack numbers or names, but where both have some that the
    other lacks ("paslon 01", "paslon 02"), they are two claims. Names that no list holds may be mistyped.
    """
    if first.negations != second.negations:
        return NEGATIONS_DIFFER
    if first.numbers != second.numbers:
        ours, theirs = Counter(first.numbers), Counter(second.numbers)
        if not (ours <= theirs or theirs <= ours):
            return NUMBERS_DIFFER
    return None if _names_in(first, second) or _names_in(second, first) else NAMES_DIFFER


def _names_in(first: Facts, second: Facts) -> bool:
    """Say whether a text names nothing that another does not name too."""
    known = {*second.listed, *second.unlisted}
    strange = {*first.listed, *first.unlisted} - known
    return all(
        any(_is_alike(word, other) for other in (second.unlisted if word in first.listed else known))
        for word in strange
    )


def _is_alike(word: str, other: str) -> bool:
    return SequenceMatcher(None, word, other, autojunk=False).ratio() >= MIN_LIKENESS


def _read_names(words: Sequence[str], masked: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the words of each name that a mask stands for, its title left out.

    They reach up to the next token that is no mask; "anies-sandi" is two words. Of a ballot number that is
    spelled out it is the last word; digits are read as numbers.
    """
    place = 0
    for token, following in zip_longest(masked, masked[1:]):
        start, place = place, place + 1
        if token not in NAMES:
            continue
        if following is None:
            place = len(words)
        elif following not in NAMES:
            place = next((at for at in range(place, len(words)) if words[at] == following), place)
        span = words[place - 1 if token == BALLOT else start : place]
        parts = (part for word in span for part in word.split("-"))
        name = [part for part in parts if part.isalnum() and not part.isdigit() and part not in ABSORBED]
        if name:
            yield name


def _find_listed(name: Sequence[str], listed: Container[str]) -> set[str]:
    """Return the words of all listed names among those of a name; "jokowi prabowo" is masked as one."""
    parts = (name[first:last] for first, last in combinations(range(len(name[:MAX_WORDS]) + 1), 2))
    return {word for part in parts if " ".join(part) in listed or "-".join(part) in listed for word in part}


def _find_hyphenated(words: Sequence[str], listed: Container[str]) -> set[str]:
    """Return the listed names that make up one word, "jokowi-amin"; a doubled word names nobody."""
    joined = (set(word.split("-")) for word in words if "-" in word)
    return {name for names in joined if len(names) > 1 and all(n in listed for n in names) for name in names}


def _sort(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(set(items)))
