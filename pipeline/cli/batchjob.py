"""An input, a model and options in, a scored output out: parts by one or more processes, then one file."""

import io
import json
import sys
from collections.abc import Container, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow as pa

from pipeline.cli.console import forsake_standard_output
from pipeline.cli.jobnotes import describe_job, describe_output, note_files, require_unchanged
from pipeline.cli.progress import RowProgress, show_rows
from pipeline.cli.scorer import (
    Model,
    Options,
    Scorer,
    check_columns,
    open_scorer,
    read_summary,
    unpack_part,
)
from pipeline.cli.worker import Result, Task, score_in_workers
from pipeline.errors import ModelError, StorageError
from pipeline.model.registry import Registry
from pipeline.score import Summary
from pipeline.score.summary import add_up
from pipeline.storage import digest_file, read_json, reason_of
from pipeline.storage.batches import (
    STANDARD,
    Chunk,
    Format,
    Input,
    Layout,
    choose_top,
    detect_format,
    find_input,
    join_parts,
    open_rows,
    plan_layout,
    read_chunks,
    unify_schemas,
)
from pipeline.storage.parts import SUMMARY, PartFolder, hold_parts, meta_path


class Job(NamedTuple):
    """All that a batch job is about; `chunks` can be read once, `packing` is the format of the output."""

    source: Input
    chunks: Iterator[Chunk]
    output: Path
    packing: Format
    model: Model
    options: Options
    scorer: Scorer
    n_jobs: int


class Request(NamedTuple):
    """What a user asks for; `stream_format` names what standard input or output holds."""

    source: Path
    output: Path
    columns: Mapping[str, str]
    n_words: int
    encoded_share: float
    top: int | None
    mask: bool
    overwrite: bool
    stream_format: str


class Done(NamedTuple):
    """What came of a job: what it read, and how many rows it wrote."""

    summary: Summary
    rows_out: int


def plan_job(models: Path, request: Request, n_jobs: int) -> Job:
    """Look at the input and the champion. Raises what is wrong with either, before anything is written."""
    stream = detect_format(Path(f"rows.{request.stream_format}"))
    source = find_input(request.source, request.output, stream)
    packing = stream if request.output == STANDARD else detect_format(request.output)
    model = find_champion(models)
    chunks = read_chunks(source)
    first = next(chunks)
    plain = Options(
        request.columns,
        request.n_words,
        request.encoded_share,
        request.top,
        request.mask,
        request.overwrite,
        Layout(packing.kind),
    )
    rows = open_rows(first.table)
    check_columns(rows, plain, complete=len(rows) > 0 or rows.table is not None)
    options = plain._replace(layout=plan_layout(packing.kind, rows, plain.added))
    chunks = chain([first], chunks)
    return Job(source, chunks, request.output, packing, model, options, open_scorer(model, options), n_jobs)


def find_champion(models: Path) -> Model:
    """Return the model in service. Raises ModelError when nothing is published."""
    champion = Registry(models).champion()
    if champion is None:
        raise ModelError(f"{models}: nothing is published yet; expected a champion, which `saring run` makes")
    return Model(str(models), champion.version, champion.manifest_digest)


def run_job(job: Job, *, resume: bool, force: bool) -> Done:
    """Run a job to its end, or say that it is there already.

    Raises StorageError when a stream is to be resumed, which cannot be read again.
    """
    if resume and STANDARD in (job.source.name, job.output):
        raise StorageError("score: standard input and output cannot be resumed; expected files")
    if job.output == STANDARD:
        return _run_to_standard_output(job)
    return run_to_file(job, resume=resume, force=force)


@contextmanager
def open_output() -> Iterator[IO[bytes]]:
    """Give standard output as a stream that writes all it is given, even where Python's own has no buffer."""
    raw: Any = sys.stdout.buffer
    if not isinstance(raw, io.RawIOBase):
        yield raw
        raw.flush()
        return
    sink = io.BufferedWriter(raw)
    try:
        yield sink
        sink.flush()
    finally:
        with suppress(OSError):
            sink.detach()


def _run_to_standard_output(job: Job) -> Done:
    try:
        with open_output() as sink:
            return run_to_stream(job, sink)
    except OSError as error:
        forsake_standard_output()
        raise StorageError(
            f"score: standard output cannot be written ({reason_of(error)}); expected a reader to its end"
        ) from error


def run_to_file(job: Job, *, resume: bool, force: bool) -> Done:
    """Score into parts, then put them together at the output, and say what it holds in its side file.

    Raises StorageError when the input changes meanwhile; nothing stands at the output then.
    """
    files = note_files(job.source)
    description = describe_job(job, files)
    standing = _read_complete(job.output, description) if resume else None
    if standing is None:
        _require_free(job.output, resume=resume, force=force)
    with hold_parts(job.output, description, resume=resume, force=force) as parts:
        if standing is not None:
            parts.remove()
            return standing
        with show_rows("scoring") as progress:
            n_parts = _fill(job, parts, progress)
        require_unchanged(files)
        summary = add_up(read_summary(parts.schema(number)) for number in range(n_parts))
        rows_out = min(summary.scored, job.options.top) if job.options.top is not None else summary.rows
        parts.publish(
            lambda sink: _require_rows(_join(job, parts, n_parts, sink), rows_out),
            lambda digest: describe_output(job, description, summary, rows_out, digest),
        )
    return Done(summary, rows_out)


def run_to_stream(job: Job, sink: IO[bytes]) -> Done:
    """Score to standard output, part after part; what was written before a failure has been read."""
    files = note_files(job.source)
    summaries: list[Summary] = []

    def unpack(results: Iterable[Result]) -> Iterator[pa.Table]:
        for content in _in_order(results):
            part = unpack_part(content)
            summaries.append(read_summary(part.schema))
            yield part

    with (
        show_rows("scoring") as progress,
        closing(_score(job, _Tasks(job, set(), progress), progress)) as done,
    ):
        tables = unpack(done)
        first = next(tables)
        rows_out = _write(job, chain([first], tables), [first.schema], sink)
    require_unchanged(files)
    return Done(add_up(summaries), rows_out)


def _read_complete(output: Path, description: dict[str, Any]) -> Done | None:
    """Return what was done where the output stands already, as this very job would make it."""
    if not output.is_file() or not meta_path(output).is_file():
        return None
    meta = read_json(meta_path(output))
    same = meta.get("job") == json.loads(json.dumps(description))
    if not same or meta["output"]["sha256"] != digest_file(output):
        return None
    return Done(Summary(rows=meta["rows"], abstained=meta["abstained"]), meta["output"]["rows"])


class _Tasks:
    """The chunks that have no part yet; knows in the end how many chunks there were."""

    def __init__(self, job: Job, finished: Container[int], progress: RowProgress) -> None:
        self._job = job
        self._finished = finished
        self._progress = progress
        self.n_chunks = 0

    def __iter__(self) -> Iterator[Task]:
        first_row = 0
        for chunk in self._job.chunks:
            self.n_chunks += 1
            if chunk.number in self._finished:
                self._progress.advance(len(chunk.table), self._share(chunk))
            else:
                yield Task(chunk, first_row)
            first_row += len(chunk.table)

    def _share(self, chunk: Chunk) -> float:
        return share_read(self._job.source, chunk)


def share_read(source: Input, chunk: Chunk) -> float:
    """Return how much of all files has been read once a chunk is done, every file counted alike."""
    return (chunk.file + chunk.share) / len(source.files)


def _fill(job: Job, parts: PartFolder, progress: RowProgress) -> int:
    """Score what has no part yet; return how many parts there are."""
    tasks = _Tasks(job, parts.finished(), progress)
    with closing(_score(job, tasks, progress)) as results:
        for result in results:
            parts.add(result.task.chunk.number, result.content)
    return tasks.n_chunks


def _score(job: Job, tasks: Iterable[Task], progress: RowProgress) -> Generator[Result]:
    """Score tasks in this process or in several, and show how far that is."""
    results: Generator[Result]
    if job.n_jobs == 1:
        results = (Result(task, job.scorer.score_chunk(task.chunk.table, task.first_row)) for task in tasks)
    else:
        results = score_in_workers(tasks, job.model, job.options, job.n_jobs)
    with closing(results):
        for result in results:
            yield result
            progress.advance(len(result.task.chunk.table), share_read(job.source, result.task.chunk))


def _in_order(results: Iterable[Result]) -> Iterator[bytes]:
    """Yield the contents of parts by their numbers, keeping those that came early."""
    early: dict[int, bytes] = {}
    wanted = 0
    for result in results:
        early[result.task.chunk.number] = result.content
        while wanted in early:
            yield early.pop(wanted)
            wanted += 1


def _join(job: Job, parts: PartFolder, n_parts: int, sink: IO[bytes]) -> int:
    numbers = range(n_parts)
    return _write(job, (parts.read(number) for number in numbers), map(parts.schema, numbers), sink)


def _write(job: Job, parts: Iterable[pa.Table], schemas: Iterable[pa.Schema], sink: IO[bytes]) -> int:
    """Write parts, or of all of them the highest rows."""
    schema = unify_schemas((_without(schema, SUMMARY) for schema in schemas), job.output)
    if job.options.top is not None:
        best = choose_top(parts, job.options.top)
        parts, schema = [best], unify_schemas([_without(best.schema, SUMMARY)], job.output)
    return join_parts(parts, sink, job.options.layout, job.packing, schema)


def _without(schema: pa.Schema, key: bytes) -> pa.Schema:
    kept = {name: value for name, value in (schema.metadata or {}).items() if name != key}
    return schema.with_metadata(kept or None)


def _require_rows(found: int, expected: int) -> None:
    """Rows out = rows in."""
    assert found == expected, (found, expected)


def _require_free(output: Path, *, resume: bool, force: bool) -> None:
    """Raise StorageError when something stands at the output, unless this job itself had just put it there."""
    if output.is_dir():
        raise StorageError(f"{output}: is a folder; expected the name of a file")
    if not output.exists() or force:
        return
    meta = meta_path(output)
    ours = resume and meta.is_file() and read_json(meta)["output"]["sha256"] == digest_file(output)
    if not ours:
        raise StorageError(f"{output}: exists already; expected a new name; replace it with --force")
