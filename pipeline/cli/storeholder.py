"""What `saring forget` asks of the moderators' store."""

import os
from collections.abc import Iterator

from pipeline.cli.opening import clock, open_store
from pipeline.cli.workspace import Workspace
from pipeline.moderation.desk.erase import erase
from pipeline.moderation.store import DATABASE, VARIABLE
from pipeline.privacy.subject import Found, Subject


def erase_stored(workspace: Workspace, subject: Subject, dry_run: bool) -> Iterator[Found]:
    """Erase reports and reporters from the store, where there is one."""
    if not os.environ.get(VARIABLE) and not (workspace.root / DATABASE).exists():
        return
    with open_store(workspace) as store:
        with store.writing() as connection:
            erased = erase(connection, subject.report_ids, subject.reporter_ids, clock(), dry_run=dry_run)
        if not dry_run and any(erased) and not store.is_postgresql:
            with store.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    place = store.place.removeprefix(f"{workspace.root}/")
    for what, number in erased._asdict().items():
        yield Found(place, number, what)
