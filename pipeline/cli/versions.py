"""A workspace and a version in, what is known of published models out: lines, tables, exit codes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import EXIT_MISTAKE, plain_console
from pipeline.cli.workspace import Workspace
from pipeline.errors import PipelineError
from pipeline.model.decisions import Decision, find_challenger, last_judgement
from pipeline.model.freeze import METRICS
from pipeline.model.manifest import CARD, flatten, read_manifest
from pipeline.model.registry import Registry
from pipeline.storage import read_json


def list_versions(workspace: Workspace) -> None:
    """List versions with their headline and what was decided about them."""
    registry = Registry(workspace.models)
    named, decisions = registry.champion(), registry.decisions()
    roles = {find_challenger(decisions): "challenger", registry.previous_champion(): "before"}
    roles |= {named.version: "champion"} if named else {}
    table = _table("version", "role", "AUC, later in time", "decided", "reasons")
    for version in registry.versions():
        judged = last_judgement(decisions, version)
        headline = _read_metrics(registry.models / version).get("headline", {})
        decided = f"{judged.what} {judged.time[:10]}" if judged else "not yet"
        reasons = "; ".join(judged.reasons) if judged else ""
        _add_row(table, version, roles.get(version, ""), _interval(headline), decided, reasons)
    plain_console().print(table)


def show_version(workspace: Workspace, version: str) -> None:
    """Show what a version was made from and with, what it reached, and what was decided about it."""
    registry = Registry(workspace.models)
    directory = registry.find(registry.resolve(version)).directory
    manifest = read_manifest(directory)
    table = _table("what", "value")
    for name, value in flatten({key: fact for key, fact in manifest.items() if key != "files"}):
        _add_row(table, name, value)
    for section in ("headline", "random"):
        _add_row(table, f"AUC, {section}", _interval(_read_metrics(directory).get(section, {})))
    plain_console().print(table)
    _print_decisions(registry.decisions(), directory.name)


def print_card(workspace: Workspace, version: str) -> None:
    """Print the model card of a version, and who decided what about it."""
    registry = Registry(workspace.models)
    found = registry.find(registry.resolve(version))
    registry.load(found.name)
    typer.echo((found.directory / CARD).read_text(encoding="utf-8"))
    _print_decisions(registry.decisions(), found.name)


def verify_versions(workspace: Workspace, version: str | None) -> None:
    """Check every file of the versions, load them, and rescore their golden reports."""
    registry = Registry(workspace.models)
    named = registry.champion()
    versions = [registry.resolve(version)] if version else registry.versions()
    damaged = [name for name in versions if not verify_version(registry, name)]
    if damaged:
        raise typer.Exit(EXIT_MISTAKE)
    serving = named.version if named else "none"
    typer.echo(f"verified {len(versions)} of {len(registry.versions())} versions; champion: {serving}")


def verify_version(registry: Registry, version: str) -> bool:
    """Say whether a version is whole; where it is not, the line that says why goes to the error stream."""
    try:
        registry.load(version)
    except PipelineError as error:
        typer.echo(f"saring: {' '.join(str(error).split())}", err=True)
        return False
    return True


def _read_metrics(directory: Path) -> dict[str, Any]:
    content = read_json(directory / METRICS)
    return content if isinstance(content, dict) else {}


def _interval(figures: dict[str, Any]) -> str:
    if figures.get("auc") is None:
        return f"not computable ({figures.get('reason') or 'not measured'})"
    return f"{figures['auc']:.3f} [{figures['auc_lower']:.3f}-{figures['auc_upper']:.3f}]"


def _print_decisions(decisions: list[Decision], version: str) -> None:
    typer.echo(f"Decisions about {version}:")
    for line in _describe_decisions(decisions, version):
        typer.echo(f"  {line}")


def _describe_decisions(decisions: list[Decision], version: str) -> Iterator[str]:
    for one in decisions:
        if version in (one.version, one.previous):
            yield f"{one.time[:19]}  {one.who} {one.what} {_name_both(one)}: {'; '.join(one.reasons)}"


def _name_both(one: Decision) -> str:
    if one.previous in (None, one.version) or one.what == "removed":
        return one.version
    return (
        f"{one.version}, {one.previous} stays"
        if one.what == "refused"
        else f"{one.version} instead of {one.previous}"
    )


def _table(*names: str) -> Table:
    table = Table(pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _add_row(table: Table, *cells: object) -> None:
    table.add_row(*(Text(str(cell)) for cell in cells))
