"""`saring evaluate --protocol`: the table, its files, its history, and what it refuses."""

import json

import pyarrow.parquet as pq
import pytest

CHOICES = """
evaluate:
  bootstraps: 50
  protocol:
    checked: desa
    forward_from: "2026-06-01T00:00:00+07:00"
    headlines: desa
    queue_hoaxes: desa
    queue_chatter: [{tweets}]
    axis: [0.0, 0.5]
    ceilings: ceilings.json
"""


@pytest.fixture
def ready(desk, reports):
    desk.lay_reports(reports, CHOICES.format(tweets="desa"))
    for stage in ("ingest", "preprocess"):
        desk.pass_through(stage)
    return desk


def test_the_protocol_prints_its_rows_and_remembers_the_model(ready):
    said = ready.pass_through("evaluate", "--protocol", "--record", "plain")
    assert "no smallest share: W, R1, H, Q not computable" in said
    rows = json.loads((ready.root / "data/protocol/protocol.json").read_text())["rows"]
    assert rows["R1"]["auc"]["lower"] <= rows["R1"]["auc"]["value"] <= rows["R1"]["auc"]["upper"]
    assert rows["Q"] == {"auc": None, "share": None, "shape_auc": None, "ceiling": None}
    [tried] = json.loads((ready.folder / "ceilings.json").read_text())["models"]
    assert tried["name"] == "plain"
    assert tried["auc"]["R1"] == pytest.approx(rows["R1"]["auc"]["value"], abs=1e-4)
    assert "'plain' already; expected a new name" in ready.refuse(
        "evaluate", "--protocol", "--record", "plain"
    )


def test_a_model_cannot_be_told_from_itself(ready):
    ready.pass_through("evaluate", "--protocol")
    sheet = ready.root / "data/protocol/sheet.parquet"
    before = sheet.read_bytes()
    said = ready.pass_through("evaluate", "--protocol", "--against", sheet)
    assert said.count("cannot be told") == len(set(pq.read_table(sheet)["row"].to_pylist()))
    assert sheet.read_bytes() == before


def test_the_axis_is_drawn_at_every_weight(ready):
    said = ready.pass_through("evaluate", "--protocol", "--axis")
    assert "Along the axis: the weight of ordinary talk" in said
    place = ready.root / "data/protocol"
    points = json.loads((place / "axis.json").read_text())
    assert [point["weight"] for point in points] == [0.0, 0.5]
    rows = json.loads((place / "protocol.json").read_text())["rows"]
    assert points[1]["rows"]["R1"]["value"] == rows["R1"]["auc"]["value"]
    assert (place / "axis.png").read_bytes().startswith(b"\x89PNG")


def test_without_its_section_there_is_no_protocol(desk):
    assert "'evaluate.protocol' holds null; expected the sources of its rows" in desk.refuse(
        "evaluate", "--protocol"
    )


def test_a_source_that_is_not_there_is_named(desk, reports):
    desk.lay_reports(reports, CHOICES.format(tweets="cuitan"))
    for stage in ("ingest", "preprocess"):
        desk.pass_through(stage)
    assert "names the source 'cuitan'; expected one of desa" in desk.refuse("evaluate", "--protocol")


def test_a_damaged_history_is_one_line(ready):
    (ready.folder / "ceilings.json").write_text('{"models": [{"name": 3}]}')
    assert "is not a history of models" in ready.refuse("evaluate", "--protocol")


def test_options_of_the_protocol_need_it(desk):
    assert "--record, --against and --axis need --protocol" in desk.refuse("evaluate", "--record", "plain")
