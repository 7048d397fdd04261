"""For moderators and leads: the queue's store made and filled, claims asked for, decided and shown."""

from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from pipeline.cli.console import PoliteGroup

app = typer.Typer(
    cls=PoliteGroup,
    name="queue",
    no_args_is_help=True,
    help="The moderators' queue: fill, ask, decide, look.",
)
links = typer.Typer(
    cls=PoliteGroup, name="links", no_args_is_help=True, help="What merges and splits say of reports."
)
app.add_typer(links)

Claim = Annotated[str, typer.Argument(metavar="CLAIM", help="A claim's id, a former one included.")]
As = Annotated[str, typer.Option("--as", metavar="NAME", envvar="SARING_USER", help="Who acts.")]
AsAnybody = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", envvar="SARING_USER", help="Who acts; stands in the log."),
]
Verdict = Annotated[
    str,
    typer.Argument(help="misinformation, not misinformation, not a claim, unclear or needs another desk."),
]
ClaimType = Annotated[str | None, typer.Option("--type", help="Of misinformation: what about.")]
Note = Annotated[str | None, typer.Option(help="A word to colleagues.")]
FactLink = Annotated[str | None, typer.Option(help="Where the facts are.")]


@app.command()
def init(context: typer.Context) -> None:
    """Make the store: below the root, or in the PostgreSQL database that SARING_DATABASE_URL names."""
    _administration().make_store(context.obj)


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring a store that an older Saring made to this one's version."""
    _administration().bring_up(context.obj)


@app.command()
def load(context: typer.Context, name: AsAnybody = None) -> None:
    """Take the root's prepared and scored reports into the store; the same again changes nothing."""
    _filling().load_root(context.obj, name)


@app.command()
def observe(
    context: typer.Context,
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="Rows of report_id or url, views, shares, observed_at.")
    ],
    name: AsAnybody = None,
) -> None:
    """Take later counts of views and shares; a count that went down is kept as well."""
    _filling().observe_file(context.obj, source, name)


@app.command()
def rescore(context: typer.Context, name: AsAnybody = None) -> None:
    """Score all claims that wait with the champion, then let it order the queue in one moment."""
    _filling().rescore(context.obj, name)


@app.command()
def refresh(
    context: typer.Context,
    if_due: Annotated[
        bool,
        typer.Option("--if-due", help="Only when queue.refresh_minutes have passed since the last time."),
    ] = False,
    name: AsAnybody = None,
) -> None:
    """Make every term of the order anew: time has passed, verdicts and counts have come."""
    _filling().refresh(context.obj, name, if_due=if_due)


@app.command("next")
def give_next(
    context: typer.Context,
    name: As,
    claim_type: Annotated[str | None, typer.Option("--type", help="Only claims of this type.")] = None,
    platform: Annotated[str | None, typer.Option(help="Only claims of this platform.")] = None,
    region: Annotated[str | None, typer.Option(help="Only claims of this region.")] = None,
) -> None:
    """Take the next claim into your hands for some minutes, and show it."""
    _deciding().take_next(context.obj, name, claim_type, platform, region)


@app.command()
def pick(context: typer.Context, claim: Claim, name: As) -> None:
    """Take a claim of your choice, or hold one that you have for longer."""
    _deciding().pick_claim(context.obj, claim, name)


@app.command()
def release(context: typer.Context, claim: Claim, name: As) -> None:
    """Give a claim back undecided."""
    _deciding().release_claim(context.obj, claim, name)


@app.command()
def decide(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    claim: Claim,
    verdict: Verdict,
    name: As,
    claim_type: ClaimType = None,
    note: Note = None,
    link: FactLink = None,
) -> None:
    """Decide a claim; after somebody else it is kept as a second opinion."""
    _deciding().decide_claim(context.obj, claim, name, (verdict, claim_type, note, link))


@app.command()
def undo(context: typer.Context, claim: Claim, name: As) -> None:
    """Take your verdict on a claim back (a lead: anybody's); both stay in the log."""
    _deciding().undo_verdict(context.obj, claim, name)


@app.command()
def disagreements(context: typer.Context, name: As) -> None:
    """For leads: list the claims whose verdicts differ, with what everybody said."""
    _deciding().list_disagreements(context.obj, name)


@app.command()
def rule(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    claim: Claim,
    verdict: Verdict,
    name: As,
    claim_type: ClaimType = None,
    note: Note = None,
    link: FactLink = None,
) -> None:
    """For leads: decide a claim whose verdicts differ; all of them stay."""
    _deciding().rule_claim(context.obj, claim, name, (verdict, claim_type, note, link))


@app.command()
def merge(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="CLAIM")],
    second: Annotated[str, typer.Argument(metavar="OTHER")],
    name: As,
    verdict: Annotated[
        str | None, typer.Option(help="For a lead: what both are, where they were decided differently.")
    ] = None,
    claim_type: ClaimType = None,
) -> None:
    """Say that two claims are one, for every later grouping too."""
    _deciding().merge_claims(context.obj, first, second, name, verdict, claim_type)


@app.command()
def split(
    context: typer.Context,
    claim: Claim,
    report: Annotated[str, typer.Argument(metavar="REPORT", help="One of its reports, by its id.")],
    name: As,
) -> None:
    """Say that a report is another claim, for every later grouping too."""
    _deciding().split_claim(context.obj, claim, report, name)


@links.command()
def export(
    context: typer.Context,
    output: Annotated[Path, typer.Argument(help="A .csv or .jsonl that preprocess.links names.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an output that exists.")] = False,
) -> None:
    """Write what merges and splits said, for the next run's preprocess."""
    _deciding().export_links(context.obj, output, force=force)


@app.command()
def show(context: typer.Context, claim: Claim) -> None:
    """Show a claim: every term of its priority, its reports, verdicts, relatives and history."""
    _looking().show_claim(context.obj, claim)


@app.command()
def stats(context: typer.Context) -> None:
    """Count what waits, what is held, what was decided, and what lanes are owed."""
    _looking().show_stats(context.obj)


def _administration() -> ModuleType:
    from pipeline.cli import opening  # noqa: PLC0415 - loads SQLAlchemy, which --help need not wait for

    return opening


def _filling() -> ModuleType:
    from pipeline.cli import filling  # noqa: PLC0415 - loads SQLAlchemy and pandas

    return filling


def _deciding() -> ModuleType:
    from pipeline.cli import deciding  # noqa: PLC0415 - loads SQLAlchemy

    return deciding


def _looking() -> ModuleType:
    from pipeline.cli import looking  # noqa: PLC0415 - loads SQLAlchemy

    return looking
