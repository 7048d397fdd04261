"""Vectors of texts to a file and back, each under the digest of its text, never the text."""

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from pipeline.storage.files import replace_file

Vectors = npt.NDArray[np.float32]

DIGEST_BYTES: Final = 16


def digest_text(text: str) -> bytes:
    """Return what stands for a text."""
    return blake2b(text.encode(), digest_size=DIGEST_BYTES).digest()


def read_vectors(path: Path, maker: str) -> dict[bytes, Vectors]:
    """Read the vectors of a file by digest; one that is missing, broken or of another maker holds none."""
    try:
        with safe_open(path, framework="numpy") as kept:
            if (kept.metadata() or {}).get("maker") != maker:
                return {}
            return dict(zip(map(bytes, kept.get_tensor("digests")), kept.get_tensor("vectors"), strict=True))
    except (OSError, SafetensorError):
        return {}


def write_vectors(vectors: Mapping[bytes, Vectors], maker: str, path: Path) -> None:
    """Write vectors, all of one length; `maker` names what made them: from another they would be others."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "digests": np.frombuffer(b"".join(vectors), np.uint8).reshape(-1, DIGEST_BYTES),
        "vectors": np.stack(list(vectors.values())) if vectors else np.zeros((0, 0), np.float32),
    }
    with replace_file(path) as temporary:
        temporary.write_bytes(save(arrays, {"maker": maker}))
