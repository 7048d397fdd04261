"""A library's weighed words to a file and back, so that nobody waits for the same words twice."""

import zipfile
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from pipeline.claims.debunks.index import Field, Weighed
from pipeline.storage import digest_bytes, replace_file

CODE: Final = ("pipeline.text", "pipeline.claims.debunks")
"""What reads and weighs: words that other code weighed are weighed anew."""

WORDS: Final = ("title_words", "title_stems")
FIELDS: Final = ("grams", "stems", "texts")
"""Together the fields of Weighed, in their order."""

FAULTS: Final = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)

Arrays = dict[str, Any]


def write_weighed(weighed: Weighed, key: str, path: Path) -> None:
    """Write weighed words; `key` names the rows and rules that they were made of."""
    arrays: Arrays = {"key": _pack([key, _digest_code()])}
    arrays |= {name: _pack([" ".join(words) for words in getattr(weighed, name)]) for name in WORDS}
    for name in FIELDS:
        arrays |= _take_apart(name, getattr(weighed, name))
    with replace_file(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def read_weighed(path: Path, key: str) -> Weighed | None:
    """Read weighed words; None where they were made of something else, by other code, or cannot be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            if _unpack(arrays["key"]) != [key, _digest_code()]:
                return None
            titles, stems = ([tuple(row.split()) for row in _unpack(arrays[name])] for name in WORDS)
            return Weighed(titles, stems, *(_put_together(name, arrays) for name in FIELDS))
    except FAULTS:
        return None


def _digest_code() -> str:
    packages = [resources.files(name) for name in CODE]
    files = sorted(
        (file.name, file.read_bytes())
        for package in packages
        for file in package.iterdir()
        if file.name.endswith(".py")
    )
    return digest_bytes(b"".join(digest_bytes(content).encode() for _, content in files))


def _take_apart(name: str, field: Field) -> Arrays:
    weights = field.weights
    return {
        f"{name}.terms": _pack(list(field.numbers)),
        f"{name}.idf": field.idf,
        f"{name}.shape": np.array(weights.shape),
        **{f"{name}.{part}": getattr(weights, part) for part in ("data", "indices", "indptr")},
    }


def _put_together(name: str, arrays: Mapping[str, Any]) -> Field:
    terms = _unpack(arrays[f"{name}.terms"])
    parts = tuple(arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
    weights = sp.csr_array(parts, shape=tuple(arrays[f"{name}.shape"].tolist()))
    return Field(dict(zip(terms, range(len(terms)), strict=True)), arrays[f"{name}.idf"], weights)


def _pack(lines: Sequence[str]) -> Any:
    """Return strings without line breaks as bytes, one a line, each ended by a break."""
    return np.frombuffer("".join(f"{line}\n" for line in lines).encode(), np.uint8)


def _unpack(packed: Any) -> list[str]:
    return bytes(packed).decode().split("\n")[:-1]
