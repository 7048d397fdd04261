"""A new model takes the queue over in one moment; what somebody holds follows when it is given back."""

from sqlalchemy import select

from pipeline.moderation.desk.dealing import deal_next, give_back
from pipeline.moderation.desk.verdicts import Ruling, decide
from pipeline.moderation.intake.ground import Scale, note_scale, read_scale
from pipeline.moderation.intake.rescore import Scored, count_outdated, flip, write_shadow
from pipeline.moderation.store.tables import Claim
from tests.moderation.store.conftest import LATER, NOW, SCALE, Queue, at, report

NEW = Scale("v2-00000000", 0.3, 500.0)


def score(texts) -> Scored:
    """Turn the order round: the first letter after "desa c-" decides."""
    return Scored(
        [None if "c-4" in text else 0.9 if "c-3" in text else 0.01 for text in texts],
        ["too short" if "c-4" in text else None for text in texts],
        [["baru"] for _ in texts],
    )


def read(queue: Queue) -> dict[str, tuple]:
    rows = queue.read(lambda c: c.execute(select(Claim)).all())
    return {row.claim_id: (row.model_version, row.score, row.words, row.state) for row in rows}


def test_a_new_model_takes_over_what_nobody_holds(queue: Queue):
    queue.load([report(f"r{i}", f"c-{i}", score=0.5 / i, views=100) for i in range(1, 6)])
    held = queue.write(deal_next, queue.sari, queue.params.prioritise.lanes, at()).claim_id
    queue.write(decide, queue.budi, "c-5", Ruling("unclear"), at())
    before = read(queue)
    assert queue.read(count_outdated, NEW.version) == 4
    assert sum(write_shadow(queue.store, score, NEW, queue.params, NOW)) == 4
    assert read(queue) == before
    assert flip(queue.store, NEW, queue.lead.id, LATER) == 3
    after = read(queue)
    assert after["c-3"] == (NEW.version, 0.9, ["baru"], "open")
    assert after["c-4"][:2] == (NEW.version, None)
    assert {name: after[name] for name in (held, "c-5")} == {name: before[name] for name in (held, "c-5")}
    assert queue.read(read_scale, queue.params) == NEW
    assert queue.write(deal_next, queue.budi, queue.params.prioritise.lanes, at(1)).claim_id == "c-3"
    queue.write(give_back, queue.sari, held, queue.params.prioritise.lanes, at(2))
    assert read(queue)[held] == (NEW.version, 0.01, ["baru"], "open")
    assert queue.read(count_outdated, NEW.version) == 0


def test_a_second_time_changes_nothing(queue: Queue):
    queue.load([report(f"r{i}", f"c-{i}") for i in range(1, 4)])
    assert read(queue)["c-1"][0] == SCALE.version
    for expected in (3, 0):
        assert sum(write_shadow(queue.store, score, NEW, queue.params, NOW)) == expected
        assert flip(queue.store, NEW, None, LATER) == expected


def test_the_terms_of_the_new_model_follow_its_prevalence(queue: Queue):
    queue.load([report("r1", "c-4", views=100)])
    list(write_shadow(queue.store, score, NEW, queue.params, NOW))
    flip(queue.store, NEW, None, LATER)
    row = queue.read(lambda c: c.execute(select(Claim)).one())
    assert row.probability == NEW.prevalence
    assert row.expected_harm == row.severity * NEW.prevalence * row.views_next_24h


def test_a_queue_without_a_model_is_decided_at_the_prior(queue: Queue):
    queue.write(note_scale, Scale(None, 0.1, 1000.0))
    queue.load([report("r1", "c-1", score=None, model_version=None)])
    dealt = queue.write(deal_next, queue.sari, queue.params.prioritise.lanes, at())
    assert queue.write(decide, queue.sari, dealt.claim_id, Ruling("unclear"), at(1)).standing == "first"
