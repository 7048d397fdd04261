"""A word in, its Sastrawi stem out: PySastrawi's output, exactly, behind a bounded memo."""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError

MAX_MEMO_ENTRIES = 100_000
MAX_MEMO_CHARS = 64


class Stemmer:
    """Sastrawi's stems, with words that are left alone on demand (none = pure Sastrawi).

    >>> Stemmer().stem("Perekonomian Indonesia sedang dalam pertumbuhan yang membanggakan")
    'ekonomi indonesia sedang dalam tumbuh yang bangga'
    """

    def __init__(self, protected_words: Iterable[str] = ()) -> None:
        self._sastrawi, self._normalise = _build_sastrawi()
        self._protected = {word: word for word in protected_words}
        self._young: dict[str, str] = dict(self._protected)
        self._old: dict[str, str] = {}

    def stem_word(self, word: str) -> str:
        """Return the stem of one word in the shape that Sastrawi's normaliser leaves ([a-z0-9-])."""
        stem = self._young.get(word)
        return self._look_further(word) if stem is None else stem

    def stem(self, text: str) -> str:
        """Return what PySastrawi's `Stemmer.stem(text)` returns, but for protected words."""
        return " ".join([self.stem_word(word) for word in self._normalise(text).split(" ")])

    def stem_tokens(self, tokens: Iterable[str]) -> list[str]:
        """Return one stem for each token of the chain; typed tokens such as `<URL>` stay as they are."""
        young = self._young
        return [
            young.get(token) or (token if token[:1] == "<" else self.stem_word(token)) for token in tokens
        ]

    def _look_further(self, word: str) -> str:
        stem = self._old.get(word)
        if stem is None:
            stem = str(self._sastrawi.stem_word(word))
        if len(word) <= MAX_MEMO_CHARS:
            self._remember(word, stem)
        return stem

    def _remember(self, word: str, stem: str) -> None:
        """Keep two generations: words still in use move to the young one, the rest is forgotten in time."""
        if len(self._young) >= MAX_MEMO_ENTRIES:
            self._old, self._young = self._young, dict(self._protected)
        self._young[word] = stem


def _build_sastrawi() -> tuple[Any, Any]:
    _refuse_slow_sastrawi()
    _word_list_path()
    from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
    from Sastrawi.Stemmer.Filter.TextNormalizer import normalize_text
    from Sastrawi.Stemmer.Stemmer import Stemmer as PySastrawi

    return PySastrawi(ArrayDictionary(read_root_words())), normalize_text


def _refuse_slow_sastrawi() -> None:
    try:
        version = metadata.version("Sastrawi")
    except metadata.PackageNotFoundError:
        return
    raise ConfigError(
        f"installed packages: the slow distribution 'Sastrawi' {version} shares its import name with PySastrawi; "
        "expected PySastrawi alone; run `pip uninstall Sastrawi PySastrawi`, then `pip install PySastrawi==1.2.1`"
    )


def _word_list_path() -> Path:
    spec = find_spec("Sastrawi")
    if spec is None or spec.origin is None:
        raise ConfigError(
            "installed packages: no Sastrawi; expected PySastrawi; run `pip install PySastrawi==1.2.1`"
        )
    return Path(spec.origin).parent / "Stemmer" / "data" / "kata-dasar.txt"


def read_root_words() -> list[str]:
    """Return the root words of the installed package, sorted; their licence forbids a copy of our own."""
    words = _word_list_path().read_text(encoding="utf-8").split("\n")
    return sorted({word for word in words if word.strip()})


@cache
def word_list_digest() -> str:
    """Return the SHA-256 of the installed root words, sorted and joined by newlines."""
    return hashlib.sha256("\n".join(read_root_words()).encode()).hexdigest()
