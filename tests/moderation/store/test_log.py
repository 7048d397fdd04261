"""The log finds what was bent: six kinds of tampering, each by somebody who may write to the database."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from pipeline.errors import QueueError
from pipeline.moderation.desk.dealing import deal_next
from pipeline.moderation.desk.log import (
    Head,
    hash_line,
    read_head,
    read_signed_head,
    sign_head,
    verify_log,
    write_event,
)
from pipeline.moderation.desk.verdicts import Ruling, decide, undo
from pipeline.moderation.store.tables import Event, LogHead, Verdict
from tests.moderation.store.conftest import Queue, at, report

KEY = b"log" * 11


@pytest.fixture
def worked(queue: Queue) -> Queue:
    """A queue after a shift: eleven lines in its log."""
    queue.load([report(f"r{i}", f"c-{i}", score=0.9 / i) for i in range(1, 4)])
    for minutes, verdict in ((1, "unclear"), (2, "not a claim"), (3, "unclear")):
        dealt = queue.write(deal_next, queue.sari, queue.params.prioritise.lanes, at(minutes))
        queue.write(decide, queue.sari, dealt.claim_id, Ruling(verdict, note="catatan"), at(minutes))
    queue.write(undo, queue.sari, "c-1", at(4))
    return queue


def edit(connection: Connection) -> None:
    connection.execute(update(Event).where(Event.sequence == 7).values(detail=json.dumps({"lane": "oldest"})))


def remove(connection: Connection) -> None:
    connection.execute(delete(Event).where(Event.sequence == 7))


def exchange(connection: Connection) -> None:
    columns = [column for column in Event.__table__.c if column.name not in {"sequence", "hash"}]
    first, second = (
        connection.execute(select(*columns).where(Event.sequence == number)).one()._asdict()
        for number in (5, 7)
    )
    connection.execute(update(Event).where(Event.sequence == 5).values(second))
    connection.execute(update(Event).where(Event.sequence == 7).values(first))


def change_a_verdict(connection: Connection) -> None:
    connection.execute(update(Verdict).where(Verdict.verdict == "not a claim").values(verdict="unclear"))


def cut_the_tail(connection: Connection) -> None:
    connection.execute(delete(Verdict).where(Verdict.verdict == "undo"))
    connection.execute(delete(Event).where(Event.sequence > 10))
    last = connection.execute(select(Event.hash).where(Event.sequence == 10)).scalar_one()
    connection.execute(update(LogHead).values(sequence=10, hash=last))


def rewrite_the_tail(connection: Connection) -> None:
    """Change line 5 and make all hashes from there on anew, as who knows the code can."""
    connection.execute(update(Event).where(Event.sequence == 5).values(user_id=2))
    before = connection.execute(select(Event.hash).where(Event.sequence == 4)).scalar_one()
    for line in connection.execute(select(Event).where(Event.sequence >= 5).order_by(Event.sequence)).all():
        before = hash_line(before, line.sequence, line.at, line.user_id, line.kind, line.subject, line.detail)
        connection.execute(update(Event).where(Event.sequence == line.sequence).values(hash=before))
    connection.execute(update(LogHead).values(hash=before))


def test_an_untouched_log_is_whole(worked: Queue):
    assert worked.read(verify_log) == []
    assert worked.read(verify_log, worked.read(read_head)) == []
    assert worked.read(read_head).sequence == 11


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (edit, [(7, "changed, or not in its place")]),
        (remove, [(7, "missing; the next line is 8"), (8, "changed, or not in its place")]),
        (exchange, [(5, "changed, or not in its place"), (7, "changed, or not in its place")]),
        (change_a_verdict, [(8, "verdict 2 was changed, or never stood in the log")]),
    ],
)
def test_the_log_finds(worked: Queue, tamper: Callable[[Connection], None], found: list[tuple[int, str]]):
    worked.write(tamper)
    assert [tuple(fault) for fault in worked.read(verify_log)] == found


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (cut_the_tail, (11, "cut off; the earlier head names it")),
        (rewrite_the_tail, (11, "not the line that the earlier head names")),
    ],
)
def test_an_earlier_head_finds(worked: Queue, tamper: Callable[[Connection], None], found: tuple[int, str]):
    earlier = read_signed_head(sign_head(worked.read(read_head), at(5).now, KEY), KEY)
    worked.write(tamper)
    assert worked.read(verify_log) == []
    assert found in [tuple(fault) for fault in worked.read(verify_log, earlier)]


def test_a_verdict_beside_the_log_is_found(worked: Queue):
    with worked.store.writing() as connection:
        row = connection.execute(select(Verdict).where(Verdict.id == 1)).one()._asdict()
        connection.execute(insert(Verdict).values({**row, "id": 77, "user_id": worked.budi.id}))
    assert [fault.found for fault in worked.read(verify_log)] == [
        "verdict 77 was changed, or never stood in the log"
    ]


def test_a_head_of_another_root_is_refused(worked: Queue):
    line = sign_head(Head(3, "ab" * 32), at().now, b"another key")
    with pytest.raises(QueueError, match="signature does not match"):
        read_signed_head(line, KEY)
    with pytest.raises(QueueError, match="no line of `saring log head`"):
        read_signed_head("saring-log 3", KEY)


def test_the_log_holds_no_name_and_no_note(worked: Queue):
    lines = worked.read(lambda c: c.execute(select(Event.subject, Event.detail)).all())
    assert not any(word in f"{subject} {detail}" for subject, detail in lines for word in ("sari", "catatan"))


def test_what_is_undone_leaves_no_line(worked: Queue):
    with pytest.raises(RuntimeError, match="in the middle"), worked.store.writing() as connection:
        write_event(connection, None, "test", "c-1", {}, at(9).now)
        raise RuntimeError("in the middle")
    assert worked.read(read_head).sequence == 11
