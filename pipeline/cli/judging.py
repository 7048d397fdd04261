"""For the data team: what `evaluate` does with its files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.cli.console import StageClock, describe_headline, print_sources, show_progress
from pipeline.cli.labelled import (
    prepare_texts,
    read_background,
    read_labelled,
    require_trained_on,
)
from pipeline.cli.tables import print_axis, print_differences, print_findings, print_protocol
from pipeline.cli.vectors import encode_ahead
from pipeline.cli.workspace import Workspace
from pipeline.config import Protocol
from pipeline.errors import ConfigError, ModelError
from pipeline.evaluate import evaluate_model
from pipeline.evaluation.background import build_background
from pipeline.evaluation.cases import read_terms
from pipeline.evaluation.likeness import Likeness
from pipeline.evaluation.plots import draw_precision_recall, draw_reliability
from pipeline.evaluation.protocol import Corpus, Trial, build_corpus, compare_sheets, plan_trials, run_trials
from pipeline.evaluation.protocol.axis import axis_to_json, draw_axis, measure_point
from pipeline.evaluation.protocol.ceilings import find_ceilings, read_history, record_model, require_new
from pipeline.evaluation.protocol.outcome import fit_as_train, gather_read, tabulate
from pipeline.evaluation.protocol.trials import Ground
from pipeline.evaluation.report import write_report
from pipeline.model.bundle import digest_parts, load_bundle
from pipeline.model.freeze import JUDGED, METRICS
from pipeline.storage import read_frame, replace_directory, write_bytes, write_frame, write_json, write_text
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

CANDIDATE: Final = "candidate"
PREDICTIONS: Final = "predictions.parquet"
SHEET: Final = "sheet.parquet"


def evaluate(workspace: Workspace, *, full: bool = False) -> None:
    """Write metrics, tables, predictions and plots of the candidate; `full` adds what needs other models."""
    clock = StageClock("evaluate")
    reports = read_labelled(workspace)
    background = read_background(workspace)
    require_trained_on(workspace, reports, background)
    bundle = load_bundle(workspace.candidate, CANDIDATE)
    texts, talk = (prepare_texts(table, bundle.chain) for table in (reports, background))
    encode_ahead(workspace.text_vectors, [*texts, *talk], [workspace.params.train.encoder])
    evaluation = evaluate_model(
        reports,
        texts,
        bundle.chain,
        bundle.model,
        workspace.params,
        np.random.default_rng(workspace.params.run.seed),
        background=build_background(background, talk),
        full=full,
    )
    with replace_directory(workspace.evaluation) as place:
        write_json(digest_parts(workspace.candidate), place / JUDGED)
        write_json(evaluation.metrics, place / METRICS)
        write_json(evaluation.metrics["thresholds"], place / "thresholds.json")
        for name, table in evaluation.tables.items():
            table.to_csv(place / f"{name}.csv", index=False, lineterminator="\n")
        write_frame(evaluation.predictions, place / PREDICTIONS)
        write_text(write_report(evaluation), place / "report.html")
        write_bytes(draw_precision_recall(evaluation), place / "precision_recall.png")
        write_bytes(draw_reliability(evaluation), place / "reliability.png")
    clock.report(evaluation.flow, describe_headline(evaluation.metrics))
    print_sources(evaluation.sources.to_dict("records"))
    print_findings(evaluation)


def judge_protocol(
    workspace: Workspace, name: str | None, against: Path | None, *, axis: bool = False
) -> None:
    """Fit as `train` does on every trial of the development protocol; write the sheet and the table.

    `name` records the model's figures among the ceilings, `against` is the sheet of another model; `axis` fits
    at other weights of ordinary talk too.
    """
    clock, params = StageClock("protocol"), workspace.params
    choices = _require_protocol(workspace)
    history = read_history(choices.ceilings)
    if name:
        require_new(name, history, choices.ceilings)
    other = read_frame(against) if against else None
    corpus, trials = _plan_protocol(workspace, choices)
    if params.train.encoder is not None:
        encode_ahead(workspace.text_vectors, gather_read(corpus, trials, params), [params.train.encoder])
    sheet = run_trials(corpus, show_progress(trials, "fitting the trials"), fit_as_train(params))
    terms, seed = read_terms(params), params.run.seed
    differences = {} if other is None else compare_sheets(sheet, other, terms, seed)
    table = tabulate(corpus, sheet, find_ceilings(history), terms, seed)
    weights = choices.axis if axis else []
    points = [
        measure_point(corpus, trials, params, weight, terms)
        for weight in show_progress(weights, "going along the axis")
    ]
    with replace_directory(workspace.protocol) as place:
        write_frame(sheet, place / SHEET)
        write_json(table.to_json(), place / "protocol.json")
        if points:
            write_json(axis_to_json(points), place / "axis.json")
            write_bytes(draw_axis(points, params.train.background.weight), place / "axis.png")
    if name:
        record_model(choices.ceilings, name, f"{datetime.now(UTC):%Y-%m-%d}", table.figures)
    clock.say(f"{len(sheet):,} reports judged in {len(trials)} trials")
    print_protocol(table)
    print_differences(differences)
    print_axis(points)


def _plan_protocol(workspace: Workspace, choices: Protocol) -> tuple[Corpus, list[Trial]]:
    params, reports = workspace.params, read_frame(workspace.prepared)
    _require_sources(workspace, choices, set(reports["source"]))
    chain = TextChain(TextRules.from_params(params.text))
    corpus = build_corpus(reports, prepare_texts(reports, chain))
    delay = params.evaluate.verdict_delay_days
    ground = Ground(corpus.table, Likeness(corpus.prepared), choices, delay, params.run.seed)
    trials = plan_trials(ground)
    if not trials:
        raise ModelError(
            f"{workspace.prepared}: no row of the protocol has claims of both classes to judge; expected one"
        )
    return corpus, trials


def _require_protocol(workspace: Workspace) -> Protocol:
    choices = workspace.params.evaluate.protocol
    if choices is None:
        raise ConfigError(
            f"{workspace.params_path}: 'evaluate.protocol' holds null; expected the sources of its rows; "
            "see data/public/params.yaml"
        )
    return choices


def _require_sources(workspace: Workspace, choices: Protocol, found: set[str]) -> None:
    named = {choices.checked, choices.headlines, choices.queue_hoaxes, *choices.queue_chatter}
    missing = sorted(named - found)
    if missing:
        raise ConfigError(
            f"{workspace.params_path}: 'evaluate.protocol' names the source {missing[0]!r}; "
            f"expected one of {', '.join(sorted(found))}"
        )
