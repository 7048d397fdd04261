"""A workspace and a version in; which model serves, which ones stay, and what MLflow shows of them, changed."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import typer

from pipeline.cli.console import EXIT_MISTAKE, EXIT_REFUSED, warn
from pipeline.cli.versions import verify_version
from pipeline.cli.workspace import Workspace
from pipeline.errors import ModelError, StorageError
from pipeline.model import mirror
from pipeline.model.decisions import Grounds, find_challenger, find_doubts, last_judgement
from pipeline.model.mlflow_store import STORE
from pipeline.model.registry import Registry

NO_REASON: Final = "no reason was given"


def promote_version(workspace: Workspace, version: str, because: str) -> None:
    """Put a version into service; one that the gate refused needs --because (exit 3 without it)."""
    registry = Registry(workspace.models)
    version, named = registry.resolve(version), registry.champion()
    if named is not None and named.version == version:
        typer.echo(f"{version} is the champion already")
        return
    judged = last_judgement(registry.decisions(), version)
    doubts = find_doubts(judged)
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
    whole = [name for name in versions if verify_version(registry, name)]
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


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
