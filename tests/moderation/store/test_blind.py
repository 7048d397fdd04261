"""Second reads and golden claims: who is given what, what they see of it, and who rules."""

import pytest
from sqlalchemy import insert, select, update

from pipeline.errors import QueueError
from pipeline.moderation.desk import dealing
from pipeline.moderation.desk.dealing import Dealt
from pipeline.moderation.desk.golden import add_golden, list_golden, withdraw_golden
from pipeline.moderation.desk.numbers import read_owed
from pipeline.moderation.desk.people import Person, add_person
from pipeline.moderation.desk.second import list_disagreements, rule
from pipeline.moderation.desk.show import read_for
from pipeline.moderation.desk.verdicts import Ruling, decide, undo
from pipeline.moderation.store.tables import Audit, Claim, Relation, SecondRead
from tests.moderation.store.conftest import LATER, Queue, at, report

HOAX, TRUE, UNCLEAR = Ruling("misinformation", "health"), Ruling("not misinformation"), Ruling("unclear")


def ask(queue: Queue, person: Person, minutes: float = 0.0) -> Dealt | None:
    return queue.write(dealing.deal_next, person, queue.params.prioritise.lanes, at(minutes))


def find(queue: Queue, table, claim_id: str):
    return queue.read(lambda c: c.execute(select(table).where(table.claim_id == claim_id)).one_or_none())


@pytest.fixture
def member(queue: Queue) -> str:
    """A claim of the audit sample that sari has decided."""
    queue.load([report("r1", "c-1", views=500)])
    with queue.store.writing() as connection:
        connection.execute(update(Audit).values(member=True))
        connection.execute(update(Claim).values(in_quality=True))
    ask(queue, queue.sari)
    queue.write(decide, queue.sari, "c-1", HOAX, at(1))
    return "c-1"


def test_a_member_is_read_again_by_somebody_else_who_sees_no_verdict(queue: Queue, member: str):
    assert ask(queue, queue.sari, 2) is None
    dealt = ask(queue, queue.budi, 3)
    assert (dealt.claim_id, dealt.lane) == (member, "quality")
    seen = queue.read(read_for, queue.budi, member, at(3))
    assert (seen.claim.state, seen.claim.verdict, seen.claim.decided_at, seen.claim.flags) == (
        *("open", None, None),
        [],
    )
    assert (list(seen.verdicts), list(seen.history)) == ([], [])
    assert len(queue.read(read_for, queue.sari, member, at(3)).verdicts) == 1
    assert queue.write(decide, queue.budi, member, HOAX, at(4)).standing == "second read"
    row = find(queue, Claim, member)
    assert (row.state, row.decided_by, row.locked_by, row.flags) == ("decided", queue.sari.id, None, [])
    assert find(queue, SecondRead, member).state == "agreed"
    assert ask(queue, queue.lead, 5) is None


def test_a_first_read_cannot_be_told_from_a_second_by_its_history(queue: Queue):
    queue.load([report("r1", "c-1")])
    ask(queue, queue.budi)
    assert list(queue.read(read_for, queue.budi, "c-1", at(1)).history) == []


def test_a_blind_claim_stays_blind_though_the_lock_lapsed_until_it_is_judged(queue: Queue, member: str):
    ask(queue, queue.budi, 2)
    assert list(queue.read(read_for, queue.budi, member, at(60)).verdicts) == []
    assert queue.write(dealing.pick, queue.budi, member, at(3)).lane == "quality"
    assert queue.write(decide, queue.budi, member, TRUE, at(60)).standing == "second read"
    assert len(queue.read(read_for, queue.budi, member, at(61)).verdicts) == 2


def test_a_difference_goes_to_a_lead_whose_ruling_stands(queue: Queue, member: str):
    ask(queue, queue.budi, 2)
    queue.write(decide, queue.budi, member, TRUE, at(3))
    assert find(queue, Claim, member).flags == ["second opinions differ"]
    assert [row.claim_id for row in queue.read(list_disagreements)] == [member]
    with pytest.raises(QueueError, match="user 'budi': is moderator; expected a lead"):
        queue.write(rule, queue.budi, member, TRUE, at(4))
    assert queue.write(rule, queue.lead, member, TRUE, at(5)).standing == "ruling"
    row = find(queue, Claim, member)
    assert (row.verdict, row.decided_by, row.flags) == ("not misinformation", queue.lead.id, [])
    assert queue.read(list_disagreements) == []
    with pytest.raises(QueueError, match="has no verdicts that differ"):
        queue.write(rule, queue.lead, member, TRUE, at(6))
    queue.write(undo, queue.lead, member, at(7))
    assert find(queue, Claim, member).verdict == "misinformation"
    assert find(queue, SecondRead, member).state == "differs"


def test_a_second_read_that_is_taken_back_goes_to_a_third(queue: Queue, member: str):
    ask(queue, queue.budi, 2)
    queue.write(decide, queue.budi, member, TRUE, at(3))
    queue.write(undo, queue.budi, member, at(4))
    assert find(queue, SecondRead, member).state == "wanted"
    assert ask(queue, queue.budi, 5) is None
    assert ask(queue, queue.lead, 6).claim_id == member


def test_who_takes_a_blind_read_back_is_blind_no_more(queue: Queue, member: str):
    """They have seen what the first said by then: what they say anew is an opinion, and a third person reads."""
    ask(queue, queue.budi, 2)
    queue.write(decide, queue.budi, member, TRUE, at(3))
    queue.write(undo, queue.budi, member, at(4))
    assert queue.write(decide, queue.budi, member, HOAX, at(5)).standing == "second opinion"
    assert find(queue, SecondRead, member).state == "wanted"
    assert ask(queue, queue.lead, 6).claim_id == member


def test_who_takes_a_golden_read_back_cannot_correct_it(queue: Queue):
    queue.load([report("r1", "c-1")])
    ask(queue, queue.sari)
    queue.write(decide, queue.sari, "c-1", HOAX, at(1))
    queue.write(add_golden, queue.lead, "c-1", HOAX, LATER)
    ask(queue, queue.budi, 2)
    queue.write(decide, queue.budi, "c-1", TRUE, at(3))
    queue.write(undo, queue.budi, "c-1", at(4))
    assert queue.write(decide, queue.budi, "c-1", HOAX, at(5)).standing == "second opinion"


def test_a_blind_claim_whose_lock_lapsed_can_be_taken_again_as_any_other(queue: Queue, member: str):
    ask(queue, queue.budi, 2)
    ask(queue, queue.sari, 60)
    assert queue.write(dealing.pick, queue.budi, member, at(61)).lane is None
    assert list(queue.read(read_for, queue.budi, member, at(62)).verdicts) == []
    assert queue.write(decide, queue.budi, member, TRUE, at(63)).standing == "second read"
    with pytest.raises(QueueError, match="is decided; expected one that waits"):
        queue.write(dealing.pick, queue.budi, member, at(64))


def test_the_age_of_its_terms_does_not_give_a_blind_claim_away(queue: Queue, member: str):
    """What is decided is weighed no more; an open claim's terms are minutes old."""
    ask(queue, queue.budi, 2)
    seen = queue.read(read_for, queue.budi, member, at(3)).claim
    assert (seen.computed_at, seen.model_version) == (None, None)


def test_relatives_of_a_blind_claim_do_not_tell_that_it_was_decided(queue: Queue, member: str):
    queue.load([report("r2", "c-2")])
    with queue.store.writing() as connection:
        values = {"first": "c-1", "second": "c-2", "similarity": 0.8, "why": "number"}
        connection.execute(insert(Relation).values(values))
    ask(queue, queue.budi, 2)
    queue.write(decide, queue.budi, "c-2", TRUE, at(3))
    assert ask(queue, queue.budi, 4).claim_id == member
    [related] = queue.read(read_for, queue.budi, "c-2", at(5)).related
    assert related.state == "open"
    [related] = queue.read(read_for, queue.sari, "c-2", at(5)).related
    assert related.state == "decided"


def test_claims_to_be_read_again_cost_no_other_lane_anything(queue: Queue, member: str):
    before = queue.read(read_owed)
    ask(queue, queue.budi, 2)
    assert queue.read(read_owed) == before


def test_only_drawn_claims_are_read_again(queue: Queue):
    queue.load([report("r1", "c-1"), report("r2", "c-2")])
    with queue.store.writing() as connection:
        connection.execute(update(Audit).values(second=False))
        connection.execute(update(Audit).where(Audit.claim_id == "c-2").values(second=True))
    for claim_id in ("c-1", "c-2"):
        queue.write(decide, queue.sari, claim_id, UNCLEAR, at())
    assert ask(queue, queue.budi, 1).claim_id == "c-2"
    assert find(queue, SecondRead, "c-2").why == "share"
    assert find(queue, SecondRead, "c-1") is None


def test_golden_claims_come_once_to_each_moderator_and_move_nothing(queue: Queue):
    queue.load([report("r1", "c-1")])
    ask(queue, queue.sari)
    queue.write(decide, queue.sari, "c-1", HOAX, at(1))
    queue.write(add_golden, queue.lead, "c-1", HOAX, LATER)
    assert (ask(queue, queue.lead, 2), ask(queue, queue.sari, 2)) == (None, None)
    assert ask(queue, queue.budi, 2).claim_id == "c-1"
    assert queue.read(read_for, queue.budi, "c-1", at(2)).claim.verdict is None
    assert queue.write(decide, queue.budi, "c-1", TRUE, at(3)).standing == "golden"
    row = find(queue, Claim, "c-1")
    assert (row.verdict, row.flags, row.locked_by) == ("misinformation", [], None)
    assert queue.read(list_disagreements) == []
    assert ask(queue, queue.budi, 4) is None
    queue.write(undo, queue.budi, "c-1", at(5))
    assert find(queue, Claim, "c-1").verdict == "misinformation"
    assert ask(queue, queue.budi, 6) is None


def test_a_golden_claim_that_waits_is_read_from_the_quality_lane(queue: Queue):
    queue.load([report("r1", "c-1")])
    queue.write(add_golden, queue.lead, "c-1", HOAX, LATER)
    assert find(queue, Claim, "c-1").in_quality
    queue.write(withdraw_golden, queue.lead, "c-1", LATER)
    assert not find(queue, Claim, "c-1").in_quality
    [row] = queue.read(list_golden)
    assert (row.verdict, row.added_by, row.withdrawn_at) == ("misinformation", "ibu", LATER)
    with pytest.raises(QueueError, match="is not golden; expected one of `saring golden list`"):
        queue.write(withdraw_golden, queue.lead, "c-1", LATER)


def test_second_reads_come_before_golden_claims_and_after_unread_members(queue: Queue, member: str):
    queue.load([report("r2", "c-2"), report("r3", "c-3"), report("r4", "c-4")])
    eva = queue.write(add_person, "eva", "moderator", None, LATER)
    queue.write(decide, queue.sari, "c-2", TRUE, at(2))
    queue.write(add_golden, queue.lead, "c-2", TRUE, LATER)
    with queue.store.writing() as connection:
        connection.execute(update(Claim).where(Claim.claim_id == "c-3").values(in_quality=True))
    order = []
    for minute in range(3, 6):
        with queue.store.writing() as connection:
            connection.execute(update(Claim).where(Claim.claim_id == "c-4").values(locked_by=None))
        shares = queue.params.prioritise.lanes.model_copy(update={"quality": 1.0, "due": 0.0, "oldest": 0.0})
        order.append(queue.write(dealing.deal_next, eva, shares, at(minute)).claim_id)
        queue.write(decide, eva, order[-1], TRUE, at(minute))
    assert order == ["c-3", member, "c-2"]
    assert queue.read(list_disagreements)[0].claim_id == member


def test_an_expired_verdict_does_not_keep_a_reopened_claim_undecided(queue: Queue):
    queue.load([report("r1", "c-1")])
    queue.write(decide, queue.sari, "c-1", HOAX, at())
    queue.load([report("r1", "c-1"), report("r2", "c-1")], received=at(60 * 24 * 200).now)
    assert find(queue, Claim, "c-1").state == "open"
    assert queue.write(decide, queue.budi, "c-1", TRUE, at(60 * 24 * 201)).standing == "first"
    assert find(queue, Claim, "c-1").verdict == "not misinformation"
