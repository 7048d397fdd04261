from pathlib import Path

import pandas as pd


def prepare(desk) -> pd.DataFrame:
    desk.pass_through("ingest")
    desk.pass_through("preprocess")
    return pd.read_parquet(desk.root / "data/processed/reports.parquet").set_index("report_id")


def name_links(desk, *rows: str) -> None:
    header = "report_id,other_report_id,link"
    (desk.folder / "links.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    desk.params.write_text("extends: base.yaml\npreprocess: {links: links.csv}\n", encoding="utf-8")


def test_preprocess_follows_what_moderators_merged_and_split(desk):
    before = prepare(desk)["claim_id"]
    assert before["r00-0"] == before["r00-1"] != before["r01-0"]
    name_links(desk, "r00-0,r00-1,cannot", "r00-0,r01-0,must", "r00-0,elsewhere,must")
    desk.pass_through("preprocess")
    after = pd.read_parquet(desk.root / "data/processed/reports.parquet").set_index("report_id")["claim_id"]
    assert after["r00-1"] != after["r00-0"] == after["r01-0"]
    assert after.drop(["r00-1", "r01-0", "r01-1"]).equals(before.drop(["r00-1", "r01-0", "r01-1"]))
    related = pd.read_parquet(desk.root / "data/processed/related.parquet")
    [row] = related[related["why"] == "apart"].to_dict("records")
    assert {row["claim_id"], row["related_claim_id"]} == {after["r00-0"], after["r00-1"]}


def test_a_bad_links_file_is_one_line_and_changes_nothing(desk):
    prepare(desk)
    name_links(desk, "r00-0,r00-1,maybe")
    assert desk.refuse("preprocess") == (
        "saring: DESK/links.csv: row 2: column 'link' holds 'maybe'; expected one of 'must', 'cannot'"
    )
    Path(desk.folder / "links.csv").unlink()
    assert desk.refuse("preprocess") == (
        "saring: DESK/links.csv: cannot be read (no such file or directory); expected a file of links"
    )


def test_a_claim_of_many_reports_is_pointed_out(desk):
    desk.params.write_text("extends: base.yaml\npreprocess: {large_claim_reports: 1}\n", encoding="utf-8")
    desk.pass_through("ingest")
    assert "with contradictory labels, 60 of more than 1 reports" in desk.pass_through("preprocess")
