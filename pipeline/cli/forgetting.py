"""A workspace and an id in; all that holds its reports erased, and what cannot be changed named.

First comes the tombstone, then what was derived, and the reports themselves last: whoever is killed on
the way finds everything again by the same command.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import pandas as pd
import typer

from pipeline.cli.console import warn
from pipeline.cli.learners import Learner, name_learners
from pipeline.cli.ordering import load_champion, order_root
from pipeline.cli.rootfiles import (
    erase_cached,
    erase_elsewhere,
    erase_parts,
    list_strangers,
    remove_leftovers,
)
from pipeline.cli.storeholder import erase_stored
from pipeline.cli.subjects import Request, build_masker, read_request
from pipeline.cli.vectors import erase_vectors
from pipeline.cli.workspace import Workspace
from pipeline.ingest.search import RawMatch, RawSearch
from pipeline.privacy.erase import erase_rejected, erase_rows
from pipeline.privacy.subject import Found, Subject
from pipeline.privacy.tombstones import Kind, write_tombstones
from pipeline.storage import read_frame, write_frame

Holder = Callable[[Workspace, Subject, bool], Iterable[Found]]
"""Erases a subject from one kind of place; in a dry run it only says what it would erase. Repeatable."""


def forget(workspace: Workspace, kind: Kind, value: str, *, dry_run: bool) -> None:
    """Erase a report, or every report that a reporter has had a part in, and say from where."""
    request = read_request(workspace, kind, value)
    learners = name_learners(workspace, request.subject)
    if not dry_run:
        models = [learner.version for learner in learners]
        write_tombstones(workspace.tombstones, request.tombstones, kind, models, datetime.now(UTC))
    found = [one for hold in HOLDERS for one in hold(workspace, request.subject, dry_run) if one.n]
    found += [one for one in erase_reports(workspace, request, dry_run) if one.n]
    _tell(request, found, learners, dry_run)
    _name_strangers(workspace, request.raw, request.subject)


def erase_queue(workspace: Workspace, subject: Subject, dry_run: bool) -> Iterator[Found]:
    """Erase the scored reports, and order the claims of those that stay."""
    if not workspace.scored.exists() or not workspace.claims.exists():
        return
    scored, claims = read_frame(workspace.scored), read_frame(workspace.claims)
    theirs = scored["report_id"].isin(subject.report_ids)
    touched = claims["claim_id"].isin(scored.loc[theirs, "claim_id"])
    touched |= claims["text"].isin(subject.texts.difference(scored.loc[~theirs, "text"]))
    if touched.any() and not dry_run:
        reports = read_frame(workspace.prepared)
        stay = reports[~reports["report_id"].isin(subject.report_ids)]
        ordered = order_root(workspace, scored[~theirs], stay, load_champion(workspace))
        write_frame(ordered.claims, workspace.claims)
    yield Found(_show(workspace, workspace.claims), int(touched.sum()), "claims")
    n_rows = erase_rows(workspace.scored, subject, dry_run=dry_run)
    yield Found(_show(workspace, workspace.scored), n_rows, "rows")


def erase_wordings(workspace: Workspace, subject: Subject, dry_run: bool) -> Iterator[Found]:
    """Give the wordings of forgotten reports to others that say the same, and erase what nobody else said."""
    if not workspace.wordings.exists() or not workspace.prepared.exists():
        return
    wordings, prepared = read_frame(workspace.wordings), read_frame(workspace.prepared)
    theirs = wordings["report_id"].isin(subject.report_ids)
    others = prepared[~prepared["report_id"].isin(subject.report_ids)]
    earliest = others.sort_values(["reported_at", "report_id"], na_position="last")
    heirs = earliest.drop_duplicates("fingerprint").set_index("fingerprint")["report_id"]
    owners = wordings["report_id"].mask(theirs, wordings["fingerprint"].map(heirs))
    if theirs.any() and not dry_run:
        write_frame(wordings.assign(report_id=owners)[owners.notna()], workspace.wordings)
    yield Found(_show(workspace, workspace.wordings), int(theirs.sum()), "wordings")


def erase_reports(workspace: Workspace, request: Request, dry_run: bool) -> Iterator[Found]:
    """Erase what all else is found by: prepared reports, rejected rows, reports, and their history."""
    yield _erase_table(workspace, "prepared", request.subject, dry_run)
    yield _erase_rejected(workspace, request, dry_run)
    yield _erase_table(workspace, "reports", request.subject, dry_run)
    yield _erase_table(workspace, "history", request.subject, dry_run)


def _erase_table(workspace: Workspace, name: str, subject: Subject, dry_run: bool) -> Found:
    path = getattr(workspace, name)
    n_rows = erase_rows(path, subject, dry_run=dry_run) if path.exists() else 0
    return Found(_show(workspace, path), n_rows, "rows")


def _erase_rejected(workspace: Workspace, request: Request, dry_run: bool) -> Found:
    """Keep of a rejected row where it stood and why, and nothing of what it held."""
    rejected, masker = read_frame(workspace.rejected), build_masker(workspace)
    places = {(match.source, masker.mask_text(match.file), match.row) for match in request.raw.matches}
    where = zip(rejected["source"], rejected["file"], rejected["row"], strict=True)
    hits = pd.Series([place in places for place in where], rejected.index, bool)
    kept = [erase_rejected(content, request.subject) for content in rejected["content"]]
    contents = pd.Series(kept, rejected.index, "str").mask(hits, "null")
    n_changed = int((contents != rejected["content"]).sum())
    if n_changed and not dry_run:
        write_frame(rejected.assign(content=contents), workspace.rejected)
    return Found(_show(workspace, workspace.rejected), n_changed, "rejected rows' contents")


def _tell(request: Request, found: Sequence[Found], learners: Sequence[Learner], dry_run: bool) -> None:
    verb = "would erase" if dry_run else "erased"
    again = "; was forgotten before" if request.known else ""
    typer.echo(f"forget     {verb} {request.n_reports} reports from {len(found)} places{again}")
    for one in found:
        typer.echo(f"  {verb}: {one.place} ({one.n} {one.what})")
    for learner in learners:
        typer.echo(f"  unchanged: {learner.place} ({learner.how})")


def _name_strangers(workspace: Workspace, raw: RawSearch, subject: Subject) -> None:
    """Name what is not ours to change: raw files, other people's tables, files that cannot be read."""
    rows: dict[str, list[RawMatch]] = {}
    for match in raw.matches:
        rows.setdefault(str(match.path), []).append(match)
    for path, matches in sorted(rows.items()):
        numbers = ", ".join(str(match.row) for match in matches[:3]) + (", ..." if len(matches) > 3 else "")
        typer.echo(f"  yours to delete: {path} (rows {numbers})")
    for found in list_strangers(workspace, subject):
        typer.echo(f"  yours to delete: {found.place} ({found.n} {found.what})")
    for line in raw.unread:
        warn(f"{line}; look there yourself")


def _show(workspace: Workspace, path: object) -> str:
    return str(path).removeprefix(f"{workspace.root}/")


HOLDERS: Final[tuple[Holder, ...]] = (
    remove_leftovers,
    erase_parts,
    erase_cached,
    erase_elsewhere,
    erase_stored,
    erase_queue,
    erase_wordings,
    erase_vectors,
)
"""Who may hold a report, in the order in which they are asked; reports and their history come after all."""
