"""Tombstones: both forms of an id meet in one digest, kinds and keys stay apart."""

from datetime import UTC, datetime
from pathlib import Path

from pipeline.privacy.pseudonyms import digest_identifier, digest_reporter
from pipeline.privacy.tombstones import bury, read_tombstones, write_tombstones

KEY = bytes(range(32))
NOW = datetime(2026, 10, 1, tzinfo=UTC)


def test_an_id_and_its_digest_are_the_same_report():
    buried = bury(["0812-7781-9902"], "report", KEY)
    assert buried.holds_report("0812-7781-9902")
    assert buried.holds_report(digest_identifier("0812-7781-9902", KEY))
    assert not buried.holds_report("0812-7781-9903")
    assert bury([digest_identifier("0812-7781-9902", KEY)], "report", KEY) == buried


def test_a_report_and_a_reporter_of_one_name_are_two():
    buried = bury(["warga-1"], "reporter", KEY)
    assert buried.holds_reporter(digest_reporter("warga-1", KEY))
    assert not buried.holds_report("warga-1")


def test_another_key_knows_nobody():
    assert not bury(["warga-1"], "reporter", KEY)._replace(key=bytes(32)).holds_reporter("warga-1")


def test_tombstones_are_written_once_and_read_again(tmp_path: Path):
    path = tmp_path / "forgotten.jsonl"
    assert not read_tombstones(path, KEY).holds_report("r1")
    for _ in range(2):
        write_tombstones(path, bury(["r1"], "report", KEY), "report", ["v1-00000000"], NOW)
    assert read_tombstones(path, KEY).holds_report("r1")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1
    assert "r1" not in path.read_text(encoding="utf-8")
