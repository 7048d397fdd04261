"""Asking for claims, deciding and taking back: what moderators do with `saring queue`."""

from datetime import timedelta
from pathlib import Path

import typer
from sqlalchemy import Connection

from pipeline.claims.links import READERS, write_links
from pipeline.cli.looking import print_claim
from pipeline.cli.opening import clock, open_store
from pipeline.cli.tables import print_table
from pipeline.cli.workspace import Workspace
from pipeline.errors import SchemaError, StorageError
from pipeline.moderation.desk import blind, dealing, links, second, verdicts
from pipeline.moderation.desk.dealing import Clock, Dealt
from pipeline.moderation.desk.pages import Filter
from pipeline.moderation.desk.people import JUDGES, LEAD, list_people, require_role
from pipeline.moderation.desk.show import read_for
from pipeline.moderation.desk.verdicts import Ruling
from pipeline.moderation.intake.ground import read_ground
from pipeline.moderation.intake.regroup import Rules
from pipeline.moderation.intake.weigh import Scales


def take_next(
    workspace: Workspace, name: str, claim_type: str | None, platform: str | None, region: str | None
) -> None:
    """Deal a claim and show it."""
    wanted, shares = Filter(claim_type, platform, region), workspace.params.prioritise.lanes
    with open_store(workspace) as store:
        with store.writing() as connection:
            person = require_role(connection, name, *JUDGES)
            dealt = dealing.deal_next(connection, person, shares, _tick(workspace), wanted)
        if dealt is None:
            typer.echo("nothing waits that nobody holds")
            return
        with store.reading() as connection:
            print_claim(read_for(connection, person, dealt.claim_id, _tick(workspace)), in_hand=True)
    _say_held(dealt)


def pick_claim(workspace: Workspace, claim: str, name: str) -> None:
    """Hold a claim of somebody's choice."""
    with open_store(workspace) as store, store.writing() as connection:
        dealt = dealing.pick(connection, require_role(connection, name, *JUDGES), claim, _tick(workspace))
    _say_held(dealt)


def release_claim(workspace: Workspace, claim: str, name: str) -> None:
    """Give a claim back."""
    shares = workspace.params.prioritise.lanes
    with open_store(workspace) as store, store.writing() as connection:
        person = require_role(connection, name, *JUDGES)
        held = dealing.give_back(connection, person, claim, shares, _tick(workspace))
    typer.echo(f"{claim}: given back" if held else f"{claim}: was not in your hands")


def decide_claim(
    workspace: Workspace, claim: str, name: str, given: tuple[str, str | None, str | None, str | None]
) -> None:
    """Decide a claim, and say whether the verdict stands."""
    with open_store(workspace) as store, store.writing() as connection:
        person = require_role(connection, name, *JUDGES)
        outcome = verdicts.decide(connection, person, claim, Ruling(*given), _tick(workspace))
    said = {
        blind.FIRST: given[0],
        verdicts.SECOND_OPINION: f"{given[0]}, kept as a second opinion: somebody decided before you",
        verdicts.REPEATED: f"{given[0]}, as you said before",
    }
    typer.echo(f"{outcome.claim_id}: {said[blind.show_standing(outcome.standing)]}")


def list_disagreements(workspace: Workspace, name: str) -> None:
    """Print what leads have to rule on."""
    with open_store(workspace) as store, store.reading() as connection:
        require_role(connection, name, LEAD)
        found = second.list_disagreements(connection)
        names = {person.id: person.name for person in list_people(connection)}
        said = {row.claim_id: verdicts.list_standing(connection, row.claim_id) for row in found}
    cells = [
        [
            row.claim_id,
            f"{row.wanted_at:%Y-%m-%d}",
            "; ".join(f"{names.get(one.user_id, '-')}: {one.verdict}" for one in said[row.claim_id]),
            " ".join(row.text.split()),
        ]
        for row in found
    ]
    print_table(f"Verdicts that differ: {len(found):,}", ("claim", "since", "who said what", "text"), cells)


def rule_claim(
    workspace: Workspace, claim: str, name: str, given: tuple[str, str | None, str | None, str | None]
) -> None:
    """Let a lead's verdict stand."""
    with open_store(workspace) as store, store.writing() as connection:
        person = require_role(connection, name, LEAD)
        outcome = second.rule(connection, person, claim, Ruling(*given), _tick(workspace))
    typer.echo(f"{outcome.claim_id}: {given[0]}, by ruling")


def undo_verdict(workspace: Workspace, claim: str, name: str) -> None:
    """Take a verdict back."""
    with open_store(workspace) as store, store.writing() as connection:
        person = require_role(connection, name, *JUDGES)
        undone = verdicts.undo(connection, person, claim, _tick(workspace))
    typer.echo(f"{undone.claim_id}: {undone.verdict!r} taken back")


def _tick(workspace: Workspace) -> Clock:
    return Clock(clock(), timedelta(minutes=workspace.params.queue.lock_minutes))


def _say_held(dealt: Dealt) -> None:
    typer.echo(f"{dealt.claim_id} is in your hands until {dealt.expires_at:%Y-%m-%d %H:%M} UTC")


def merge_claims(  # noqa: PLR0913, PLR0917 - what the command takes
    workspace: Workspace, first: str, second: str, name: str, verdict: str | None, claim_type: str | None
) -> None:
    """Make one claim of two."""
    ruling = None if verdict is None else Ruling(verdict, claim_type)
    with open_store(workspace) as store, store.writing() as connection:
        person = require_role(connection, name, *JUDGES)
        scales, rules = _grouping(workspace, connection)
        kept = links.merge(connection, person, (first, second), ruling, scales, rules, _tick(workspace))
    typer.echo(f"{first} and {second} are {kept}")


def split_claim(workspace: Workspace, claim: str, report_id: str, name: str) -> None:
    """Take a report out of a claim."""
    with open_store(workspace) as store, store.writing() as connection:
        person = require_role(connection, name, *JUDGES)
        scales, rules = _grouping(workspace, connection)
        made = links.split(connection, person, claim, report_id, scales, rules, _tick(workspace))
    typer.echo(f"{report_id} and what is like it are {made}")


def export_links(workspace: Workspace, output: Path, *, force: bool) -> None:
    """Write all links as `preprocess` reads them."""
    if output.suffix not in READERS:
        raise SchemaError(f"{output}: is no file of links; expected one that ends in {' or '.join(READERS)}")
    if output.exists() and not force:
        raise StorageError(f"{output}: exists already; expected a new name; replace it with --force")
    with open_store(workspace) as store, store.reading() as connection:
        found = links.list_links(connection)
    write_links(found, output)
    typer.echo(f"{len(found):,} links -> {output}")


def _grouping(workspace: Workspace, connection: Connection) -> tuple[Scales, Rules]:
    params = workspace.params
    scales = Scales(read_ground(connection, params, params.now()), params)
    return scales, Rules.from_params(params, workspace.pseudonym_key())
