"""What people see of the command line: lines, the queue's table, and one line for a mistake."""

import errno
import math
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from pipeline.errors import PipelineError
from pipeline.schema.flow import Flow
from pipeline.storage import reason_of

if TYPE_CHECKING:
    from pipeline.moderation.staffing import Shortages

EXIT_MISTAKE: Final = 2
EXIT_REFUSED: Final = 3
EXIT_ALARM: Final = 4
EXIT_INTERRUPTED: Final = 130
EXIT_UNREAD: Final = 141
"""What a shell says of a program whose reader left."""

NOT_WRITTEN: Final = frozenset({errno.EPIPE, errno.ENOSPC, errno.EIO})
"""Why standard output takes no more; writing a file says so by a StorageError of its own."""

PLAIN_WIDTH: Final = 150
"""How wide a table is where there is no terminal, such as a log."""

USAGE_ERROR: Final[type[Exception]] = typer.BadParameter.__mro__[1]
"""What typer raises for a command line that it cannot read; only this child of it has a public name."""

T = TypeVar("T")
Row = dict[Any, Any]


class PoliteGroup(TyperGroup):
    """A command group that turns a user's mistake into one line and exit 2; a bug keeps its traceback."""

    def make_context(self, info_name: str | None, args: list[str], *above: Any, **extra: Any) -> Any:
        """Read the options before the command; without any argument the help is shown."""
        with _one_line() if args else nullcontext():
            return super().make_context(info_name, args, *above, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with _one_line():
            return super().invoke(ctx)


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
        sys.stdout.flush()
    except PipelineError as error:
        typer.echo(f"saring: {' '.join(str(error).split())}", err=True)
        raise typer.Exit(EXIT_MISTAKE) from error
    except USAGE_ERROR as error:
        typer.echo(_describe_usage(error), err=True)
        raise typer.Exit(EXIT_MISTAKE) from error
    except KeyboardInterrupt as error:
        typer.echo("saring: interrupted; what was finished stands, nothing is half-written", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from error
    except OSError as error:
        if error.filename is not None or error.errno not in NOT_WRITTEN:
            raise
        forsake_standard_output()
        if error.errno == errno.EPIPE:  # such as `| head`: nobody wants the rest
            raise typer.Exit(EXIT_UNREAD) from error
        typer.echo(f"saring: standard output cannot be written ({reason_of(error)}); expected room", err=True)
        raise typer.Exit(EXIT_MISTAKE) from error


def forsake_standard_output() -> None:
    """Let what waits for standard output go nowhere: Python would try again at its end, and complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _describe_usage(error: Any) -> str:
    command = error.ctx.command_path if error.ctx else "saring"
    found = " ".join(error.format_message().replace("Value error, ", "").split()).rstrip(".")
    return f"{command}: {found[:1].lower()}{found[1:]}; see {command} --help"


class StageClock:
    """Prints one line a stage: rows in = accepted + merged + rejected, seconds, and what it found.

    `on_errors` keeps standard output free for rows.
    """

    def __init__(self, stage: str, *, on_errors: bool = False) -> None:
        self._stage = stage
        self._begin = time.perf_counter()
        self._on_errors = on_errors

    def report(self, flow: Flow, found: str = "") -> None:
        """Say what became of the rows."""
        seconds = time.perf_counter() - self._begin
        counts = (
            f"{flow.rows_in:>8,} = {flow.accepted:>7,} accepted + {flow.merged:>6,} merged"
            f" + {flow.rejected:>6,} rejected"
        )
        typer.echo(f"{self._stage:<11}{counts}{seconds:>7.1f} s  {found}".rstrip(), err=self._on_errors)

    def say(self, found: str) -> None:
        """Say what a stage without rows found."""
        seconds = time.perf_counter() - self._begin
        typer.echo(f"{self._stage:<11}{'':>59}{seconds:>7.1f} s  {found}", err=self._on_errors)


def show_progress(items: Iterable[T], what: str, total: int | None = None) -> Iterable[T]:
    """Pass items on with a progress bar on a terminal, silently elsewhere."""
    console = Console(stderr=True)
    return track(items, what, total=total, console=console, disable=not console.is_terminal, transient=True)


def warn(what: str) -> None:
    """Say on one line of the error stream what went wrong without stopping the run."""
    typer.echo(f"saring: warning: {' '.join(what.split())}", err=True)


def print_queue(claims: Iterable[Row]) -> None:
    """Print claims as a table: rank, priority, score, views, reports, words, text."""
    table = Table(title="The queue: what to read first", title_justify="left", pad_edge=False, expand=True)
    for name in ("rank", "priority", "score", "views", "reports"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("words that drove it", overflow="ellipsis", no_wrap=True, min_width=30, ratio=2)
    table.add_column("text", overflow="ellipsis", no_wrap=True, ratio=3)
    for claim in claims:
        table.add_row(*(Text(cell) for cell in _cells(claim)))
    plain_console().print(table)


def _cells(claim: Row) -> list[str]:
    return [
        str(claim["rank"]),
        str(claim["priority"]),
        "-" if math.isnan(claim["score"]) else f"{claim['score']:.2f}",
        "-" if math.isnan(claim["views"]) else f"{claim['views']:,.0f}",
        str(claim["n_reports"]),
        " ".join(claim["words"]),
        " ".join(claim["text"].split()),
    ]


def describe_shortages(shortages: "Shortages") -> str:
    """Say which deadlines have passed, and how many people are missing in the lanes that overflow."""
    said = [f"{shortages.n_overdue:,} overdue"] if shortages.n_overdue else []
    lanes = {"deadlines": shortages.due, "quality": shortages.quality, "all": shortages.everything}
    said += [
        f"{lane}: {shortage.n_claims:,} claims, {shortage.missing:,} people missing"
        for lane, shortage in lanes.items()
        if shortage.missing
    ]
    return "".join(f"; {what}" for what in said)


def describe_headline(metrics: dict[str, Any]) -> str:
    """Say the honest figure with its interval, and the flattering one beside it."""
    headline, random = metrics["headline"], metrics["random"]
    honest = f"AUC {_interval(headline)} forward, {headline.get('n_claims', 0):,} unseen claims"
    flattering = f"random split {_interval(random)}"
    gap = metrics.get("gap", {}).get("auc")
    return f"{honest}; {flattering}" + (f"; gap {gap:+.2f}" if gap is not None else "")


def print_sources(rows: Iterable[Row]) -> None:
    """Print the table source by source, "not computable" where there is no figure."""
    table = Table(title="Source by source", title_justify="left", pad_edge=False)
    for name in ("source", "claims", "misinformation", "protocol", "AUC", "average precision"):
        table.add_column(name, no_wrap=name != "AUC")  # which may hold a reason, however long
    for row in rows:
        figures = [_interval(row), _interval(row, "average_precision")]
        computed = figures if row["auc"] == row["auc"] else [f"not computable: {row['reason']}", ""]
        counts = [
            str(row["source"]),
            f"{row['n_claims']:,}",
            f"{row['n_misinformation']:,}",
            str(row["protocol"]),
        ]
        table.add_row(*(Text(cell) for cell in counts + computed))
    plain_console().print(table)


def _interval(figures: dict[str, Any], name: str = "auc") -> str:
    if figures.get(name) is None:
        return f"not computable ({figures.get('reason', 'no figure')})"
    return f"{figures[name]:.2f} [{figures[f'{name}_lower']:.2f}-{figures[f'{name}_upper']:.2f}]"


def plain_console() -> Console:
    """Return the terminal, or where there is none a console of a fixed width."""
    """Return the terminal, or a wide page where there is none."""
    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=PLAIN_WIDTH)
