"""Merging and splitting, remembered as links."""

import pytest
from sqlalchemy import func, select

from pipeline.errors import QueueError
from pipeline.moderation.desk.dealing import pick
from pipeline.moderation.desk.links import list_links, merge, split
from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.desk.pages import resolve_claim
from pipeline.moderation.desk.verdicts import Ruling, decide, undo
from pipeline.moderation.intake.ground import read_ground
from pipeline.moderation.intake.regroup import Rules
from pipeline.moderation.intake.weigh import Scales
from pipeline.moderation.store.tables import Audit, Claim, Report
from tests.moderation.store.conftest import KEY, NOW, Queue, at
from tests.moderation.store.test_arrive import ALARM, COPY, OTHER, send

HOAX, TRUE = Ruling("misinformation", "health"), Ruling("not misinformation")


def join(queue: Queue, first: str, second: str, person=None, verdict: Ruling | None = None) -> str:
    with queue.store.writing() as connection:
        scales = Scales(read_ground(connection, queue.params, NOW), queue.params)
        return merge(
            connection,
            person or queue.sari,
            (first, second),
            verdict,
            scales,
            Rules.from_params(queue.params, KEY),
            at(),
        )


def part(queue: Queue, claim_id: str, report_id: str) -> str:
    with queue.store.writing() as connection:
        scales = Scales(read_ground(connection, queue.params, NOW), queue.params)
        return split(
            connection, queue.sari, claim_id, report_id, scales, Rules.from_params(queue.params, KEY), at()
        )


def find(queue: Queue, claim_id: str):
    return queue.read(lambda c: c.execute(select(Claim).where(Claim.claim_id == claim_id)).one())


@pytest.fixture
def two(queue: Queue) -> tuple[str, str]:
    """Two claims; the older one has two reports."""
    older = send(queue, "r9", ALARM, views=300).claim_id
    send(queue, "r8", COPY, views=200)
    return older, send(queue, "r7", OTHER, views=50).claim_id


def test_a_merged_claim_lives_on_in_the_older_one(queue: Queue, two: tuple[str, str]):
    assert join(queue, *two[::-1]) == two[0]
    row = find(queue, two[0])
    assert (row.n_reports, row.state) == (3, "open")
    assert find(queue, two[1]).state == "merged"
    assert queue.read(resolve_claim, two[1]) == two[0]
    [link] = queue.read(list_links)
    assert (link.first, link.second, link.kind, link.who) == ("r7", "r9", "must", "sari")
    assert queue.read(verify_log) == []


def test_a_split_claim_is_two_from_then_on(queue: Queue, two: tuple[str, str]):
    apart = part(queue, two[0], "r8")
    assert apart not in two
    assert (find(queue, two[0]).n_reports, find(queue, apart).n_reports) == (1, 1)
    assert send(queue, "r6", COPY).claim_id == apart
    assert send(queue, "r5", ALARM).claim_id == two[0]
    draws = queue.read(lambda c: c.execute(select(func.count()).select_from(Audit)).scalar_one())
    assert draws == 3
    assert [link.kind for link in queue.read(list_links)] == ["cannot"]


def test_a_merge_is_taken_back_by_a_split(queue: Queue, two: tuple[str, str]):
    join(queue, *two)
    apart = part(queue, two[0], "r7")
    homes = queue.read(lambda c: dict(c.execute(select(Report.report_id, Report.claim_id)).all()))
    assert homes == {"r9": two[0], "r8": two[0], "r7": apart}


def test_identical_texts_can_be_two_claims(queue: Queue):
    claim = send(queue, "r9", ALARM).claim_id
    send(queue, "r8", ALARM)
    apart = part(queue, claim, "r8")
    homes = queue.read(lambda c: dict(c.execute(select(Report.report_id, Report.claim_id)).all()))
    assert homes == {"r9": claim, "r8": apart}


def test_an_open_claim_takes_the_verdict_of_the_one_that_it_is_merged_with(
    queue: Queue, two: tuple[str, str]
):
    queue.write(decide, queue.sari, two[1], HOAX, at())
    join(queue, *two)
    row = find(queue, two[0])
    assert (row.state, row.verdict, row.decided_by) == ("decided", "misinformation", queue.sari.id)
    queue.write(undo, queue.sari, two[0], at(1))
    assert find(queue, two[0]).state == "open"
    assert queue.read(verify_log) == []


def test_different_verdicts_become_one_only_by_a_lead_who_names_it(queue: Queue, two: tuple[str, str]):
    queue.write(decide, queue.sari, two[0], HOAX, at())
    queue.write(decide, queue.sari, two[1], TRUE, at())
    for person, verdict in ((queue.sari, HOAX), (queue.lead, None)):
        with pytest.raises(
            QueueError, match=r"were decided as .* expected a lead who names the verdict of both"
        ):
            join(queue, *two, person, verdict)
    join(queue, *two, queue.lead, HOAX)
    row = find(queue, two[0])
    assert (row.verdict, row.n_reports) == ("misinformation", 3)
    assert queue.read(verify_log) == []


def test_an_arrival_that_bridges_two_verdicts_merges_nothing(queue: Queue):
    words = "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh".split()
    left = " ".join(["pagi", "cerah", *words, "pohon", "rindang"])
    right = " ".join([*words, "kapal", "layar", "besar", "pohon", "rindang", "berlabuh", "tenang"])
    first, second = send(queue, "r9", left).claim_id, send(queue, "r8", right).claim_id
    if first == second:
        pytest.fail("the texts are too close for the test")
    queue.write(decide, queue.sari, first, HOAX, at())
    queue.write(decide, queue.sari, second, TRUE, at())
    send(queue, "r7", " ".join(["cerah", *words, "kapal", "pohon", "rindang"]))
    assert {find(queue, one).state for one in (first, second)} == {"decided"}
    assert {find(queue, one).verdict for one in (first, second)} == {HOAX.verdict, TRUE.verdict}


def test_nobody_merges_what_somebody_holds(queue: Queue, two: tuple[str, str]):
    queue.write(pick, queue.budi, two[1], at())
    with pytest.raises(QueueError, match="is held by budi"):
        join(queue, *two)


def test_what_cannot_be_split_is_refused(queue: Queue, two: tuple[str, str]):
    with pytest.raises(QueueError, match="is the claim's first"):
        part(queue, two[0], "r9")
    with pytest.raises(QueueError, match="is none of claim"):
        part(queue, two[0], "r7")
    with pytest.raises(QueueError, match="already; expected another claim"):
        join(queue, two[0], two[0])
