"""Deciding, second opinions, taking back."""

import pytest
from sqlalchemy import func, select

from pipeline.errors import QueueError
from pipeline.moderation.desk.dealing import deal_next
from pipeline.moderation.desk.show import read_claim
from pipeline.moderation.desk.verdicts import Ruling, decide, list_standing, undo
from pipeline.moderation.store.tables import Claim, Event, Verdict
from tests.moderation.store.conftest import Queue, at, report

HOAX = Ruling("misinformation", "health", "lihat rilis dinas", "https://example.org/rilis")
TRUE = Ruling("not misinformation")


@pytest.fixture
def claim(queue: Queue) -> str:
    queue.load([report("r1", "c-1", views=500), report("r2", "c-1", views=700)])
    queue.write(deal_next, queue.sari, queue.params.prioritise.lanes, at())
    return "c-1"


def find(queue: Queue, claim_id: str):
    return queue.read(lambda c: c.execute(select(Claim).where(Claim.claim_id == claim_id)).one())


def count(queue: Queue, table) -> int:
    return queue.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_verdict_stands_with_the_score_and_the_model_of_that_moment(queue: Queue, claim: str):
    assert queue.write(decide, queue.sari, claim, HOAX, at(2)).standing == "first"
    row = find(queue, claim)
    assert (row.state, row.verdict, row.verdict_type, row.decided_by) == (
        "decided",
        "misinformation",
        "health",
        queue.sari.id,
    )
    assert (row.locked_by, row.views_when_decided) == (None, 700)
    [verdict] = queue.read(list_standing, claim)
    assert (verdict.score, verdict.model_version, verdict.lane) == (0.2, "v1-00000000", "harm")


def test_the_same_verdict_again_changes_nothing(queue: Queue, claim: str):
    first = queue.write(decide, queue.sari, claim, HOAX, at(2))
    n_events = count(queue, Event)
    again = queue.write(decide, queue.sari, claim, HOAX, at(3))
    assert (again.standing, again.verdict_id) == ("repeated", first.verdict_id)
    assert (count(queue, Verdict), count(queue, Event)) == (1, n_events)


def test_another_verdict_of_the_same_person_needs_an_undo(queue: Queue, claim: str):
    queue.write(decide, queue.sari, claim, HOAX, at(2))
    with pytest.raises(QueueError, match="you decided 'misinformation' already; expected the same, or undo"):
        queue.write(decide, queue.sari, claim, TRUE, at(3))


def test_nobody_decides_what_somebody_else_holds(queue: Queue, claim: str):
    with pytest.raises(QueueError, match="is held by sari until"):
        queue.write(decide, queue.budi, claim, TRUE, at(2))
    assert find(queue, claim).state == "open"


def test_after_a_lapse_a_verdict_is_taken_when_nobody_else_decided(queue: Queue, claim: str):
    queue.write(deal_next, queue.budi, queue.params.prioritise.lanes, at(20))
    assert queue.write(decide, queue.sari, claim, HOAX, at(21)).standing == "first"
    assert queue.write(decide, queue.budi, claim, TRUE, at(22)).standing == "second opinion"
    row = find(queue, claim)
    assert (row.verdict, row.flags) == ("misinformation", ["second opinions differ"])


def test_undoing_the_only_verdict_opens_the_claim_again(queue: Queue, claim: str):
    queue.write(decide, queue.sari, claim, HOAX, at(2))
    assert queue.write(undo, queue.sari, claim, at(3)).verdict == "misinformation"
    row = find(queue, claim)
    assert (row.state, row.verdict, row.decided_at) == ("open", None, None)
    assert count(queue, Verdict) == 2
    assert queue.write(decide, queue.sari, claim, TRUE, at(4)).standing == "first"


def test_undoing_the_first_verdict_lets_the_second_stand(queue: Queue, claim: str):
    queue.write(decide, queue.sari, claim, HOAX, at(2))
    queue.write(decide, queue.budi, claim, TRUE, at(3))
    queue.write(undo, queue.sari, claim, at(4))
    row = find(queue, claim)
    assert (row.state, row.verdict, row.decided_by) == ("decided", "not misinformation", queue.budi.id)


def test_a_lead_takes_back_what_somebody_else_decided(queue: Queue, claim: str):
    queue.write(decide, queue.sari, claim, HOAX, at(2))
    with pytest.raises(QueueError, match="has no verdict of budi"):
        queue.write(undo, queue.budi, claim, at(3))
    assert queue.write(undo, queue.lead, claim, at(3)).user_id == queue.sari.id
    assert find(queue, claim).state == "open"


@pytest.mark.parametrize(
    ("ruling", "said"),
    [
        (Ruling("hoax"), "verdict 'hoax': is unknown; expected one of misinformation, not misinformation"),
        (Ruling("misinformation"), "type None: is unknown; expected one of voting"),
        (Ruling("unclear", "health"), "type 'health': is given for unclear"),
        (Ruling("unclear", link="javascript:alert(1)"), "link: is no address"),
        (Ruling("unclear", note="x" * 2001), "note: is too long; expected at most 2000 characters"),
    ],
)
def test_what_is_no_verdict_is_refused(queue: Queue, claim: str, ruling: Ruling, said: str):
    with pytest.raises(QueueError, match=said):
        queue.write(decide, queue.sari, claim, ruling, at(2))
    assert count(queue, Verdict) == 0


def test_show_names_no_reporter_and_every_verdict(queue: Queue, claim: str):
    queue.write(decide, queue.sari, claim, HOAX, at(2))
    detail = queue.read(read_claim, claim)
    assert "reporter_id" not in detail.reports[0]._fields
    assert [(row.name, row.verdict) for row in detail.verdicts] == [("sari", "misinformation")]
    assert [row.kind for row in detail.history] == ["dealt", "verdict"]
