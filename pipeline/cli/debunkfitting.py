"""Behind `saring debunks fit`: pairs of claims and titles in, a ranker of fact-checks out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.claims.debunks.fitting import Wanted, fit_ranker
from pipeline.claims.debunks.pairs import Pairs
from pipeline.claims.debunks.ranker import Ranker
from pipeline.claims.debunks.reading import MatchReader, MatchWords
from pipeline.cli.console import StageClock, show_progress
from pipeline.cli.debunkopening import build_reader
from pipeline.cli.rowfiles import read_rows
from pipeline.cli.tables import print_table
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError, SchemaError
from pipeline.storage import write_json

READ_AT_ONCE: Final = 64


def fit_file(workspace: Workspace, source: Path, before: str, output: Path | None) -> None:
    """Fit a ranker on pairs, write it, and print what it reaches later."""
    clock = StageClock("debunks")
    boundary = _read_boundary(before)
    pairs = read_pairs(read_rows(source), str(source))
    wanted = Wanted(workspace.params.debunks.match_precision, workspace.params.debunks.suggest_precision)
    encoder = workspace.params.debunks.encoder
    ranker = fit_on_pairs(pairs, boundary, build_reader(workspace), wanted, encoder)
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


def fit_on_pairs(
    pairs: pd.DataFrame, boundary: pd.Timestamp, reader: MatchReader, wanted: Wanted, encoder: str | None
) -> Ranker:
    """Fit on the pairs before a boundary, judge on those after it; the titles of all are the library."""
    titles = _read_all(reader, pairs["title"].tolist(), "reading titles")
    rows_of: dict[tuple[str, ...], int] = {}
    rows = np.array([rows_of.setdefault(title.stems, len(rows_of)) for title in titles], np.int64)
    distinct = [titles[place] for place in np.unique(rows, return_index=True)[1]]
    every = Pairs(_read_all(reader, pairs["text"].tolist(), "reading claims"), rows)
    n_earlier = int((pairs["reported_at"] < boundary).sum())
    if n_earlier == len(rows):
        raise SchemaError(f"--before: no pair is as late as {boundary.date()}; expected some, to judge on")
    earlier, later = every.take(range(n_earlier)), every.take(range(n_earlier, len(rows)))
    ranker = fit_ranker(earlier, later, distinct, wanted, encoder)
    stated = {"before": boundary.date().isoformat(), "n_earlier": n_earlier, "n_titles": len(distinct)}
    return replace(ranker, reached=stated | dict(ranker.reached))


def _read_all(reader: MatchReader, texts: Sequence[str], what: str) -> list[MatchWords]:
    parts = [texts[start : start + READ_AT_ONCE] for start in range(0, len(texts), READ_AT_ONCE)]
    return [words for part in show_progress(parts, what) for words in reader.read_all(part)]


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


def _read_boundary(before: str) -> pd.Timestamp:
    try:
        moment = datetime.fromisoformat(before)
    except ValueError as error:
        raise ConfigError(f"--before: holds {before!r}; expected a date such as 2026-10-01") from error
    return pd.Timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
