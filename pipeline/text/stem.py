"""Indonesian text in, stems out: what PySastrawi 1.2.1 returns for any string, in linear time.

The algorithm is confix stripping: Nazief and Adriani (1996) as amended by Asian, "Effective Techniques
for Indonesian Text Retrieval" (RMIT, 2007), by Arifin et al., "Enhanced Confix Stripping Stemmer" (2009)
and by the Sastrawi project. The root words are PySastrawi's and are read where it is installed.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product

from pipeline.text.root_words import installed_words, select_root_words, word_list_digest

# PySastrawi keeps [a-z0-9-] whatever the case: dotless i and long s pass as other cases of "i" and "s".
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789\u0131\u017f-"
find_tokens = re.compile(f"[{ALPHABET}]+").findall

# Suffixes come off in these steps, one a step. Of two that end alike the longer stands first.
PARTICLES = ("lah", "kah", "tah", "pun")
PRONOUNS = ("nya", "ku", "mu")
DERIVATIONS = ("kan", "an", "isasi", "i", "is", "isme")
CLITICS = PARTICLES + PRONOUNS
SUFFIXES = CLITICS + DERIVATIONS

PLAIN_PREFIXES = ("di", "ke", "se")
INFIXES = ("er", "el", "em", "in")

# What opens and ends like this loses its prefix before its suffix (Asian 2007, pages 78-79).
PREFIX_FIRST = {"be": ("lah", "an"), "me": ("i",), "di": ("i",), "pe": ("i",), "ter": ("i",)}

LETTER_CLASSES = {
    "V": "aiueo",
    "C": "bcdfghjklmnpqrstvwxyz",
    "K": "bcdfghjklmnpqstvwxyz",  # a consonant but r
    "O": "bcdfghjkpqstvxz",  # a consonant but l, m, n, r, w, y
    "A": "abcdefghijklmnopqrstuvwxyz",
}

# How a word opens, then what takes the place of the small letters there. The first row that fits is used:
# of its readings the first that makes a root word, else the last. The numbers are those of the literature.
PREFIX_RULES: tuple[tuple[str, ...], ...] = (
    *((prefix, "") for prefix in PLAIN_PREFIXES),
    # 1-5
    ("berV", "", "r"),
    ("berCA(?!er)", ""),
    ("berKAerV", ""),
    (r"belajar\Z", "ajar"),
    ("beKerC", ""),
    # 6-9
    ("terV", "", "r"),
    ("terKerV", ""),
    ("terK(?!er)", ""),
    ("teKerC", ""),
    # 10-19
    ("me[lrwy]V", ""),
    ("mem[bfv]", ""),
    ("mempe", "pe"),
    ("memV", "m", "p"),
    ("men[cdjstz]", ""),
    ("menV", "n", "t"),
    ("meng[ghkq]", ""),
    ("menge", "e", "ke", "", "nge"),
    ("mengV", "", "k", "ng"),
    ("menyV", "ny", "s"),
    ("memp(?![en])A", "p"),
    # 20-34; the last reading of pengV is rule 34's, because rule 30 gives up when both of its own fail
    ("pe[wy]V", ""),
    ("perV", "", "r"),
    ("perCA(?!er)", ""),
    ("perKAerV", ""),
    ("pem[bfv]", ""),
    ("pemV", "m", "p"),
    ("pen[cdjstz]", ""),
    ("penV", "n", "t"),
    ("pengC", ""),
    ("penge", "e", "ke", ""),
    ("pengV", "", "k", "ng"),
    ("penyV", "ny", "s"),
    (r"pelajar\Z", "ajar"),
    ("pelV", "l"),
    ("peC(?!er)", ""),
    # 35, 36
    ("terOerC", ""),
    ("peOerC", ""),
    # 37-40
    *((f"{first}{infix}V", first) for infix, first in product(INFIXES, LETTER_CLASSES["C"])),
    # 41, 42
    ("ku", ""),
    ("kau", ""),
)


@cache
def _suffixes() -> dict[str, list[tuple[int, str]]]:
    """List the suffixes, each with its step, under their last letter."""
    table: dict[str, list[tuple[int, str]]] = {}
    for step, suffixes in enumerate((PARTICLES, PRONOUNS, DERIVATIONS), start=1):
        for suffix in suffixes:
            table.setdefault(suffix[-1], []).append((step, suffix))
    return table


@dataclass(frozen=True, slots=True)
class Opening:
    """The rules for the words that share their first three letters.

    For each group of the pattern, ``readings`` has the number of letters to cut off and the fronts.
    """

    match: Callable[[str], re.Match[str] | None]
    readings: dict[int | None, tuple[int, tuple[str, ...]]]
    prefix_first: tuple[str, ...]


@cache
def _openings() -> dict[str, Opening]:
    """Compile the rules into one pattern for each first three letters."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for row in PREFIX_RULES:
        for head in _first_letters(row[0]):
            rows.setdefault(head, []).append(row)
    return {head: _compile(head, fitting) for head, fitting in rows.items()}


def _first_letters(pattern: str) -> Iterator[str]:
    symbols = re.findall(r"\[\w+\]|\w", pattern)[:3]
    choices = [LETTER_CLASSES.get(symbol, symbol.strip("[]")) for symbol in symbols]
    return map("".join, product(*choices, *[ALPHABET] * (3 - len(symbols))))


def _compile(head: str, rows: list[tuple[str, ...]]) -> Opening:
    patterns = [re.sub("[ACKOV]", lambda m: f"[{LETTER_CLASSES[m[0]]}]", pattern) for pattern, *_ in rows]
    readings: dict[int | None, tuple[int, tuple[str, ...]]] = {
        group: (len(pattern) - len(pattern.lstrip(LETTER_CLASSES["A"])), tuple(fronts))
        for group, (pattern, *fronts) in enumerate(rows, start=1)
    }
    return Opening(
        match=re.compile("|".join(f"({pattern})" for pattern in patterns)).match,
        readings=readings,
        prefix_first=PREFIX_FIRST.get(head) or PREFIX_FIRST.get(head[:2], ()),
    )


class Stemmer:
    """PySastrawi's stemmer.

    Parameters
    ----------
    words
        The root words; by default those of the installed PySastrawi.
    protected
        Tokens that are their own stem. With none, the output is PySastrawi's.
    memo_size, memo_word_length
        How many stems are remembered at most, and of tokens up to which length.

    Examples
    --------
    >>> Stemmer().stem("Perekonomian Indonesia sedang dalam pertumbuhan yang membanggakan")
    'ekonomi indonesia sedang dalam tumbuh yang bangga'
    """

    def __init__(
        self,
        words: Iterable[str] | None = None,
        protected: frozenset[str] = frozenset(),
        memo_size: int = 65_536,
        memo_word_length: int = 40,
    ) -> None:
        self._words = installed_words() if words is None else select_root_words(words)
        self._arguments = (None if words is None else self._words, protected, memo_size, memo_word_length)
        self._protected = protected
        self._fixed = self._words | protected if protected else self._words
        self._suffixes = _suffixes()
        self._openings = _openings()
        self._generation_size = memo_size // 2
        self._memo_word_length = memo_word_length if self._generation_size else -1
        self._younger: dict[str, str] = {}
        self._older: dict[str, str] = {}

    def __reduce__(self) -> tuple[type["Stemmer"], tuple[object, ...]]:
        """Travel without the memo, and without the installed words."""
        return type(self), self._arguments

    @cached_property
    def word_list_digest(self) -> str:
        """SHA-256 of the root words in use."""
        return word_list_digest(self._words)

    def normalise(self, text: str) -> str:
        """Return the tokens of a text with one space between them."""
        return " ".join(find_tokens(text.lower()))

    def stem(self, text: str) -> str:
        """Return the stems of the tokens of a text with one space between them."""
        known = self._younger.get
        return " ".join([known(token) or self._recall(token) for token in find_tokens(text.lower())])

    def stem_word(self, word: str) -> str:
        """Return the stem of one of the tokens that ``normalise`` leaves."""
        return self._younger.get(word) or self._recall(word)

    def stem_tokens(self, tokens: Iterable[str]) -> list[str]:
        """Return a stem for each token of the chain; typed tokens such as `<URL>` stay as they are."""
        known = self._younger.get
        return [known(token) or (token if token[0] == "<" else self._recall(token)) for token in tokens]

    def _recall(self, word: str) -> str:
        """Return the stem from the older generation or anew, and note it in the younger.

        A full younger generation takes the place of the older: what is in use returns before it is
        forgotten. Threads that race here lose some of the memo at worst.
        """
        stem = self._older.get(word)
        if not stem:
            stem = self._stem_hyphenated(word) if "-" in word else self._stem_simple(word)
        if len(word) <= self._memo_word_length:
            younger = self._younger
            if len(younger) >= self._generation_size:
                self._older, younger = younger, {}
                self._younger = younger
            younger[word] = stem
        return stem

    def _stem_hyphenated(self, word: str) -> str:
        """Return the root that the two parts of a plural share (Asian 2007, pages 76-77), else the word."""
        if word in self._protected:
            return word
        left, _, right = word.rpartition("-")
        if right in CLITICS:
            if "-" not in left:
                return self._stem_simple(word)
            left, _, repeated = left.rpartition("-")
            right = f"{repeated}-{right}"
        left_root, right_root = self._stem_simple(left), self._stem_simple(right)
        if right_root == right and right not in self._fixed:  # meniru-nirukan: menirukan
            right_root = self._stem_simple("me" + right)
        return left_root if left_root == right_root else word

    def _stem_simple(self, word: str) -> str:
        if word in self._fixed:
            return word
        if len(word) <= 3:  # such words lose a plain prefix and nothing else
            rest = word[2:]
            return rest if word.startswith(PLAIN_PREFIXES) and rest in self._words else word
        opening = self._openings.get(word[:3])
        if word.endswith(SUFFIXES):
            return self._stem_suffixed(word, opening)
        if opening:
            form = self._without_prefixes(word, opening)
            if form in self._words:
                return form
        return word

    def _stem_suffixed(self, word: str, opening: Opening | None) -> str:
        """Try the forms of a word in the published order; return the first root word, else the word."""
        words = self._words
        if opening and word.endswith(opening.prefix_first):
            form = self._without_suffixes(self._without_prefixes(word, opening))[-1]
            if form in words:
                return form
        forms = self._without_suffixes(word)
        if forms[-1] in words:
            return forms[-1]
        if forms[-2].endswith("kan"):
            forms.insert(-1, forms[-2][:-2])  # of -kan the k comes back first: masukan is masuk-an
        for form in reversed(forms):
            # PySastrawi takes di-, ke- or se- off even where that k has made a root word.
            is_root = form in words and not form.startswith(PLAIN_PREFIXES)
            root = form if is_root else self._without_prefixes(form, opening)
            if root in words:
                return root
        return word

    def _without_suffixes(self, word: str) -> list[str]:
        """Take off a particle, a pronoun and a derivational suffix; stop at a root word."""
        forms = [word]
        last_step = 0
        while last_step < 3 and word not in self._words:
            for step, suffix in self._suffixes.get(word[-1:], ()):
                if step > last_step and word.endswith(suffix):
                    break
            else:
                break
            word = word[: -len(suffix)]
            if step < 3:  # hyphens may stand before a clitic
                word = word.rstrip("-")
            forms.append(word)
            last_step = step
        return forms

    def _without_prefixes(self, word: str, opening: Opening | None) -> str:
        """Take off up to three prefixes, the first by ``opening``; stop at a root word."""
        words, openings = self._words, self._openings
        for _ in (1, 2, 3):
            if not opening or not (found := opening.match(word)):
                break
            n_cut, fronts = opening.readings[found.lastindex]
            rest = word[n_cut:]
            for front in fronts:
                word = front + rest
                if word in words:
                    return word
            opening = openings.get(word[:3])
        return word
