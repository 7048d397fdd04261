"""How far a batch job is: rows, rate and time left, on a terminal only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

FULL: Final = 1.0


class RowProgress:
    """A bar that is told the rows done and the share of the input read."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task
        self._rows = 0

    def advance(self, rows: int, share: float) -> None:
        """Count rows, and move the bar to `share`, where that is known and further than it stands."""
        self._rows += rows
        task = self._progress.tasks[self._task]
        seconds = task.elapsed or 0.0
        rate = f"{self._rows / seconds:,.0f} rows/s" if seconds else ""
        self._progress.update(
            self._task, completed=max(task.completed, share), rows=f"{self._rows:,}", rate=rate
        )


@contextmanager
def show_rows(what: str) -> Iterator[RowProgress]:
    """Show a bar on the error stream while the block lasts."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]} rows"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield RowProgress(progress, progress.add_task(what, total=FULL, rows="0", rate=""))
