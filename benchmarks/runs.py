"""A first run beside a second one on the same root, and the real run where SARING_PUBLIC_DATA is set.

Prints seconds, rows a second and peak memory of whole processes; the last line is one JSON object.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SARING = Path(sys.executable).with_name("saring")


class Measured(NamedTuple):
    """One whole process: rows that came in, wall seconds, peak memory in MB (of the largest so far)."""

    rows: int
    seconds: float
    peak_mb: float


def run_saring(params: Path, root: Path) -> Measured:
    """Run all stages under `root` and measure the process."""
    begin = time.perf_counter()
    command = [SARING, "--params", params, "--root", root, "run"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    found = re.search(r"^ingest +([\d,]+) =", done.stdout, re.M)
    rows = int(found[1].replace(",", "")) if found else 0
    return Measured(rows, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def main() -> None:
    """Measure and print."""
    runs: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "sample"
        runs["sample, first run"] = run_saring(ROOT / "params.yaml", sample)
        runs["sample, second run"] = run_saring(ROOT / "params.yaml", sample)
        if os.environ.get("SARING_PUBLIC_DATA"):
            runs["public data"] = run_saring(ROOT / "data/public/params.yaml", Path(folder) / "public")
    print(f"{'run':<20}{'rows':>9}{'seconds':>10}{'rows/s':>9}{'peak MB':>9}")
    for name, run in runs.items():
        print(
            f"{name:<20}{run.rows:>9,}{run.seconds:>10.1f}{run.rows / run.seconds:>9,.0f}{run.peak_mb:>9,.0f}"
        )
    ratio = runs["sample, second run"].seconds / runs["sample, first run"].seconds
    print(f"second run / first run: {ratio:.2f}")
    print(json.dumps({"ratio": ratio} | {name: run._asdict() for name, run in runs.items()}))


if __name__ == "__main__":
    main()
