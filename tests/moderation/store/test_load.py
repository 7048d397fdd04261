"""A batch into the store, the same batch again, and batches that come later."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from pipeline.moderation.desk.dealing import pick
from pipeline.moderation.desk.pages import count_states, list_claims, resolve_claim
from pipeline.moderation.desk.verdicts import Ruling, decide, undo
from pipeline.moderation.intake import batch
from pipeline.moderation.store.tables import Alias, Audit, Claim, Event, Observation, Report
from tests.moderation.store.conftest import LATER, NOW, Queue, at, report

HOAX = Ruling("misinformation", "scam")


def digest(queue: Queue) -> list[list[tuple]]:
    """Everything that a load may write."""
    tables = (Claim, Report, Audit, Observation, Event)
    with queue.store.reading() as connection:
        return [
            sorted(map(tuple, connection.execute(select(*table.__table__.c)).all()), key=str)
            for table in tables
        ]


def find(queue: Queue, claim_id: str):
    return queue.read(lambda c: c.execute(select(Claim).where(Claim.claim_id == claim_id)).one())


def test_a_claim_has_the_terms_of_its_reports(queue: Queue):
    done = queue.load(
        [
            report("r3", "c-1", views=100, url="a", reported_type="penipuan", reporter_id="p-1"),
            report("r2", "c-1", views=300, url="a", reporter_id="p-2"),
            report("r1", "c-1", views=50, url="b", reporter_id="p-1", score=0.9),
        ]
    )
    assert (done.n_reports, done.n_claims) == (3, 1)
    row = find(queue, "c-1")
    assert (row.n_reports, row.n_reporters, row.views, row.score) == (3, 2, 350.0, 0.2)
    assert row.waiting_since == NOW - timedelta(hours=3)
    assert row.reported_type == "scam"
    assert row.expected_harm == pytest.approx(row.severity * row.probability * row.views_next_24h)
    assert row.computed_at == NOW


def test_the_same_batch_again_changes_nothing(queue: Queue):
    reports = [
        report(f"r{i}", f"c-{i % 3}", views=10 * i, url=f"u{i}", reporter_id=f"p-{i}") for i in range(1, 9)
    ]
    queue.load(reports)
    before = digest(queue)
    assert not any(queue.load(reports, received=LATER + timedelta(days=1)))
    assert digest(queue) == before


def test_parts_make_the_same_as_one(queue: Queue, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batch, "REPORTS_AT_ONCE", 2)
    done = queue.load([report(f"r{i}", f"c-{i % 4}") for i in range(1, 10)])
    assert (done.n_reports, done.n_claims) == (9, 4)
    assert queue.read(count_states) == {"open": 4}
    assert sum(row.n_reports for row in queue.read(list_claims, 10).claims) == 9


def test_labels_decide_and_age_closes(queue: Queue):
    queue.load(
        [
            report("r1", "c-1", label=1, labelled_at=NOW, waits=False),
            report("r2", "c-2", label=0, waits=False),
            report("r3", "c-3", label=1, waits=False),
            report("r4", "c-3", label=0, waits=False),
            report("r5", "c-4", waits=False),
        ]
    )
    with queue.store.reading() as connection:
        rows = connection.execute(select(Claim.claim_id, Claim.state, Claim.verdict).order_by(Claim.claim_id))
        assert [tuple(row) for row in rows] == [
            ("c-1", "decided", "misinformation"),
            ("c-2", "decided", "not misinformation"),
            ("c-3", "decided", "unclear"),
            ("c-4", "aged", None),
        ]


def test_a_new_report_of_a_decided_claim_joins_it_and_opens_nothing(queue: Queue):
    queue.load([report("r2", "c-1")])
    queue.write(decide, queue.sari, "c-1", HOAX, at())
    done = queue.load([report("r2", "c-1"), report("r1", "c-1")], received=LATER + timedelta(days=1))
    assert (done.n_reports, done.n_joined) == (1, 1)
    row = find(queue, "c-1")
    assert (row.state, row.verdict, row.n_reports) == ("decided", "misinformation", 2)


def test_a_verdict_that_expired_does_not_answer(queue: Queue):
    queue.load([report("r2", "c-1")])
    queue.write(decide, queue.sari, "c-1", HOAX, at())
    late = LATER + timedelta(days=queue.params.queue.verdict_expires_days + 1)
    queue.load([report("r1", "c-1")], received=late)
    row = find(queue, "c-1")
    assert (row.state, row.verdict, row.flags) == ("open", None, ["verdict expired"])


def test_a_claim_that_had_grown_too_old_waits_again(queue: Queue):
    queue.load([report("r2", "c-1", waits=False)])
    assert find(queue, "c-1").state == "aged"
    queue.load([report("r1", "c-1")])
    assert find(queue, "c-1").state == "open"


def test_views_grown_tenfold_since_the_verdict_are_raised_once(queue: Queue):
    seen = {"url": "u", "observed_at": NOW - timedelta(hours=2)}
    queue.load([report("r1", "c-1", views=100, **seen)])
    queue.write(decide, queue.sari, "c-1", HOAX, at())
    for hours, views in ((1, 999), (0.5, 1000), (0.25, 5000)):
        later = seen | {"observed_at": NOW - timedelta(hours=hours)}
        queue.load([report("r1", "c-1", views=views, **later)])
        assert (find(queue, "c-1").circulating_since is not None) == (views >= 1000)
    kinds = queue.read(lambda c: c.execute(select(Event.kind)).scalars().all())
    assert kinds.count("circulating again") == 1


def test_views_that_go_down_are_kept_and_take_nothing_back(queue: Queue):
    queue.load([report("r1", "c-1", views=500, url="u", observed_at=NOW - timedelta(hours=2))])
    queue.load([report("r1", "c-1", views=40, url="u", observed_at=NOW - timedelta(hours=1))])
    assert find(queue, "c-1").views == 500
    assert queue.read(lambda c: c.execute(select(Observation.views)).scalars().all()) == [40]


def test_a_batch_whose_claims_have_other_names_by_now_finds_them(queue: Queue):
    queue.load([report("r4", "c-1"), report("r3", "c-2")])
    with queue.store.writing() as connection:
        connection.execute(update(Report).values(claim_id="c-2"))
        connection.execute(
            update(Claim).where(Claim.claim_id == "c-1").values(state="merged", merged_into="c-2")
        )
        connection.execute(insert(Alias).values(alias="c-0", claim_id="c-1"))
    queue.load([report("r4", "c-1"), report("r2", "c-1"), report("r1", "c-0")])
    homes = queue.read(lambda c: c.execute(select(Report.claim_id).distinct()).scalars().all())
    assert homes == ["c-2"]
    assert find(queue, "c-2").n_reports == 4
    assert queue.read(resolve_claim, "c-0") == "c-2"


def test_a_label_that_comes_later_decides_what_waits_but_no_verdict_of_a_person(queue: Queue):
    queue.load([report("r2", "c-1"), report("r3", "c-2")])
    queue.write(pick, queue.sari, "c-1", at())
    queue.write(decide, queue.sari, "c-1", HOAX, at())
    told = {"label": 0, "labelled_at": NOW}
    queue.load([report("r2", "c-1", **told), report("r3", "c-2", **told)])
    assert [find(queue, name).verdict for name in ("c-1", "c-2")] == ["misinformation", "not misinformation"]


def test_a_verdict_taken_back_leaves_the_label_that_had_come_with_the_claim(queue: Queue):
    labelled = report("r2", "c-1", label=0, labelled_at=NOW)
    queue.load([labelled, report("r3", "c-2")])
    for name in ("c-1", "c-2"):
        queue.write(decide, queue.sari, name, HOAX, at())
    queue.load([labelled, report("r3", "c-2", label=1, labelled_at=NOW)])
    assert {find(queue, name).verdict for name in ("c-1", "c-2")} == {"misinformation"}
    for name, verdict in (("c-1", "not misinformation"), ("c-2", "misinformation")):
        queue.write(undo, queue.sari, name, at(1))
        row = find(queue, name)
        assert (row.state, row.verdict, row.verdict_type) == ("decided", verdict, None)
        assert (row.decided_by, row.decided_at) == (None, NOW)


def test_a_label_that_had_expired_does_not_come_back(queue: Queue):
    queue.load([report("r2", "c-1", label=0, labelled_at=NOW - timedelta(days=999))])
    queue.load([report("r1", "c-1")])
    assert find(queue, "c-1").state == "open"
    queue.write(decide, queue.sari, "c-1", HOAX, at())
    queue.write(undo, queue.sari, "c-1", at(1))
    assert find(queue, "c-1").state == "open"


def test_a_label_that_was_mended_decides_anew(queue: Queue):
    for label, verdict in ((1, "misinformation"), (0, "not misinformation")):
        queue.load([report("r2", "c-1", label=label, labelled_at=NOW)])
        assert find(queue, "c-1").verdict == verdict


def test_audit_membership_is_drawn_once_with_its_rate(queue: Queue):
    queue.load([report(f"r{i}", f"c-{i}") for i in range(1, 200)])
    rows = queue.read(lambda c: c.execute(select(Audit.member, Audit.probability)).all())
    assert len(rows) == 199
    assert {row.probability for row in rows} == {queue.params.audit.rate}
    members = queue.read(lambda c: c.execute(select(Audit.claim_id).where(Audit.member)).scalars().all())
    served = queue.read(lambda c: c.execute(select(Claim.claim_id).where(Claim.in_quality)).scalars().all())
    assert sorted(members) == sorted(served)


def test_pages_follow_each_other_without_gap_or_repeat(queue: Queue):
    queue.load([report(f"r{i}", f"c-{i:02}", score=0.1 * (i % 4), views=100) for i in range(1, 24)])
    whole = [row.claim_id for row in queue.read(list_claims, 100).claims]
    pages, cursor = [], None
    while True:
        page = queue.read(list_claims, 5, cursor)
        pages += [row.claim_id for row in page.claims]
        cursor = page.following
        if cursor is None:
            break
    assert pages == whole
    assert len(set(whole)) == 23


def test_an_empty_batch_is_no_mistake(queue: Queue):
    frame_of_nothing = [report("r1", "c-1")]
    queue.load(frame_of_nothing)
    n_events = queue.read(lambda c: c.execute(select(func.count()).select_from(Event)).scalar_one())
    queue.load(frame_of_nothing)
    assert queue.read(lambda c: c.execute(select(func.count()).select_from(Event)).scalar_one()) == n_events
