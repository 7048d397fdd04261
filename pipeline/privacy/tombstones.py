"""Who and what was forgotten, as keyed digests that only grow; later ingests take none of it in again."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pipeline.errors import StorageError
from pipeline.privacy.pseudonyms import IDENTIFIER_PREFIX, REPORTER_PREFIX, digest_tombstone
from pipeline.storage import append_line

Kind = Literal["report", "reporter"]
PREFIXES: Final[dict[Kind, str]] = {"report": IDENTIFIER_PREFIX, "reporter": REPORTER_PREFIX}


class Tombstones(NamedTuple):
    """Digests of what was forgotten, under the key that made them; without the key they say nothing."""

    key: bytes
    digests: frozenset[str]

    def holds_report(self, report_id: str) -> bool:
        """Say whether a report was forgotten, by the id that its source or our tables give it."""
        return self._holds("report", report_id)

    def holds_reporter(self, reporter_id: str) -> bool:
        """Say whether a reporter was forgotten, by id or by pseudonym."""
        return self._holds("reporter", reporter_id)

    def _holds(self, kind: Kind, value: str) -> bool:
        return bool(self.digests) and digest_tombstone(value, PREFIXES[kind], self.key) in self.digests


def bury(values: Iterable[str], kind: Kind, key: bytes) -> Tombstones:
    """Return the tombstones of some ids of one kind; nothing is written."""
    return Tombstones(key, frozenset(digest_tombstone(value, PREFIXES[kind], key) for value in values))


def read_tombstones(path: Path, key: bytes) -> Tombstones:
    """Read what was forgotten under a root; nothing, where nothing was.

    Raises StorageError for a line that is damaged: who asked to be forgotten must not come back unseen.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    try:
        return Tombstones(key, frozenset(str(json.loads(line)["digest"]) for line in lines))
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{path}: is damaged; expected one JSON object with a digest a line") from error


def write_tombstones(path: Path, new: Tombstones, kind: Kind, models: Sequence[str], now: datetime) -> None:
    """Add tombstones that are not there yet, with the published models that had learnt from the reports."""
    known = read_tombstones(path, new.key).digests
    for digest in sorted(new.digests - known):
        entry = {"kind": kind, "digest": digest, "forgotten_at": now.isoformat(), "models": list(models)}
        append_line(json.dumps(entry, sort_keys=True), path)
