import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import StorageError
from pipeline.storage import (
    digest_file,
    lock_root,
    read_frame,
    read_json,
    replace_directory,
    replace_file,
    write_frame,
    write_json,
    write_text,
)


def test_a_failing_write_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    path = tmp_path / "a.txt"
    write_text("old", path)
    with pytest.raises(ZeroDivisionError), replace_file(path) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_an_interrupted_write_leaves_nothing(tmp_path: Path):
    with pytest.raises(KeyboardInterrupt), replace_file(tmp_path / "a.txt") as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_one_line():
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(StorageError, match=r"table\.parquet: cannot be written \(no space left on device\)"):
        with replace_file(Path("/tmp/table.parquet")), full.open("w") as disk:
            disk.write("x" * 100_000)


def test_a_read_only_place_is_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"cannot be written .*; expected a writable place"):
        write_text("x", tmp_path / "file" / "below")


def test_a_failing_folder_leaves_the_old_folder(tmp_path: Path):
    with replace_directory(tmp_path / "model") as place:
        (place / "a").write_text("old")
    with pytest.raises(ZeroDivisionError), replace_directory(tmp_path / "model") as place:
        (place / "a").write_text("half")
        raise ZeroDivisionError
    assert (tmp_path / "model/a").read_text() == "old"
    assert os.listdir(tmp_path) == ["model"]


def test_frames_come_back_and_have_the_same_bytes(tmp_path: Path):
    frame = pd.DataFrame({"id": ["a", "b"], "label": pd.array([1, None], "Int8")})
    write_frame(frame, tmp_path / "one.parquet")
    write_frame(frame, tmp_path / "two.parquet")
    pd.testing.assert_frame_equal(read_frame(tmp_path / "one.parquet"), frame)
    assert digest_file(tmp_path / "one.parquet") == digest_file(tmp_path / "two.parquet")


def test_a_cut_table_is_refused(tmp_path: Path):
    path = tmp_path / "a.parquet"
    write_frame(pd.DataFrame({"a": range(1000)}), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StorageError, match="is not a whole Parquet file"):
        read_frame(path)


def test_a_missing_table_says_what_makes_it(tmp_path: Path):
    with pytest.raises(
        StorageError, match=r"no such file; expected the output of an earlier stage; run `saring run`"
    ):
        read_frame(tmp_path / "a.parquet")


def test_json_is_sorted_and_refuses_nan(tmp_path: Path):
    write_json({"b": 1, "a": "é"}, tmp_path / "a.json")
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == '{\n  "a": "é",\n  "b": 1\n}\n'
    assert read_json(tmp_path / "a.json") == {"a": "é", "b": 1}
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"a": float("nan")}, tmp_path / "b.json")


def test_a_locked_root_is_one_line_and_a_killed_holder_frees_it(tmp_path: Path):
    code = (
        "import sys, time; from pathlib import Path; from pipeline.storage import lock_root\n"
        f"with lock_root(Path({str(tmp_path)!r})): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StorageError, match="another saring is writing here"), lock_root(tmp_path):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with lock_root(tmp_path):
        pass
