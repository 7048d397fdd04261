"""The ordinary evaluation beside the full one, on the sample and, where SARING_PUBLIC_DATA is set, on public data.

Prints seconds and peak memory of whole processes; the last line is one JSON object.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SARING = Path(sys.executable).with_name("saring")
FORMS = {"ordinary": [], "full": ["--full"]}


class Measured(NamedTuple):
    """One whole process: wall seconds, processor seconds, peak memory in MB (of the largest so far)."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def run_saring(params: Path, root: Path, *command: str) -> Measured:
    """Run one command under `root` and measure the process."""
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [SARING, "--params", params, "--root", root, *command]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(time.perf_counter() - begin, cpu_seconds, after.ru_maxrss / 1024)


def measure_forms(params: Path, root: Path, forms: dict[str, list[str]]) -> dict[str, Measured]:
    """Prepare a root up to its candidate, then run each form of `evaluate` on it."""
    for stage in ("ingest", "preprocess", "train"):
        run_saring(params, root, stage)
    return {form: run_saring(params, root, "evaluate", *options) for form, options in forms.items()}


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        runs = {"sample": measure_forms(ROOT / "params.yaml", Path(folder) / "sample", FORMS)}
        if os.environ.get("SARING_PUBLIC_DATA"):
            forms = FORMS | {"protocol": ["--protocol"]}
            params = ROOT / "data/public/params.yaml"
            runs["public data"] = measure_forms(params, Path(folder) / "public", forms)
    print(f"{'data':<14}{'form':<12}{'seconds':>10}{'CPU s':>10}{'peak MB':>10}")
    for data, forms_run in runs.items():
        for form, run in forms_run.items():
            print(f"{data:<14}{form:<12}{run.seconds:>10.1f}{run.cpu_seconds:>10.1f}{run.peak_mb:>10,.0f}")
    ratios = {data: own["full"].seconds / own["ordinary"].seconds for data, own in runs.items()}
    print("; ".join(f"{data}: full / ordinary {ratio:.1f}" for data, ratio in ratios.items()))
    runs_json = {
        data: {form: run._asdict() for form, run in forms_run.items()} for data, forms_run in runs.items()
    }
    print(json.dumps({"ratio": ratios, "runs": runs_json}))


if __name__ == "__main__":
    main()
