"""An encoder's vectors of titles to a file and back: each title encoded once, and dropped when it leaves."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.storage import remove_directory
from pipeline.storage.vectors import Vectors, digest_text, read_vectors, write_vectors

VERSION: Final = 1
"""Goes up whenever an encoder is given other words of a title."""


class VectorFile:
    """The vectors of a library's titles by the digest of each title.

    Titles are added a part at a time, each part in a file of its own beside the one that `settle` makes of all:
    who is killed between loses one part. `encoder` says which and of which version: a file of another holds nothing.
    """

    def __init__(self, path: Path, encoder: str) -> None:
        self._path = path
        self._parts = path.with_suffix(".parts")
        self._maker = f"{VERSION} {encoder}"
        self._known: dict[bytes, Vectors] = {}
        self._n_parts = 0
        for place in [path, *sorted(self._parts.glob("*.safetensors"))]:
            self._known |= read_vectors(place, self._maker)

    def list_missing(self, titles: Iterable[str]) -> list[str]:
        """Return the titles that have no vector, each once."""
        return [title for title in dict.fromkeys(titles) if digest_text(title) not in self._known]

    def find(self, titles: Iterable[str]) -> Vectors:
        """Return the vectors of titles, float32 of shape (titles, dimensions). Raises KeyError for one without."""
        rows = [self._known[digest_text(title)] for title in titles]
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)

    def add(self, titles: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors of some titles."""
        added = dict(zip(map(digest_text, titles), vectors, strict=True))
        while (place := self._parts / f"{self._n_parts:06}.safetensors").exists():
            self._n_parts += 1
        write_vectors(added, self._maker, place)
        self._known |= added

    def settle(self, titles: Iterable[str]) -> None:
        """Make one file of all parts, with the vectors of these titles alone."""
        wanted = {digest: self._known[digest] for digest in map(digest_text, titles) if digest in self._known}
        if self._parts.exists() or wanted.keys() != self._known.keys():
            write_vectors(wanted, self._maker, self._path)
            self._known = wanted
        if self._parts.exists():
            remove_directory(self._parts)
