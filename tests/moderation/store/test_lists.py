"""Lists of claims in every order, search, many verdicts at once, a person's work, a cohort's report."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from pipeline.errors import QueueError
from pipeline.moderation.desk.ahead import look_ahead
from pipeline.moderation.desk.bulk import decide_all, undo_all
from pipeline.moderation.desk.cohort_report import list_reported, read_report
from pipeline.moderation.desk.dealing import deal_next, pick
from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.logbook import list_lines
from pipeline.moderation.desk.orders import Cursor, Order, read_cursor, write_cursor
from pipeline.moderation.desk.pages import Filter, count_states, list_claims
from pipeline.moderation.desk.search import Search, count_found, find_claims, read_words
from pipeline.moderation.desk.summary import summarise
from pipeline.moderation.desk.verdicts import Ruling, decide, undo
from pipeline.moderation.desk.work import count_work, read_bulks, read_decided, read_held
from pipeline.moderation.store.tables import Cohort, Reporter
from tests.moderation.store.conftest import LATER, NOW, Queue, at, report

HOAX = Ruling("misinformation", "voting")
TRUE = Ruling("not misinformation")


@pytest.fixture
def full(queue: Queue) -> Queue:
    """Twelve claims; some without a time, without views, with deadlines, and with the same values."""
    queue.load(
        [
            report(
                f"r{number}",
                f"c-{number}",
                text=f"warga rapat di balai {'Kota' if number % 2 else 'desa'} nomor {number} 100%",
                views=None if number % 4 == 0 else 100 * (number % 3 + 1),
                reporter_group="bawaslu" if number % 3 == 0 else None,
                reporter_id=f"p{number % 2}",
                region=None if number == 1 else f"wilayah {number % 2}",
            )
            for number in range(1, 13)
        ]
        + [report("r99", "c-99", reported_at=None)]
    )
    return queue


@pytest.mark.parametrize("order", list(Order))
def test_pages_of_every_order_hold_each_claim_once(full: Queue, order: Order):
    whole = full.read(list_claims, 100, None, Filter(), order).claims
    assert len(whole) == 13
    paged, cursor = [], None
    while True:
        page = full.read(list_claims, 4, cursor, Filter(), order)
        paged += [row.claim_id for row in page.claims]
        if page.following is None:
            break
        cursor = read_cursor(write_cursor(page.following), order)
        assert cursor == page.following
    assert paged == [row.claim_id for row in whole]


def test_what_an_order_knows_nothing_of_comes_last(full: Queue):
    def names(order: Order) -> list[str]:
        return [row.claim_id for row in full.read(list_claims, 100, None, Filter(), order).claims]

    assert names(Order.newest)[0] == "c-1"
    assert names(Order.newest)[-1] == "c-99"
    assert set(names(Order.views)[-4:]) == {"c-4", "c-8", "c-12", "c-99"}
    assert set(names(Order.deadline)[:4]) == {"c-3", "c-6", "c-9", "c-12"}
    due = full.read(list_claims, 4, None, Filter(), Order.deadline).claims
    assert [row.due_at for row in due] == sorted(row.due_at for row in due)


@pytest.mark.parametrize(
    "written", ["", "x", "WzldCg", "W10", write_cursor(Cursor(0, ("x", NOW, "c"))), "é", "W251bGxd"]
)
def test_a_made_up_place_is_refused(written: str):
    with pytest.raises(QueueError, match="is no place in this list"):
        read_cursor(written, Order.harm)


def test_a_search_takes_letters_as_they_are(full: Queue):
    def find(written: str, **more) -> list[str]:
        search = Search(read_words(written), **more)
        found = [row.claim_id for row in full.read(find_claims, search, 100).claims]
        assert full.read(count_found, search) == (len(found), len(found))
        return sorted(found)

    assert find("KOTA balai") == sorted(f"c-{number}" for number in range(1, 13, 2))
    assert find('"nomor 1"') == ["c-1", "c-10", "c-11", "c-12"]
    assert find("100%") == sorted(f"c-{number}" for number in range(1, 13))
    assert find("1_0") == []
    assert find("") == []
    assert find("nomor", wanted=Filter(region="wilayah 0")) == sorted(f"c-{n}" for n in range(2, 13, 2))


def test_one_undo_takes_back_what_many_verdicts_said(full: Queue):
    full.write(pick, full.budi, "c-1", at())
    wanted = [f"c-{number}" for number in range(1, 6)]
    done = full.write(decide_all, full.sari, [*wanted, "c-gone"], HOAX, at(1))
    assert (done.n_decided, done.n_left) == (4, 2)
    assert full.read(count_states) == {"open": 9, "decided": 4}
    full.write(undo, full.sari, "c-2", at(2))
    full.write(decide, full.sari, "c-2", TRUE, at(3))
    with pytest.raises(QueueError, match="none of budi's"):
        full.write(undo_all, full.budi, done.sequence, at(4))
    assert full.write(undo_all, full.sari, done.sequence, at(4)) == (3, 1)
    assert full.read(count_states) == {"open": 12, "decided": 1}
    with pytest.raises(QueueError, match="was taken back already"):
        full.write(undo_all, full.sari, done.sequence, at(5))
    assert full.read(verify_log) == []
    assert [row.kind for row in full.read(read_bulks, full.sari)] == ["bulk verdict undone", "bulk verdict"]


def test_a_person_sees_what_they_hold_and_what_they_decided(full: Queue):
    shares = full.params.prioritise.lanes
    first = full.write(deal_next, full.sari, shares, at())
    full.write(decide, full.sari, first.claim_id, HOAX, at(1))
    second = full.write(deal_next, full.sari, shares, at(2))
    assert [row.claim_id for row in full.read(read_held, full.sari, at(3))] == [second.claim_id]
    full.write(decide, full.sari, second.claim_id, TRUE, at(3))
    full.write(undo, full.sari, second.claim_id, at(4))
    rows = full.read(read_decided, full.sari, 10).verdicts
    assert [(row.claim_id, row.undone) for row in rows] == [(second.claim_id, True), (first.claim_id, False)]
    assert full.read(count_work, full.sari, LATER + timedelta(minutes=2), at(5).now) == (1, 2, 1)
    page = full.read(read_decided, full.sari, 1)
    assert [row.claim_id for row in full.read(read_decided, full.sari, 1, page.before).verdicts] == [
        first.claim_id
    ]


def test_leads_see_the_deals_that_will_come(full: Queue):
    shares = full.params.prioritise.lanes
    ahead = [(one.claim.claim_id, one.lane) for one in full.read(look_ahead, shares, at(), 8)]
    came = [full.write(deal_next, full.sari, shares, at()) for _ in range(8)]
    assert ahead == [(dealt.claim_id, dealt.lane) for dealt in came]


def test_the_summary_counts_deadlines_and_who_is_missing(full: Queue):
    summary = full.read(summarise, full.params, NOW)
    assert summary.states == {"open": 13}
    assert (summary.shortages.due.n_claims, summary.shortages.n_overdue) == (4, 0)
    assert (summary.shortages.everything.n_claims, summary.platforms) == (13, ["whatsapp"])
    assert summary.regions == ["wilayah 0", "wilayah 1"]


def test_a_cohort_is_told_no_share_of_too_few(full: Queue):
    def register(connection):
        cohort = connection.execute(
            insert(Cohort).values(name="kelas a", registered_at=NOW, active=True).returning(Cohort.id)
        ).scalar_one()
        connection.execute(update(Reporter).where(Reporter.reporter_id == "p1").values(cohort_id=cohort))
        return cohort

    number = full.write(register)
    for claim_id, ruling in (("c-1", HOAX), ("c-3", HOAX), ("c-5", TRUE), ("c-7", Ruling("unclear"))):
        full.write(decide, full.lead, claim_id, ruling, at(1))
    told = full.read(read_report, number)
    assert (told.n_members, told.n_reports, told.n_claims) == (1, 6, 6)
    assert told.outcomes == {"misinformation": 2, "not misinformation": 1, "unclear": 1, "open": 2}
    assert (told.right.k, told.right.n, told.right.value, told.right.bounds) == (2, 3, None, None)
    assert {row.claim_id for row in full.read(list_reported, number, 10)} == {
        f"c-{n}" for n in range(1, 12, 2)
    }
    with pytest.raises(QueueError, match="cohort 99: is unknown"):
        full.read(read_report, 99)


def test_the_log_is_read_page_by_page(full: Queue):
    full.write(pick, full.sari, "c-1", at())
    first = full.read(list_lines, 2)
    rest = full.read(list_lines, 100, first.before)
    assert [row.sequence for row in (*first.lines, *rest.lines)] == list(
        range(first.lines[0].sequence, 0, -1)
    )
    assert [row.subject for row in full.read(list_lines, 9, None, "picked", "sari").lines] == ["c-1"]
