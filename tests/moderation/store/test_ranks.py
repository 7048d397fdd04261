"""By which harm a claim was first ranked is kept, once, for every claim that ever waited."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from pipeline.moderation.intake.sweep import sweep
from pipeline.moderation.store.tables import Audit, Claim
from tests.moderation.store.conftest import LATER, NOW, Queue, report


def first_of(queue: Queue, claim_id: str) -> Any:
    query = select(Audit.first_harm, Audit.ranked_at, Claim.expected_harm)
    return queue.read(
        lambda c: c.execute(
            query.join(Claim, Claim.claim_id == Audit.claim_id).where(Audit.claim_id == claim_id)
        ).one()
    )


def test_a_new_claim_is_ranked_as_it_comes_and_never_again(queue: Queue):
    queue.load([report("r2", "c-1", views=100, observed_at=NOW - timedelta(hours=1))])
    first = first_of(queue, "c-1")
    assert (first.first_harm, first.ranked_at) == (first.expected_harm, LATER)
    queue.load(
        [
            report("r2", "c-1", views=100, observed_at=NOW - timedelta(hours=1)),
            report("r1", "c-1", url="https://a.example", views=90000, observed_at=NOW),
        ],
        received=LATER + timedelta(days=1),
    )
    later = first_of(queue, "c-1")
    assert later.expected_harm > first.expected_harm
    assert later[:2] == first[:2]


def test_what_waited_before_first_ranks_were_kept_is_ranked_by_the_next_sweep(queue: Queue):
    queue.load([report("r1", "c-1"), report("r2", "c-2", label=1, waits=False)])
    queue.write(lambda c: c.execute(update(Audit).values(first_harm=None, ranked_at=None)))
    swept = LATER + timedelta(days=3)
    assert list(sweep(queue.store, queue.params, NOW, swept)) == [1]
    first = first_of(queue, "c-1")
    assert (first.first_harm, first.ranked_at) == (first.expected_harm, swept)
    assert first_of(queue, "c-2")[:2] == (None, None)


def test_a_decided_or_old_claim_is_ranked_once_it_waits(queue: Queue):
    queue.load([report("r9", "c-1", waits=False), report("r8", "c-2", waits=False, label=1, labelled_at=NOW)])
    assert first_of(queue, "c-1")[:2] == first_of(queue, "c-2")[:2] == (None, None)
    woken = LATER + timedelta(days=2)
    queue.load([report("r9", "c-1", waits=False), report("r1", "c-1")], received=woken)
    first = first_of(queue, "c-1")
    assert (first.first_harm, first.ranked_at) == (first.expected_harm, woken)
