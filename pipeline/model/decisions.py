"""models/decisions.jsonl: who put which version into service, or did not, when and why; it only grows."""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from pipeline.errors import ModelError
from pipeline.storage import append_line, reason_of

DECISIONS: Final = "decisions.jsonl"
GATE: Final = "gate"

What = Literal["promoted", "refused", "overrode", "rolled back", "removed"]


class Decision(NamedTuple):
    """One line: what was decided about a version, and which one was champion before (None: none was).

    `manifest_digest` says what the version held at that moment; None in lines of older releases.
    """

    time: str
    what: What
    version: str
    previous: str | None
    reasons: tuple[str, ...]
    who: str = GATE
    manifest_digest: str | None = None


class Grounds(NamedTuple):
    """Who decides, why and when."""

    who: str
    because: tuple[str, ...]
    now: datetime


def note_decision(models: Path, decision: Decision) -> None:
    """Append a decision and flush it to the disk; what a killed process left of a line gives way."""
    path = models / DECISIONS
    _cut_remains(path)
    append_line(json.dumps(decision._asdict(), ensure_ascii=False), path)


def read_decisions(models: Path) -> list[Decision]:
    """Return all decisions, oldest first.

    A last line without an end is what a killed process left of a decision that was not carried out: it is
    passed over. Raises ModelError, naming the line, when any other is not a decision.
    """
    path = models / DECISIONS
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read ({_say(error)}); expected decisions, one a line") from error
    whole = enumerate(lines[:-1], start=1)
    return [_read_line(path, number, line) for number, line in whole if line]


def champions(decisions: Iterable[Decision]) -> list[str]:
    """Return the versions that a rollback would go back through, the one in service last.

    A rollback takes away what stood above its aim, so that the next one goes further back. A promotion that
    was noted and then not carried out (the process was killed) is not among them: the next says what it found.
    """
    stack: list[str] = []
    for decision in decisions:
        if decision.what == "rolled back":
            stack = _cut_above(stack, decision.version)
        elif decision.what == "removed":
            stack = [version for version in stack if version != decision.version]
        elif decision.what != "refused":
            stack = [*_cut_above(stack, decision.previous), decision.version]
    return stack


def last_judgement(decisions: Iterable[Decision], version: str) -> Decision | None:
    """Return what gate or people last said of putting a version into service."""
    judged = [one for one in decisions if one.version == version and one.what != "removed"]
    return judged[-1] if judged else None


def find_doubts(judged: Decision | None) -> str:
    """Say why a version needs a reason to be put into service; nothing where the gate let it pass."""
    if judged is None:
        return "no gate has judged it"
    return f"the gate refused it ({'; '.join(judged.reasons)})" if judged.what == "refused" else ""


def find_challenger(decisions: Iterable[Decision]) -> str | None:
    """Return the version that the gate refused last, unless one was put into service since."""
    last = next((one for one in reversed([*decisions]) if one.what != "removed"), None)
    return last.version if last is not None and last.what == "refused" else None


def _cut_above(stack: list[str], version: str | None) -> list[str]:
    if version is None:
        return []
    above = [number for number, name in enumerate(stack) if name == version]
    return stack[: above[-1] + 1] if above else [*stack, version]


def _cut_remains(path: Path) -> None:
    if path.exists() and (content := path.read_bytes()) and not content.endswith(b"\n"):
        os.truncate(path, content.rfind(b"\n") + 1)


def _read_line(path: Path, number: int, line: str) -> Decision:
    try:
        content: Mapping[str, Any] = json.loads(line)
        decision = Decision(**content)
        return decision._replace(reasons=tuple(map(str, decision.reasons)))
    except (ValueError, TypeError) as error:
        raise ModelError(
            f"{path}: line {number} is not a decision; expected JSON with time, what, version, previous, reasons"
        ) from error


def _say(error: OSError | ValueError) -> str:
    return reason_of(error) if isinstance(error, OSError) else "not UTF-8"
