"""What moderators decided as labels: whose, of what weight, and what is withdrawn."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.config import Labels
from pipeline.moderation.desk import dealing, verdicts
from pipeline.moderation.desk.dealing import Clock
from pipeline.moderation.desk.pages import ANYTHING, Filter
from pipeline.moderation.desk.second import rule
from pipeline.moderation.desk.verdicts import Ruling
from pipeline.moderation.labels.export import Exported, export_labels
from pipeline.moderation.store.tables import Claim
from tests.moderation.store.conftest import LATER, LIFETIME, NOW, Queue, at, report
from tests.moderation.store.test_arrive import ALARM, COPY, OTHER, send
from tests.moderation.store.test_links import join, part

HOAX, TRUE = Ruling("misinformation", "scam"), Ruling("not misinformation")
AT_ONCE = Labels(maturity_days=0, floor=0.05)


def export(queue: Queue, days: float = 1.0, params: Labels = AT_ONCE) -> Exported:
    return queue.read(export_labels, params, "m-{}".format, LATER + timedelta(days=days))


def rows_of(queue: Queue, **more: Any) -> dict[str, dict[str, Any]]:
    return {row["report_id"]: row for row in export(queue, **more).rows}


def decide(queue: Queue, claim: str, ruling: Ruling = HOAX, person: Any = None, minutes: float = 0) -> None:
    queue.write(verdicts.decide, person or queue.sari, claim, ruling, at(minutes))


def read_next(queue: Queue, ruling: Ruling, wanted: Filter = ANYTHING) -> str:
    dealt = queue.write(dealing.deal_next, queue.sari, queue.params.prioritise.lanes, at(), wanted)
    decide(queue, dealt.claim_id, ruling)
    return dealt.claim_id


@pytest.fixture
def two(queue: Queue) -> Queue:
    queue.load([report("r1", "c-1", reporter_id="p-1"), report("r2", "c-1"), report("r3", "c-2")])
    return queue


def test_a_verdict_is_a_label_for_each_report_of_its_claim(two: Queue):
    dealt = read_next(two, HOAX)
    rows = [row for row in rows_of(two).values() if row["claim_id"] == dealt]
    assert [row["n_reports"] for row in rows] == [len(rows)] * len(rows)
    row = rows[0]
    assert (row["label"], row["label_source"], row["label_detail"], row["labelled_at"]) == (
        1,
        "verdict",
        "scam",
        LATER,
    )
    assert (row["decided_by"], row["score"], row["model_version"]) == (f"m-{two.sari.id}", 0.2, "v1-00000000")
    assert (row["lane"], row["found"]) == ("harm", "order")
    assert row["p_read"] == pytest.approx(0.0075 + 0.9925 / 2)
    assert row["weight"] == pytest.approx(1 / row["p_read"])
    assert "sari" not in str(rows)


def test_the_same_store_gives_the_same_rows_twice(two: Queue):
    decide(two, "c-1")
    decide(two, "c-2", TRUE)
    assert export(two) == export(two, days=300)


def test_nobody_read_and_no_member_gives_nothing(two: Queue):
    assert export(two) == Exported([], 0, 0, 0, 0)


@pytest.mark.parametrize("word", ["unclear", "needs another desk"])
def test_a_verdict_that_teaches_nothing_gives_no_row(two: Queue, word: str):
    decide(two, "c-1", Ruling(word))
    assert export(two).rows == []


def test_what_is_no_claim_is_no_misinformation(two: Queue):
    decide(two, "c-2", Ruling("not a claim"))
    assert [rows_of(two)["r3"][name] for name in ("label", "label_detail")] == [0, "not a claim"]


def test_what_was_picked_or_filtered_is_marked_and_stands_for_itself(two: Queue):
    decide(two, "c-1")
    read_next(two, TRUE, Filter(platform="whatsapp"))
    rows = rows_of(two)
    assert [(rows[name]["found"], rows[name]["weight"]) for name in ("r1", "r3")] == [
        ("picked", 1.0),
        ("filtered", 1.0),
    ]


def test_a_label_waits_until_its_week_is_old_enough(two: Queue):
    decide(two, "c-1")
    patient = Labels(maturity_days=21, floor=0.05)
    assert export(two, 10, patient) == Exported([], 0, 0, 1, 0)
    assert export(two, 21, patient).n_labelled == 1


def test_what_was_undone_is_withdrawn_until_it_is_decided_anew(two: Queue):
    decide(two, "c-1")
    two.write(verdicts.undo, two.sari, "c-1", at(5))
    rows = rows_of(two)
    assert set(rows) == {"r1", "r2"}
    assert [rows["r1"][name] for name in ("label", "label_source", "label_detail", "labelled_at")] == [
        None,
        "verdict",
        "withdrawn",
        LATER + timedelta(minutes=5),
    ]
    decide(two, "c-1", TRUE, minutes=6)
    assert rows_of(two)["r1"]["label"] == 0


def test_verdicts_that_differ_give_no_label_until_a_lead_has_ruled(two: Queue):
    decide(two, "c-1")
    decide(two, "c-1", TRUE, two.budi, 3)
    exported = export(two)
    assert (exported.n_labelled, exported.n_withdrawn, exported.n_differing) == (0, 1, 1)
    assert exported.rows[0]["labelled_at"] == LATER + timedelta(minutes=3)
    two.write(verdicts.undo, two.sari, "c-1", at(5))
    assert rows_of(two)["r1"]["label"] == 0


def test_a_second_opinion_that_teaches_nothing_differs_from_nothing(two: Queue):
    decide(two, "c-1")
    decide(two, "c-1", Ruling("unclear"), two.budi, 3)
    assert rows_of(two)["r1"]["label"] == 1


def test_what_was_decided_anew_after_its_verdict_had_expired_is_no_difference(two: Queue):
    decide(two, "c-1")
    expired = LATER + timedelta(days=two.params.queue.verdict_expires_days + 1)
    two.load([report("r1", "c-1"), report("r2", "c-1"), report("r4", "c-1")], received=expired)
    assert rows_of(two)["r1"]["label"] == 1
    two.write(verdicts.decide, two.budi, "c-1", TRUE, Clock(expired, LIFETIME))
    exported = export(two, days=400)
    assert (exported.n_differing, {row["label"] for row in exported.rows}) == (0, {0})


def test_a_ruling_settles_what_differs(two: Queue):
    decide(two, "c-1")
    decide(two, "c-1", TRUE, two.budi, 3)
    two.write(rule, two.lead, "c-1", TRUE, at(5))
    row = rows_of(two)["r1"]
    assert (row["label"], row["decided_by"]) == (0, f"m-{two.lead.id}")


def test_an_imported_label_is_not_given_back(queue: Queue):
    queue.load([report("r1", "c-1", label=1, waits=False)])
    assert export(queue).rows == []


def test_the_label_of_a_claim_that_was_merged_since_is_the_survivors(queue: Queue):
    older = send(queue, "r9", ALARM).claim_id
    newer = send(queue, "r7", OTHER).claim_id
    decide(queue, newer)
    join(queue, older, newer)
    rows = rows_of(queue)
    assert {name: (row["claim_id"], row["label"], row["n_reports"]) for name, row in rows.items()} == {
        "r9": (older, 1, 2),
        "r7": (older, 1, 2),
    }
    assert export(queue).n_withdrawn == 0


def test_what_was_split_off_a_decided_claim_is_withdrawn(queue: Queue):
    claim = send(queue, "r9", ALARM).claim_id
    send(queue, "r8", COPY)
    send(queue, "r7", OTHER)
    decide(queue, claim)
    assert {name: row["label"] for name, row in rows_of(queue).items()} == {"r9": 1, "r8": 1}
    part(queue, claim, "r8")
    rows = rows_of(queue)
    assert {name: row["label"] for name, row in rows.items()} == {"r9": 1, "r8": None}
    assert rows["r8"]["labelled_at"] == LATER


def test_a_label_of_the_desk_does_not_come_back_through_a_file(queue: Queue):
    """Undone here, it still stands in the file that was exported before."""
    mine = {"label": 1, "label_source": "verdict", "labelled_at": NOW}
    queue.load([report("r1", "c-1")])
    decide(queue, "c-1")
    queue.write(verdicts.undo, queue.sari, "c-1", at(5))
    queue.load([report("r1", "c-1", **mine)])
    assert state_of(queue, "c-1") == "open"
    queue.load([report("r1", "c-1", **(mine | {"label_source": "import"}))])
    assert state_of(queue, "c-1") == "decided"


def state_of(queue: Queue, claim: str) -> str:
    return queue.read(lambda c: c.execute(select(Claim.state).where(Claim.claim_id == claim)).scalar_one())
