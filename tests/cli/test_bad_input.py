"""Bad input, item by item: one line that names the place, what was found and what was expected, and exit 2.

`desk.refuse` also checks that nothing was written. What rows, files and parameters can be like beyond this
stands in tests/ingest, tests/storage and tests/test_config.py.
"""

import json
import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
TOO_MANY = "126 of 126 rows in all are rejected, more than ingest.max_rejected_share: 0.05"
TIME = "expected a time such as 2026-04-03 14:30 or 12/25/2026 14:30"
COUNT = "expected whole numbers from 0 to 10000000000 (ingest.max_views), without separators"


def change(reports, n_reports=None, **values):
    """Return the reports with values of the first of them changed."""
    return [
        report | values if n_reports is None or row < n_reports else report
        for row, report in enumerate(reports)
    ]


def write_parquet(*columns: str) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table([["halo"]] * len(columns), names=list(columns)), sink)
    return sink.getvalue().to_pybytes()


def test_a_missing_file_is_one_line(desk):
    desk.name("tidak-ada.csv")
    assert desk.refuse("ingest") == (
        "saring: DESK/tidak-ada.csv: no such file or folder; expected the reports of source 'desa'; "
        "correct it in params.yaml: ingest.sources.desa.path"
    )


def test_a_directory_without_files_is_one_line(desk):
    (desk.folder / "kosong").mkdir()
    desk.name("kosong")
    assert desk.refuse("ingest") == (
        "saring: DESK/kosong: is a folder without files; expected the reports of source 'desa'"
    )


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("kosong.csv", b"", "DESK/kosong.csv: is empty; expected reports"),
        (
            "sampah.csv",
            bytes(range(256)) * 9,
            "DESK/sampah.csv: is not UTF-8; expected UTF-8; save it again as UTF-8",
        ),
        (
            "terpotong.parquet",
            write_parquet("report_id", "text")[:-20],
            "DESK/terpotong.parquet: is not a whole Parquet file; expected one; copy it again",
        ),
        (
            "tanpa-teks.csv",
            b"report_id,isi\n1,halo\n",
            "tanpa-teks.csv: none of its 2 columns is 'text'; expected 'text'; "
            "map it in params.yaml: ingest.sources.desa.columns",
        ),
        (
            "kembar.csv",
            b"report_id,text,text\n1,halo,hai\n",
            "kembar.csv: columns 2 and 3 have the same name, 'text'; expected a name of its own for each",
        ),
        (
            "kembar.parquet",
            write_parquet("text", "report_id", "text"),
            "kembar.parquet: columns 1 and 3 have the same name, 'text'; expected a name of its own for each",
        ),
    ],
)
def test_a_bad_file_is_one_line(desk, name, content, line):
    desk.lay(content, name)
    assert desk.refuse("ingest") == f"saring: {line}"


def test_a_bad_file_leaves_the_reports_of_the_last_run(desk):
    desk.pass_through("ingest")
    desk.lay(b"", "kosong.csv")
    assert desk.refuse("ingest") == "saring: DESK/kosong.csv: is empty; expected reports"
    assert pq.read_metadata(desk.root / "data/interim/reports.parquet").num_rows == 126


@pytest.mark.parametrize(
    ("values", "found", "expected", "reason"),
    [
        (
            {"label": "mungkin"},
            "column 'label' holds 'mungkin'",
            "expected one of 1, 0; map it in params.yaml: ingest.sources.desa.label_values",
            "label 'mungkin' is not in label_values",
        ),
        ({"reported_at": "kemarin sore"}, "reported_at cannot be read as a time", TIME, None),
        ({"reported_at": "2026-02-30"}, "reported_at cannot be read as a time", TIME, None),
        (
            {"reported_at": "2026-10-02"},
            "reported_at is in the future",
            "expected times up to 2026-09-30 17:00 UTC (run.now)",
            None,
        ),
        ({"views": -3}, "views is negative", COUNT, None),
        ({"views": 10**12}, "views is above max_views", COUNT, None),
        ({"views": 1e400}, "views cannot be read as a count", COUNT, None),
        ({"views": "banyak sekali"}, "views cannot be read as a count", COUNT, None),
        (
            {"text": "\0\0"},
            "rows have no text",
            "expected a text, transcript or ocr_text in every row",
            "no text",
        ),
        (
            {"text": "hoaks, sebarkan! " * 1200},
            "text is longer than max_text_chars",
            "expected at most 20000 characters (ingest.max_text_chars)",
            None,
        ),
    ],
)
def test_bad_rows_are_one_line_above_the_share_and_rejected_below_it(
    desk, reports, values, found, expected, reason
):
    desk.lay_reports(change(reports, **values))
    assert desk.refuse("ingest") == f"saring: laporan.jsonl: {found} (rows 1, 2, 3); {expected}; {TOO_MANY}"
    desk.lay_reports(change(reports, 3, **values))
    assert "126 =     123 accepted +      0 merged +      3 rejected" in desk.pass_through("ingest")
    rejected = pd.read_parquet(desk.root / "data/interim/rejected.parquet")
    assert list(rejected["row"]) == [1, 2, 3]
    assert set(rejected["reason"]) == {reason or found}


def test_a_text_of_five_megabytes_is_rejected_and_not_kept(desk, reports):
    desk.lay_reports(change(reports, 1, text="hoaks! " * 750_000))
    desk.pass_through("ingest")
    [row] = pq.read_table(desk.root / "data/interim/rejected.parquet").to_pylist()
    assert row["reason"] == "text is longer than max_text_chars"
    assert json.loads(row["content"])["text"] == "(5250000 characters)"


def test_a_time_without_a_zone_takes_the_zone_of_its_source(desk, reports):
    desk.lay_reports(change(reports, reported_at="2026-01-05 00:30"))
    desk.pass_through("ingest")
    times = pd.read_parquet(desk.root / "data/interim/reports.parquet")["reported_at"]
    assert set(times) == {pd.Timestamp("2026-01-04 17:30", tz="UTC")}


def test_nul_bytes_and_lone_surrogates_are_taken_out_and_counted(desk, reports):
    desk.lay_reports(change(reports, 1, text="awas\0 air\ud800 beracun"))
    assert "characters: NUL characters removed 1, lone surrogates replaced 1" in desk.pass_through("ingest")
    texts = pd.read_parquet(desk.root / "data/interim/reports.parquet").set_index("report_id")["text"]
    assert texts["r00-0"] == "awas air\ufffd beracun"
    desk.pass_through("preprocess")


@pytest.mark.parametrize(
    ("n_labelled", "label", "line"),
    [
        (120, 1, "train: every label is 1; expected both 0 and 1; import labels of both classes"),
        (0, None, "train: holds 0 labelled claims; expected at least 20; import more labels"),
        (38, None, "train: holds 19 labelled claims; expected at least 20; import more labels"),
    ],
    ids=["one class only", "no labels", "fewer than 20 labelled claims"],
)
def test_too_few_labels_are_one_line_of_train(desk, reports, n_labelled, label, line):
    labelled = reports[:n_labelled] if label is None else change(reports[:n_labelled], label=label)
    desk.lay_reports(labelled + change(reports[n_labelled:], label=None))
    desk.pass_through("ingest")
    desk.pass_through("preprocess")
    assert desk.refuse("train") == f"saring: {line}"


def test_a_split_of_one_class_is_one_line_of_train(desk, reports):
    desk.lay_reports(change(change(reports[:120], label=0), 60, label=1))
    desk.pass_through("ingest")
    desk.pass_through("preprocess")
    assert desk.refuse("train") == (
        "saring: calibration split: holds only label 0; expected both classes; add labelled reports"
    )


def test_twenty_labelled_claims_are_enough_to_train(desk, reports):
    desk.lay_reports(reports[:40])
    for stage in ("ingest", "preprocess", "train"):
        desk.pass_through(stage)


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("trian: {C: 4.0}", "'trian' is unknown; expected a key that pipeline/config names"),
        ("train: {c: 4.0}", "'train.c' is unknown; expected a key that pipeline/config names"),
        ("train: {C: 1e-3}", "'train.C' holds '1e-3'; expected: input should be a valid number"),
        (
            "text: {stem: sometimes}",
            "'text.stem' holds 'sometimes'; expected: input should be a valid boolean",
        ),
        (
            "publish: {profiles: {small: {min_auc_lower: half}}}",
            "'publish.profiles.small.min_auc_lower' holds 'half'; expected: input should be a valid number",
        ),
        (
            "ingest: {sources: [{name: desa, path: x, columns: {}, constants: {}, label_values: {}, timezone: UTC}]}",
            "'ingest.sources.0.day_first' is missing; expected a value",
        ),
        (
            "ingest: {pseudonym_key: '${SARING_TEST_NOT_SET}/desa.key'}",
            "'ingest.pseudonym_key' names ${SARING_TEST_NOT_SET}, which is not set; set it in the environment",
        ),
    ],
)
def test_an_unknown_missing_or_mistyped_key_is_one_line_with_its_full_path(desk, more, line):
    desk.name("laporan.jsonl", more)
    assert desk.refuse("run") == f"saring: DESK/params.yaml: {line}"
    assert not desk.root.exists()


def test_a_params_file_without_a_key_is_one_line_that_names_it(desk):
    whole = (ROOT / "params.yaml").read_text(encoding="utf-8")
    desk.params.write_text(whole.replace("\n  min_claims: 2 ", "\n# "), encoding="utf-8")
    assert desk.refuse("train") == (
        "saring: DESK/params.yaml: 'train.min_claims' is missing; expected a value"
    )


def test_a_folder_without_params_is_one_line_that_says_how_to_name_them(saring, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = saring("run")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "saring: params.yaml: cannot be read (no such file or directory); expected a params file; "
        "name one with --params\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, "cannot be read (no such file or directory); expected a pseudonym key"),
        (b"", "is not a key; expected 32 bytes as hexadecimal digits"),
        (b"abcd\n", "is not a key; expected 32 bytes as hexadecimal digits"),
        ("kunci désa".encode(), "is not a key; expected 32 bytes as hexadecimal digits"),
    ],
    ids=["missing", "empty", "short", "no digits"],
)
def test_a_wrong_pseudonym_key_is_one_line(desk, content, line):
    if content is None:
        (desk.folder / "desa.key").unlink()
    else:
        (desk.folder / "desa.key").write_bytes(content)
    assert desk.refuse("ingest") == f"saring: DESK/desa.key: {line}"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("run", "--from", "panen"),
            "saring run: invalid value for '--from': 'panen' is not one of 'ingest', 'preprocess', 'train', "
            "'evaluate', 'publish', 'prioritise'; see saring run --help",
        ),
        (("panen",), "saring: no such command 'panen'; see saring --help"),
        (("run", "--panen"), "saring run: no such option: --panen; see saring run --help"),
        (("score", "laporan.csv"), "saring score: missing option '--output'; see saring score --help"),
        ((), "saring: missing command; see saring --help"),
    ],
)
def test_a_command_line_that_cannot_be_read_is_one_line(desk, arguments, line):
    assert desk.refuse(*arguments) == line


def test_an_option_before_the_command_is_checked_too(saring):
    result = saring("--panen", "run")
    assert result.exit_code == 2
    assert result.stderr == "saring: no such option: --panen; see saring --help\n"


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("preprocess", "DESK/root/data/interim/reports.parquet: no such file"),
        ("train", "DESK/root/data/processed/reports.parquet: no such file"),
        ("evaluate", "DESK/root/data/processed/reports.parquet: no such file"),
        ("publish", "DESK/root/data/processed/reports.parquet: no such file"),
    ],
)
def test_a_stage_before_the_one_that_feeds_it_is_one_line(desk, command, line):
    assert desk.refuse(command) == (
        f"saring: {line}; expected the output of an earlier stage; run `saring run`"
    )


def test_scoring_and_ordering_before_anything_is_published_are_one_line(desk):
    line = "saring: DESK/root/models: nothing is published yet; expected a champion, which `saring run` makes"
    arguments = ("score", desk.folder / "laporan.jsonl", "--output", desk.folder / "skor.csv")
    assert desk.refuse(*arguments) == line
    assert desk.refuse("prioritise") == line


def test_an_output_that_exists_is_one_line_and_stays(finished_desk, tmp_path):
    output = tmp_path / "skor.csv"
    output.write_text("milik saya", encoding="utf-8")
    assert finished_desk.refuse("score", finished_desk.folder / "laporan.jsonl", "--output", output) == (
        f"saring: {output}: exists already; expected a new name; replace it with --force"
    )
    assert output.read_text(encoding="utf-8") == "milik saya"


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("hilang.csv", None, "cannot be read (no such file or directory); expected a file"),
        ("kosong.csv", b"", "is empty; expected a header and rows"),
        ("sampah.csv", bytes(range(256)) * 9, "is not UTF-8; expected UTF-8; save it again as UTF-8"),
        ("sampah.jsonl", b"\0\0\n", "line 1 is not JSON; expected one object a line"),
        (
            "lain.csv",
            b"isi\nhalo\n",
            "has the columns isi; expected one called 'text'; name another with --columns text=NAME",
        ),
        ("kembar.csv", b"text,text\nhalo,hai\n", "column 'text' occurs twice; expected every name once"),
        (
            "terpotong.parquet",
            write_parquet("text")[:-20],
            "is not a whole parquet file; expected one that opens",
        ),
    ],
)
def test_a_file_that_cannot_be_scored_is_one_line(finished_desk, tmp_path, name, content, line):
    source, output = tmp_path / name, tmp_path / "skor.jsonl"
    if content is not None:
        source.write_bytes(content)
    assert finished_desk.refuse("score", source, "--output", output) == f"saring: {source}: {line}"
    assert [path.name for path in tmp_path.iterdir()] == ([name] if content is not None else [])


def test_odd_texts_are_scored_or_abstained_on_row_by_row(finished_desk, tmp_path):
    texts = ["awas\0 air minum beracun", "awas\ud800 air minum beracun", "hoaks lagi! " * 450_000, "\0", None]
    source, output = tmp_path / "aneh.jsonl", tmp_path / "skor.jsonl"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    finished_desk.pass_through("score", source, "--output", output)
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [row["abstain_reason"] for row in rows[3:]] == ["no text", "no text"]
    assert all(0 < row["score"] < 1 for row in rows[:3])


@pytest.mark.parametrize("place", ["berkas/root", "berkas", "/proc/saring", "/sys/saring", "putaran"])
def test_a_root_that_cannot_be_written_is_one_line(desk, place):
    (desk.folder / "berkas").write_text("", encoding="utf-8")
    (desk.folder / "putaran").symlink_to("putaran")
    result = desk.saring("--params", desk.params, "--root", desk.folder / place, "run")
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    where, rest = (
        f"saring: {os.path.realpath(desk.folder / place)}: cannot be written (",
        "); expected a writable root",
    )
    assert line.startswith(where)
    assert line.endswith(rest)
    assert not (desk.folder / "berkas").read_bytes()
