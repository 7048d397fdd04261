"""`saring score` as a long job: processes, kills, what is written beside the output, and input that is wrong."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.storage import digest_file
from pipeline.storage.batches import chunks

WORDS = "warga desa dana segera sebarkan sebelum dihapus posyandu buka selasa pagi rapat harga pasar".split()
N_ROWS = 120
SMALL_CHUNKS = "import pipeline.storage.batches.chunks as c; c.read_chunks.__defaults__ = (30,)"
KILL_AT_STEP = """
import os, pathlib, signal
steps = {steps}
def step():
    global steps
    steps -= 1
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)
flush, rename = os.fsync, pathlib.Path.replace
def fsync(file):
    step(); flush(file)
def replace(path, target):
    step(); rename(path, target); step()
os.fsync, pathlib.Path.replace = fsync, replace
"""
MAIN = "from pipeline.cli.app import main; main()"


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks.read_chunks, "__defaults__", (30,))


def make_rows() -> list[dict[str, object]]:
    """Make rows of which some abstain and no two have one text."""
    texts = [f"{WORDS[n % 14]} {WORDS[n * 5 % 14]} {WORDS[n * 3 % 13]} kampung {n}" for n in range(N_ROWS)]
    texts[7], texts[50] = "", "😀😀"
    return [{"id": n, "text": text} for n, text in enumerate(texts)]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in make_rows()), encoding="utf-8")
    return path


def score_alone(
    root: Path, *arguments: object, first: str = SMALL_CHUNKS, **options
) -> subprocess.CompletedProcess:
    """Run `saring score` as a process of its own, after some lines of Python."""
    command = [sys.executable, "-c", f"{first}\n{MAIN}", "--root", root, "score", *arguments]
    return subprocess.run([str(part) for part in command], capture_output=True, check=False, **options)


def read_rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def refuse(result, line: str) -> None:
    assert result.exit_code == 2, result.output
    assert line in result.output
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("suffix", ["jsonl", "csv.gz", "parquet"])
def test_any_number_of_processes_and_any_chunks_give_the_same_bytes(
    saring, sample_root: Path, source: Path, tmp_path: Path, small_chunks, suffix: str
):
    one, two = tmp_path / f"one.{suffix}", tmp_path / f"two.{suffix}"
    assert saring("--root", sample_root, "score", source, "--output", one).exit_code == 0
    assert saring("--root", sample_root, "score", source, "--output", two, "--jobs", 2).exit_code == 0
    assert one.read_bytes() == two.read_bytes()


def test_scores_do_not_depend_on_the_chunks(
    saring, sample_root: Path, source: Path, tmp_path: Path, monkeypatch
):
    for rows in (7, 1000):
        monkeypatch.setattr(chunks.read_chunks, "__defaults__", (rows,))
        saring("--root", sample_root, "score", source, "--output", tmp_path / f"{rows}.jsonl")
    assert (tmp_path / "7.jsonl").read_bytes() == (tmp_path / "1000.jsonl").read_bytes()


def test_a_job_that_is_killed_at_every_step_ends_as_an_undisturbed_one(
    saring, sample_root: Path, source: Path, tmp_path: Path, small_chunks
):
    whole, output = tmp_path / "whole.parquet", tmp_path / "out.parquet"
    saring("--root", sample_root, "score", source, "--output", whole)
    n_kills = 0
    for steps in (6, 4, 4, 5, *range(1, 20)):
        kill = SMALL_CHUNKS + KILL_AT_STEP.format(steps=steps)
        resume = ("--resume",) if n_kills else ()
        done = score_alone(sample_root, source, "--output", output, *resume, first=kill)
        if done.returncode != -signal.SIGKILL:
            break
        n_kills += 1
        assert not output.exists() or output.read_bytes() == whole.read_bytes()
    assert done.returncode == 0, done.stderr
    assert n_kills >= 10
    assert output.read_bytes() == whole.read_bytes()
    ours, undisturbed = (json.loads(Path(f"{path}.meta.json").read_text()) for path in (output, whole))
    assert ours | {"output": undisturbed["output"]} == undisturbed
    assert not list(tmp_path.glob(".out.parquet*"))
    again = saring("--root", sample_root, "score", source, "--output", output, "--resume")
    assert again.exit_code == 0


def test_resuming_another_job_is_refused(saring, sample_root: Path, source: Path, tmp_path: Path):
    output = tmp_path / "out.jsonl"
    kill = SMALL_CHUNKS + KILL_AT_STEP.format(steps=6)
    assert score_alone(sample_root, source, "--output", output, first=kill).returncode == -signal.SIGKILL
    anew = saring("--root", sample_root, "score", source, "--output", output)
    refuse(anew, "an unfinished job stands there")
    other = saring("--root", sample_root, "score", source, "--output", output, "--resume", "--explain", 2)
    refuse(other, "the job to resume has another options; expected the same; begin anew with --force")
    with source.open("a") as file:
        file.write('{"text": "satu lagi"}\n')
    changed = saring("--root", sample_root, "score", source, "--output", output, "--resume")
    refuse(changed, "the job to resume has another input")
    refuse(saring("--root", sample_root, "score", "-", "--output", output, "--resume"), "cannot be resumed")


def test_a_second_job_on_one_output_is_told(saring, sample_root: Path, source: Path, tmp_path: Path):
    hold = (
        "import sys, time, pathlib; from pipeline.storage.parts import hold_parts\n"
        "with hold_parts(pathlib.Path(sys.argv[1]), {'resumable': True}, resume=False, force=False):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    output = tmp_path / "out.jsonl"
    with subprocess.Popen([sys.executable, "-c", hold, output], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        refuse(
            saring("--root", sample_root, "score", source, "--output", output),
            "another saring is writing it; expected one at a time; wait for it",
        )
        holder.kill()
    assert saring("--root", sample_root, "score", source, "--output", output).exit_code == 0


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_top_is_the_head_of_all_rows_by_score(
    saring, sample_root: Path, source: Path, tmp_path: Path, small_chunks, suffix: str
):
    saring("--root", sample_root, "score", source, "--output", tmp_path / "all.jsonl", "--explain", 2)
    rows = [row for row in read_rows(tmp_path / "all.jsonl") if row["score"] is not None]
    expected = sorted(rows, key=lambda row: (-row["score"], row["id"]))
    top, back = tmp_path / f"top.{suffix}", tmp_path / "top.back.jsonl"
    result = saring("--root", sample_root, "score", source, "--output", top, "--top", 40, "--explain", 2)
    assert f"{N_ROWS} accepted" in result.output.replace("=     ", "")
    assert "the 40 highest kept" in result.output
    saring("--root", sample_root, "score", top, "--output", back, "--overwrite", "--explain", 2)
    assert [int(row["id"]) for row in read_rows(back)] == [row["id"] for row in expected[:40]]
    assert [row["words"] for row in read_rows(back)] == [row["words"] for row in expected[:40]]


def test_words_that_drove_a_score_stand_in_the_original_spelling(saring, sample_root: Path, tmp_path: Path):
    (tmp_path / "in.csv").write_text("text\nSEGERA SEBARKAN sblm dihapus ya!!\n", encoding="utf-8")
    saring(
        "--root", sample_root, "score", tmp_path / "in.csv", "--output", tmp_path / "o.jsonl", "--explain", 3
    )
    [row] = read_rows(tmp_path / "o.jsonl")
    assert 1 <= len(row["words"]) <= 3
    assert set(row["words"]) <= set("SEGERA SEBARKAN sblm dihapus ya".split())


def test_columns_can_have_other_names(saring, sample_root: Path, tmp_path: Path):
    joined = {"text": f"{' '.join(WORDS)}\n\nrapat desa"}
    (tmp_path / "a.jsonl").write_text(json.dumps(joined) + "\n")
    (tmp_path / "b.csv").write_text(f"caption,asr\n{' '.join(WORDS)},rapat desa\n")
    saring("--root", sample_root, "score", tmp_path / "a.jsonl", "--output", tmp_path / "a.out.jsonl")
    mapped = ("--columns", "text=caption,transcript=asr")
    saring("--root", sample_root, "score", tmp_path / "b.csv", "--output", tmp_path / "b.out.jsonl", *mapped)
    assert read_rows(tmp_path / "a.out.jsonl")[0]["score"] == read_rows(tmp_path / "b.out.jsonl")[0]["score"]


def test_a_stream_is_scored_to_a_stream(sample_root: Path, source: Path, tmp_path: Path):
    done = score_alone(sample_root, "-", "--output", "-", input=source.read_bytes())
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == list(range(N_ROWS))
    assert done.stderr.startswith(b"score ")
    table = score_alone(
        sample_root, "-", "--output", "-", "--format", "csv", "--jobs", 2, input=b"text\nwarga desa rapat\n"
    )
    assert table.stdout.startswith(b"text,score,abstain_reason,model_version\nwarga desa rapat,0.")
    kept = score_alone(sample_root, "-", "--output", tmp_path / "o.parquet", input=source.read_bytes())
    assert kept.returncode == 0
    assert pq.read_table(tmp_path / "o.parquet")["id"].to_pylist() == list(range(N_ROWS))


def test_a_reader_that_leaves_is_one_line(sample_root: Path, source: Path, tmp_path: Path):
    (tmp_path / "long.jsonl").write_bytes(source.read_bytes() * 10)
    command = [sys.executable, "-c", f"{SMALL_CHUNKS}\n{MAIN}", "--root", sample_root, "score"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*command, tmp_path / "long.jsonl", "--output", "-"], **pipes) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == (
            b"saring: score: standard output cannot be written (broken pipe); expected a reader to its end\n"
        )
        assert process.wait() == 2


def test_the_side_file_says_what_was_done(saring, sample_root: Path, source: Path, tmp_path: Path):
    output = tmp_path / "out.jsonl"
    saring("--root", sample_root, "score", source, "--output", output)
    meta = json.loads((tmp_path / "out.jsonl.meta.json").read_text())
    champion = json.loads((sample_root / "models/champion.json").read_text())
    assert meta["job"]["model"]["version"] == champion["version"]
    assert meta["job"]["input"]["files"][0]["sha256"] == digest_file(source)
    assert meta["output"] == {"name": "out.jsonl", "rows": N_ROWS, "sha256": digest_file(output)}
    assert meta["rows"] == N_ROWS
    assert meta["abstained"] == {"no text": 2}
    assert sum(meta["scores"]["histogram"]["counts"]) == meta["scored"] == N_ROWS - 2
    assert sum(meta["drift"]["rows_between"]) == meta["scored"]
    assert len(meta["drift"]["training_decile_edges"]) == 9
    assert meta["drift"]["drifted"] == (meta["drift"]["population_stability_index"] >= 0.2)
    known = [row["score"] for row in read_rows(output) if row["score"] is not None]
    assert meta["scores"]["mean"] == pytest.approx(sum(known) / len(known))


def test_rows_whose_text_is_none_are_kept_with_the_reason(saring, sample_root: Path, tmp_path: Path):
    (tmp_path / "in.jsonl").write_text(
        '{"text": 7}\n{"text": null}\n{}\n{"text": NaN}\n{"text": ["a"]}\n{"text": "", "transcript": 3}\n'
    )
    result = saring("--root", sample_root, "score", tmp_path / "in.jsonl", "--output", tmp_path / "out.jsonl")
    assert result.exit_code == 0
    rows = read_rows(tmp_path / "out.jsonl")
    assert [row["score"] for row in rows] == [None] * 6
    reasons = ["not text", "no text", "no text", "no text", "not text", "not text"]
    assert [row["abstain_reason"] for row in rows] == reasons


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ({"text": [1, 2]}, "column 'text' holds int64; expected text"),
        ({"text": [b"a"]}, "column 'text' holds binary; expected text"),
        (
            {"isi": ["a"]},
            "has the columns isi; expected one called 'text'; name another with --columns text=",
        ),
        ({"text": ["a"], "model_version": ["x"]}, "has a column 'model_version' already"),
    ],
)
def test_a_wrong_table_is_one_line(saring, sample_root: Path, tmp_path: Path, table: dict, line: str):
    pq.write_table(pa.table(table), tmp_path / "in.parquet")
    refuse(
        saring("--root", sample_root, "score", tmp_path / "in.parquet", "--output", tmp_path / "o.csv"), line
    )
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--columns", "teks=isi"), "--columns: holds 'teks=isi'; expected text=NAME or transcript=NAME"),
        (("--columns", "text"), "--columns: holds 'text'"),
        (
            ("--columns", "transcript=asr"),
            "has no column 'asr'; expected it, as --columns transcript=asr says",
        ),
        (("--columns", "text=caption"), "has the columns id, text; expected one called 'caption'"),
        (("--format", "xml"), "has the suffix '.xml'"),
    ],
)
def test_a_wrong_option_is_one_line(
    saring, sample_root: Path, source: Path, tmp_path: Path, options, line: str
):
    refuse(saring("--root", sample_root, "score", source, "--output", tmp_path / "o.csv", *options), line)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_an_all_empty_column_and_long_texts_are_rows_too(saring, sample_root: Path, tmp_path: Path):
    long = "warga desa sebarkan " * 100_000
    tables = {"na": pa.array([None] * 3), "long": ["rapat", long, None]}
    for name, texts in tables.items():
        pq.write_table(pa.table({"text": texts}), tmp_path / f"{name}.parquet")
        result = saring(
            "--root",
            sample_root,
            "score",
            tmp_path / f"{name}.parquet",
            "--output",
            tmp_path / f"{name}.out.parquet",
        )
        assert result.exit_code == 0
        assert len(pq.read_table(tmp_path / f"{name}.out.parquet")) == 3


def test_a_file_that_grows_meanwhile_is_refused(
    saring, sample_root: Path, source: Path, tmp_path: Path, monkeypatch
):
    from pipeline.cli import batchjob

    def grow(*arguments):
        with source.open("a") as file:
            file.write('{"text": "satu lagi"}\n')
        return real(*arguments)

    real = batchjob._fill
    monkeypatch.setattr(batchjob, "_fill", grow)
    result = saring("--root", sample_root, "score", source, "--output", tmp_path / "o.csv")
    refuse(result, "changed while it was read; expected a file at rest; run again")
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_a_model_that_goes_meanwhile_is_one_line(
    saring, sample_root: Path, source: Path, tmp_path: Path, monkeypatch
):
    from pipeline.cli import batchjob

    root = tmp_path / "root"
    shutil.copytree(sample_root / "models", root / "models")
    version = json.loads((root / "models/champion.json").read_text())["version"]

    def forget(*arguments):
        shutil.rmtree(root / "models" / version)
        return real(*arguments)

    real = batchjob._fill
    monkeypatch.setattr(batchjob, "_fill", forget)
    alone = saring("--root", root, "score", source, "--output", tmp_path / "one.csv")
    assert alone.exit_code == 0, "the model was in memory"
    shutil.copytree(sample_root / "models" / version, root / "models" / version)
    several = saring("--root", root, "score", source, "--output", tmp_path / "two.csv", "--jobs", 2)
    refuse(several, f"{version}: was removed or changed; expected the model that the job began with")


def test_a_full_disk_is_one_line_and_leaves_no_output(sample_root: Path, source: Path, tmp_path: Path):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    done = score_alone(sample_root, source, "--output", tmp_path / "o.jsonl", first=limit)
    assert done.returncode == 2
    assert b"o.jsonl: cannot be written (file too large); expected a writable place\n" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_a_place_that_may_not_be_written_is_one_line(saring, sample_root: Path, source: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    result = saring("--root", sample_root, "score", source, "--output", tmp_path / "file" / "o.jsonl")
    refuse(result, "cannot be written (file exists); expected a writable place")
    if os.geteuid():
        (tmp_path / "closed").mkdir(mode=0o500)
        closed = saring("--root", sample_root, "score", source, "--output", tmp_path / "closed" / "o.jsonl")
        refuse(closed, "cannot be written (permission denied)")


def test_a_killed_worker_is_one_line(sample_root: Path, source: Path, tmp_path: Path):
    kill = (
        f"{SMALL_CHUNKS}\nimport subprocess, pipeline.cli.worker as w\n"
        "begin = w._Worker.begin\n"
        "def killed(worker, task):\n    worker.process.kill(); worker.process.wait(); begin(worker, task)\n"
        "w._Worker.begin = killed"
    )
    done = score_alone(sample_root, source, "--output", tmp_path / "o.jsonl", "--jobs", 2, first=kill)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count(b"\n") == 1
    assert b"a worker process was killed; expected it to finish" in done.stderr


def test_the_output_may_not_lie_in_the_input_folder(saring, sample_root: Path, source: Path, tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    shutil.copy(source, folder / "b.jsonl")
    (folder / "a.csv").write_text("id,text\n1,rapat desa di balai\n")
    inside = saring("--root", sample_root, "score", folder, "--output", folder / "o.jsonl")
    refuse(inside, "lies inside the input folder")
    assert saring("--root", sample_root, "score", folder, "--output", tmp_path / "o.jsonl").exit_code == 0
    assert [row["id"] for row in read_rows(tmp_path / "o.jsonl")] == ["1", *range(N_ROWS)]
