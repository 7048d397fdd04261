"""models/: frozen versions, which of them is champion, and who decided so; no MLflow is needed.

`models/VERSION/` never changes once it stands, `models/champion.json` names one of them together with its
manifest's digest, and `models/decisions.jsonl` only grows.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.errors import ModelError
from pipeline.model.bundle import Bundle, load_bundle
from pipeline.model.champion import CHAMPION, NAME, Champion, read_champion, require_champion
from pipeline.model.decisions import (
    DECISIONS,
    Decision,
    Grounds,
    What,
    champions,
    find_challenger,
    note_decision,
    read_decisions,
)
from pipeline.model.freeze import freeze_version, gather_content
from pipeline.model.manifest import MANIFEST, SHORT_DIGEST, require_name, verify_files
from pipeline.storage import digest_file, lock_path, remove_directory, write_json

LOCK: Final = ".lock"
PATIENCE_SECONDS: Final = 10.0


class Version(NamedTuple):
    """A published folder."""

    name: str
    directory: Path
    manifest_digest: str


class Registry:
    """The published models below one folder; whoever changes it holds its lock for that moment."""

    def __init__(self, models: Path) -> None:
        self.models = models

    def champion(self) -> Champion | None:
        """Return the version in service, or None when nothing is published yet.

        Raises ModelError when champion.json is damaged, or names another manifest than the one that is there.
        """
        named = read_champion(self.models)
        if named is not None:
            require_champion(self.models, named)
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
        require_name(self.models / named.version)
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
        with self._writing():
            directory = self.models / self._name(content.digest)
            if not _is_intact(directory):
                freeze_version(directory, content)
        return self.find(directory.name)

    def find(self, version: str) -> Version:
        """Return a published version. Raises ModelError, naming those that are there, when it is not."""
        if not NAME.fullmatch(version) or not (self.models / version / MANIFEST).is_file():
            raise ModelError(f"{self.models}: holds no version {version!r}; expected {self._list_versions()}")
        directory = self.models / version
        return Version(version, directory, digest_file(directory / MANIFEST))

    def resolve(self, name: str) -> str:
        """Return a version's name; "champion" and "challenger" stand for one."""
        if name == "champion":
            named = self.champion()
            found = named.version if named else None
        elif name == "challenger":
            found = find_challenger(self.decisions())
        else:
            return self.find(name).name
        if found is None:
            raise ModelError(f"{self.models}: holds no {name}; expected one, which `saring run` makes")
        return found

    def load(self, version: str) -> Bundle:
        """Load any version, compared with its manifest, its name and what was last decided about it.

        Raises ModelError when anything was changed since, a manifest edited to match included.
        """
        found = self.find(version)
        noted = [one.manifest_digest for one in self.decisions() if one.version == version]
        if any(digest and digest != found.manifest_digest for digest in noted[-1:]):
            raise ModelError(f"{found.directory / MANIFEST}: was changed; expected the digest in {DECISIONS}")
        require_name(found.directory)
        return load_bundle(found.directory, version)

    def decisions(self) -> list[Decision]:
        """Return what was decided so far, oldest first."""
        return read_decisions(self.models)

    def promote(self, version: str, grounds: Grounds, what: What = "promoted") -> None:
        """Put a version into service: note the decision, then rename champion.json.

        Promoting the champion again changes nothing. Readers keep what they have loaded. Raises ModelError
        when the version is not there, was changed, or does not load.
        """
        self.load(version)
        chosen = Champion(version, self.find(version).manifest_digest)
        with self._writing():
            if read_champion(self.models) != chosen:
                self._note(what, chosen, grounds)
                write_json(chosen._asdict(), self.models / CHAMPION)

    def refuse(self, version: str, grounds: Grounds) -> None:
        """Note that a version was not put into service, and why; the champion stays."""
        with self._writing():
            self._note("refused", Champion(*self.find(version)[::2]), grounds)

    def rollback(self, grounds: Grounds) -> str:
        """Put the champion before this one into service again, and return its name.

        Raises ModelError when there was none, or it is not there any more or was changed.
        """
        aim = self.previous_champion()
        if aim is None:
            raise ModelError(f"{self.models}: holds no earlier champion; expected one to go back to")
        self.promote(aim, grounds, "rolled back")
        return aim

    def previous_champion(self) -> str | None:
        """Return the version that a rollback would put into service."""
        earlier = self.earlier_champions()
        return earlier[-1] if earlier else None

    def earlier_champions(self) -> list[str]:
        """Return the versions that were champion before this one, the last one last; each once."""
        named = read_champion(self.models)
        stack = champions(self.decisions())
        if named is None or named.version not in stack:
            return []
        last = len(stack) - 1 - stack[::-1].index(named.version)
        return [name for name in dict.fromkeys(stack[:last]) if name != named.version]

    def plan_removal(self, n_kept: int) -> list[str]:
        """Return the versions that nothing needs, oldest first.

        Needed are the champion, the challenger, the `n_kept` newest versions and the `n_kept` champions
        (at least one) that rollbacks would reach.
        """
        named = self.champion()
        newest = self.versions()[max(len(self.versions()) - n_kept, 0) :]
        needed = {*newest, *self.earlier_champions()[-max(n_kept, 1) :], find_challenger(self.decisions())}
        needed |= {named.version} if named else set()
        return [version for version in self.versions() if version not in needed]

    def remove(self, versions: Sequence[str], grounds: Grounds) -> None:
        """Note the removal of versions, then remove them. Raises ModelError for the champion."""
        with self._writing():
            for version in versions:
                found, named = self.find(version), read_champion(self.models)
                if named is not None and named.version == version:
                    raise ModelError(
                        f"{self.models}: {version!r} is the champion; expected another to remove"
                    )
                self._note("removed", Champion(version, found.manifest_digest), grounds)
                remove_directory(found.directory)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the only right to change models/, for moments; a rollback need not wait for a long run."""
        with lock_path(self.models / LOCK, PATIENCE_SECONDS):
            yield

    def _list_versions(self) -> str:
        return ", ".join(self.versions()) or "one that `saring publish` made"

    def _name(self, content_digest: str) -> str:
        """Return the name that this content has, or the next free one."""
        short = content_digest[:SHORT_DIGEST]
        same = [name for name in self.versions() if name.endswith(short)]
        number = max((_number(name) for name in self.versions()), default=0) + 1
        return same[0] if same else f"v{number}-{short}"

    def _note(self, what: What, chosen: Champion, grounds: Grounds) -> None:
        previous = read_champion(self.models)
        decision = Decision(
            time=grounds.now.isoformat(),
            what=what,
            version=chosen.version,
            previous=previous.version if previous else None,
            reasons=grounds.because,
            who=grounds.who,
            manifest_digest=chosen.manifest_digest,
        )
        note_decision(self.models, decision)


def _number(version: str) -> int:
    return int(version[1:].split("-", maxsplit=1)[0])


def _is_intact(directory: Path) -> bool:
    try:
        return str(verify_files(directory)["version"]) == directory.name
    except ModelError:
        return False
