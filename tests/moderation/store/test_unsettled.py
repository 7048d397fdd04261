"""What arrivals left to the sweep: components too large for a transaction, and texts that came late."""

import pytest
from sqlalchemy import select

from pipeline.moderation.desk.log import verify_log
from pipeline.moderation.intake import regroup
from pipeline.moderation.intake.regroup import LATE, TOO_LARGE, Rules
from pipeline.moderation.intake.unsettled import settle_flagged
from pipeline.moderation.store.tables import Band, Claim, Report, Wording
from tests.moderation.store.conftest import KEY, LATER, Queue
from tests.moderation.store.test_arrive import ALARM, COPY, LIMITS, TEXTS, group_at_once, send
from tests.moderation.store.test_links import part

WORDS = "pagi siang sore malam hujan angin ombak pasir batu kayu daun akar bunga buah biji kulit getah ranting".split()


def settle(queue: Queue) -> set[str]:
    rules = Rules.from_params(queue.params, KEY)
    return {claim for changed in settle_flagged(queue.store, rules, LATER) for claim in changed}


def list_flags(queue: Queue) -> set[str]:
    rows = queue.read(lambda c: c.execute(select(Claim.flags)).scalars().all())
    return {flag for flags in rows for flag in flags}


def list_parts(queue: Queue) -> set[frozenset[str]]:
    parts: dict[str, set[str]] = {}
    for report_id, claim_id in queue.read(
        lambda c: c.execute(select(Report.report_id, Report.claim_id)).all()
    ):
        parts.setdefault(claim_id, set()).add(report_id)
    return set(map(frozenset, parts.values()))


def test_a_sweep_groups_what_was_too_large(queue: Queue, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(regroup, "MAX_WORDINGS", 0)
    ranked = [(f"r{number + 10}", text) for number, text in enumerate(TEXTS)]
    for number in (2, 6, 0, 1, 7, 3, 4, 5):
        send(queue, *ranked[number])
    assert list_flags(queue) == {TOO_LARGE}
    assert settle(queue)
    assert list_parts(queue) == group_at_once(queue, ranked[::-1])
    assert list_flags(queue) == set()
    counts = queue.read(lambda c: c.execute(select(Claim.n_reports).where(Claim.state == "open")).scalars())
    assert sum(counts) == len(TEXTS)
    assert settle(queue) == set()
    assert queue.read(verify_log) == []


def test_of_a_large_claim_a_split_takes_the_report_and_the_sweep_what_is_like_it(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
):
    claim = send(queue, "r9", ALARM).claim_id
    send(queue, "r8", COPY)
    send(queue, "r7", f"{COPY} besok")
    monkeypatch.setattr(regroup, "MAX_WORDINGS", 0)
    apart = part(queue, claim, "r8")
    assert list_parts(queue) == {frozenset({"r9", "r7"}), frozenset({"r8"})}
    settle(queue)
    assert list_parts(queue) == {frozenset({"r9"}), frozenset({"r8", "r7"})}
    homes = queue.read(lambda c: dict(c.execute(select(Report.report_id, Report.claim_id)).all()))
    assert homes == {"r9": claim, "r8": apart, "r7": apart}
    assert queue.read(verify_log) == []


def test_a_late_text_takes_its_place_in_the_index(queue: Queue):
    sent = [(f"r{number + 20}", f"{ALARM} {word}") for number, word in enumerate(WORDS)]
    for report_id, text in sent[::-1]:
        send(queue, report_id, text)
    assert list_flags(queue) == set()
    send(queue, "r99", f"{ALARM} lusa")
    assert list_flags(queue) == {LATE}
    settle(queue)
    assert list_flags(queue) == set()
    with queue.store.reading() as connection:
        texts = connection.execute(select(Wording).order_by(Wording.rank_at)).all()
        bands = connection.execute(select(Band.key, Band.wording_id)).all()
    assert texts[0].rank_id == "r99"
    assert texts[0].first_in == 2**LIMITS.bands - 1
    kept = [bin(row.first_in).count("1") for row in texts]
    assert len(bands) == sum(kept)
    assert max(sum(key == one for key, _ in bands) for one, _ in bands) <= 16
    assert kept[-1] < LIMITS.bands


def test_what_arrives_while_a_sweep_works_waits_for_the_next(queue: Queue, monkeypatch: pytest.MonkeyPatch):
    from pipeline.moderation.intake import unsettled

    monkeypatch.setattr(regroup, "MAX_WORDINGS", 0)
    send(queue, "r9", ALARM)
    part(queue, send(queue, "r8", COPY).claim_id, "r8")
    plan = unsettled.make_plan

    def plan_slowly(*arguments):
        made = plan(*arguments)
        monkeypatch.setattr(unsettled, "make_plan", plan)
        send(queue, "r7", ALARM)
        return made

    monkeypatch.setattr(unsettled, "make_plan", plan_slowly)
    assert settle(queue) == set()
    assert list_flags(queue) == {TOO_LARGE}
    settle(queue)
    assert list_flags(queue) == set()
