"""For the data team: other ways of training, or plain models, tried inside the training data."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd
import typer
import yaml
from joblib import Parallel, delayed

from pipeline.cli.console import StageClock, plain_console, show_progress
from pipeline.cli.labelled import prepare_texts
from pipeline.cli.tables import print_differences, print_table
from pipeline.cli.vectors import encode_ahead, recall_vectors
from pipeline.cli.workspace import Workspace
from pipeline.config import Params
from pipeline.evaluation.baselines import CLASSIFIERS, REPORT_COUNT, fit_baseline, fit_report_count
from pipeline.evaluation.cases import read_terms
from pipeline.evaluation.protocol import Corpus, Fit, Trial, build_corpus
from pipeline.evaluation.protocol.figures import RowFigure, measure_rows
from pipeline.evaluation.protocol.outcome import fit_as_train, gather_read
from pipeline.evaluation.search import (
    STANDING,
    Standing,
    find_training_rows,
    judge_contestant,
    plan_search,
    rank_contestants,
)
from pipeline.model.manifest import flatten
from pipeline.model.search_log import SearchLog, open_search_log
from pipeline.storage import read_frame, replace_directory, write_frame, write_json
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

WEAKEST: Final = "weakest share"


class Contestant(NamedTuple):
    """A way of training: `train` changed, or a plain model under its name."""

    name: str
    changes: Mapping[str, Any]
    params: Params
    baseline: str | None = None

    def describe(self) -> dict[str, Any]:
        """Return what MLflow notes of it."""
        return {"train": self.params.train.model_dump()} | (
            {"baseline": self.baseline} if self.baseline else {}
        )


def search(workspace: Workspace, *, baselines: bool, n_jobs: int) -> None:
    """Judge every contestant, print their table, and say what to write into params.yaml."""
    clock, params = StageClock("search"), workspace.params
    contestants = list_baselines(params) if baselines else list_candidates(params)
    corpus = read_training(workspace)
    trials = plan_search(corpus, params)
    encoders = {one.params.train.encoder for one in contestants} - {None}
    if encoders:
        encode_ahead(workspace.text_vectors, gather_read(corpus, trials, params), encoders)
    tags = {"searched_at": datetime.now(UTC).isoformat()}
    with open_search_log(workspace.root, "baselines" if baselines else "candidates", tags) as log:
        sheets = {}
        for contestant, sheet in _judge_all(corpus, trials, contestants, workspace.text_vectors, n_jobs):
            log.add(contestant.name, contestant.describe(), _describe_sheet(sheet, params))
            sheets[contestant.name] = sheet
        standings = rank_contestants({one.name: sheets[one.name] for one in contestants}, params)
        _log_standings(log, standings)
    _write(workspace, standings, sheets)
    clock.say(f"{len(contestants)} contestants, {len(trials)} trials inside the training data")
    print_standings(standings)
    if not baselines:
        _advise(standings[0], contestants)


def list_candidates(params: Params) -> list[Contestant]:
    """Return `train` as it stands, then the candidates of `search` that differ from it and from each other."""
    listed = [Contestant(STANDING, {}, params)]
    for changes in params.search.candidates:
        changed = params.change_train(changes)
        if all(changed.train != other.params.train for other in listed):
            listed.append(Contestant(name_changes(changes), changes, changed))
    return listed


def list_baselines(params: Params) -> list[Contestant]:
    """Return `train` as it stands, then the plain models and the report count."""
    return [
        Contestant(STANDING, {}, params),
        *(Contestant(name, {}, params, name) for name in (*CLASSIFIERS, REPORT_COUNT)),
    ]


def name_changes(changes: Mapping[str, Any]) -> str:
    """Name a candidate by what it changes.

    >>> name_changes({"C": 0.5, "heads": {"logistic": 2.0}})
    'C 0.5, heads.logistic 2.0'
    """
    return ", ".join(f"{name} {value}" for name, value in flatten(changes))


def read_training(workspace: Workspace) -> Corpus:
    """Read what the root has to train on, its texts prepared."""
    reports = read_frame(workspace.prepared)
    chain = TextChain(TextRules.from_params(workspace.params.text))
    kept = reports.iloc[find_training_rows(reports, workspace.params)].reset_index(drop=True)
    return build_corpus(kept, prepare_texts(kept, chain))


def judge(corpus: Corpus, trials: Sequence[Trial], vectors: Path, contestant: Contestant) -> pd.DataFrame:
    """Let one contestant judge all trials; what a process of a search does."""
    recall_vectors(vectors, [contestant.params.train.encoder])
    return judge_contestant(corpus, trials, _choose_fit(corpus, contestant))


def _choose_fit(corpus: Corpus, contestant: Contestant) -> Fit:
    if contestant.baseline is None:
        return fit_as_train(contestant.params)
    if contestant.baseline == REPORT_COUNT:
        return fit_report_count(corpus.table)
    return fit_baseline(contestant.baseline, contestant.params)


def _judge_all(
    corpus: Corpus, trials: Sequence[Trial], contestants: Sequence[Contestant], vectors: Path, n_jobs: int
) -> Iterator[tuple[Contestant, pd.DataFrame]]:
    """Yield contestants with their sheets, in order, as they are done."""
    work = Parallel(n_jobs=n_jobs, return_as="generator")
    done = work(delayed(partial(judge, corpus, trials, vectors))(contestant) for contestant in contestants)
    yield from zip(contestants, show_progress(done, "trying candidates", len(contestants)), strict=True)


def _describe_sheet(sheet: pd.DataFrame, params: Params) -> dict[str, Any]:
    figures = measure_rows(sheet, read_terms(params), params.run.seed)
    return {"auc": {row: figure.value for row, figure in figures.items()}}


def _log_standings(log: SearchLog, standings: Sequence[Standing]) -> None:
    for standing in standings:
        changes = {row: figure._asdict() for row, figure in standing.changes.items()}
        log.add_metrics(standing.name, {"weakest_share": standing.weakest_share, "auc_change": changes})


def _write(workspace: Workspace, standings: Sequence[Standing], sheets: Mapping[str, pd.DataFrame]) -> None:
    named = [sheet.assign(contestant=name) for name, sheet in sheets.items()]
    with replace_directory(workspace.search) as place:
        write_frame(pd.concat(named, ignore_index=True), place / "sheets.parquet")
        write_json([_to_json(standing) for standing in standings], place / "search.json")


def _to_json(standing: Standing) -> dict[str, Any]:
    return {
        "name": standing.name,
        "weakest_share": standing.weakest_share,
        "auc": {row: figure._asdict() for row, figure in standing.auc.items()},
        "auc_change": {row: figure._asdict() for row, figure in standing.changes.items()},
    }


def print_standings(standings: Sequence[Standing]) -> None:
    """Print a line for each contestant, the best by its smallest share first."""
    rows = standings[0].auc
    names = ("contestant", *(f"{row} ({figure.n_claims:,})" for row, figure in rows.items()), WEAKEST)
    cells = [
        (
            standing.name,
            *(f"{standing.auc[row].value:.3f} {_mark(standing.changes.get(row))}" for row in rows),
            f"{standing.weakest_share:.2f}",
        )
        for standing in standings
    ]
    print_table("AUC by row (claims judged) inside the training data", names, cells)
    plain_console().print(
        f"+ or -: surely above or below {STANDING!r}, in pairs. {WEAKEST}: the smallest (AUC - .5) / (best AUC - .5)",
        highlight=False,
    )


def _mark(change: RowFigure | None) -> str:
    if change is None:
        return " "
    return "+" if change.lower > 0 else "-" if change.upper < 0 else " "


def _advise(best: Standing, contestants: Sequence[Contestant]) -> None:
    """Say what to write into params.yaml, and how sure that is."""
    if best.name == STANDING:
        typer.echo("nothing to change: train as it stands has the highest weakest share")
        return
    [changes] = [one.changes for one in contestants if one.name == best.name]
    print_differences(best.changes)
    sure = any(figure.lower > 0 for figure in best.changes.values())
    worse = any(figure.upper < 0 for figure in best.changes.values())
    verdict = "" if sure and not worse else "; surely better it is not: what it gains may be chance"
    typer.echo(f"highest weakest share: {best.name}{verdict}; to train with it write into params.yaml:\n")
    typer.echo(dump_train(changes))


def dump_train(changes: Mapping[str, Any]) -> str:
    """Write changes of `train` as params.yaml has them; strings that were read from there become plain ones."""
    plain = json.loads(json.dumps({"train": changes}))
    return yaml.safe_dump(plain, sort_keys=False, default_flow_style=None).rstrip()
