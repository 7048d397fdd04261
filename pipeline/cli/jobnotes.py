"""A batch job in, what is noted of it out: its files as they stood, what decides its bytes, its side file."""

from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.errors import SchemaError, StorageError
from pipeline.score import Summary, measure_drift
from pipeline.storage import digest_file, reason_of
from pipeline.storage.batches import Input

if TYPE_CHECKING:
    from pipeline.cli.batchjob import Job


class File(NamedTuple):
    """A file of the input as it stood when the job began."""

    path: Path
    size: int
    modified_ns: int


def note_files(source: Input) -> list[File]:
    """Note how the files of an input stand; none of standard input. Raises StorageError when one is missing."""
    if source.is_standard:
        return []
    try:
        states = [(path, path.stat()) for path in source.files]
    except OSError as error:
        raise StorageError(f"{source.name}: cannot be read ({reason_of(error)}); expected a file") from error
    return [File(path, state.st_size, state.st_mtime_ns) for path, state in states]


def require_unchanged(files: Iterable[File]) -> None:
    """Raise SchemaError when a file is no longer as it was noted."""
    for file in files:
        state = file.path.stat() if file.path.exists() else None
        if state is None or (state.st_size, state.st_mtime_ns) != (file.size, file.modified_ns):
            raise SchemaError(f"{file.path}: changed while it was read; expected a file at rest; run again")


def describe_job(job: "Job", files: Iterable[File]) -> dict[str, Any]:
    """Say what decides the bytes of the output; a job can be resumed where all of it is the same."""
    inputs = [{"name": file.path.name, "bytes": file.size, "sha256": _digest(file.path)} for file in files]
    return {
        "input": {"files": inputs},
        "model": {"version": job.model.version, "manifest_sha256": job.model.manifest_digest},
        "options": job.options._asdict() | {"format": job.packing},
        "program": metadata.version("saring"),
        "resumable": not job.source.is_standard,
    }


def _digest(path: Path) -> str:
    try:
        return digest_file(path)
    except OSError as error:
        raise StorageError(f"{path}: cannot be read ({reason_of(error)}); expected a file") from error


def describe_output(
    job: "Job", description: dict[str, Any], summary: Summary, rows_out: int, digest: str
) -> dict[str, Any]:
    """Return what the side file of an output says; `digest` is the output's."""
    return {
        "job": description,
        "output": {"name": job.output.name, "rows": rows_out, "sha256": digest},
        **summary.describe(),
        "drift": measure_drift(summary, job.scorer.reference),
    }
