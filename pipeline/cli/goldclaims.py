"""What `saring golden` does: claims of known truth named, taken back and listed."""

import typer

from pipeline.cli.opening import clock, open_store
from pipeline.cli.tables import print_table
from pipeline.cli.workspace import Workspace
from pipeline.moderation.desk import golden
from pipeline.moderation.desk.people import require_role
from pipeline.moderation.desk.verdicts import Ruling


def add_claim(workspace: Workspace, claim: str, name: str, verdict: str, claim_type: str | None) -> None:
    """Name a claim whose truth is known."""
    with open_store(workspace) as store, store.writing() as connection:
        person = require_role(connection, name, *golden.KEEPERS)
        added = golden.add_golden(connection, person, claim, Ruling(verdict, claim_type), clock())
    typer.echo(f"{added}: golden, {verdict}")


def remove_claim(workspace: Workspace, claim: str, name: str) -> None:
    """Take a golden claim back."""
    with open_store(workspace) as store, store.writing() as connection:
        person = require_role(connection, name, *golden.KEEPERS)
        removed = golden.withdraw_golden(connection, person, claim, clock())
    typer.echo(f"{removed}: golden no more")


def list_claims(workspace: Workspace, name: str) -> None:
    """Print golden claims."""
    with open_store(workspace) as store, store.reading() as connection:
        require_role(connection, name, *golden.KEEPERS)
        found = golden.list_golden(connection)
    cells = [
        [
            row.claim_id,
            row.verdict,
            row.type or "-",
            f"{row.added_at:%Y-%m-%d}",
            row.added_by,
            "withdrawn" if row.withdrawn_at else row.state,
            " ".join(row.text.split()),
        ]
        for row in found
    ]
    names = ("claim", "truth", "type", "since", "by", "state", "text")
    print_table(f"Golden claims: {sum(row.withdrawn_at is None for row in found):,}", names, cells)
