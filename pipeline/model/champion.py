"""champion.json in, the version in service out, checked against the manifest that stands there."""

import re
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import ModelError, StorageError
from pipeline.model.manifest import MANIFEST, read_manifest
from pipeline.storage import digest_file, read_json

CHAMPION: Final = "champion.json"
NAME: Final = re.compile(r"v([1-9][0-9]*)-([0-9a-f]{8})")
"""What a version is called: its number, and the beginning of its content's digest."""


class Champion(NamedTuple):
    """What champion.json says: the version in service and the digest of its manifest."""

    version: str
    manifest_digest: str


def read_champion(models: Path) -> Champion | None:
    """Read which version is in service; None where nothing is. Raises ModelError when the file is damaged."""
    path = models / CHAMPION
    if not path.exists():
        return None
    try:
        named = Champion(**read_json(path))
        known = NAME.fullmatch(named.version) and re.fullmatch("[0-9a-f]{64}", named.manifest_digest)
    except (StorageError, OSError, TypeError) as error:
        raise ModelError(f"{path}: is damaged ({error}); expected version and manifest_digest") from error
    if not known:
        raise ModelError(f"{path}: is damaged; expected the name of a version and a digest")
    return named


def require_champion(models: Path, named: Champion) -> None:
    """Raise ModelError unless the manifest that stands there is the one that is in service."""
    path = models / named.version / MANIFEST
    if not path.is_file():
        raise ModelError(f"{path}: no such file; expected the champion's manifest, as {CHAMPION} says")
    if digest_file(path) != named.manifest_digest:
        raise ModelError(f"{path}: was changed; expected the digest in {CHAMPION}")
    if read_manifest(path.parent)["version"] != named.version:
        raise ModelError(f"{path}: names another version; expected {named.version!r}")
