"""Files under a root beside the stages' tables: outputs, parts of jobs, logs, caches, what killed runs left."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipeline.cli.console import warn
from pipeline.cli.workspace import Workspace
from pipeline.errors import PipelineError
from pipeline.privacy.erase import count_rows, erase_lines, erase_part, erase_rows, read_rows
from pipeline.privacy.subject import Found, Subject
from pipeline.storage.batches import PARQUET, Format
from pipeline.storage.parts import meta_path

TABLES: Final = re.compile(r"\.(?:parquet|csv|jsonl)(?:\.(?:gz|zst))?\Z", re.IGNORECASE)
LOGS: Final = re.compile(r"\.(?:log|out|txt)\Z", re.IGNORECASE)
LEFTOVER: Final = re.compile(r"\.(.+)\.(\d+)\.(?:part|old|gone)")
ADDED: Final = frozenset({"score", "model_version", "priority", "claim_id", "similarity"})
"""A table with one of these columns is an output of ours, wherever it lies."""
OWN: Final = tuple(
    f"data/{name}" for name in ("evaluation", "protocol", "search", "queue", "interim", "processed")
)
FROZEN: Final = ("models", "mlartifacts", "mlruns")
"""Published models are named, never changed: their digests would be those of another model."""
PARQUET_MARK: Final = b"PAR1"


def remove_leftovers(workspace: Workspace, _: Subject, dry_run: bool) -> Iterator[Found]:
    """Remove what killed processes left half-written; whoever holds the root's lock is the only writer."""
    for folder, names in _walk(workspace):
        for name in names:
            owner = LEFTOVER.fullmatch(name)
            if owner is None or _is_running(int(owner[2])):
                continue
            path = folder / name
            if not dry_run:
                shutil.rmtree(path, ignore_errors=True)
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            yield Found(_show(workspace, path), 1, "half-written files")


def erase_parts(workspace: Workspace, subject: Subject, dry_run: bool) -> Iterator[Found]:
    """Remove the finished parts of unfinished jobs that hold a subject's rows."""
    for folder, names in _walk(workspace):
        if folder.name.endswith(".parts"):
            parts = [folder / name for name in names if name.endswith(".arrow")]
            n_parts = sum(erase_part(path, subject, dry_run=dry_run) for path in parts)
            yield Found(_show(workspace, folder), n_parts, "parts of a job")


def erase_cached(workspace: Workspace, subject: Subject, dry_run: bool) -> Iterator[Found]:
    """Remove the tables in DVC's cache that hold a subject's rows: DVC runs the stage again."""
    for path in sorted((workspace.root / ".dvc/cache").rglob("*")):
        if path.is_file() and _begins_with(path, PARQUET_MARK):
            held = count_rows(path, subject, Format(PARQUET)) > 0
            if held and not dry_run:
                path.unlink()
            yield Found(_show(workspace, path), int(held), "tables of DVC's cache")


def erase_elsewhere(workspace: Workspace, subject: Subject, dry_run: bool) -> Iterator[Found]:
    """Erase rows of every other table that we wrote, and lines of logs."""
    for path in _list_files(workspace):
        try:
            if TABLES.search(path.name) and _is_ours(workspace, path):
                yield Found(_show(workspace, path), erase_rows(path, subject, dry_run=dry_run), "rows")
            elif LOGS.search(path.name):
                yield Found(_show(workspace, path), erase_lines(path, subject, dry_run=dry_run), "lines")
        except PipelineError as error:
            warn(f"{error}; look there yourself")


def list_strangers(workspace: Workspace, subject: Subject) -> Iterator[Found]:
    """List the tables under the root that others put there and that hold a subject's rows."""
    for path in _list_files(workspace):
        with suppress(PipelineError):  # no table of reports, whatever its name says
            if TABLES.search(path.name) and not _is_ours(workspace, path):
                n_rows = count_rows(path, subject)
                if n_rows:
                    yield Found(str(path), n_rows, "rows")


def _list_files(workspace: Workspace) -> Iterator[Path]:
    """List the files that no other holder sees to; raw files are the user's."""
    seen_to = {workspace.reports, workspace.history, workspace.rejected, workspace.prepared}
    seen_to |= {workspace.scored, workspace.claims, workspace.wordings}
    raw = [Path(os.path.realpath(source.path)) for source in workspace.params.ingest.sources]
    for folder, names in _walk(workspace):
        paths = (folder / name for name in names)
        yield from (
            path
            for path in paths
            if path.is_file() and path not in seen_to and not any(map(path.is_relative_to, raw))
        )


def _walk(workspace: Workspace) -> Iterator[tuple[Path, list[str]]]:
    """Walk below the root, past hidden folders, environments and published models."""
    frozen = {workspace.root / name for name in FROZEN}
    for place, folders, names in os.walk(workspace.root):
        here = Path(place)
        leftovers = [name for name in folders if LEFTOVER.fullmatch(name)]
        folders[:] = sorted(
            name
            for name in folders
            if here / name not in frozen
            and (not name.startswith(".") or name.endswith(".parts"))
            and name not in {"__pycache__", "node_modules", *leftovers}
            and not (here / name / "pyvenv.cfg").exists()
        )
        yield here, sorted([*names, *leftovers])


def _is_ours(workspace: Workspace, path: Path) -> bool:
    if any(path.is_relative_to(workspace.root / place) for place in OWN) or meta_path(path).exists():
        return True
    return not ADDED.isdisjoint(next(read_rows(path)).names)


def _begins_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (OSError, OverflowError) as error:
        return isinstance(error, PermissionError)
    return True


def _show(workspace: Workspace, path: Path) -> str:
    return str(path.relative_to(workspace.root))
