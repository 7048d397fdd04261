"""A root that is served in; every term of its order made anew whenever it is due, by a process beside the server."""

import logging
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import timedelta
from threading import Event, Thread
from typing import IO, Final

from pipeline.cli.opening import clock, open_store
from pipeline.cli.workspace import Workspace
from pipeline.errors import PipelineError
from pipeline.moderation.desk.moves import number_new
from pipeline.moderation.intake.sweep import is_due

logger: Final = logging.getLogger("saring.refresh")

LOOK: Final = timedelta(minutes=1)
POLL_SECONDS: Final = 0.2
NICE: Final = 10
"""Moderators come first where the machine is small."""
COMMAND: Final = (sys.executable, "-P", "-c", "from pipeline.cli.app import main; main()")


class Refresher(Thread):
    """Looks from time to time whether `queue.refresh_minutes` have passed, and runs `saring queue refresh` then.

    Several servers of one store may each have one: who comes second finds that it is not due, or being done.
    """

    def __init__(self, workspace: Workspace, look: timedelta = LOOK) -> None:
        super().__init__(name="refresher", daemon=True)
        self._workspace = workspace
        self._look = look
        self._over = Event()

    def run(self) -> None:
        """Look until told to stop; a database that is away is tried again."""
        while not self._over.wait(self._look.total_seconds()):
            try:
                due = self._is_due()
            except PipelineError as error:
                logger.error("%s", error)
            else:
                if due:
                    self._refresh()

    def stop(self) -> None:
        """Stop looking, and end a refresh that runs: what it had not written yet stays as it was."""
        self._over.set()
        self.join()

    def _is_due(self) -> bool:
        """Say whether it is time, having numbered what moved: notes would pile up where nobody asks for them."""
        with open_store(self._workspace) as store:
            while number_new(store):
                pass
            with store.reading() as connection:
                return is_due(connection, self._workspace.params, clock())

    def _refresh(self) -> None:
        where = ("--params", str(self._workspace.params_path), "--root", str(self._workspace.root))
        with (
            tempfile.TemporaryFile() as errors,
            subprocess.Popen(  # noqa: S603 - this very program
                [*COMMAND, *where, "queue", "refresh", "--if-due"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            ) as process,
        ):
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
            while process.poll() is None and not self._over.wait(POLL_SECONDS):
                pass
            if process.poll() is None:
                process.terminate()
            elif process.returncode:
                logger.error("saring queue refresh: exit code %d: %s", process.returncode, _read_last(errors))


def _read_last(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
