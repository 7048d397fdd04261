"""A report or a reporter leaves the store, and the log still verifies."""

from pathlib import Path

from sqlalchemy import func, select

from pipeline.moderation.desk.erase import erase
from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.show import read_claim
from pipeline.moderation.desk.verdicts import Ruling, decide
from pipeline.moderation.store.tables import Band, Claim, Observation, Report, Reporter, Wording
from tests.moderation.store.conftest import LATER, NOW, Queue, at
from tests.moderation.store.test_arrive import ALARM, COPY, OTHER, send
from tests.moderation.store.test_links import join


def wipe(queue: Queue, report_ids=(), reporter_ids=(), dry_run: bool = False):
    return queue.write(erase, set(report_ids), set(reporter_ids), LATER, dry_run=dry_run)


def count(queue: Queue, table) -> int:
    return queue.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_report_leaves_with_all_that_only_it_said(queue: Queue):
    claim = send(queue, "r9", ALARM, reporter_id="p-1", views=1, observed_at=NOW).claim_id
    send(queue, "r8", COPY, reporter_id="p-2")
    queue.write(decide, queue.sari, claim, Ruling("unclear"), at())
    assert wipe(queue, ["r9"], dry_run=True).reports == 1
    assert count(queue, Report) == 2
    assert wipe(queue, ["r9"]).reports == 1
    assert not any(wipe(queue, ["r9"]))
    assert (count(queue, Report), count(queue, Wording)) == (1, 1)
    detail = queue.read(read_claim, claim)
    assert (detail.claim.text, detail.claim.n_reports, detail.claim.words) == (COPY, 1, [])
    assert queue.read(verify_log) == []
    assert send(queue, "r7", ALARM).claim_id == claim


def test_a_reporter_leaves_with_every_report(queue: Queue):
    only = send(queue, "r9", ALARM, reporter_id="p-1", url="u").claim_id
    send(queue, "r9", ALARM, reporter_id="p-1", url="u", views=7, observed_at=NOW)
    send(queue, "r8", OTHER, reporter_id="p-2")
    assert tuple(wipe(queue, reporter_ids=["p-1"])) == (1, 1, 1)
    assert (count(queue, Observation), count(queue, Reporter)) == (0, 1)
    row = queue.read(lambda c: c.execute(select(Claim).where(Claim.claim_id == only)).one())
    assert (row.text, row.n_reports, row.state) == ("", 0, "aged")
    keys = queue.read(lambda c: set(c.execute(select(Band.wording_id)).scalars()))
    assert len(keys) == 1
    assert queue.read(verify_log) == []


def test_a_link_of_an_erased_report_goes_and_its_line_still_verifies(queue: Queue):
    first = send(queue, "r9", ALARM).claim_id
    join(queue, first, send(queue, "r8", OTHER).claim_id)
    wipe(queue, ["r8"])
    assert queue.read(verify_log) == []
    place = Path(queue.store.place)
    if not queue.store.is_postgresql:
        queue.store.close()
        content = b"".join(path.read_bytes() for path in place.parent.glob("queue.db*"))
        assert OTHER.encode() not in content
        assert ALARM.encode() in content
