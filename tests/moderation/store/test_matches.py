"""Known fact-checks beside the claims of the store."""

from datetime import timedelta

import pandas as pd
import pytest
from sqlalchemy import select

from pipeline.claims.debunks.entries import Kind, read_debunk
from pipeline.claims.debunks.library import empty_library, gather_debunks
from pipeline.claims.debunks.matching import Library, Limits, Matcher, index_library
from pipeline.claims.debunks.ranker import read_ranker
from pipeline.claims.debunks.reading import MatchReader
from pipeline.moderation.desk.show import read_claim
from pipeline.moderation.desk.verdicts import Ruling, decide
from pipeline.moderation.intake.matches import match_waiting
from pipeline.moderation.store.tables import Claim
from tests.moderation.store.conftest import NOW, Queue, at, report

HOAX = "Awas, air galon merek Tirta dicampur racun tikus di Sukamekar, sudah tiga warga masuk rumah sakit"
TITLE = "[SALAH] Air galon Tirta dicampur racun tikus di Sukamekar"


def make_library(queue: Queue, tmp_path, digest: str, **changed) -> Library:
    fields = {"url": "https://cek.example/1", "title": TITLE, "verdict": "Salah", "date": "2026-09-01"}
    debunk = read_debunk(fields | changed, Kind.debunk, NOW)
    library = gather_debunks(empty_library(), [debunk]).library
    reader, ranker = MatchReader(queue.chain), read_ranker(tmp_path / "none.json")
    matcher = Matcher(index_library(library, reader), reader, ranker, Limits(6, 1095))
    return Library(matcher, digest)


def find(queue: Queue, claim_id: str):
    return queue.read(lambda c: c.execute(select(Claim).where(Claim.claim_id == claim_id)).one())


@pytest.fixture
def matched(queue: Queue, tmp_path) -> Queue:
    queue.load([report("r1", "c-1", text=HOAX), report("r2", "c-2"), report("r3", "c-3", text=HOAX)])
    queue.write(decide, queue.sari, "c-3", Ruling("not misinformation"), at())
    library = make_library(queue, tmp_path, "first")
    assert list(match_waiting(queue.store, library, queue.params, NOW)) == [2]
    return queue


def test_a_claim_that_repeats_a_hoax_is_weighed_anew_and_stays_open(matched: Queue):
    row, other = find(matched, "c-1"), find(matched, "c-2")
    logits = matched.params.prioritise.debunk.logits
    assert (row.state, row.debunk, row.debunk_url) == ("open", logits, "https://cek.example/1")
    assert row.probability == pytest.approx(0.2 * 2.718281828**logits / (0.8 + 0.2 * 2.718281828**logits))
    assert (other.debunk, other.debunk_url, other.probability) == (0.0, None, 0.2)
    [match] = matched.read(read_claim, "c-1").matches
    assert (match.level, match.title, match.published_at.date().isoformat()) == ("match", TITLE, "2026-09-01")
    assert find(matched, "c-3").matched_with is None


def test_the_same_library_is_asked_once_and_another_one_anew(matched: Queue, tmp_path):
    assert (
        list(match_waiting(matched.store, make_library(matched, tmp_path, "first"), matched.params, NOW))
        == []
    )
    true = make_library(matched, tmp_path, "second", verdict="Benar")
    assert list(match_waiting(matched.store, true, matched.params, NOW)) == [2]
    row = find(matched, "c-1")
    assert (row.debunk, row.debunk_url, row.probability) == (0.0, None, 0.2)


def test_an_old_fact_check_is_shown_and_moves_nothing(matched: Queue, tmp_path):
    old = make_library(matched, tmp_path, "old", date=str((NOW - timedelta(days=1200)).date()))
    list(match_waiting(matched.store, old, matched.params, NOW))
    assert find(matched, "c-1").debunk == 0.0
    assert [match.level for match in matched.read(read_claim, "c-1").matches] == ["suggest"]


def test_terms_keep_the_fact_check_when_they_are_made_anew(matched: Queue):
    matched.load([report("r9", "c-1", text=HOAX)])
    row = find(matched, "c-1")
    assert (row.n_reports, row.debunk) == (2, matched.params.prioritise.debunk.logits)
    assert pd.notna(row.debunk_similarity)
