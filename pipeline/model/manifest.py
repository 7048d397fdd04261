"""What a published folder consists of: the digest of every file, and what it was made from and with.

A manifest holds nothing that differs from run to run, so that the same training gives the same bytes.
"""

import json
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import ModelError, StorageError
from pipeline.model.encoder import name_package
from pipeline.storage import digest_bytes, digest_file, read_json, reason_of, write_json

if TYPE_CHECKING:
    from pipeline import config

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
LIBRARIES: Final = ("PySastrawi", "numpy", "pandas", "safetensors", "saring", "scikit-learn", "scipy")
CARD: Final = "MODEL_CARD.md"
SHORT_DIGEST: Final = 8
"""How many digits of its content's digest a version's name ends with."""
KEYS: Final = frozenset({"format", "version", "content_digest", "files"})


def gather_facts(params: "config.Params", data_digests: Mapping[str, str]) -> dict[str, Any]:
    """Say what a model was made from: parameters, digests of the data by name, versions of libraries.

    Of a user's lexicons only the file names stay: what they hold travels in the model's text rules, and
    where they lay is nobody's business.
    """
    return {
        "params": {
            "text": _plain(params.text.model_dump()),
            "train": _plain(params.train.model_dump()),
            "queue": {"prevalence": params.queue.prevalence},
        },
        "data": dict(data_digests),
        "libraries": _library_versions(params.train.encoder),
    }


def write_manifest(directory: Path, facts: Mapping[str, Any]) -> str:
    """Seal a folder: add a manifest of all its files to `facts`, and return the manifest's digest."""
    files = {name: digest_file(directory / name) for name in list_files(directory)}
    write_json({"format": FORMAT, "files": files, **facts}, directory / MANIFEST)
    return digest_file(directory / MANIFEST)


def read_manifest(directory: Path) -> dict[str, Any]:
    """Read a folder's manifest. Raises ModelError when it is missing, damaged or of a newer format."""
    path = directory / MANIFEST
    try:
        content = read_json(path)
    except (StorageError, OSError) as error:
        raise ModelError(
            f"{directory}: has no whole manifest ({error}); expected a published model"
        ) from error
    if not isinstance(content, dict) or not set(content) >= KEYS or not isinstance(content["files"], dict):
        raise ModelError(f"{path}: is not a manifest; expected at least {', '.join(sorted(KEYS))}")
    if content["format"] != FORMAT:
        raise ModelError(f"{path}: has format {content['format']!r}; expected {FORMAT}; update saring")
    outside = [name for name in content["files"] if not _is_inside(name)]
    if outside:
        raise ModelError(f"{path}: names {outside[0]!r}; expected only files of its own folder")
    return content


def require_name(directory: Path) -> None:
    """Raise ModelError unless a published folder has the name, and its manifest the digest, of its content.

    What was written when the version got its name (card and name aside) is digested again, so that a
    manifest edited to match other files is found out.
    """
    manifest, path = read_manifest(directory), directory / MANIFEST
    if manifest["version"] != directory.name:
        raise ModelError(f"{path}: names version {manifest['version']!r}; expected {directory.name!r}")
    files = {name: digest for name, digest in manifest["files"].items() if name != CARD}
    facts = {name: fact for name, fact in manifest.items() if name not in KEYS}
    digest = digest_content({"files": files, "facts": facts})
    if digest != manifest["content_digest"] or not directory.name.endswith(f"-{digest[:SHORT_DIGEST]}"):
        raise ModelError(f"{path}: was changed; expected the content that {directory.name!r} is named after")


def verify_files(directory: Path) -> dict[str, Any]:
    """Compare every file of a published folder with its manifest, and return the manifest.

    Raises ModelError, naming the file, when one is missing, added or changed by a single byte.
    """
    manifest = read_manifest(directory)
    expected, found = manifest["files"], list_files(directory)
    for name in sorted(set(expected) | set(found)):
        if name not in found:
            raise ModelError(f"{directory}: file {name!r} is missing; expected every file of {MANIFEST}")
        if name not in expected:
            raise ModelError(f"{directory}: file {name!r} was added; expected only those of {MANIFEST}")
        if _digest(directory / name) != expected[name]:
            raise ModelError(f"{directory}: file {name!r} was changed; expected its digest in {MANIFEST}")
    return manifest


def list_files(directory: Path) -> list[str]:
    """Return the names of a folder's files, sorted, the manifest left out; folders in it are followed.

    Raises ModelError on a link: it could lead out of the folder.
    """
    names = []
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise ModelError(f"{directory}: {name!r} is not a plain file; expected no links")
        if path.is_file() and name != MANIFEST:
            names.append(name)
    return names


def digest_content(content: Any) -> str:
    """Return the SHA-256 of JSON-like content, whatever the order of its keys."""
    return digest_bytes(json.dumps(content, sort_keys=True, allow_nan=False).encode("ascii"))


def flatten(content: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of nested content with their dotted names, in order.

    >>> list(flatten({"train": {"C": 4.0}, "data": "abc"}))
    [('data', 'abc'), ('train.C', 4.0)]
    """
    for name, value in sorted(content.items()):
        if isinstance(value, Mapping):
            yield from flatten(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _digest(path: Path) -> str:
    try:
        return digest_file(path)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({reason_of(error)}); expected a published file") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.name if isinstance(value, Path) else value


def _library_versions(encoder: "config.Encoder | None") -> dict[str, str]:
    names = (*LIBRARIES, *([name_package(encoder.name)] if encoder else []))
    return {name: metadata.version(name) for name in names if _is_installed(name)}


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
