"""The reports of one request in, what became of each out: kept some at a time, so that nobody waits long."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from pipeline.errors import QueueError, StorageError
from pipeline.ingest.record import TAKEN, RecordReader
from pipeline.ingest.values import Fault
from pipeline.moderation.desk.people import Person
from pipeline.moderation.desk.senders import add_receipt, find_receipts, read_fates
from pipeline.moderation.intake.around import Around
from pipeline.moderation.intake.arrive import Arrival, Rules, look_around, receive
from pipeline.web.api.bodies import Twice
from pipeline.web.intake import Intake, note_first_model
from pipeline.web.services import Services

AT_ONCE: Final = 20
"""So many reports are kept in one transaction: some 50 ms in which nobody else can write on SQLite."""
PATIENCE: Final = 5
DEADLOCK: Final = frozenset({"40P01", "40001"})
"""PostgreSQL's codes for two transactions that wait for each other, and for one that came too late."""
MAX_IGNORED: Final = 20
MAX_SHOWN_CHARS: Final = 200

CONFLICT: Final = "conflict"
REJECTED: Final = "rejected"
ACCEPTED: Final = "accepted"

Result = dict[str, Any]


class Sent(NamedTuple):
    """A report that was read, its place in the request, and the digest of its body."""

    place: int
    record: Mapping[str, Any]
    digest: str


def take_reports(app: Services, intake: Intake, person: Person, items: Sequence[Any]) -> list[Result]:
    """Keep what can be kept; when this returns, it is."""
    reader = intake.open_reader(person.name, app.clock())
    results: list[Result] = [{} for _ in items]
    sent = []
    for index, item in enumerate(items):
        found = _read(index, item, reader, intake)
        if isinstance(found, Sent):
            sent.append(found)
        else:
            results[index] = found
    with app.store.reading() as connection:
        known = find_receipts(connection, person, [one.record["report_id"] for one in sent])
    bundle = app.models.get()
    fresh: list[tuple[Sent, Arrival]] = []
    for one in sent:
        if (before := known.get(one.record["report_id"])) is None:
            fresh.append((one, intake.prepare(one.record, bundle)))
        else:
            results[one.place] = {} if before == one.digest else _refuse_other()
        if len(fresh) == AT_ONCE:
            _keep(app, intake, person, fresh, results)
            fresh = []
    if fresh:
        _keep(app, intake, person, fresh, results)
    _tell_fates(app, person, sent, results)
    return [
        {"index": index, "report_id": _show_id(items[index]), **result}
        for index, result in enumerate(results)
    ]


def list_ignored(items: Sequence[Any]) -> list[str]:
    """Return the names of a request's objects that no report has, as they may be shown."""
    names = {name for item in items if isinstance(item, dict) for name in item if name not in TAKEN}
    return [_show(name) for name in sorted(names)[:MAX_IGNORED]]


def _read(index: int, item: Any, reader: RecordReader, intake: Intake) -> Sent | Result:
    if not isinstance(item, dict) or isinstance(item, Twice):
        return _refuse("no object that names each thing once; expected one")
    record = reader.read(item)
    if isinstance(record, Fault):
        return _refuse(f"{record.reason}; expected {record.expected}")
    return Sent(index, record, intake.digest_body(item))


def _keep(
    app: Services,
    intake: Intake,
    person: Person,
    fresh: Sequence[tuple[Sent, Arrival]],
    results: list[Result],
) -> None:
    """Keep some reports in one transaction; others that write get their turn after it."""
    began = time.perf_counter()
    for left in reversed(range(PATIENCE)):
        try:
            refused = _write(app, intake, person, fresh)
            break
        except StorageError as error:
            if not left or not _is_deadlock(error):
                raise
    for index, result in refused.items():
        results[index] = result
    if len(fresh) == AT_ONCE:
        time.sleep(time.perf_counter() - began)


def _write(
    app: Services, intake: Intake, person: Person, fresh: Sequence[tuple[Sent, Arrival]]
) -> dict[int, Result]:
    """Write some reports in one transaction, and return what was refused, by its place."""
    refused: dict[int, Result] = {}
    with app.store.reading() as connection:
        rules = intake.read_rules(connection)
        seen = look_around(connection, fresh[0][1], rules.grouping.limits)
    with app.store.writing() as connection:
        known = dict(find_receipts(connection, person, [one.record["report_id"] for one, _ in fresh]))
        for one, arrival in fresh:
            report_id = one.record["report_id"]
            around = seen if arrival is fresh[0][1] else None  # what came before it in here has changed it
            if report_id not in known and _receive(connection, arrival, rules, app.clock(), around):
                known[report_id] = add_receipt(connection, person, report_id, one.digest, app.clock())
            if known.get(report_id) != one.digest:
                refused[one.place] = _refuse_other()
        note_first_model(connection, app.models.get())
    return refused


def _receive(
    connection: Connection, arrival: Arrival, rules: Rules, now: datetime, seen: Around | None
) -> bool:
    """Take a report, and say whether its id was free for its text."""
    try:
        receive(connection, arrival, rules, now, seen)
    except QueueError:
        return False
    return True


def _tell_fates(app: Services, person: Person, sent: Sequence[Sent], results: list[Result]) -> None:
    """Say of what was kept, now or before, where it stands."""
    with app.store.reading() as connection:
        fates = read_fates(connection, person, [one.record["report_id"] for one in sent])
    for one in sent:
        if not results[one.place]:
            fate = fates[one.record["report_id"]]
            results[one.place] = {
                "status": ACCEPTED,
                "claim_id": fate.claim_id,
                "state": fate.state,
                "verdict": fate.verdict,
            }


def _refuse(detail: str) -> Result:
    return {"status": REJECTED, "detail": detail}


def _refuse_other() -> Result:
    return {
        "status": CONFLICT,
        "detail": "its id stands for another body; expected a new id for a new report",
    }


def _show_id(item: Any) -> str | None:
    """Return the id that a sender gave, where it is one."""
    name = item.get("report_id") if isinstance(item, dict) else None
    return _show(str(name)) if isinstance(name, str | int) else None


def _show(text: str) -> str:
    """Return what a sender wrote, so that JSON can hold it."""
    return text[:MAX_SHOWN_CHARS].encode("utf-8", "replace").decode()


def _is_deadlock(error: StorageError) -> bool:
    cause = getattr(error.__cause__, "orig", None)
    return getattr(cause, "sqlstate", None) in DEADLOCK
