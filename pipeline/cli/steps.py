"""The stages with their files: read, call, write, one line of result."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from pipeline.claims.links import read_links
from pipeline.cli.console import (
    StageClock,
    describe_shortages,
    print_queue,
    show_progress,
    warn,
)
from pipeline.cli.judging import PREDICTIONS, evaluate, judge_protocol
from pipeline.cli.labelled import (
    gather_run_facts,
    prepare_texts,
    read_background,
    read_labelled,
    require_trained_on,
    warn_of_missing_background,
)
from pipeline.cli.ordering import know_before_test, order_root
from pipeline.cli.vectors import encode_ahead
from pipeline.cli.words import warn_of_slang
from pipeline.cli.workspace import Workspace
from pipeline.errors import ModelError, StorageError
from pipeline.evaluation.cases import read_terms
from pipeline.evaluation.metrics import Judged
from pipeline.ingest import ingest_reports, read_sources
from pipeline.model.bundle import Bundle, write_candidate
from pipeline.model.champion import Champion
from pipeline.model.decisions import GATE, Grounds
from pipeline.model.freeze import METRICS
from pipeline.model.mirror import CHALLENGER, CHAMPION, mirror_version
from pipeline.model.registry import Registry, Version
from pipeline.preprocess import join_texts, preprocess_reports
from pipeline.prioritise import select_waiting
from pipeline.privacy.tombstones import read_tombstones
from pipeline.publish import Comparison, Gate, compare_models, decide_gate
from pipeline.schema.flow import Flow
from pipeline.schema.frames import REPORTS
from pipeline.score import score_batches
from pipeline.storage import (
    read_frame,
    read_json,
    write_frame,
    write_json,
)
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules
from pipeline.train import train_model

__all__ = ["evaluate", "ingest", "judge_protocol", "preprocess", "prioritise", "publish", "train"]

SHOWN_CLAIMS = 10
BATCH_ROWS = 1000


def ingest(workspace: Workspace) -> None:
    """Write reports, rejected rows and the history of each report."""
    clock = StageClock("ingest")
    params = workspace.params
    key = workspace.pseudonym_key()
    forgotten = read_tombstones(workspace.tombstones, key)
    tables = read_sources(params.ingest.sources)
    ingested = ingest_reports(tables, params.ingest, params.now(), key, forgotten)
    write_frame(ingested.reports, workspace.reports)
    write_frame(ingested.rejected, workspace.rejected)
    write_frame(ingested.history, workspace.history)
    clock.report(ingested.flow, "; ".join(ingested.notes))


def preprocess(workspace: Workspace) -> None:
    """Write prepared reports, and the claims whose labels contradict each other."""
    clock = StageClock("preprocess")
    warn_of_slang(workspace.params.text)
    chain = TextChain(TextRules.from_params(workspace.params.text))
    links_path = workspace.params.preprocess.links
    links = read_links(links_path) if links_path else []
    done = preprocess_reports(read_frame(workspace.reports), chain, workspace.params, links)
    write_frame(done.reports, workspace.prepared)
    write_frame(done.conflicts, workspace.conflicts)
    write_frame(done.related, workspace.related)
    write_frame(done.wordings, workspace.wordings)
    sizes = done.reports["claim_id"].value_counts()
    n_large = int((sizes > workspace.params.preprocess.large_claim_reports).sum())
    large = (
        f", {n_large} of more than {workspace.params.preprocess.large_claim_reports:,} reports"
        if n_large
        else ""
    )
    clock.report(done.flow, f"{len(sizes):,} claims, {len(done.conflicts)} with contradictory labels{large}")


def train(workspace: Workspace) -> None:
    """Write the candidate."""
    clock = StageClock("train")
    rules = TextRules.from_params(workspace.params.text)
    reports = read_labelled(workspace)
    histories = know_before_test(workspace)
    chain, background = TextChain(rules), read_background(workspace)
    warn_of_missing_background(workspace, background)
    texts, talk = (prepare_texts(table, chain) for table in (reports, background))
    encode_ahead(workspace.text_vectors, [*texts, *talk], [workspace.params.train.encoder])
    trained = train_model(reports, texts, histories, workspace.params, talk)
    facts = gather_run_facts(workspace, reports, background)
    write_candidate(
        workspace.candidate, trained.model, rules, trained.u_ref, facts, reference=trained.reference
    )
    features = sum(len(block.idf) for block in trained.model.blocks)
    beside = f"; {len(background):,} claims of ordinary talk beside them" if len(background) else ""
    clock.report(trained.flow, f"{features:,} features{beside}")


def publish(workspace: Workspace) -> bool:
    """Assemble a version, put it through the gate, and move the champion or say why not.

    Returns False when the gate refused; the version then stands as challenger. The champion's own content
    again changes nothing.
    """
    clock = StageClock("publish")
    params = workspace.params
    registry = Registry(workspace.models)
    facts = require_trained_on(workspace, read_labelled(workspace), read_background(workspace))
    version = registry.add(workspace.candidate, workspace.evaluation, facts)
    metrics = read_json(workspace.evaluation / METRICS)
    standing = registry.champion()
    if standing is not None and standing.version == version.name:
        _note_decision(workspace, version.name, ())
        _mirror(workspace, version, ())
        clock.say(f"{version.name} is the champion already")
        return True
    comparison = _compare_if_loadable(workspace, registry) if standing else None
    gate = decide_gate(metrics, comparison, params.publish.profiles[params.publish.profile])
    _require_standing(registry, standing)
    _settle(registry, version, gate)
    _note_decision(workspace, version.name, gate.blocks)
    _mirror(workspace, version, gate.blocks)
    clock.say(
        f"{version.name} is champion" if gate.passed else f"{version.name} refused: {'; '.join(gate.blocks)}"
    )
    return gate.passed


def prioritise(workspace: Workspace) -> None:
    """Write scored reports and the queue, and show its first claims."""
    clock = StageClock("score")
    params = workspace.params
    bundle = Registry(workspace.models).load_champion()
    reports = read_frame(workspace.prepared)
    waiting = select_waiting(reports, pd.Timestamp(params.now()), params.queue.window_days)
    scored = _score(waiting, bundle, params.prioritise.words)
    write_frame(scored, workspace.scored)
    clock.report(
        Flow.balanced(len(waiting), len(scored)), f"{len(reports) - len(waiting):,} decided or too old"
    )
    clock = StageClock("prioritise")
    ordered = order_root(workspace, scored, reports, bundle)
    write_frame(ordered.claims, workspace.claims)
    clock.report(ordered.flow, f"model {bundle.version}{describe_shortages(ordered.shortages)}")
    print_queue(ordered.claims.head(SHOWN_CLAIMS).to_dict("records"))


def _compare_if_loadable(workspace: Workspace, registry: Registry) -> Comparison:
    """Compare; a champion of other code or damaged leaves a reason, which blocks until somebody overrides."""
    try:
        champion = registry.load_champion()
    except ModelError as error:
        return Comparison(None, None, None, None, 0, 0, f"the champion cannot be loaded: {error}")
    return _compare_with_champion(workspace, champion)


def _compare_with_champion(workspace: Workspace, champion: Bundle) -> Comparison:
    """Let candidate and champion score the same test claims."""
    params = workspace.params
    test = read_frame(workspace.evaluation / PREDICTIONS)
    texts = read_frame(workspace.prepared).set_index("report_id").loc[test["report_id"]].reset_index()
    labels = test["y_true"].to_numpy(np.int8)
    clusters = np.arange(len(test), dtype=np.int64)
    terms = read_terms(params)
    return compare_models(
        Judged(labels, test["score"].to_numpy(np.float64), clusters),
        Judged(labels, champion.model.predict_or_prior(prepare_texts(texts, champion.chain)), clusters),
        terms,
        np.random.default_rng(params.run.seed),
    )


def _require_standing(registry: Registry, compared: Champion | None) -> None:
    """Raise ModelError when somebody moved the champion while the candidate was compared with it."""
    found = registry.champion()
    if found != compared:
        raise ModelError(
            f"{registry.models}: {found.version if found else 'nothing'} is champion now; expected the one that "
            "the candidate was compared with; run `saring publish` again"
        )


def _settle(registry: Registry, version: Version, gate: Gate) -> None:
    now = datetime.now(UTC)
    if gate.passed:
        registry.promote(version.name, Grounds(GATE, gate.notes, now))
    else:
        registry.refuse(version.name, Grounds(GATE, gate.blocks, now))


def _mirror(workspace: Workspace, version: Version, blocks: Sequence[str]) -> None:
    """Show a version in MLflow; it is an index that can be made anew, so without it the run goes on."""
    tags = {"published_at": datetime.now(UTC).isoformat(), "gate": "; ".join(blocks) or "passed"}
    try:
        mirror_version(workspace.root, version.directory, CHALLENGER if blocks else CHAMPION, tags)
    except StorageError as error:
        warn(str(error))


def _note_decision(workspace: Workspace, version: str, blocks: Sequence[str]) -> None:
    write_json({"version": version, "passed": not blocks, "blocks": list(blocks)}, workspace.decision)


def _score(waiting: pd.DataFrame, bundle: Bundle, n_words: int) -> pd.DataFrame:
    """Score waiting reports from their raw text, in batches."""
    texts = join_texts(waiting)
    starts = range(0, len(texts), BATCH_ROWS)
    batches = (texts[start : start + BATCH_ROWS] for start in show_progress(starts, "scoring"))
    results = list(score_batches(bundle, batches, n_words))
    return waiting[[*REPORTS.columns, "claim_id"]].assign(
        score=np.array([score for part in results for score in part.score], dtype=float),
        abstain_reason=pd.array([reason for part in results for reason in part.abstain_reason], "str"),
        model_version=[version for part in results for version in part.model_version],
        words=pd.Series([words for part in results for words in part.words], waiting.index, object),
    )
