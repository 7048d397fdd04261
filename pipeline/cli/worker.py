"""A process of `saring score --jobs N`: frames with chunks come in, frames with parts go out, until the end.

A frame is eight bytes of length, eight of a number, and content; Arrow's, never a pickle. A worker writes no
file, so that one which outlives its killed parent harms nothing.
"""

import json
import signal
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from typing import IO, Final, NamedTuple

import pyarrow as pa

from pipeline import errors
from pipeline.cli.scorer import Model, Options, open_scorer
from pipeline.errors import PipelineError, StorageError
from pipeline.storage.batches import Chunk

HEAD: Final = struct.Struct("<qq")
FAILED: Final = -1


class Task(NamedTuple):
    """A chunk to score and the place of its first row in the input."""

    chunk: Chunk
    first_row: int


class Result(NamedTuple):
    """A finished part."""

    task: Task
    content: bytes


def main() -> None:
    """Score what comes in until nothing does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what ctrl-C means
    take = sys.stdin.buffer
    with suppress(BrokenPipeError, EOFError), open(sys.stdout.fileno(), "wb", closefd=False) as give:
        try:
            _, setting = _receive(take)
            model, options = json.loads(setting)
            scorer = open_scorer(Model(*model), Options.from_json(options))
            while True:
                first_row, content = _receive(take)
                with pa.ipc.open_stream(content) as stream:
                    table = stream.read_all()
                _send(give, first_row, scorer.score_chunk(table, first_row))
        except PipelineError as error:
            _send(give, FAILED, json.dumps([type(error).__name__, str(error)]).encode())


class _Worker:
    """A running process, and what it is working on."""

    def __init__(self, setting: bytes) -> None:
        command = [sys.executable, "-P", "-c", "from pipeline.cli.worker import main; main()"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._give: IO[bytes] = self.process.stdin
        self.take: IO[bytes] = self.process.stdout
        self.task: Task | None = None
        self._send(0, setting)

    def begin(self, task: Task) -> None:
        self.task = task
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, task.chunk.table.schema) as stream:
            stream.write_table(task.chunk.table)
        self._send(task.first_row, sink.getvalue())

    def finish(self) -> Result:
        """Wait for the part; raises what the worker raised, be it before it had any work."""
        try:
            number, content = _receive(self.take)
        except EOFError as error:
            raise self._explain_end() from error
        if number == FAILED:
            kind, message = json.loads(content)
            raise getattr(errors, kind)(message)
        assert self.task is not None
        done, self.task = self.task, None
        return Result(done, content)

    def _explain_end(self) -> Exception:
        if self.process.wait() == 1:
            return RuntimeError("a worker process failed; its traceback stands above")
        return StorageError(
            "score: a worker process was killed; expected it to finish; is the memory full? use fewer --jobs"
        )

    def _send(self, number: int, content: bytes) -> None:
        try:
            _send(self._give, number, content)
        except BrokenPipeError:  # it has said why, or it died: reading will tell
            return

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        with suppress(OSError):
            self._give.close()
        self.take.close()


def score_in_workers(
    tasks: Iterable[Task], model: Model, options: Options, n_workers: int
) -> Generator[Result]:
    """Let processes score tasks, one each at a time, and yield parts as they come; order is not kept.

    Raises what a worker raised, and StorageError when one was killed.
    """
    setting = json.dumps([model, options._asdict()]).encode()
    workers = [_Worker(setting) for _ in range(n_workers)]
    idle = deque(workers)
    try:
        with DefaultSelector() as selector:
            for worker in workers:
                selector.register(worker.take, EVENT_READ, worker)
            for task in tasks:
                while not idle:
                    yield from _finish_ready(selector, idle)
                idle[0].begin(task)
                idle.popleft()
            while len(idle) < len(workers):
                yield from _finish_ready(selector, idle)
    finally:
        for worker in workers:
            worker.close()


def _finish_ready(selector: DefaultSelector, idle: "deque[_Worker]") -> Iterator[Result]:
    for key, _ in selector.select():
        worker: _Worker = key.data
        result = worker.finish()
        idle.append(worker)
        yield result


def _send(stream: IO[bytes], number: int, content: bytes) -> None:
    stream.write(HEAD.pack(len(content), number))
    stream.write(content)
    stream.flush()


def _receive(stream: IO[bytes]) -> tuple[int, bytes]:
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        raise EOFError
    size, number = HEAD.unpack(head)
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return number, content
