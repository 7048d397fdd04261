"""Labelled, prepared reports and a candidate in; what the candidate is worth, honestly measured, out."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.config import Params
from pipeline.evaluation.ablation import Ablation, measure_ablation
from pipeline.evaluation.adversary import Adversary, measure_adversary
from pipeline.evaluation.background import NO_BACKGROUND, Background
from pipeline.evaluation.behaviour import measure_behaviour
from pipeline.evaluation.calibration import measure_calibration
from pipeline.evaluation.cases import Bench, build_cases, draw_random_split
from pipeline.evaluation.contestants import measure_contestants, nest_contestants
from pipeline.evaluation.curves import trace_curves
from pipeline.evaluation.headline import Measured, compare_splits
from pipeline.evaluation.ladder import measure_ladder, nest_ladder
from pipeline.evaluation.likeness import Likeness
from pipeline.evaluation.neutrality import measure_name_shift
from pipeline.evaluation.outcome import Evaluation
from pipeline.evaluation.probes import measure_probes, nest_probes
from pipeline.evaluation.slices import measure_slices, nest_slices
from pipeline.evaluation.sources import measure_sources, nest_sources
from pipeline.evaluation.thresholds import find_thresholds
from pipeline.model.linear import LinearModel
from pipeline.schema.columns import TEST
from pipeline.schema.flow import Flow
from pipeline.text.chain import PreparedText, TextChain

__all__ = ["Evaluation", "evaluate_model"]

NESTED: Final[dict[str, Callable[[pd.DataFrame], dict[str, Any]]]] = {
    "sources": nest_sources,
    "probes": nest_probes,
    "slices": nest_slices,
    "contestants": nest_contestants,
    "ladder": nest_ladder,
}
"""How each table stands in metrics.json."""


def evaluate_model(  # noqa: PLR0913, PLR0917 - what is judged, by what, and by what chance
    reports: pd.DataFrame,
    prepared: Sequence[PreparedText],
    chain: TextChain,
    candidate: LinearModel,
    params: Params,
    rng: np.random.Generator,
    *,
    background: Background = NO_BACKGROUND,
    full: bool = False,
) -> Evaluation:
    """Measure a candidate on the forward test, and beside it what flatters or explains the figure.

    Takes the labelled rows of PREPARED, `prepared` row by row; `candidate` must have been fitted on their
    train and calibration splits, and on `background`. `full` adds what needs other models: the
    ladder of splits, attacks, ablation. Accepted in the flow: the claims of the test, one row each; merged:
    their copies; rejected: what is not of the test split.
    """
    cases = build_cases(reports, prepared, params.evaluate.verdict_delay_days, background)
    bench = Bench(cases, Likeness(cases.prepared), candidate, params)
    for_deal, for_splits, for_sources, for_probes, *others = rng.spawn(8)
    for_tables, for_ladder, for_behaviour, for_attacks = others
    deal = draw_random_split(len(cases.table), params.preprocess, for_deal)
    compared = compare_splits(bench, deal, for_splits)
    tables = {
        "sources": measure_sources(bench, for_sources),
        "probes": measure_probes(bench, deal, for_probes),
        "slices": measure_slices(bench, compared.headline, for_tables),
        "contestants": measure_contestants(bench, compared.headline, chain.rules.names),
    }
    if full:
        tables["ladder"] = measure_ladder(bench, compared, for_ladder)
    tests = {
        "behaviour": measure_behaviour(
            candidate, chain, cases.table.iloc[compared.headline.rows], bench.terms, for_behaviour
        ),
        **(attack_and_ablate(bench, chain, for_attacks) if full else {}),
    }
    metrics = compared.to_json() | {
        "terms": bench.terms._asdict(),
        **describe_probabilities(bench, compared.headline, for_tables),
        **{name: NESTED[name](table) for name, table in tables.items()},
        **{name: test.to_json() for name, test in tests.items()},
        "neutrality": measure_name_shift(candidate, chain)._asdict(),
    }
    for test in tests.values():
        tables |= test.tables
    curves = trace_curves(compared.headline.judged, compared.random.judged, bench.terms)
    predictions = list_predictions(bench, compared.headline)
    return Evaluation(metrics, tables, predictions, curves, count_flow(reports, len(predictions)))


def attack_and_ablate(
    bench: Bench, chain: TextChain, rng: np.random.Generator
) -> dict[str, Adversary | Ablation]:
    """Return what wrong labels, disguised words, and leaving steps out do to models like the candidate."""
    for_attacks, for_steps = rng.spawn(2)
    return {
        "adversary": measure_adversary(bench, chain, for_attacks),
        "ablation": measure_ablation(bench, chain, for_steps),
    }


def describe_probabilities(bench: Bench, headline: Measured, rng: np.random.Generator) -> dict[str, Any]:
    """Return calibration and thresholds on the forward test."""
    told = {name: headline.section[name] for name in ("split", "n_claims", "n_misinformation")}
    thresholds = find_thresholds(headline.judged, bench.params.evaluate.thresholds, bench.terms, rng)
    return {
        "calibration": told | measure_calibration(headline.judged, bench.terms, rng),
        "thresholds": {asked: told | found for asked, found in thresholds.items()},
    }


def list_predictions(bench: Bench, headline: Measured) -> pd.DataFrame:
    """Return report_id, claim_id, source, y_true and score of every claim of the forward test."""
    told = bench.cases.table.iloc[headline.rows][["report_id", "claim_id", "source"]]
    scored = told.assign(y_true=headline.judged.y_true, score=headline.judged.y_score)
    return scored.reset_index(drop=True)


def count_flow(reports: pd.DataFrame, n_claims: int) -> Flow:
    """Count what was judged, copies of it, and the rest."""
    n_tested = int((reports["split"] == TEST).sum())
    return Flow.balanced(len(reports), n_claims, n_tested - n_claims, len(reports) - n_tested)
