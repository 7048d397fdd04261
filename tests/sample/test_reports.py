"""The reports made from the claims: the same each time, and nothing but the text tells a label."""

import csv
import gzip
import io
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import roc_auc_score

from pipeline.config import load_params

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample"
REPORTS = SAMPLE / "reports"
PARAMS = load_params(ROOT / "params.yaml")

NOW = pd.Timestamp("2026-10-01", tz="Asia/Jakarta")
QUEUE_OPENS = NOW - pd.Timedelta(days=PARAMS.queue.window_days)
NEGATION = re.compile(r"\b(?:tidak|tdk|bukan|belum|blm|jangan|jgn|tanpa|tak|n?gg?ak?|ngga|enggak|tiada)\b")
HEADER = re.compile(r"^(?:diteruskan berkali-kali|diteruskan|forwarded many times|fwd:|fw:|>>)\s+")
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def read_lines(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")


def read_rows(path: Path, broken: set[int]) -> list[dict[str, Any]]:
    """Read a file's rows but the broken ones; whatever else is wrong with it fails here."""
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
        return [row for place, row in enumerate(rows, 1) if place not in broken]
    if ".jsonl" in path.name:
        lines = read_lines(path).split("\n")[:-1]
        return [json.loads(line) for place, line in enumerate(lines, 1) if place not in broken]
    header, *cells = csv.reader(io.StringIO(read_lines(path), newline=""), delimiter=find_delimiter(path))
    return [
        {name: value or None for name, value in zip(header, row, strict=True)}
        for place, row in enumerate(cells, 1)
        if place not in broken
    ]


def find_delimiter(path: Path) -> str:
    return ";" if ";" in read_lines(path).partition("\n")[0] else ","


def read_times(rows: pd.DataFrame, column: str) -> pd.Series:
    times = rows[column].astype("str").where(rows[column].notna())
    day_first = rows["source"] == "workshop"
    local = pd.to_datetime(times[day_first], format="%d/%m/%Y %H:%M").dt.tz_localize("Asia/Jakarta")
    return pd.concat(
        [local, pd.to_datetime(times[~day_first], format="ISO8601", utc=True).dt.tz_convert("Asia/Jakarta")]
    ).sort_index()


@pytest.fixture(scope="module")
def broken() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "source" / "broken.csv")


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "source" / "planted.csv", dtype="str", keep_default_na=False)


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "source" / "claims.csv", index_col="id")


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    listed = pd.read_csv(SAMPLE / "source" / "truth.csv", index_col="claim_id")
    return listed.assign(first_reported_at=pd.to_datetime(listed["first_reported_at"]))


@pytest.fixture(scope="module")
def rows(broken: pd.DataFrame) -> pd.DataFrame:
    """Every row that is not broken, its columns named as params.yaml names them."""
    found = []
    for source in PARAMS.ingest.sources:
        for path in sorted(path for path in source.path.iterdir()):
            places = broken.loc[broken["file"] == path.relative_to(REPORTS).as_posix(), "row"]
            for row in read_rows(path, set(places)):
                named = {source.columns.get(name, name): value for name, value in row.items()}
                label = source.label_values.get(named.get("label") or "")
                found.append({**named, "label": label, "source": source.name})
    table = pd.DataFrame(found)
    times = {name: read_times(table, name) for name in ("reported_at", "observed_at", "labelled_at")}
    counts = {name: pd.to_numeric(table[name]) for name in ("views", "shares")}
    return table.assign(**times, **counts, label=table["label"].astype("Int8"))


@pytest.fixture(scope="module")
def reports(rows: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Every report once, as it is known in the end, with its claim and what is true of it."""
    merged = rows.groupby("report_id", as_index=False).last()
    members = truth["report_ids"].str.split().explode().rename("report_id").reset_index()
    parts = merged[["text", "transcript", "ocr_text"]].fillna("")
    full_text = parts.agg(" ".join, axis=1).str.replace("  ", " ").str.strip()
    joined = merged.assign(full_text=full_text).merge(members, on="report_id", how="outer", indicator=True)
    assert (joined["_merge"] == "both").all()
    true_label = joined["claim_id"].map(truth["label"])
    return joined.assign(true_label=true_label).sort_values(["reported_at", "report_id"])


@pytest.fixture(scope="module")
def by_claim(reports: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """What can be counted about a claim without reading it."""
    groups = reports[reports["claim_id"].isin(claims.index)].groupby("claim_id")
    by_url = reports.groupby(["claim_id", "url"])["views"].max()
    first = groups[["true_label", "source", "platform", "region", "reported_type", "reported_at"]].first()
    return first.assign(
        n_reports=groups.size(),
        n_labels=groups["label"].count(),
        views=by_url.groupby("claim_id").sum().reindex(first.index).fillna(0),
        text_length=groups["full_text"].first().str.len(),
        first_reported_at=first["reported_at"].astype("int64"),
        hour=first["reported_at"].dt.hour,
        waits=first["reported_at"] >= QUEUE_OPENS,
    )


def test_the_script_makes_the_committed_files_again(tmp_path: Path) -> None:
    command = [sys.executable, "-B", str(SAMPLE / "make_sample.py"), "--output", str(tmp_path)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*.*")}
    committed = {path.relative_to(SAMPLE) for path in REPORTS.rglob("*.*")}
    assert committed <= set(made)
    for name, path in made.items():
        if path.suffix == ".parquet":
            assert pq.read_table(path).equals(pq.read_table(SAMPLE / name)), name
        elif path.suffix == ".gz":
            assert gzip.decompress(path.read_bytes()) == gzip.decompress((SAMPLE / name).read_bytes()), name
        else:
            assert path.read_bytes() == (SAMPLE / name).read_bytes(), name
    assert printed.strip() in (SAMPLE / "README.md").read_text(encoding="utf-8")


def test_the_sample_is_small_and_ends_when_the_run_begins(reports: pd.DataFrame) -> None:
    assert len(reports) >= 4000
    assert PARAMS.run.now == NOW
    assert reports["reported_at"].min() >= NOW - pd.DateOffset(years=1)
    assert reports["reported_at"].max() < NOW
    assert sum(path.stat().st_size for path in REPORTS.rglob("*.*")) < 3_000_000


def test_150_claims_wait_of_which_15_are_misinformation(by_claim: pd.DataFrame) -> None:
    waiting = by_claim[by_claim["waits"]]
    assert len(waiting) == 150
    assert waiting["true_label"].sum() == 15
    assert waiting["n_labels"].sum() == 0


def test_every_older_claim_has_its_true_label(by_claim: pd.DataFrame, reports: pd.DataFrame) -> None:
    past = by_claim[~by_claim["waits"]]
    assert past["n_labels"].min() >= 1
    assert (past.loc[past["n_reports"] > 3, "n_labels"] > 1).mean() > 0.9
    assert past["true_label"].mean() == pytest.approx(0.3, abs=0.02)
    labelled = reports[reports["label"].notna()]
    assert (labelled["label"] == labelled["true_label"]).all()
    assert (labelled["reported_at"] < QUEUE_OPENS).all()


def test_at_least_100_claims_are_tested_forward_in_time(by_claim: pd.DataFrame) -> None:
    n_tested = int((~by_claim["waits"]).sum() * PARAMS.preprocess.test_share)
    latest = by_claim[~by_claim["waits"]].nlargest(n_tested, "first_reported_at")
    assert n_tested >= 100
    assert latest["true_label"].mean() == pytest.approx(0.3, abs=0.03)


def test_truth_names_the_first_report_of_each_claim(truth: pd.DataFrame, reports: pd.DataFrame) -> None:
    first = reports.groupby("claim_id")["reported_at"].min()
    assert (first == truth["first_reported_at"].reindex(first.index)).all()


def test_labels_arrive_one_to_twelve_days_later_or_at_no_known_time(reports: pd.DataFrame) -> None:
    labelled = reports[reports["label"].notna()]
    delay_days = (labelled["labelled_at"] - labelled["reported_at"]).dropna().dt.total_seconds() / 86_400
    assert delay_days.between(1, 12).all()
    assert 0.05 < labelled["labelled_at"].isna().mean() < 0.2
    assert labelled["labelled_at"].max() < NOW


@pytest.mark.parametrize("column", ["n_reports", "views", "first_reported_at", "text_length", "hour"])
def test_no_number_tells_the_label(by_claim: pd.DataFrame, column: str) -> None:
    """Over the labelled past; in the queue 15 of 150 claims are misinformation, so that chance says more."""
    for waits, tolerance in ((False, 0.07), (True, 0.12)):
        part = by_claim[by_claim["waits"] == waits]
        assert roc_auc_score(part["true_label"], part[column]) == pytest.approx(0.5, abs=tolerance)


@pytest.mark.parametrize("column", ["source", "platform", "region", "reported_type"])
def test_no_category_tells_the_label(by_claim: pd.DataFrame, column: str) -> None:
    past = by_claim[~by_claim["waits"]]
    for value in past[column].dropna().unique():
        auc = roc_auc_score(past["true_label"], past[column] == value)
        assert auc == pytest.approx(0.5, abs=0.07), value


def test_both_classes_arrive_alike_in_every_month(by_claim: pd.DataFrame) -> None:
    past = by_claim[~by_claim["waits"]]
    months = past.groupby(past["reported_at"].dt.strftime("%Y-%m"))["true_label"].agg(["size", "mean"])
    assert len(months) == 12
    assert months["size"].iloc[:-1].between(40, 60).all()
    assert months["mean"].between(0.25, 0.35).all()


def test_reports_and_views_have_heavy_tails(by_claim: pd.DataFrame) -> None:
    assert by_claim["n_reports"].median() <= 3
    assert (by_claim["n_reports"] >= 40).sum() >= 10
    views = by_claim["views"].sort_values(ascending=False)
    assert views.iloc[: len(views) // 100].sum() > 0.15 * views.sum()
    assert views.max() <= 1_000_000


def test_there_are_four_workshop_classes_and_three_sources(reports: pd.DataFrame) -> None:
    assert reports.loc[reports["source"] == "workshop", "cohort"].nunique() == 4
    assert set(reports["source"]) == {"workshop", "bawaslu", "button"}
    assert reports.loc[reports["source"] == "button", "label"].isna().all()


def test_a_claim_is_reported_through_several_sources(reports: pd.DataFrame) -> None:
    n_sources = reports.groupby("claim_id")["source"].nunique()
    n_reports = reports.groupby("claim_id").size()
    assert (n_sources[n_reports > 5] > 1).mean() > 0.9


def test_sixty_fresh_accounts_report_one_true_claim_as_a_hoax(
    reports: pd.DataFrame, truth: pd.DataFrame
) -> None:
    brigade = reports[(reports["source"] == "button") & reports["cohort"].notna()]
    others = reports[~reports["report_id"].isin(brigade["report_id"])]
    assert len(brigade) == 60
    assert brigade["reporter_id"].nunique() == 60
    assert set(brigade["reported_type"]) == {"hoax"}
    assert truth.loc[brigade["claim_id"].unique(), "label"].tolist() == [0]
    assert brigade["reported_at"].min() >= QUEUE_OPENS
    assert brigade["reported_at"].max() - brigade["reported_at"].min() <= pd.Timedelta(hours=4)
    assert not set(brigade["cohort"]) & set(others["cohort"].dropna())
    assert not set(brigade["reporter_id"]) & set(others["reporter_id"])


def test_later_looks_see_more_views(rows: pd.DataFrame) -> None:
    looks = rows[rows["report_id"].duplicated(keep=False)].sort_values(["report_id", "observed_at"])
    first, last = (looks.groupby("report_id")[["observed_at", "views", "shares"]].nth(n) for n in (0, 1))
    assert len(first) == len(last) > 400
    assert (first["observed_at"].to_numpy() < last["observed_at"].to_numpy()).all()
    assert (first["views"].to_numpy() < last["views"].to_numpy()).all()
    assert (first["shares"].to_numpy() <= last["shares"].to_numpy()).all()
    assert (rows["shares"].dropna() <= rows["views"].dropna()).all()


def test_some_labels_stand_only_in_a_later_row(rows: pd.DataFrame) -> None:
    repeated = rows[rows["report_id"].duplicated(keep=False)].groupby("report_id")["label"]
    assert (repeated.count() == 1).sum() > 100


def test_the_first_report_of_a_claim_is_its_text(reports: pd.DataFrame, claims: pd.DataFrame) -> None:
    first = reports.drop_duplicates("claim_id").set_index("claim_id")["full_text"]
    assert (first.reindex(claims.index) == claims["text"]).all()


def test_copies_say_the_same(reports: pd.DataFrame, claims: pd.DataFrame, planted: pd.DataFrame) -> None:
    """Negations stay, no number is new or changed, and nearly all keep a 5-gram Jaccard of 0.6."""
    copies = reports[reports["claim_id"].isin(claims.index)]
    clean = copies[~copies["report_id"].isin(planted["report_id"])]
    similar = []
    for claim_id, copy in zip(clean["claim_id"], clean["full_text"].str.lower(), strict=True):
        original = claims.loc[claim_id, "text"].lower()
        assert NEGATION.findall(copy) == NEGATION.findall(original), copy
        assert set(NUMBER.findall(copy)) <= set(NUMBER.findall(original)), copy
        similar.append(jaccard(HEADER.sub("", copy), original))
    assert np.mean(np.array(similar) >= 0.6) > 0.99
    assert 0.3 < np.mean(np.array(similar) < 0.99) < 0.7


def jaccard(first: str, second: str) -> float:
    ours, theirs = ({text[place : place + 5] for place in range(len(text) - 4)} for text in (first, second))
    return len(ours & theirs) / len(ours | theirs)


def test_planted_identities_stand_where_the_list_says(rows: pd.DataFrame, planted: pd.DataFrame) -> None:
    listed = planted[~planted["report_id"].str.startswith("rusak")]
    assert listed["report_id"].nunique() >= 50
    assert set(listed["kind"]) == {"nik", "phone", "email", "handle"}
    assert set(listed["column"]) == {"text", "transcript", "url", "reporter_id"}
    by_report = rows.set_index("report_id")
    for report_id, column, value in listed[["report_id", "column", "value"]].to_numpy():
        assert by_report.loc[[report_id], column].str.contains(value, regex=False).all()


def test_planted_niks_are_well_formed_and_nobodys(planted: pd.DataFrame) -> None:
    for nik in planted.loc[planted["kind"] == "nik", "value"]:
        assert re.fullmatch(r"\d\d9999\d{10}", nik)
        assert date(1900 + int(nik[10:12]), int(nik[8:10]), int(nik[6:8]) % 40)


def test_planted_phones_are_written_in_every_way(planted: pd.DataFrame) -> None:
    phones = planted.loc[planted["kind"] == "phone", "value"]
    assert phones.str.replace(r"\D", "", regex=True).str.len().between(11, 13).all()
    for writing in (
        r"08\d{10}",
        r"08\d\d-\d{4}-\d{4}",
        r"08\d\d \d{4} \d{4}",
        r"\+628\d+",
        r"\+62 8\d\d-\d+-\d+",
    ):
        assert phones.str.fullmatch(writing).any(), writing


def test_every_nik_and_phone_in_the_files_is_listed(planted: pd.DataFrame) -> None:
    text = "".join(read_lines(path) for path in REPORTS.rglob("*.*") if path.suffix != ".parquet")
    text += json.dumps(pq.read_table(REPORTS / "button" / "2026-09.parquet").to_pylist(), default=str)
    found = re.findall(r"(?<!\d)\d{16}(?!\d)|(?<!\d)(?:\+62 ?|0)8\d[\d -]{7,}\d", text)
    assert len(found) > 50
    assert {re.sub(r"\D", "", value) for value in found} <= set(planted["digits"])


def test_about_25_rows_are_broken_in_every_way(broken: pd.DataFrame, rows: pd.DataFrame) -> None:
    assert 22 <= len(broken) <= 32
    assert broken["why"].nunique() >= 15
    assert len(broken) < 0.02 * len(rows) < PARAMS.ingest.max_rejected_share * len(rows)
    assert not rows["report_id"].isna().any()
    assert not rows["report_id"].str.startswith("rusak").any()


def test_each_edge_case_is_reported_in_the_queue(reports: pd.DataFrame, truth: pd.DataFrame) -> None:
    edges = pd.read_csv(SAMPLE / "source" / "edges.csv", index_col="id", keep_default_na=False)
    reported = reports[reports["claim_id"].isin(edges.index)].set_index("claim_id")
    assert sorted(reported.index) == sorted(edges.index)
    assert (reported["full_text"] == (edges["text"] + edges["ocr_text"]).reindex(reported.index)).all()
    assert (reported["reported_at"] >= QUEUE_OPENS).all()
    assert set(truth.loc[edges.index, "topic"]) == {"edge"}


def test_some_captions_have_all_their_words_in_the_picture(reports: pd.DataFrame) -> None:
    assert (reports["ocr_text"].notna() & (reports["text"].fillna("") == "")).sum() >= 5


def test_the_key_is_marked_as_published() -> None:
    key = (SAMPLE / "pseudonym.key").read_text(encoding="ascii")
    assert re.fullmatch(r"published:[0-9a-f]{64}\n", key)
