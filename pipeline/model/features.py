"""A prepared text in, its terms out: word n-grams of stems, character n-grams of unstemmed tokens.

Training and scoring call the same two functions, and nothing but the text enters: no platform, url,
reporter or date.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.text.chain import PreparedText
from pipeline.text.tokens import is_word

WORD: Final = "word"
CHAR: Final = "char"
BLOCKS: Final = (WORD, CHAR)

NgramRange = tuple[int, int]


def extract_terms(block: str, prepared: PreparedText, ngrams: NgramRange) -> list[str]:
    """Return the terms of one block for one text, repeats included."""
    words = locate_words(prepared)
    if block == WORD:
        return list(word_ngrams([prepared.stems[index] for index in words], ngrams))
    return [term for index in words for term in char_ngrams(prepared.tokens[index], ngrams)]


def locate_words(prepared: PreparedText) -> list[int]:
    """Return the indices of the tokens that features are made of, as if the typed ones did not stand between.

    An emoji, a link or a number of whatever kind is easily added or left out: it says how a text is sent, not
    what is claimed. Leaving them out costs no AUC (docs/model.md).
    """
    return [index for index, token in enumerate(prepared.tokens) if is_word(token)]


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
    """Cut a word, its edges marked by a blank, into pieces.

    >>> list(char_ngrams("isu", (3, 4)))
    [' is', 'isu', 'su ', ' isu', 'isu ']
    """
    padded = f" {token} "
    shortest, longest = ngrams
    for size in range(shortest, longest + 1):
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]
