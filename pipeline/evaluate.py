"""Labelled, prepared reports and a candidate in; what the candidate is worth, honestly measured, out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.config import Params
from pipeline.evaluation.cases import Bench, build_cases, draw_random_split
from pipeline.evaluation.curves import trace_curves
from pipeline.evaluation.headline import Measured, compare_splits
from pipeline.evaluation.likeness import Likeness
from pipeline.evaluation.neutrality import measure_name_shift
from pipeline.evaluation.outcome import Evaluation
from pipeline.evaluation.probes import measure_probes, nest_probes
from pipeline.evaluation.sources import measure_sources, nest_sources
from pipeline.model.linear import LinearModel
from pipeline.schema.columns import TEST
from pipeline.schema.flow import Flow
from pipeline.text.chain import PreparedText, TextChain

__all__ = ["Evaluation", "evaluate_model"]


def evaluate_model(  # noqa: PLR0913, PLR0917 - what is judged, by what, and by what chance
    reports: pd.DataFrame,
    prepared: Sequence[PreparedText],
    chain: TextChain,
    candidate: LinearModel,
    params: Params,
    rng: np.random.Generator,
) -> Evaluation:
    """Measure a candidate on the forward test, and beside it what flatters or explains the figure.

    Takes the labelled rows of PREPARED, `prepared` row by row; `candidate` must have been fitted on their
    train and calibration splits. Accepted in the flow: the claims of the test, one row each; merged:
    their copies; rejected: what is not of the test split.
    """
    cases = build_cases(reports, prepared, params.evaluate.verdict_delay_days)
    bench = Bench(cases, Likeness(cases.prepared), candidate, params)
    for_deal, for_splits, for_sources, for_probes = rng.spawn(4)
    deal = draw_random_split(len(cases.table), params.preprocess, for_deal)
    compared = compare_splits(bench, deal, for_splits)
    sources = measure_sources(bench, for_sources)
    probes = measure_probes(bench, deal, for_probes)
    metrics = compared.to_json() | {
        "terms": bench.terms._asdict(),
        "sources": nest_sources(sources),
        "probes": nest_probes(probes),
        "neutrality": measure_name_shift(candidate, chain)._asdict(),
    }
    curves = trace_curves(compared.headline.judged, compared.random.judged, bench.terms)
    predictions = list_predictions(bench, compared.headline)
    return Evaluation(metrics, sources, probes, predictions, curves, count_flow(reports, len(predictions)))


def list_predictions(bench: Bench, headline: Measured) -> pd.DataFrame:
    """Return report_id, claim_id, source, y_true and score of every claim of the forward test."""
    told = bench.cases.table.iloc[headline.rows][["report_id", "claim_id", "source"]]
    scored = told.assign(y_true=headline.judged.y_true, score=headline.judged.y_score)
    return scored.reset_index(drop=True)


def count_flow(reports: pd.DataFrame, n_claims: int) -> Flow:
    """Count what was judged, copies of it, and the rest."""
    n_tested = int((reports["split"] == TEST).sum())
    return Flow.balanced(len(reports), n_claims, n_tested - n_claims, len(reports) - n_tested)
