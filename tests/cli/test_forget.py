"""`saring forget`: a report or a reporter leaves everything under a root, and does not come back."""

import gzip
import json
import shutil
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.cli import forgetting
from pipeline.privacy.pseudonyms import digest_identifier
from pipeline.storage import digest_file
from pipeline.storage.parts import meta_path
from tests.cli.conftest import KEY
from tests.cli.private import GARDEN, PHONE, REPORTER, TEXT, WAITING_TEXT

TRACES = (TEXT[:45], WAITING_TEXT[:45], "menunggu-1")
ROWS = [126 + len(GARDEN.reports) + place for place in (1, 2, 3)]
CHANGEABLE = (
    "queue.db",
    "data/interim",
    "data/processed",
    "data/evaluation",
    "data/queue",
    "luaran",
    "catatan.log",
)
OUTPUTS = ("luaran/s.parquet", "luaran/s.csv.gz", "luaran/s.jsonl")


@pytest.fixture
def mine(private_desk, tmp_path: Path):
    shutil.copytree(private_desk.folder, tmp_path / "desk")
    return private_desk._replace(folder=tmp_path / "desk")


def read_all(root: Path) -> str:
    """Turn everything under a root that may be changed into text."""
    texts = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        if not str(path.relative_to(root)).startswith(CHANGEABLE):
            continue
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content = json.dumps(pq.read_table(path).to_pylist(), default=str, ensure_ascii=False).encode()
        texts.append((gzip.decompress(content) if path.suffix == ".gz" else content).decode("latin-1"))
    return "\n".join(texts)


def holds_me(root: Path) -> list[str]:
    everything = read_all(root)
    return [trace for trace in TRACES if trace in everything]


def test_the_traces_are_there_before(mine):
    assert holds_me(mine.root) == list(TRACES)


def test_a_dry_run_names_the_same_places_and_changes_nothing(mine):
    before = mine.list_files()
    planned = mine.pass_through("forget", "--reporter", REPORTER, "--dry-run")
    after = mine.list_files()
    assert after == before
    done = mine.pass_through("forget", "--reporter", REPORTER)
    assert planned.replace("would erase", "erased") == done


def test_a_reporter_leaves_every_file(mine):
    said = mine.pass_through("forget", "--reporter", REPORTER)
    assert holds_me(mine.root) == []
    assert "erased 2 reports" in said
    assert "(trained on it)" in said
    assert (
        f"yours to delete: {mine.folder / 'kiriman/laporan.jsonl'} (rows {', '.join(map(str, ROWS))})" in said
    )
    for name in (*OUTPUTS, "luaran/ekspor.jsonl", "luaran/antrean.csv", "catatan.log"):
        assert f"erased: {name} " in said
    rejected = pq.read_table(mine.root / "data/interim/rejected.parquet").to_pylist()
    assert [row["row"] for row in rejected if row["content"] == "null"] == [ROWS[2]]


def test_the_pseudonym_does_as_well_as_the_id(mine):
    history = pq.read_table(mine.root / "data/interim/history.parquet").to_pandas()
    [pseudonym] = history.loc[history["report_id"] == "menunggu-1", "reporter_id"]
    mine.pass_through("forget", "--reporter", pseudonym)
    assert holds_me(mine.root) == []


@pytest.mark.parametrize("by_digest", [False, True])
def test_a_report_whose_id_is_a_phone_number_is_found_by_the_number_and_by_its_digest(mine, by_digest: bool):
    digest = digest_identifier(PHONE, bytes.fromhex(KEY))
    assert digest in read_all(mine.root)
    mine.pass_through("forget", "--report", digest if by_digest else PHONE)
    everything = read_all(mine.root)
    assert digest not in everything
    assert "menunggu-1" in everything
    said = mine.pass_through("ingest")
    assert "laporan.jsonl: still holds 1 forgotten rows; delete them there" in said
    assert digest not in read_all(mine.root)


def test_later_ingests_take_nothing_of_it_and_the_flow_balances(mine):
    before, reasons = read_interim(mine.root)
    mine.pass_through("forget", "--reporter", REPORTER)
    mine.pass_through("ingest")  # which asserts that rows in = accepted + merged + rejected
    after, reasons_after = read_interim(mine.root)
    assert before - after == {"menunggu-1", digest_identifier(PHONE, bytes.fromhex(KEY))}
    assert after < before
    assert reasons_after["forgotten"] == 3
    assert reasons_after.total() == reasons.total() + 2
    assert holds_me(mine.root) == []
    mine.pass_through("preprocess")


def read_interim(root: Path) -> tuple[set[str], Counter[str]]:
    """Return the ids of the reports, and the reasons of the rejected rows."""
    reports = pq.read_table(root / "data/interim/reports.parquet")["report_id"].to_pylist()
    reasons = pq.read_table(root / "data/interim/rejected.parquet")["reason"].to_pylist()
    return set(reports), Counter(reasons)


def test_the_queue_is_ordered_without_it(mine):
    claims = pq.read_table(mine.root / "data/queue/claims.parquet").to_pandas()
    mine.pass_through("forget", "--report", "menunggu-1")
    left = pq.read_table(mine.root / "data/queue/claims.parquet").to_pandas()
    assert left["rank"].tolist() == list(range(1, len(claims)))
    assert left["text"].tolist() == [text for text in claims["text"] if text != WAITING_TEXT]


def test_a_wording_that_others_share_stays_with_them_and_one_that_nobody_shares_goes(mine):
    def owners() -> set[str]:
        return set(pq.read_table(mine.root / "data/processed/wordings.parquet")["report_id"].to_pylist())

    before = owners()
    mine.pass_through("forget", "--report", "r00-0")
    mine.pass_through("forget", "--report", "menunggu-1")
    assert {"r00-0", "menunggu-1"} <= before
    assert owners() == before - {"r00-0", "menunggu-1"} | {"r00-1"}
    mine.pass_through("prioritise")


def test_side_files_of_scored_outputs_stay_true(mine):
    mine.pass_through("forget", "--reporter", REPORTER)
    for name in OUTPUTS:
        output = json.loads(meta_path(mine.root / name).read_text(encoding="utf-8"))["output"]
        assert (output["rows"], output["sha256"]) == (ROWS[0] - 1, digest_file(mine.root / name))


def test_published_models_are_not_touched(mine):
    def frozen() -> dict[str, str]:
        paths = (path for place in ("models", "mlartifacts") for path in (mine.root / place).rglob("*"))
        return {str(path): digest_file(path) for path in paths if path.is_file()}

    before = frozen()
    mine.pass_through("forget", "--reporter", REPORTER)
    assert frozen() == before
    assert "verified 1 of 1" in mine.pass_through("model", "verify")


@pytest.mark.parametrize("n_done", [0, 4, len(forgetting.HOLDERS)])
def test_a_run_that_stopped_on_the_way_is_repeated(mine, n_done: int, monkeypatch: pytest.MonkeyPatch):
    def stop(*_: object) -> list[object]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(forgetting, "HOLDERS", (*forgetting.HOLDERS[:n_done], stop))
        assert mine.run("forget", "--reporter", REPORTER).exit_code == 130
    assert TEXT[:45] in read_all(mine.root)
    said = mine.pass_through("forget", "--reporter", REPORTER)
    assert holds_me(mine.root) == []
    assert "was forgotten before" in said
    assert "from 0 places" in mine.pass_through("forget", "--reporter", REPORTER)
    assert len((mine.root / ".saring/forgotten.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_a_tombstone_names_nobody(mine):
    mine.pass_through("forget", "--reporter", REPORTER)
    [line] = (mine.root / ".saring/forgotten.jsonl").read_text(encoding="utf-8").splitlines()
    tombstone = json.loads(line)
    assert tombstone.keys() == {"kind", "digest", "forgotten_at", "models"}
    assert tombstone["digest"].startswith("t-")
    assert tombstone["models"][-1] == "candidate"


def test_leftovers_and_unfinished_parts_go_too(mine):
    leftover = mine.root / "data/interim/.reports.parquet.999999999.part"
    leftover.write_text(TEXT, encoding="utf-8")
    parts = mine.root / "luaran/.t.jsonl.parts"
    parts.mkdir()
    for number, text in enumerate((TEXT, "sesuatu yang lain sama sekali")):
        table = pa.table({"content": pa.array([json.dumps({"text": text}).encode()], pa.large_binary())})
        with pa.ipc.new_file(parts / f"{number:08}.arrow", table.schema) as file:
            file.write_table(table)
    mine.pass_through("forget", "--reporter", REPORTER)
    assert not leftover.exists()
    assert [path.name for path in parts.iterdir()] == ["00000001.arrow"]


def test_tables_that_others_put_there_are_named(mine):
    other = mine.root / "punya-orang.csv"
    other.write_text("report_id,isi\nmenunggu-1,kucing oranye\n", encoding="utf-8")
    before = other.read_bytes()
    said = mine.pass_through("forget", "--report", "menunggu-1")
    assert f"yours to delete: {other} (1 rows)" in said
    assert other.read_bytes() == before


def test_raw_files_that_cannot_be_read_do_not_keep_a_person(mine):
    (mine.folder / "kiriman/laporan.jsonl").write_bytes(b"")
    result = mine.run("forget", "--reporter", REPORTER)
    assert result.exit_code == 0
    assert "look there yourself" in result.stderr
    assert "menunggu-1" not in read_all(mine.root / "data")


def test_an_id_that_nobody_knows_is_one_line(mine):
    line = mine.refuse("forget", "--report", "tidak-ada")
    assert line.endswith(
        "root: neither its tables nor its raw files know this report; expected an id as the source or saring "
        "gives it; nothing was changed"
    )
    assert "expected one of them" in mine.refuse("forget")
    assert "expected one of them" in mine.refuse("forget", "--report", "a", "--reporter", "b")


def test_a_root_without_reports_has_nothing_to_forget(desk):
    assert "no such file" in desk.refuse("forget", "--report", "r00-0")


def test_a_damaged_tombstone_is_not_overlooked(mine):
    (mine.root / ".saring/forgotten.jsonl").write_text("{}\n", encoding="utf-8")
    assert "is damaged" in mine.refuse("ingest")
