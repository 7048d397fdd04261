"""Ordinary talk that trains: named by its source, told of, and part of what a candidate was made from."""

import json
from collections.abc import Mapping, Sequence

from pipeline.storage import read_json

TALK = [
    "Selamat pagi tetangga, hujan lagi ya di kampung ini",
    "Ada yang tahu jam buka warung kopi dekat lapangan",
    "Capek sekali hari ini habis lembur sampai malam",
]
NAMED = "train: {{background: {{sources: [{}], max_claims: 10, weight: 1.0}}}}"


def chat(reports: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Write three unlabelled reports from before all others."""
    first = reports[0]["reported_at"]
    return [
        {"report_id": f"talk-{n}", "text": text, "reported_at": first, "label": None}
        for n, text in enumerate(TALK)
    ]


def test_what_is_named_trains_and_is_told(desk, reports):
    desk.lay_reports([*reports, *chat(reports)], NAMED.format("desa"))
    for stage in ("ingest", "preprocess"):
        desk.pass_through(stage)
    n_talk = sum(report["label"] is None for report in reports) + len(TALK)
    said = desk.pass_through("train")
    facts = read_json(desk.root / "data/candidate/facts.json")
    told = facts["training_data"]["desa"]["background"]["n_claims"]
    assert len(TALK) <= told <= min(10, n_talk)
    assert f"{told} claims of ordinary talk" in said
    assert "background" in facts["data"]


def test_a_candidate_of_other_talk_is_not_judged(desk, reports):
    desk.lay_reports([*reports, *chat(reports)], NAMED.format("desa"))
    for stage in ("ingest", "preprocess", "train"):
        desk.pass_through(stage)
    desk.lay_reports([*reports, *chat(reports)[1:]], NAMED.format("desa"))
    for stage in ("ingest", "preprocess"):
        desk.pass_through(stage)
    assert "was trained on other" in desk.refuse("evaluate")


def test_a_named_source_without_talk_gets_a_line(desk):
    desk.name("laporan.jsonl", NAMED.format("warung"))
    for stage in ("ingest", "preprocess"):
        desk.pass_through(stage)
    said = desk.run("train")
    assert said.exit_code == 0
    assert "train.background names 'warung', which holds no text without a label" in said.stderr
    facts = json.loads((desk.root / "data/candidate/facts.json").read_text(encoding="utf-8"))
    assert "background" not in facts["data"]
