"""An encoder's vectors of titles to a file and back: each title encoded once, and dropped when it leaves."""

import zipfile
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipeline.claims.debunks.reading import Vectors
from pipeline.storage import remove_directory, replace_file

VERSION: Final = 1
"""Goes up whenever an encoder is given other words of a title."""

DIGEST_BYTES: Final = 16
FAULTS: Final = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


class VectorFile:
    """The vectors of a library's titles by the digest of each title.

    Titles are added a part at a time, each part in a file of its own beside the one that `settle` makes of all:
    who is killed between loses one part. A file of another encoder or version holds nothing.
    """

    def __init__(self, path: Path, encoder: str) -> None:
        self._path = path
        self._parts = path.with_suffix(".parts")
        self._made_by = f"{VERSION} {encoder}"
        self._known: dict[bytes, Vectors] = {}
        self._n_parts = 0
        for place in [path, *sorted(self._parts.glob("*.npz"))]:
            self._known |= self._read(place)

    def list_missing(self, titles: Iterable[str]) -> list[str]:
        """Return the titles that have no vector, each once."""
        return [title for title in dict.fromkeys(titles) if _digest(title) not in self._known]

    def find(self, titles: Iterable[str]) -> Vectors:
        """Return the vectors of titles, float32 of shape (titles, dimensions). Raises KeyError for one without."""
        rows = [self._known[_digest(title)] for title in titles]
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)

    def add(self, titles: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors of some titles."""
        added = dict(zip(map(_digest, titles), vectors, strict=True))
        while (place := self._parts / f"{self._n_parts:06}.npz").exists():
            self._n_parts += 1
        self._write(added, place)
        self._known |= added

    def settle(self, titles: Iterable[str]) -> None:
        """Make one file of all parts, with the vectors of these titles alone."""
        wanted = {digest: self._known[digest] for digest in map(_digest, titles) if digest in self._known}
        if self._parts.exists() or wanted.keys() != self._known.keys():
            self._write(wanted, self._path)
            self._known = wanted
        if self._parts.exists():
            remove_directory(self._parts)

    def _read(self, place: Path) -> dict[bytes, Vectors]:
        try:
            with place.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                if str(arrays["made_by"]) != self._made_by:
                    return {}
                return dict(zip(map(bytes, arrays["digests"]), arrays["vectors"], strict=True))
        except FAULTS:
            return {}

    def _write(self, vectors: dict[bytes, Vectors], place: Path) -> None:
        arrays: dict[str, Any] = {
            "made_by": np.array(self._made_by),
            "digests": np.frombuffer(b"".join(vectors), np.uint8).reshape(-1, DIGEST_BYTES),
            "vectors": np.stack(list(vectors.values())) if vectors else np.zeros((0, 0), np.float32),
        }
        with replace_file(place) as temporary, temporary.open("wb") as file:
            np.savez(file, **arrays)


def _digest(title: str) -> bytes:
    return blake2b(title.encode(), digest_size=DIGEST_BYTES).digest()
