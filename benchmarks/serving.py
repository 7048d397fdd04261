"""The same reports through `saring score`, mlflow.pyfunc and `mlflow models serve`: the largest difference.

Takes a root with a champion (default: a run of the sample in a folder of its own) and how many reports. Prints
seconds of each, and how long `saring model register --all` takes to make MLflow's index anew beside the mere
import of MLflow; the last line is one JSON object. Exit 1 when a score differs by more than 1e-9.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

SARING = Path(sys.executable).with_name("saring")
REPOSITORY = Path(__file__).parents[1]
AT_ONCE = 1000
TOLERANCE = 1e-9
PATIENCE_SECONDS = 300


def read_reports(root: Path, n_reports: int) -> pd.DataFrame:
    """Return raw texts of a root, repeated when it has too few."""
    known = pd.read_parquet(root / "data/processed/reports.parquet")[["text"]]
    repeats = -(-n_reports // len(known))
    return pd.concat([known] * repeats, ignore_index=True).head(n_reports)


def score_by_command(root: Path, reports: pd.DataFrame, folder: Path) -> pd.Series:
    """Score with `saring score`."""
    reports.to_parquet(folder / "in.parquet")
    command = [SARING, "--root", root, "score", folder / "in.parquet", "--output", folder / "out.parquet"]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    return pd.read_parquet(folder / "out.parquet")["score"]


def score_by_pyfunc(root: Path, reports: pd.DataFrame) -> pd.Series:
    """Score with mlflow.pyfunc in this process."""
    import mlflow  # noqa: PLC0415 - takes seconds, which are counted

    mlflow.set_tracking_uri(f"sqlite:///{root / 'mlflow.db'}")
    return mlflow.pyfunc.load_model("models:/saring@champion").predict(reports)["score"]


def score_by_server(root: Path, reports: pd.DataFrame, folder: Path) -> pd.Series:
    """Score with `mlflow models serve --env-manager local`, over HTTP."""
    with serve(root, folder) as address:
        starts = range(0, len(reports), AT_ONCE)
        answers = [ask(address, reports.iloc[start : start + AT_ONCE]) for start in starts]
    return pd.concat(answers, ignore_index=True)


@contextmanager
def serve(root: Path, folder: Path) -> Iterator[str]:
    """Start the server on a free port, and end it with all its children."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", "models:/saring@champion"]
    options = ["--env-manager", "local", "--port", str(port), "--host", "127.0.0.1", "--workers", "1"]
    environment = {
        **os.environ,
        "MLFLOW_TRACKING_URI": f"sqlite:///{root / 'mlflow.db'}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PATH": f"{SARING.parent}:{os.environ['PATH']}",
    }
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, *options], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/ping", server, folder / "server.log")
        yield f"http://127.0.0.1:{port}/invocations"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers. Raises RuntimeError with its log when it does not."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while server.poll() is None and time.monotonic() < give_up_at:
        try:
            urllib.request.urlopen(address, timeout=10).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))


def ask(address: str, reports: pd.DataFrame) -> pd.Series:
    """Send rows as JSON, and return the scores of the answer."""
    content = json.dumps({"dataframe_split": json.loads(reports.to_json(orient="split", index=False))})
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(address, content.encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        predictions = json.load(answer)["predictions"]
    return pd.Series([row["score"] for row in predictions], dtype="float64")


def largest_difference(scores: pd.Series, others: pd.Series) -> float:
    """Return the largest difference; infinite where only one of them abstains."""
    a, b = scores.to_numpy(np.float64), others.to_numpy(np.float64)
    if not np.array_equal(np.isnan(a), np.isnan(b)):
        return float("inf")
    return float(np.nanmax(np.abs(a - b)))


def time_registering(root: Path, folder: Path) -> dict[str, float]:
    """Return seconds of `saring model register --all` where MLflow knows nothing yet, and of importing MLflow."""
    copy = folder / "copy"
    shutil.copytree(root / "models", copy / "models")
    commands = {
        "import mlflow": [sys.executable, "-c", "import mlflow.pyfunc"],
        "register --all": [SARING, "--root", copy, "model", "register", "--all"],
    }
    seconds = {}
    for name, command in commands.items():
        begin = time.perf_counter()
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
        seconds[name] = time.perf_counter() - begin
    return seconds


def main() -> None:
    """Score three times, compare, print."""
    n_reports = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else folder / "root"
        if len(sys.argv) < 2:
            subprocess.run([SARING, "--root", root, "run"], cwd=REPOSITORY, check=True, capture_output=True)
        reports = read_reports(root, n_reports)
        ways = {
            "saring score": lambda: score_by_command(root, reports, folder),
            "mlflow.pyfunc": lambda: score_by_pyfunc(root, reports),
            "mlflow models serve": lambda: score_by_server(root, reports, folder),
        }
        scores, seconds = {}, {}
        for name, score in ways.items():
            begin = time.perf_counter()
            scores[name] = score()
            seconds[name] = time.perf_counter() - begin
        registering = time_registering(root, folder)
    differences = {name: largest_difference(scores["saring score"], found) for name, found in scores.items()}
    print(f"{len(reports):,} reports, {int(scores['saring score'].isna().sum()):,} abstained")
    for name in ways:
        print(f"{name:<22}{seconds[name]:>8.1f} s   largest difference {differences[name]:.3g}")
    for name, took in registering.items():
        print(f"{name:<22}{took:>8.1f} s")
    ratio = seconds["mlflow models serve"] / seconds["saring score"]
    register_ratio = registering["register --all"] / registering["import mlflow"]
    found = {"ratio": ratio, "register_ratio": register_ratio, "largest_difference": differences}
    print(json.dumps(found | {"seconds": seconds | registering}))
    sys.exit(max(differences.values()) > TOLERANCE)


if __name__ == "__main__":
    main()
