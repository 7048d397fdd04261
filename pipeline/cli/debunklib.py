"""Behind `saring debunks`: files in, the library under the root; reports in, their matches out."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.claims.debunks.entries import Debunk, Kind, read_debunk
from pipeline.claims.debunks.files import Entry, read_entries
from pipeline.claims.debunks.fitting import Wanted, fit_ranker
from pipeline.claims.debunks.library import empty_library, gather_debunks
from pipeline.claims.debunks.matching import Claim, Library, Limits, Matcher
from pipeline.claims.debunks.pairs import Pairs
from pipeline.claims.debunks.ranker import Ranker, read_ranker
from pipeline.claims.debunks.reading import MatchReader
from pipeline.cli.console import StageClock, show_progress, warn
from pipeline.cli.rowfiles import read_rows, require_free, write_rows
from pipeline.cli.tables import print_table
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError, SchemaError
from pipeline.moderation.frames import sort_by_arrival
from pipeline.moderation.repeats import Repeat, weigh_matches
from pipeline.schema.columns import TEXT_PARTS
from pipeline.schema.flow import Flow
from pipeline.storage import digest_bytes, digest_file, read_frame, write_frame, write_json
from pipeline.storage.batches import Format, find_input, open_rows, read_chunks
from pipeline.text.chain import TextChain
from pipeline.text.parts import join_parts
from pipeline.text.rules import TextRules

SHOWN_CHARS: Final = 70
CHUNK_ROWS: Final = 4_096


def import_files(workspace: Workspace, files: Sequence[Path], kind: str) -> None:
    """Add the debunks of files to the root's library, and say what became of the entries."""
    clock = StageClock("debunks")
    now = workspace.params.now()
    taken: list[Debunk] = []
    rejected: list[tuple[str, int, str]] = []
    for path, entry in show_progress(_iterate_entries(files), "reading fact-checks"):
        debunk = read_debunk(entry.fields, Kind(kind), now)
        if isinstance(debunk, str):
            rejected.append((path.name, entry.place, debunk))
        else:
            taken.append(debunk)
    if not taken:
        first = f"; the first: {rejected[0][2]}" if rejected else ""
        raise SchemaError(
            f"{files[0]}: holds no fact-check that can be taken{first}; expected url and title of each"
        )
    before = read_library(workspace)
    gathered = gather_debunks(before, taken)
    if not gathered.library.equals(before):
        write_frame(gathered.library, workspace.debunks)
    write_frame(pd.DataFrame(rejected, columns=["file", "row", "reason"]), workspace.rejected_debunks)
    n_merged = len(taken) - gathered.n_new
    n_conflicts = int(gathered.library["conflicts"].notna().sum())
    clock.report(
        Flow.balanced(len(taken) + len(rejected), gathered.n_new, n_merged, len(rejected)),
        f"library of {len(gathered.library):,}; {gathered.n_changed:,} changed;"
        f" {n_conflicts:,} with conflicting verdicts",
    )
    for reason, n in Counter(reason for _, _, reason in rejected).most_common():
        warn(f"{n:,} rejected: {reason} (saring debunks list --rejected)")


def read_library(workspace: Workspace) -> pd.DataFrame:
    """Read the root's library; without one, one without rows."""
    return read_frame(workspace.debunks) if workspace.debunks.exists() else empty_library()


def load_matcher(workspace: Workspace) -> Matcher:
    """Make the root's library ready to be asked, by its own ranker or the shipped one."""
    limits = Limits(workspace.params.debunks.short_words, workspace.params.debunks.old_days)
    return Matcher(read_library(workspace), build_reader(workspace), read_ranker(workspace.ranker), limits)


def load_library(workspace: Workspace) -> Library | None:
    """Make the root's library ready for the queue; None where there is none."""
    if not workspace.debunks.exists():
        return None
    return Library(load_matcher(workspace), _digest_library(workspace))


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


def _digest_library(workspace: Workspace) -> str:
    """Return what changes whenever the same claim may get another answer."""
    params = workspace.params
    files = [digest_file(path) for path in (workspace.debunks, workspace.ranker) if path.exists()]
    settings = [params.debunks.model_dump(), params.prioritise.debunk.model_dump()]
    return digest_bytes(json.dumps([files, settings], sort_keys=True).encode())


def build_reader(workspace: Workspace) -> MatchReader:
    """Return the reader of texts that params.yaml asks for."""
    return MatchReader(TextChain(TextRules.from_params(workspace.params.text)))


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
    for claims in show_progress(_iterate_claims(source, output, workspace.params.now()), "matching"):
        table = matcher.describe(claims, matcher.match(claims, most))
        tables.append(table)
        n_rows, n_claims = n_rows + len(claims), n_claims + table["report_id"].nunique()
    matches = pd.concat(tables, ignore_index=True)
    write_rows(matches, output)
    levels = matches["level"].value_counts()
    clock.report(
        Flow.balanced(n_rows, n_rows),
        f"{n_claims:,} with a known fact-check: {levels.get('match', 0):,} matches,"
        f" {levels.get('suggest', 0):,} suggestions -> {output}",
    )


def fit_file(workspace: Workspace, source: Path, before: str, output: Path | None) -> None:
    """Fit a ranker on pairs, write it, and print what it reaches later."""
    clock = StageClock("debunks")
    boundary = _read_boundary(before)
    pairs = read_pairs(read_rows(source), str(source))
    wanted = Wanted(workspace.params.debunks.match_precision, workspace.params.debunks.suggest_precision)
    ranker = fit_on_pairs(pairs, boundary, build_reader(workspace), wanted)
    place = output or workspace.ranker
    write_json(ranker.to_json(), place)
    clock.say(f"fitted on {int((pairs['reported_at'] < boundary).sum()):,} pairs before {before} -> {place}")
    print_reached(ranker)


def read_pairs(rows: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return text, title and reported_at of pairs in the order of time; pairs without a time are left out."""
    missing = {"text", "title", "reported_at"} - set(rows.columns)
    if missing:
        raise SchemaError(f"{where}: lacks column {min(missing)!r}; expected text, title, reported_at")
    try:
        moments = pd.to_datetime(rows["reported_at"], utc=True, format="ISO8601")
    except (ValueError, TypeError) as error:
        raise SchemaError(f"{where}: 'reported_at' holds no times; expected such as 2026-10-01") from error
    pairs = rows.assign(reported_at=moments)[["text", "title", "reported_at"]].dropna()
    return pairs.sort_values("reported_at", kind="stable", ignore_index=True)


def fit_on_pairs(pairs: pd.DataFrame, boundary: pd.Timestamp, reader: MatchReader, wanted: Wanted) -> Ranker:
    """Fit on the pairs before a boundary, judge on those after it; the titles of all are the library."""
    titles = [reader.read(title) for title in pairs["title"]]
    rows_of: dict[tuple[str, ...], int] = {}
    rows = np.array([rows_of.setdefault(title.stems, len(rows_of)) for title in titles], np.int64)
    distinct = [titles[place] for place in np.unique(rows, return_index=True)[1]]
    every = Pairs([reader.read(text) for text in pairs["text"]], rows)
    n_earlier = int((pairs["reported_at"] < boundary).sum())
    if n_earlier == len(rows):
        raise SchemaError(f"--before: no pair is as late as {boundary.date()}; expected some, to judge on")
    earlier, later = every.take(range(n_earlier)), every.take(range(n_earlier, len(rows)))
    ranker = fit_ranker(earlier, later, distinct, wanted)
    stated = {"before": boundary.date().isoformat(), "n_earlier": n_earlier, "n_titles": len(distinct)}
    return replace(ranker, reached=stated | dict(ranker.reached))


def print_reached(ranker: Ranker) -> None:
    """Print what both levels reach on later claims."""
    reached: Any = ranker.reached
    cells = [
        (name, f"{threshold:.3f}", f"{reached[name]['n_said']:,}", *_figures(reached[name]))
        for name, threshold in (("match", ranker.match_threshold), ("suggest", ranker.suggest_threshold))
    ]
    title = (
        f"On {reached['n_claims']:,} later claims, {reached['n_with_debunk']:,} with a debunk in the library"
    )
    names = ("level", "similarity from", "said", "right", "right but for twins", "of those with one")
    print_table(title, names, cells)


def _figures(level: dict[str, Any]) -> Iterator[str]:
    for name in ("precision", "precision_exact", "recall"):
        yield "-" if level[name] is None else f"{level[name]:.3f}"


def _iterate_entries(files: Sequence[Path]) -> Iterator[tuple[Path, Entry]]:
    for path in files:
        for entry in read_entries(path):
            yield path, entry


def _iterate_claims(source: Path, output: Path, now: datetime) -> Iterator[list[Claim]]:
    for chunk in read_chunks(find_input(source, output, Format(".jsonl")), CHUNK_ROWS):
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


def _read_boundary(before: str) -> pd.Timestamp:
    try:
        moment = datetime.fromisoformat(before)
    except ValueError as error:
        raise ConfigError(f"--before: holds {before!r}; expected a date such as 2026-10-01") from error
    return pd.Timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _show(row: dict[Any, Any], *, conflicts: bool) -> list[str]:
    day = "no date" if pd.isna(row["published_at"]) else str(row["published_at"].date())
    title = row["title"] if len(row["title"]) <= SHOWN_CHARS else row["title"][: SHOWN_CHARS - 1] + "…"
    others = [row["conflicts"]] if conflicts else []
    cells = [day, row["kind"], row["verdict"], *others, title, row["publisher"], row["url"]]
    return ["-" if pd.isna(cell) else str(cell) for cell in cells]
