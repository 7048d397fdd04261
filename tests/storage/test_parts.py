import os
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import SchemaError, StorageError
from pipeline.storage.parts import hold_parts, meta_path

JOB = {"input": "a", "options": [1], "resumable": True}


def pack(number: int) -> bytes:
    sink = pa.BufferOutputStream()
    table = pa.table({"n": [number]})
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def stop_after(output: Path, *numbers: int, job=JOB, resume: bool = False, force: bool = False) -> None:
    """Finish some parts, then be interrupted."""
    with pytest.raises(KeyboardInterrupt):
        with hold_parts(output, job, resume=resume, force=force) as parts:
            for number in numbers:
                parts.add(number, pack(number))
            raise KeyboardInterrupt


def finish(output: Path, *, resume: bool = True, force: bool = False, job=JOB) -> list[int]:
    """Go on and publish; return the parts that stood already."""
    with hold_parts(output, job, resume=resume, force=force) as parts:
        found = sorted(parts.finished())
        parts.publish(lambda sink: sink.write(b"whole") and None, lambda digest: {"sha256": digest})
    return found


def test_finished_parts_are_found_again(tmp_path: Path):
    output = tmp_path / "out.csv"
    stop_after(output, 0, 2)
    assert not output.exists()
    stop_after(output, 1, resume=True)
    assert finish(output) == [0, 1, 2]
    assert output.read_bytes() == b"whole"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.csv.meta.json"]
    assert meta_path(output).exists()


def test_an_unfinished_job_is_neither_lost_nor_mixed_with_another(tmp_path: Path):
    output = tmp_path / "out.csv"
    stop_after(output, 0)
    with pytest.raises(
        StorageError, match=r"an unfinished job stands there; .* --resume, or begin anew with"
    ):
        finish(output, resume=False)
    with pytest.raises(StorageError, match="has another options; expected the same; begin anew with --force"):
        finish(output, job={**JOB, "options": [2]})
    assert finish(output, resume=False, force=True) == []


def test_what_cannot_be_resumed_is_begun_anew(tmp_path: Path):
    stop_after(tmp_path / "out.csv", 0, job={**JOB, "resumable": False})
    assert finish(tmp_path / "out.csv", resume=False) == []


def test_a_wrong_input_leaves_nothing(tmp_path: Path):
    with pytest.raises(SchemaError, match="wrong"):
        with hold_parts(tmp_path / "out.csv", JOB, resume=False, force=False) as parts:
            parts.add(0, pack(0))
            raise SchemaError("wrong")
    stop_after(tmp_path / "out.csv")
    assert list(tmp_path.iterdir()) == []


def test_two_jobs_on_one_output_are_kept_apart(tmp_path: Path):
    output = tmp_path / "out.csv"
    with hold_parts(output, JOB, resume=False, force=False) as parts:
        parts.add(0, pack(0))
        for force in (True, False):
            with pytest.raises(StorageError, match="another saring is writing it; expected one at a time"):
                finish(output, force=force)
        assert parts.finished() == {0}
    assert finish(output) == [0]


def test_leftovers_of_a_removal_are_removed(tmp_path: Path):
    gone = tmp_path / f".out.csv.parts.{os.getpid()}.gone"
    gone.mkdir()
    (gone / "00000000.arrow").write_bytes(b"")
    finish(tmp_path / "out.csv")
    assert not gone.exists()
