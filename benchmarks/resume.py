"""A long `saring score`, once in peace and once killed three times: the same bytes, memory, whether its rate holds.

python benchmarks/resume.py ROOT TEXTS [--rows N] [--jobs N]: as benchmarks/scoring.py. It is killed after a third
and two thirds of its parts, and while these are put together. Rates are of processor seconds. Prints what it
found; the last line is one JSON object.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

from pipeline.storage import digest_file
from pipeline.storage.parts import WHOLE

sys.path.insert(0, str(Path(__file__).parent))
from families import read_cpu, read_resident_mb
from scoring import SARING, SEED, write_texts

Due = Callable[[Path, int], bool]
"""Whether to kill a run, by the folder of its parts and how many stand."""


class Watched(NamedTuple):
    """A run: its exit code, wall seconds, the largest memory of all its processes together, and when parts came.

    `arrivals` are the processor seconds of all processes by then.
    """

    code: int
    seconds: float
    peak_mb: float
    arrivals: list[float]


def main() -> None:
    """Run, kill, resume, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    own = [text for text in pq.read_table(arguments.texts, columns=["text"])["text"].to_pylist() if text]
    with tempfile.TemporaryDirectory() as folder:
        source = write_texts(own, arguments.rows, random.Random(SEED), Path(folder) / "in.parquet")
        command = [SARING, "--root", arguments.root, "score", source, "--jobs", arguments.jobs, "--output"]
        peace, killed = Path(folder) / "peace.parquet", Path(folder) / "killed.parquet"
        whole = watch([*command, peace])
        assert whole.code == 0
        n_parts = len(whole.arrivals)
        kills: list[Due] = [
            lambda _, n_done: n_done >= n_parts // 3,
            lambda _, n_done: n_done >= 2 * n_parts // 3,
            lambda parts, _: (parts / WHOLE).exists(),
        ]
        for number, is_due in enumerate(kills):
            stopped = watch([*command, killed, *(["--resume"] if number else [])], is_due)
            assert stopped.code == -signal.SIGKILL
            assert not killed.exists()
        last = watch([*command, killed, "--resume"])
        assert last.code == 0
        facts = {
            "rows": arguments.rows,
            "same_bytes": digest_file(peace) == digest_file(killed),
            "kills": len(kills),
            "peak_mb_all_processes": max(whole.peak_mb, last.peak_mb),
            "seconds": whole.seconds,
            "rate_last_tenth_over_first": rate_ratio(whole.arrivals),
        }
    for name, fact in facts.items():
        print(f"{name:<28}{fact:>14,.4g}" if isinstance(fact, float) else f"{name:<28}{fact!s:>14}")
    print(json.dumps(facts))
    assert facts["same_bytes"]


def watch(command: Sequence[object], is_due: Due | None = None) -> Watched:
    """Run a command and look at it every tenth of a second; kill its first process once that is due."""
    output = next(
        Path(str(part)) for part in command if str(part).endswith(("peace.parquet", "killed.parquet"))
    )
    parts = output.with_name(f".{output.name}.parts")
    begin = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    arrivals: list[float] = []
    peak = 0.0
    while process.poll() is None:
        time.sleep(0.1)
        n_parts = len(list(parts.glob("*.arrow"))) if parts.exists() else 0
        arrivals += [sum(read_cpu(process.pid).values())] * (n_parts - len(arrivals))
        peak = max(peak, read_resident_mb(process.pid))
        if is_due is not None and is_due(parts, n_parts):
            process.kill()
    return Watched(process.wait(), time.perf_counter() - begin, peak, arrivals)


def rate_ratio(arrivals: Sequence[float]) -> float:
    """Return how many parts a second came in the last tenth, over the first tenth."""
    tenth = max(2, len(arrivals) // 10)
    first = arrivals[tenth - 1] - arrivals[0]
    last = arrivals[-1] - arrivals[-tenth]
    return first / last if last else float("nan")


if __name__ == "__main__":
    main()
