"""The whole line on real data, where its folder exists: a real process, what it shows, keeps and hides."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
SARING = Path(sys.executable).with_name("saring")
GIVE_UP_SECONDS = 1800
MAX_BYTES = 4e9
BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024
MIN_PER_CLASS = 10
"""Of fewer claims in one class, no source is judged."""

RUN_LENGTH = 6
MIN_DISTINCT_WORDS = 4
"""So many words of a report in a row, not all alike, are its text, not a coincidence."""

EXPECTED_FILES = [
    r"\.saring/(lock|pseudonym\.key)",
    r"data/interim/(reports|rejected|history)\.parquet",
    r"data/processed/(reports|conflicts|related|wordings)\.parquet",
    r"data/candidate/(arrays\.safetensors|golden\.jsonl|(facts|model|text)\.json)",
    r"data/evaluation/(candidate|metrics|thresholds)\.json",
    r"data/evaluation/(predictions\.parquet|(behaviour|contestants|probes|slices|sources|worst_cases)\.csv)",
    r"data/evaluation/(report\.html|(precision_recall|reliability)\.png)",
    r"data/publish/decision\.json",
    r"data/queue/(claims|scored)\.parquet",
    r"models/(\.lock|champion\.json|decisions\.jsonl)",
    r"models/v1-[0-9a-f]{8}/[^/]+",
    r"mlflow\.db",
    r"queue\.db(\.refresh)?",
    r"mlartifacts/[0-9a-f]{32}/artifacts/[^/]+",
    r"mlartifacts/models/m-[0-9a-f]{32}/artifacts/[^/]+",
    r"mlartifacts/models/m-[0-9a-f]{32}/artifacts/data/v1-[0-9a-f]{8}/[^/]+",
]
MAY_HOLD_TEXT = ("data/interim/", "data/processed/", "data/queue/", "queue.db")


class RealRun(NamedTuple):
    """A finished run on the real data: what it used, said and left."""

    root: Path
    exit_code: int
    output: str
    errors: str
    seconds: float
    peak_bytes: int


def find_folder() -> Path | None:
    named = os.environ.get("SARING_PUBLIC_DATA")
    candidates = [Path(named)] if named else []
    return next((path for path in [*candidates, ROOT.parent / "shared/data/dev"] if path.is_dir()), None)


@pytest.fixture(scope="module")
def folder() -> Path:
    found = find_folder()
    if found is None:
        pytest.skip("no real data: SARING_PUBLIC_DATA names no folder, and ../shared/data/dev is none")
    return found


@pytest.fixture(scope="module")
def real(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRun]:
    """One run for all tests; afterwards its root goes, so that no real text stays behind."""
    base = tmp_path_factory.mktemp("real")
    with (base / "output").open("wb") as output, (base / "errors").open("wb") as errors:
        begin = time.perf_counter()
        started = subprocess.Popen(
            [SARING, "--params", "data/public/params.yaml", "--root", base / "root", "run"],
            cwd=ROOT,
            env=os.environ | {"SARING_PUBLIC_DATA": str(folder)},
            stdout=output,
            stderr=errors,
        )
        give_up = threading.Timer(GIVE_UP_SECONDS, started.kill)
        give_up.start()
        _, status, usage = os.wait4(started.pid, 0)
        give_up.cancel()
        started.returncode = os.waitstatus_to_exitcode(status)
    yield RealRun(
        base / "root",
        started.returncode,
        (base / "output").read_text(encoding="utf-8"),
        (base / "errors").read_text(encoding="utf-8"),
        time.perf_counter() - begin,
        usage.ru_maxrss * BYTES_PER_UNIT,
    )
    shutil.rmtree(base)


def read_raw(folder: Path) -> pd.DataFrame:
    columns = ["text", "created_at", "label", "dataset"]
    paths = sorted(folder.glob("*.parquet"))
    return pd.concat([pq.read_table(path, columns=columns).to_pandas() for path in paths], ignore_index=True)


def expect_protocol(reports: pd.DataFrame) -> str:
    """Say how a source can be judged, from its raw rows: it needs two classes, and dates to look forward."""
    sizes = reports["label"].value_counts()
    if len(sizes) < 2 or sizes.min() < MIN_PER_CLASS:
        return "not computable"
    return "forward in time" if reports["created_at"].notna().any() else "source left out"


def word_runs(text: str, step: int) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    starts = range(0, len(words) - RUN_LENGTH + 1, step)
    runs = (words[start : start + RUN_LENGTH] for start in starts)
    return {" ".join(run) for run in runs if len(set(run)) >= MIN_DISTINCT_WORDS}


def shares_words(content: str, reported: set[str]) -> bool:
    return not word_runs(content, step=1).isdisjoint(reported)


def decode(path: Path) -> str:
    match path.suffix:
        case ".parquet":
            return json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False, default=str)
        case ".db":
            with sqlite3.connect(path) as database:
                dumped = "\n".join(database.iterdump())
            database.close()
            return dumped
        case _:
            return path.read_text(encoding="utf-8", errors="replace")


def relative_files(root: Path) -> Iterable[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_real_reports_become_a_champion_and_a_queue(real: RealRun, capsys: pytest.CaptureFixture[str]):
    with capsys.disabled():
        sys.stdout.write(f"\nreal data: {real.seconds:.0f} s, {real.peak_bytes / 1e9:.2f} GB at most\n")
    assert real.exit_code == 0, real.errors
    champion = json.loads((real.root / "models/champion.json").read_text())["version"]
    decision = json.loads((real.root / "data/publish/decision.json").read_text())
    assert decision == {"blocks": [], "passed": True, "version": champion}
    scored = pq.read_table(real.root / "data/queue/scored.parquet", columns=["model_version"])
    assert set(scored["model_version"].to_pylist()) == {champion}
    ranks = pq.read_table(real.root / "data/queue/claims.parquet", columns=["rank"])["rank"].to_pylist()
    assert ranks == list(range(1, len(ranks) + 1))
    assert len(ranks) > 10_000
    assert len(re.findall(r"^│ +(?:[1-9]|10) +│", real.output, re.M)) == 10


def test_every_row_is_accounted_for(real: RealRun, folder: Path):
    [line] = re.findall("^ingest .*", real.output, re.M)
    counts = [int(number.replace(",", "")) for number in re.findall(r"(?<= )\d[\d,]*(?= )", line)[:4]]
    assert counts[0] == len(read_raw(folder)) == sum(counts[1:])


def test_every_source_is_judged_as_its_rows_allow(real: RealRun, folder: Path):
    expected = {name: expect_protocol(rows) for name, rows in read_raw(folder).groupby("dataset")}
    sources = pd.read_csv(real.root / "data/evaluation/sources.csv").set_index("source")
    assert sources["protocol"].to_dict() == expected
    assert set(expected.values()) == {"forward in time", "source left out", "not computable"}
    judged = sources["protocol"] != "not computable"
    figures = sources[["auc_lower", "auc", "auc_upper", "average_precision"]]
    assert figures[judged].notna().all(axis=None)
    assert figures[~judged].isna().all(axis=None)
    assert (figures["auc_lower"] <= figures["auc"])[judged].all()
    assert (figures["auc"] <= figures["auc_upper"])[judged].all()
    assert sources.loc[~judged, "reason"].notna().all()
    for name, protocol in expected.items():
        line = rf"^│{re.escape(name)} +│ [\d,]+ +│ [\d,]+ +│ {protocol} +│"
        assert re.search(line, real.output, re.M), name


def test_memory_stays_below_four_gigabytes(real: RealRun):
    assert real.peak_bytes < MAX_BYTES


def test_nothing_lies_below_the_root_but_what_is_expected(real: RealRun):
    known = re.compile("|".join(EXPECTED_FILES))
    files = relative_files(real.root)
    assert [name for name in files if not known.fullmatch(name)] == []
    for pattern in EXPECTED_FILES:
        assert any(re.fullmatch(pattern, name) for name in files), pattern


def test_no_reported_text_stands_in_logs_or_in_what_is_published(real: RealRun, folder: Path):
    reported = {run for text in read_raw(folder)["text"].dropna() for run in word_runs(text, step=RUN_LENGTH)}
    said, queue = real.output.split("The queue: what to read first")
    assert shares_words(queue, reported), "the queue is there to show texts: the search works"
    assert not shares_words(said, reported)
    assert real.errors == ""
    published = [name for name in relative_files(real.root) if not name.startswith(MAY_HOLD_TEXT)]
    assert [name for name in published if shares_words(decode(real.root / name), reported)] == []
