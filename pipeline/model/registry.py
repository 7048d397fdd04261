"""models/: frozen versions, which of them is champion, and who decided so; no MLflow is needed.

`models/VERSION/` never changes once it stands, `models/champion.json` names one of them together with its
manifest's digest, and `models/decisions.jsonl` only grows.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.errors import ModelError, StorageError
from pipeline.model.bundle import Bundle, load_bundle
from pipeline.model.freeze import freeze_version, gather_content
from pipeline.model.manifest import MANIFEST, read_manifest, verify_files
from pipeline.storage import append_line, digest_file, read_json, write_json

CHAMPION: Final = "champion.json"
DECISIONS: Final = "decisions.jsonl"
NAME: Final = re.compile(r"v([1-9][0-9]*)-([0-9a-f]{8})")
SHORT_DIGEST: Final = 8


class Champion(NamedTuple):
    """What champion.json says: the version in service and the digest of its manifest."""

    version: str
    manifest_digest: str


class Version(NamedTuple):
    """A published folder."""

    name: str
    directory: Path
    manifest_digest: str


class Registry:
    """The published models below one folder. Only one process may write at a time (`storage.lock_root`)."""

    def __init__(self, models: Path) -> None:
        self.models = models

    def champion(self) -> Champion | None:
        """Return the version in service, or None when nothing is published yet.

        Raises ModelError when champion.json is damaged, or names another manifest than the one that is there.
        """
        named = self._read_champion()
        if named is not None:
            self._require_manifest(named)
        return named

    def load_champion(self) -> Bundle:
        """Load the version in service, every file compared with its digest.

        Raises ModelError when nothing is published, or when anything was changed since.
        """
        named = self.champion()
        if named is None:
            raise ModelError(
                f"{self.models}: nothing is published yet; expected a champion, which `saring run` makes"
            )
        return load_bundle(self.models / named.version, named.version)

    def versions(self) -> list[str]:
        """Return the names of all published versions, oldest first."""
        found = (path.name for path in self.models.glob("v*") if path.is_dir() and NAME.fullmatch(path.name))
        return sorted(found, key=lambda name: (_number(name), name))

    def add(self, candidate: Path, evaluation: Path, facts: Mapping[str, Any]) -> Version:
        """Freeze a candidate and its evaluation as a version; what was frozen before stays as it is.

        `facts` come from `manifest.gather_facts`. The same content again is the same version. The champion
        does not change. Raises ModelError when the candidate or its evaluation is not whole.
        """
        content = gather_content(candidate, evaluation, facts)
        directory = self.models / self._name(content.digest)
        if not _is_intact(directory):
            freeze_version(directory, content)
        return Version(directory.name, directory, digest_file(directory / MANIFEST))

    def promote(self, version: str, because: str | Sequence[str], now: datetime) -> None:
        """Put a version into service: note the decision, then rename champion.json.

        Promoting the champion again changes nothing. Raises ModelError when the version is not there, was
        changed, or does not load.
        """
        if not NAME.fullmatch(version) or not (self.models / version).is_dir():
            raise ModelError(f"{self.models}: holds no version {version!r}; expected {self._list_versions()}")
        load_bundle(self.models / version, version)
        chosen = Champion(version, digest_file(self.models / version / MANIFEST))
        if self._read_champion() != chosen:
            self._note("promoted", version, because, now)
            write_json(chosen._asdict(), self.models / CHAMPION)

    def refuse(self, version: str, because: str | Sequence[str], now: datetime) -> None:
        """Note that a version was not put into service, and why; the champion stays."""
        self._note("refused", version, because, now)

    def _read_champion(self) -> Champion | None:
        path = self.models / CHAMPION
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

    def _require_manifest(self, named: Champion) -> None:
        path = self.models / named.version / MANIFEST
        if not path.is_file():
            raise ModelError(f"{path}: no such file; expected the champion's manifest, as {CHAMPION} says")
        if digest_file(path) != named.manifest_digest:
            raise ModelError(f"{path}: was changed; expected the digest in {CHAMPION}")
        if read_manifest(path.parent)["version"] != named.version:
            raise ModelError(f"{path}: names another version; expected {named.version!r}")

    def _list_versions(self) -> str:
        return ", ".join(self.versions()) or "one that `saring publish` made"

    def _name(self, content_digest: str) -> str:
        """Return the name that this content has, or the next free one."""
        short = content_digest[:SHORT_DIGEST]
        same = [name for name in self.versions() if name.endswith(short)]
        number = max((_number(name) for name in self.versions()), default=0) + 1
        return same[0] if same else f"v{number}-{short}"

    def _note(self, what: str, version: str, because: str | Sequence[str], now: datetime) -> None:
        previous = self._read_champion()
        decision = {
            "time": now.isoformat(),
            "what": what,
            "version": version,
            "previous": previous.version if previous else None,
            "reasons": [because] if isinstance(because, str) else list(because),
        }
        append_line(json.dumps(decision, ensure_ascii=False), self.models / DECISIONS)


def _number(version: str) -> int:
    return int(version[1:].split("-", maxsplit=1)[0])


def _is_intact(directory: Path) -> bool:
    try:
        return str(verify_files(directory)["version"]) == directory.name
    except ModelError:
        return False
