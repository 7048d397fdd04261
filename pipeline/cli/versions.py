"""A workspace and a version in, what `saring model` does with them out: lines, tables, exit codes."""

import getpass
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import EXIT_MISTAKE, EXIT_REFUSED, plain_console, warn
from pipeline.cli.workspace import Workspace
from pipeline.errors import ModelError, PipelineError, StorageError
from pipeline.model import mirror
from pipeline.model.decisions import Decision, Grounds, find_challenger, last_judgement
from pipeline.model.freeze import METRICS
from pipeline.model.manifest import CARD, flatten, read_manifest
from pipeline.model.mlflow_store import STORE
from pipeline.model.registry import Registry
from pipeline.storage import read_json

NO_REASON = "no reason was given"


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
    damaged = [name for name in versions if not _verify_one(registry, name)]
    if damaged:
        raise typer.Exit(EXIT_MISTAKE)
    serving = named.version if named else "none"
    typer.echo(f"verified {len(versions)} of {len(registry.versions())} versions; champion: {serving}")


def promote_version(workspace: Workspace, version: str, because: str) -> None:
    """Put a version into service; one that the gate refused needs --because (exit 3 without it)."""
    registry = Registry(workspace.models)
    version, named = registry.resolve(version), registry.champion()
    if named is not None and named.version == version:
        typer.echo(f"{version} is the champion already")
        return
    judged = last_judgement(registry.decisions(), version)
    doubts = _doubts(judged)
    if doubts and not because:
        typer.echo(f"saring: {version}: {doubts}; override it with --because REASON", err=True)
        raise typer.Exit(EXIT_REFUSED)
    registry.promote(version, _grounds(because), "overrode" if doubts else "promoted")
    typer.echo(f"{version} is champion; before: {named.version if named else 'none'}")
    _mirror_if_there(workspace, registry)


def roll_back(workspace: Workspace, because: str) -> None:
    """Put the champion before this one into service again; repeated, the one before that."""
    registry = Registry(workspace.models)
    named = registry.champion()
    version = registry.rollback(_grounds(because))
    typer.echo(f"{version} is champion again; before: {named.version if named else 'none'}")
    if _has_store(workspace):
        typer.echo("MLflow's alias is as it was; saring model register --all moves it")


def remove_versions(workspace: Workspace, keep: int, dry_run: bool, because: str) -> None:
    """Remove versions that are neither champion, challenger, among the newest, nor needed by a rollback."""
    registry = Registry(workspace.models)
    going = registry.plan_removal(keep)
    n_bytes = sum(_size(registry.models / version) for version in going)
    if not dry_run:
        registry.remove(going, _grounds(because))
    verb = "would remove" if dry_run else "removed"
    names = f": {', '.join(going)}" if going else ""
    n_kept = len(registry.versions()) - (len(going) if dry_run else 0)
    typer.echo(f"{verb} {len(going)} versions ({n_bytes / 1e6:.1f} MB){names}; {n_kept} stay")


def register_versions(workspace: Workspace, version: str | None, everything: bool) -> None:
    """Show versions in MLflow, made anew where its store was lost, and set its aliases."""
    registry = Registry(workspace.models)
    if everything == (version is not None):
        raise ModelError("saring model register: found neither or both of VERSION and --all; expected one")
    versions = registry.versions() if version is None else [registry.resolve(version)]
    whole = [name for name in versions if _verify_one(registry, name)]
    for name in whole:
        _mirror(workspace, registry, name)
    typer.echo(f"registered {len(whole)} of {len(versions)} versions with MLflow")
    if len(whole) < len(versions):
        raise typer.Exit(EXIT_MISTAKE)


def _grounds(because: str) -> Grounds:
    return Grounds(_user(), (because or NO_REASON,), datetime.now(UTC))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        return "unknown"


def _doubts(judged: Decision | None) -> str:
    if judged is None:
        return "no gate has judged it"
    return f"the gate refused it ({'; '.join(judged.reasons)})" if judged.what == "refused" else ""


def _verify_one(registry: Registry, version: str) -> bool:
    try:
        registry.load(version)
    except PipelineError as error:
        typer.echo(f"saring: {' '.join(str(error).split())}", err=True)
        return False
    return True


def _has_store(workspace: Workspace) -> bool:
    return (workspace.root / STORE).exists()


def _mirror_if_there(workspace: Workspace, registry: Registry) -> None:
    """Move MLflow's alias where there is a store; it is an index, so without it the promotion stands."""
    named = registry.champion()
    if named is not None and _has_store(workspace):
        try:
            _mirror(workspace, registry, named.version)
        except StorageError as error:
            warn(str(error))


def _mirror(workspace: Workspace, registry: Registry, version: str) -> None:
    named, decisions = registry.champion(), registry.decisions()
    judged = last_judgement(decisions, version)
    tags = {"published_at": judged.time, "gate": "; ".join(judged.reasons)} if judged else {}
    alias: mirror.Alias | None = None
    if named is not None and named.version == version:
        alias = mirror.CHAMPION
    elif find_challenger(decisions) == version:
        alias = mirror.CHALLENGER
    mirror.mirror_version(workspace.root, registry.models / version, alias, tags)


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


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def _table(*names: str) -> Table:
    table = Table(pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _add_row(table: Table, *cells: object) -> None:
    table.add_row(*(Text(str(cell)) for cell in cells))
