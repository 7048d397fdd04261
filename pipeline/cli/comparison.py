"""Two published versions in, a printed comparison out: data, parameters, metrics, reports, words."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import typer
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import plain_console
from pipeline.cli.judging import PREDICTIONS
from pipeline.cli.workspace import Workspace
from pipeline.errors import ModelError
from pipeline.evaluation.cases import read_terms
from pipeline.evaluation.metrics import Judged
from pipeline.model.difference import Change, WordChange, compare_words, list_changes, rank_of
from pipeline.model.manifest import read_manifest
from pipeline.model.registry import Registry
from pipeline.preprocess import join_texts
from pipeline.publish import compare_models, describe_comparison
from pipeline.storage import read_frame

UNCOMPARED: Final = frozenset({"files", "version", "content_digest", "format"})
SHOWN_CHARS: Final = 60


def compare_versions(workspace: Workspace, first: str, second: str, n_most: int, with_texts: bool) -> None:
    """Print what changed from the first version to the second.

    Metrics and ranks are those of the reports that both held out of training, by the scores stored with
    each. Texts come from the root's reports, never from a version: it holds none.
    """
    registry = Registry(workspace.models)
    versions = (registry.resolve(first), registry.resolve(second))
    before, after = (registry.load(version) for version in versions)
    typer.echo(f"from {versions[0]} to {versions[1]}")
    _print_changes(_facts_changed(registry, versions))
    rows = read_common_rows(registry, versions)
    typer.echo(f"\nMetrics on the same rows: {_compare(workspace, rows)}")
    if len(rows):
        _print_moved(_add_texts(workspace, rows, with_texts), n_most)
    _print_words(compare_words(before.model, after.model, n_most))


def read_common_rows(registry: Registry, versions: Sequence[str]) -> pd.DataFrame:
    """Return the reports that both versions held out, with both scores and both ranks.

    One row a report: report_id, claim_id, y_true (the second's), before, after in [0, 1], rank_before,
    rank_after (from 1). Raises ModelError when a version holds no scores of its test reports.
    """
    first, second = (_read_predictions(registry, version) for version in versions)
    stored = first[["report_id", "score"]].rename(columns={"score": "before"})
    rows = second.rename(columns={"score": "after"}).merge(stored, on="report_id").sort_values("report_id")
    ranks = {
        f"rank_{name}": rank_of(rows[name].to_numpy(np.float64, na_value=np.nan))
        for name in ("before", "after")
    }
    return rows.assign(**ranks).reset_index(drop=True)


def _read_predictions(registry: Registry, version: str) -> pd.DataFrame:
    path = registry.models / version / PREDICTIONS
    if not path.exists():
        raise ModelError(f"{path}: no such file; expected the scores of the test reports")
    return read_frame(path)


def _facts_changed(registry: Registry, versions: Sequence[str]) -> list[Change]:
    before, after = (
        {
            name: fact
            for name, fact in read_manifest(registry.models / version).items()
            if name not in UNCOMPARED
        }
        for version in versions
    )
    return list_changes(before, after)


def _compare(workspace: Workspace, rows: pd.DataFrame) -> str:
    if rows.empty:
        return "not computable: no report was held out by both"
    labels = rows["y_true"].to_numpy(np.int8)
    clusters = np.unique(rows["claim_id"].to_numpy(str), return_inverse=True)[1].astype(np.int64)
    before, after = (
        Judged(labels, rows[name].to_numpy(np.float64), clusters) for name in ("before", "after")
    )
    rng = np.random.default_rng(workspace.params.run.seed)
    return describe_comparison(compare_models(after, before, read_terms(workspace.params), rng))


def _add_texts(workspace: Workspace, rows: pd.DataFrame, wanted: bool) -> pd.DataFrame:
    if not wanted:
        return rows.assign(text="")
    reports = read_frame(workspace.prepared)
    texts = dict(zip(reports["report_id"], join_texts(reports), strict=True))
    shown = [
        " ".join(texts.get(report, "(not in this root)").split())[:SHOWN_CHARS]
        for report in rows["report_id"]
    ]
    return rows.assign(text=shown)


def _print_changes(changes: Sequence[Change]) -> None:
    cells = [(change.name, change.before, change.after) for change in changes]
    _print_table("Data, parameters, libraries", ("what", "before", "after"), cells, "nothing changed")


def _print_moved(rows: pd.DataFrame, n_most: int) -> None:
    moved = (rows["rank_after"] - rows["rank_before"]).abs()
    most = rows.assign(moved=moved).sort_values(["moved", "report_id"], ascending=[False, True]).head(n_most)
    cells = [
        (
            row.report_id,
            row.y_true,
            row.rank_before,
            row.rank_after,
            f"{row.before:.3f}",
            f"{row.after:.3f}",
            row.text,
        )
        for row in most.itertuples()
    ]
    names = ("report", "label", "rank before", "after", "score before", "after", "text")
    _print_table(f"Reports whose rank moved most, of {len(rows):,}", names, cells, "none")


def _print_words(changes: Sequence[WordChange]) -> None:
    cells = [
        (change.term, _weight(change.before), _weight(change.after), f"{change.change:+.3f}")
        for change in changes
    ]
    names = ("stem", "logit before", "after", "change")
    _print_table("Words whose weight moved most", names, cells, "none")


def _weight(value: float | None) -> str:
    return "unknown" if value is None else f"{value:+.3f}"


def _print_table(title: str, names: Sequence[str], rows: Sequence[Sequence[object]], nothing: str) -> None:
    if not rows:
        typer.echo(f"\n{title}: {nothing}")
        return
    table = Table(title=title, title_justify="left", pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    plain_console().print(table)
