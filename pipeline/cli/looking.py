"""A claim with all its terms, and the queue in numbers: what `saring queue show` and `stats` print."""

from collections.abc import Collection
from typing import Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import plain_console
from pipeline.cli.opening import open_store
from pipeline.cli.workspace import Workspace
from pipeline.moderation.desk.numbers import count_queue
from pipeline.moderation.desk.show import WORKED_OUT, Detail, read_claim
from pipeline.moderation.store.tables import FAR

TERMS: Final = (
    ("score", "P(misinformation) of its earliest text; none: the model abstained"),
    ("model_version", "which model"),
    ("reliability", "what its reporters' past adds, in logits"),
    ("debunk", "what a known fact-check that it repeats adds, in logits"),
    ("debunk_url", "which fact-check"),
    ("debunk_similarity", "how surely it is repeated"),
    ("probability", "score, reporters and fact-check together"),
    ("severity", "what a view costs"),
    ("ruled_type", "what it is about, by its words"),
    ("reported_type", "what it is about, by its reporters"),
    ("views", "known so far"),
    ("views_next_24h", "expected if nobody looks today"),
    ("views_source", "where that estimate comes from"),
    ("growth_cut", "grew faster than any audience explains"),
    ("expected_harm", "severity x probability x views_next_24h"),
    ("priority", "0-100"),
    ("due_at", "deadline"),
    ("deadline", "which deadline"),
    ("computed_at", "when these were worked out"),
)
SHOWN_REPORTS: Final = 20


def show_claim(workspace: Workspace, claim: str) -> None:
    """Print a claim."""
    with open_store(workspace) as store, store.reading() as connection:
        print_claim(read_claim(connection, claim))


def show_stats(workspace: Workspace) -> None:
    """Print the queue in numbers."""
    with open_store(workspace) as store, store.reading() as connection:
        counts = count_queue(connection)
    table = Table("what", "how many", title="The queue", title_justify="left", pad_edge=False)
    for name, number in counts.items():
        table.add_row(name, f"{number:,}" if isinstance(number, int) else str(number))
    plain_console().print(table)


def print_claim(detail: Detail, *, in_hand: bool = False) -> None:
    """Print everything that is known of a claim; of one in hand not when its terms were made, and by what model."""
    console = plain_console()
    claim = detail.claim
    typer.echo(f"{claim.claim_id}: {_describe_state(claim)}")
    if detail.aliases:
        typer.echo(f"formerly {', '.join(detail.aliases)}")
    console.print(Text(claim.text))
    if claim.words:
        console.print(Text(f"words that drove the score: {', '.join(claim.words)}"))
    _print_terms(console, claim, WORKED_OUT if in_hand else ())
    _print_reports(console, detail)
    _print_rows(
        console,
        "Verdicts",
        detail.verdicts,
        ("decided_at", "name", "verdict", "type", "standing", "note", "link"),
    )
    _print_matches(console, detail)
    _print_rows(
        console,
        "Related, but not the same",
        detail.related,
        ("claim_id", "similarity", "why", "state", "text"),
    )
    _print_rows(console, "History", detail.history, ("sequence", "at", "name", "kind"))


def _describe_state(claim: Any) -> str:
    parts = [claim.state]
    if claim.verdict:
        parts.append(f"{claim.verdict}{f' ({claim.verdict_type})' if claim.verdict_type else ''}")
    if claim.holder:
        parts.append(f"in the hands of {claim.holder} until {_cell(claim.locked_until)}")
    if claim.circulating_since:
        parts.append(f"circulating again since {_cell(claim.circulating_since)}")
    since = "an unknown time" if claim.waiting_since == FAR else _cell(claim.waiting_since)
    parts += [f"reported since {since}", f"{claim.n_reports:,} reports by {claim.n_reporters:,} reporters"]
    return "; ".join([*parts, *claim.flags])


def _print_terms(console: Console, claim: Any, without: Collection[str]) -> None:
    table = Table("term", "value", "what it is", title="Priority", title_justify="left", pad_edge=False)
    for name, meaning in TERMS:
        if name not in without:
            table.add_row(name, Text(_cell(getattr(claim, name))), meaning)
    console.print(table)


def _print_reports(console: Console, detail: Detail) -> None:
    columns = (
        "report_id",
        "reported_at",
        "reporter_group",
        "platform",
        "region",
        "reported_type",
        "views",
        "text",
    )
    _print_rows(console, "Reports", detail.reports[:SHOWN_REPORTS], columns)
    if detail.claim.n_reports > SHOWN_REPORTS:
        typer.echo(f"and {detail.claim.n_reports - SHOWN_REPORTS:,} more")


def _print_matches(console: Console, detail: Detail) -> None:
    """Print known fact-checks and official facts whole: their links are there to be followed."""
    if detail.matches:
        typer.echo("Known fact-checks and official facts (a match decides nothing)")
    for one in detail.matches:
        day = "no date" if one.published_at is None else f"{one.published_at:%Y-%m-%d}"
        said = "official fact" if one.kind == "fact" else one.verdict or "no verdict"
        told = (one.level, f"{one.similarity:.2f}", day, said, one.publisher, one.title, one.url)
        console.print(Text(f"- {'; '.join(filter(None, told))}"), soft_wrap=True)


def _print_rows(console: Console, title: str, rows: Any, columns: tuple[str, ...]) -> None:
    if not rows:
        return
    table = Table(title=title, title_justify="left", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="ellipsis", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(" ".join(_cell(getattr(row, name)).split())) for name in columns))
    console.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "strftime") else str(value)
