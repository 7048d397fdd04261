"""Faults from outside, all real: a killed or interrupted process, a full disk, a locked or read-only root."""

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load_file

from pipeline.storage import read_json

MAIN = "from pipeline.cli.app import main; main()"
STOP_BEFORE = """
import os, pathlib
rename = pathlib.Path.replace
def stop(path, target):
    if str(target).endswith({place!r}):
        pathlib.Path.replace = rename
        os.kill(os.getpid(), {number})
    return rename(path, target)
pathlib.Path.replace = stop
"""
LIMIT_FILES = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
INTERRUPTED = "saring: interrupted; what was finished stands, nothing is half-written\n"


def start(desk, *arguments, first: str = "") -> subprocess.Popen[str]:
    """Start a saring of its own on a desk, after some lines of Python that bring it into trouble."""
    command = [sys.executable, "-c", f"{first}\n{MAIN}", "--params", desk.params, "--root", desk.root]
    return subprocess.Popen(
        [*map(str, command), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a process, and return its exit code and what it wrote to stderr."""
    with process:
        errors = process.communicate(timeout=120)[1]
    return process.returncode, errors


def interrupt(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Press ctrl-C, and once more where nothing comes of it: once in some hundred runs a library lost it."""
    process.send_signal(signal.SIGINT)
    try:
        errors = process.communicate(timeout=3)[1]
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        return finish(process)
    return process.returncode, errors


def stop_before(place: str, by: signal.Signals) -> str:
    """Return Python that sends a signal when a file is written but not yet renamed to its place."""
    return STOP_BEFORE.format(place=place, number=int(by))


def wait_for(path: Path) -> None:
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, path
        time.sleep(0.005)


def check_whole(root: Path) -> None:
    """Fail when a file that anybody reads is not whole."""
    readers = {".parquet": pq.read_table, ".json": read_json, ".csv": pd.read_csv, ".safetensors": load_file}
    for path in root.rglob("*"):
        if path.suffix in readers and ".part" not in str(path):
            readers[path.suffix](path)


def test_a_run_that_is_killed_again_and_again_ends_as_an_undisturbed_one(desk, finished_desk):
    """Every run gets further than the last, and reads what that one left."""
    for place in (
        "data/interim/rejected.parquet",
        "data/candidate",
        "data/evaluation",
        "models/champion.json",
        "data/queue/claims.parquet",
    ):
        process = start(desk, "run", first=stop_before(place, signal.SIGKILL))
        assert finish(process)[0] == -signal.SIGKILL
        assert not (desk.root / place).exists()
        assert desk.list_half_written() != []
        check_whole(desk.root)
    desk.pass_through("run")
    assert desk.list_half_written() == []
    assert desk.digest_results() == finished_desk.digest_results()


def test_a_run_that_is_killed_at_work_leaves_whole_files_and_a_free_root(desk):
    process = start(desk, "run")
    wait_for(desk.root / "data/processed/reports.parquet")
    process.kill()
    assert finish(process)[0] == -signal.SIGKILL
    check_whole(desk.root)
    desk.pass_through("train")


def test_an_interrupted_run_is_one_line_and_goes_on_when_run_again(desk, finished_desk):
    process = start(desk, "run")
    wait_for(desk.root / "data/processed/reports.parquet")
    assert interrupt(process) == (130, INTERRUPTED)
    assert desk.list_half_written() == []
    check_whole(desk.root)
    desk.pass_through("run")
    assert desk.digest_results() == finished_desk.digest_results()


@pytest.mark.parametrize(
    ("command", "place"), [("ingest", "data/interim/reports.parquet"), ("train", "data/candidate")]
)
def test_an_interrupted_write_leaves_what_was_there_before(desk, finished_desk, command, place):
    shutil.copytree(finished_desk.root, desk.root)
    before = desk.list_files()
    process = start(desk, command, first=stop_before(place, signal.SIGINT))
    assert finish(process) == (130, INTERRUPTED)
    assert desk.list_files() == before


@pytest.mark.parametrize(
    ("command", "size", "place"),
    [
        ("ingest", 6000, "data/interim/reports.parquet"),
        ("preprocess", 6000, "data/processed/reports.parquet"),
        ("train", 30_000, "data/candidate/[a-z.]+"),
        ("evaluate", 30_000, "data/evaluation/[a-z_.]+"),
    ],
)
def test_a_write_that_the_system_cuts_off_is_one_line_and_leaves_what_was_there(
    desk, finished_desk, command, size, place
):
    shutil.copytree(finished_desk.root, desk.root)
    before = desk.list_files()
    code, errors = finish(start(desk, command, first=LIMIT_FILES.format(size=size)))
    assert code == 2
    assert re.fullmatch(
        rf"saring: {desk.root}/{place}: cannot be written \(file too large\); expected a writable place\n",
        errors,
    )
    assert desk.list_files() == before


def test_a_folder_that_a_killed_process_had_put_aside_comes_back_when_the_next_write_fails(
    desk, finished_desk
):
    shutil.copytree(finished_desk.root, desk.root)
    before = desk.list_files()
    finish(start(desk, "train", first=stop_before("data/candidate", signal.SIGKILL)))
    assert not (desk.root / "data/candidate").exists()
    assert finish(start(desk, "train", first=LIMIT_FILES.format(size=30_000)))[0] == 2
    assert desk.list_files() == before


def mount(desk, options: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script that finds a small disk at ROOT, in a namespace of its own, where it is the owner."""
    desk.root.mkdir()
    saring = f"{sys.executable} -c '{MAIN}' --params {desk.params} --root {desk.root}"
    lines = f"mount -t tmpfs -o {options} none {desk.root} || exit 77\nsaring() {{ {saring} $*; }}\n{script}"
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", lines.replace("ROOT", str(desk.root))],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode == 77 or done.stderr.startswith("unshare:"):
        pytest.skip(f"this system lets nobody mount a disk of his own: {done.stderr.strip()}")
    return done


@pytest.mark.skipif(not shutil.which("unshare"), reason="this system has no unshare")
def test_a_full_disk_is_one_line_and_the_run_goes_on_when_there_is_room(desk):
    script = """
        saring ingest >&2
        cat /dev/zero > ROOT/penuh
        saring preprocess; echo "exit $?"
        find ROOT -name '*.part*'; find ROOT/data -name '*.parquet' | wc -l
        rm ROOT/penuh
        saring preprocess >&2; echo "exit $?"
    """
    done = mount(desk, "size=1m", script)
    assert done.stdout.split("\n") == ["exit 2", "3", "exit 0", ""]
    [line] = [line for line in done.stderr.splitlines() if line.startswith("saring:")]
    assert line == (
        f"saring: {desk.root}/data/processed/reports.parquet: cannot be written (no space left on device); "
        "expected a writable place"
    )


@pytest.mark.skipif(not shutil.which("unshare"), reason="this system has no unshare")
def test_a_read_only_disk_is_one_line(desk):
    done = mount(desk, "ro", "saring run")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"saring: {desk.root}: cannot be written (read-only file system); expected a writable root\n"
    )


def test_a_second_run_on_one_root_is_one_line_and_disturbs_nothing(desk):
    first = start(desk, "run")
    wait_for(desk.root / "data/interim/reports.parquet")
    first.send_signal(signal.SIGSTOP)
    line = "saring: DESK/root: another saring is writing here; expected one at a time; wait for it"
    assert desk.refuse("ingest") == line
    first.kill()
    finish(first)
    desk.pass_through("ingest")
