"""Asking for claims, deciding and taking back: what moderators do with `saring queue`."""

from datetime import timedelta

import typer

from pipeline.cli.looking import print_claim
from pipeline.cli.opening import clock, open_store
from pipeline.cli.workspace import Workspace
from pipeline.moderation.desk import dealing, verdicts
from pipeline.moderation.desk.dealing import Clock, Dealt
from pipeline.moderation.desk.pages import Filter
from pipeline.moderation.desk.people import JUDGES, require_role
from pipeline.moderation.desk.show import read_claim
from pipeline.moderation.desk.verdicts import Ruling


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
            print_claim(read_claim(connection, dealt.claim_id))
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
        verdicts.FIRST: f"{given[0]}",
        verdicts.SECOND_OPINION: f"{given[0]}, kept as a second opinion: somebody decided before you",
        verdicts.REPEATED: f"{given[0]}, as you said before",
    }
    typer.echo(f"{outcome.claim_id}: {said[outcome.standing]}")


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
