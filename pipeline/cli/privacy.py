"""For who answers for people's data: one person's reports taken out of a root."""

from typing import Annotated

import typer

from pipeline.cli.workspace import Workspace
from pipeline.privacy.tombstones import Kind
from pipeline.storage import lock_root


def forget(
    context: typer.Context,
    report: Annotated[
        str | None, typer.Option(metavar="ID", help="The report, as its source names it.")
    ] = None,
    reporter: Annotated[
        str | None, typer.Option(metavar="ID", help="All reports of this reporter: the id, or the pseudonym.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Erase a report, or all of a reporter's, from everything under the root, and take it in never again."""
    if bool(report) == bool(reporter):
        raise typer.BadParameter("found neither or both of --report and --reporter; expected one of them")
    from pipeline.cli import forgetting  # noqa: PLC0415 - loads pandas

    workspace: Workspace = context.obj
    workspace.check_params()
    kind: Kind = "report" if report else "reporter"
    with lock_root(workspace.root):
        forgetting.forget(workspace, kind, (report or reporter or "").strip(), dry_run=dry_run)
