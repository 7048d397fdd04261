"""A report by the API and the same row by file end as the same record, in the same claim."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from pipeline.ingest import build_table, ingest_reports
from pipeline.moderation.intake.ground import Scale
from pipeline.moderation.intake.load import Terms, load_batch, make_batch
from pipeline.moderation.intake.sweep import sweep
from pipeline.moderation.store import Store, create_store, open_database
from pipeline.moderation.store.tables import Claim, Report
from pipeline.preprocess import preprocess_reports
from pipeline.score import score_texts
from pipeline.text.chain import TextChain
from pipeline.text.parts import join_parts
from pipeline.text.rules import TextRules
from tests.score.test_explain import BUNDLE
from tests.web.api.conftest import ALARM, OTHER, Desk
from tests.web.conftest import NOW, Site, build_site, read_params

KEY = b"p" * 32
PLACE = {"reports": ["received_at", "wording_id"], "claims": ["received_at", "computed_at", "component"]}
ROWS: list[dict[str, Any]] = [
    {
        "report_id": "w1",
        "text": ALARM,
        "reported_at": "25/11/2026 07.30",
        "views": "120",
        "reporter_id": "budi",
    },
    {"report_id": "w2", "text": f"{ALARM} ya\x00", "reported_at": "26/11/2026 09.00 WITA", "views": 90.0},
    {
        "report_id": "w3",
        "text": OTHER,
        "transcript": "hubungi 0812-3456-7890",
        "url": "https://example.org/x",
    },
    {
        "report_id": "w4",
        "text": "",
        "ocr_text": f"{OTHER} malam ini",
        "reported_type": "bencana",
        "cohort": "kelas a",
    },
    {
        "report_id": "081234567890",
        "text": "\U0001f600",
        "reported_at": "2026-11-20T00:00:00Z",
        "region": "Jawa",
    },
    {"report_id": "w6", "text": f"{OTHER} \ud800 @akun", "external_subject": "did:plc:x", "shares": 3},
]


def load_rows(store: Store) -> None:
    """Take the rows as `saring run` does."""
    params = read_params()
    [source] = [one for one in params.ingest.sources if one.name == "workshop"]
    plain = source.model_copy(update={"columns": {}})
    ingested = ingest_reports([build_table(plain, "rows", ROWS)], params.ingest, NOW, KEY)
    assert len(ingested.reports) == len(ROWS)
    chain = TextChain(TextRules.from_params(params.text))
    done = preprocess_reports(ingested.reports, chain, params)
    texts = [
        join_parts(*row) for row in done.reports[["text", "transcript", "ocr_text"]].itertuples(index=False)
    ]
    scores = score_texts(BUNDLE, texts, params.prioritise.words)
    scored = done.reports[["report_id"]].assign(
        score=[float("nan") if one is None else one for one in scores.score],
        model_version=scores.model_version,
        words=scores.words,
    )
    scale = Scale(BUNDLE.version, BUNDLE.model.prevalence, BUNDLE.u_ref)
    batch = make_batch(done.reports, scored, done.wordings, done.related)
    list(load_batch(store, batch, scale, Terms(chain, params, params.now(), KEY), NOW))


def read_all(store: Store, table: type) -> dict[str, dict[str, Any]]:
    left = PLACE[table.__tablename__]
    with store.reading() as connection:
        rows = connection.execute(select(*table.__table__.c)).all()
    kept = [{name: value for name, value in row._asdict().items() if name not in left} for row in rows]
    return {next(iter(row.values())): row for row in kept}


def test_a_report_by_the_api_is_the_record_that_its_row_would_be(tmp_path: Path):
    by_file, by_api = (open_database(tmp_path / name, None) for name in ("file", "api"))
    for name, store in (("file", by_file), ("api", by_api)):
        (tmp_path / name).mkdir()
        create_store(store)
    load_rows(by_file)
    services = build_site(by_api, tmp_path / "api").services
    desk = Desk(Site(replace(services, models=SimpleNamespace(get=lambda: BUNDLE)), {}))
    desk.add_service("workshop")
    answer = desk.send_raw(ROWS, name="workshop")
    assert {one["status"] for one in answer.json()["results"]} == {"accepted"}, answer.text
    reports = read_all(by_api, Report)
    assert reports == read_all(by_file, Report)
    assert all("0812" not in str(row) for row in reports.values())
    for store in (by_file, by_api):  # both look at who looks
        list(sweep(store, read_params(), read_params().now(), NOW))
    claims = read_all(by_file, Claim)
    assert {row["claim_id"] for row in reports.values()} == set(claims)
    for claim_id, row in read_all(by_api, Claim).items():
        assert row == claims[claim_id]
    assert sum(row["score"] is not None for row in claims.values()) >= 2
    for store in (by_file, by_api):
        store.close()
