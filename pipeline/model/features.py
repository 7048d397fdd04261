"""A prepared text in, its terms out: word n-grams of stems, character n-grams of unstemmed tokens.

Training and scoring call the same two functions, and nothing but the text enters: no platform, url,
reporter or date.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.text.chain import PreparedText

WORD: Final = "word"
CHAR: Final = "char"
BLOCKS: Final = (WORD, CHAR)

NgramRange = tuple[int, int]


def extract_terms(block: str, prepared: PreparedText, ngrams: NgramRange) -> list[str]:
    """Return the terms of one block for one text, repeats included."""
    if block == WORD:
        return list(word_ngrams(prepared.stems, ngrams))
    return [term for token in prepared.tokens for term in char_ngrams(token, ngrams)]


def locate_terms(block: str, prepared: PreparedText, ngrams: NgramRange) -> Iterator[tuple[str, range]]:
    """Yield every occurrence of a term with the indices of the tokens that it covers."""
    if block == CHAR:
        for index, token in enumerate(prepared.tokens):
            yield from ((term, range(index, index + 1)) for term in char_ngrams(token, ngrams))
        return
    shortest, longest = ngrams
    for size in range(shortest, longest + 1):
        covered = (range(start, start + size) for start in range(len(prepared.tokens) - size + 1))
        yield from zip(word_ngrams(prepared.stems, (size, size)), covered, strict=True)


def word_ngrams(stems: Sequence[str], ngrams: NgramRange) -> Iterator[str]:
    """Join neighbouring stems.

    >>> list(word_ngrams(["saring", "baru", "sebar"], (1, 2)))
    ['saring', 'baru', 'sebar', 'saring baru', 'baru sebar']
    """
    shortest, longest = ngrams
    for size in range(shortest, longest + 1):
        for start in range(len(stems) - size + 1):
            yield " ".join(stems[start : start + size])


def char_ngrams(token: str, ngrams: NgramRange) -> Iterator[str]:
    """Cut a token, its edges marked by a blank, into pieces; a typed token such as <URL> has none.

    >>> list(char_ngrams("isu", (3, 4)))
    [' is', 'isu', 'su ', ' isu', 'isu ']
    """
    if token.startswith("<"):
        return
    padded = f" {token} "
    shortest, longest = ngrams
    for size in range(shortest, longest + 1):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]
