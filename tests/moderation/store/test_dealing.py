"""Who gets which claim, and when it goes back."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from pipeline.errors import QueueError
from pipeline.moderation.desk import dealing
from pipeline.moderation.desk.dealing import Clock
from pipeline.moderation.desk.numbers import read_owed
from pipeline.moderation.desk.pages import ANYTHING, Filter, list_claims
from pipeline.moderation.desk.verdicts import Ruling, decide
from pipeline.moderation.lanes import Balance, Waiting, deal_all
from pipeline.moderation.store.tables import FAR, Claim, Deal
from tests.moderation.store.conftest import LIFETIME, NOW, Queue, at, report

FALSE = Ruling("not misinformation")


def lay(queue: Queue, n: int = 6) -> list[str]:
    """Load claims of falling harm, and return them by harm."""
    queue.load(
        [report(f"r{i:02}", f"c-{i:02}", score=0.9 / i, views=1000, url=f"u{i}") for i in range(1, n + 1)]
    )
    with queue.store.reading() as connection:
        return [row.claim_id for row in list_claims(connection, 100).claims]


def ask(queue: Queue, person=None, minutes: float = 0.0, wanted: Filter = ANYTHING):
    shares = queue.params.prioritise.lanes
    return queue.write(dealing.deal_next, person or queue.sari, shares, at(minutes), wanted)


def test_two_people_get_two_claims(queue: Queue):
    first, second, *_ = lay(queue)
    assert ask(queue, queue.sari).claim_id == first
    assert ask(queue, queue.budi).claim_id == second


def test_asking_again_and_again_gives_the_order_that_the_lanes_name(queue: Queue):
    half = {"reporter_group": "kominfo", "reported_type": "disaster"}
    queue.load(
        [
            report(
                f"r{i:02}",
                f"c-{i:02}",
                score=1 / (i + 1),
                views=100 * i,
                url=f"u{i}",
                **(half if i % 3 else {}),
            )
            for i in range(1, 30)
        ],
        now=NOW - timedelta(hours=28),
    )
    with queue.store.writing() as connection:
        connection.execute(update(Claim).where(Claim.claim_id.in_(["c-07", "c-19"])).values(in_quality=True))
        rows = connection.execute(select(Claim)).all()
    now = at().now
    waiting = [
        Waiting(
            row.claim_id,
            row.expected_harm,
            None if row.waiting_since == FAR else row.waiting_since,
            row.due_at,
            row.in_quality,
        )
        for row in rows
    ]
    expected = deal_all(Balance(), waiting, now, queue.params.prioritise.lanes)
    dealt = [ask(queue) for _ in rows]
    assert [one.claim_id for one in dealt] == [one.claim_id for one in expected]
    assert [one.lane for one in dealt] == [str(one.lane) for one in expected]
    assert ask(queue) is None


def test_a_lapsed_lock_goes_to_the_next_who_asks_and_the_deal_is_given_back(queue: Queue):
    first, second, *_ = lay(queue)
    assert ask(queue, queue.sari).claim_id == first
    before = queue.read(read_owed)
    assert ask(queue, queue.budi, minutes=14).claim_id == second
    assert ask(queue, queue.budi, minutes=15).claim_id == first
    outcomes = queue.read(lambda c: c.execute(select(Deal.claim_id, Deal.outcome).order_by(Deal.id)).all())
    assert [tuple(row) for row in outcomes] == [(first, "lapsed"), (second, None), (first, None)]
    assert queue.read(read_owed) == {lane: 2 * owed for lane, owed in before.items()}


def test_a_renewed_lock_lives_on(queue: Queue):
    first, second, *_ = lay(queue)
    ask(queue, queue.sari)
    queue.write(dealing.pick, queue.sari, first, at(10))
    assert ask(queue, queue.budi, minutes=20).claim_id == second
    assert [held.claim_id for held in queue.read(dealing.list_held, queue.sari, at(20))] == [first]


def test_what_is_given_back_is_dealt_again(queue: Queue):
    first, *_ = lay(queue)
    ask(queue, queue.sari)
    assert queue.write(dealing.give_back, queue.sari, first, queue.params.prioritise.lanes, at(1))
    assert set(queue.read(read_owed).values()) == {0.0}
    assert ask(queue, queue.budi, minutes=1).claim_id == first


def test_nobody_picks_what_somebody_holds(queue: Queue):
    first, *_ = lay(queue)
    ask(queue, queue.sari)
    with pytest.raises(QueueError, match=f"claim '{first}': is held by sari until 2026-11-27T08:15"):
        queue.write(dealing.pick, queue.budi, first, at(1))


def test_a_picked_claim_costs_no_lane_anything(queue: Queue):
    *_, last = lay(queue)
    assert queue.write(dealing.pick, queue.sari, last, at()).lane is None
    assert set(queue.read(read_owed).values()) == {0.0}


def test_a_decided_claim_is_neither_dealt_nor_picked(queue: Queue):
    [only] = lay(queue, 1)
    ask(queue)
    queue.write(decide, queue.sari, only, FALSE, at(1))
    assert ask(queue, queue.budi, minutes=2) is None
    with pytest.raises(QueueError, match="is decided; expected one that waits"):
        queue.write(dealing.pick, queue.budi, only, at(2))


def test_a_filter_narrows_what_is_dealt(queue: Queue):
    queue.load(
        [
            report("r1", "c-1", score=0.9),
            report("r2", "c-2", score=0.1, platform="tiktok", region="Kota Malang"),
        ]
    )
    assert ask(queue, wanted=Filter(platform="tiktok", region="Kota Malang")).claim_id == "c-2"
    assert ask(queue, wanted=Filter(platform="tiktok")) is None


def test_a_clock_that_was_set_back_blocks_no_claim(queue: Queue):
    [only] = lay(queue, 1)
    assert ask(queue, queue.sari, minutes=600).claim_id == only
    assert ask(queue, queue.budi, minutes=0).claim_id == only
    assert queue.write(decide, queue.sari, only, FALSE, at(1)).standing == "first"
    assert queue.write(decide, queue.budi, only, FALSE, at(1)).standing == "second opinion"


def test_a_clock_that_jumps_ahead_ends_locks_and_nothing_else(queue: Queue):
    first, *_ = lay(queue, 2)
    ask(queue, queue.sari)
    assert ask(queue, queue.budi, minutes=60 * 24 * 365).claim_id == first
    assert queue.write(decide, queue.sari, first, FALSE, Clock(at(1).now, LIFETIME)).standing == "first"
