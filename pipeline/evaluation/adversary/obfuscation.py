"""Test claims in, half of their words disguised; what that costs the ranking out."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.cases import Bench, headline_rows
from pipeline.evaluation.disguise import KINDS, Disguise, disguise_words
from pipeline.evaluation.metrics import Judged, find_obstacle
from pipeline.evaluation.paired import NOTHING, measure_auc_change, measure_mean
from pipeline.evaluation.standing import Standing
from pipeline.schema.columns import MISINFORMATION, TEST, TEXT_PARTS
from pipeline.text.chain import TextChain
from pipeline.text.parts import join_parts

SHARE: Final = 0.5


def measure_obfuscation(bench: Bench, chain: TextChain, rng: np.random.Generator) -> pd.DataFrame:
    """Return for each kind of disguise what it does to the candidate's ranking of the forward test.

    Columns: kind, split, n_claims, n_misinformation, auc_change (every claim disguised), auc_change_hidden
    (only misinformation disguised, as somebody does who wants to slip through), moved (mean distance in
    the queue, percentiles, of disguised misinformation), each with its bounds; reason.
    """
    judged_rows = headline_rows(bench.cases.table)
    table = bench.cases.table.iloc[judged_rows]
    texts = [join_parts(*parts) for parts in zip(*(table[part] for part in TEXT_PARTS), strict=True)]
    judged = bench.cases.judge(judged_rows, _score(bench, chain, texts))
    rows = [
        {
            "kind": kind,
            "split": TEST,
            "n_claims": len(texts),
            "n_misinformation": int(judged.y_true.sum()),
            **_measure_kind(bench, chain, texts, judged, disguise, own_rng),
        }
        for (kind, disguise), own_rng in zip(KINDS.items(), rng.spawn(len(KINDS)), strict=True)
    ]
    return pd.DataFrame(rows)


def _measure_kind(  # noqa: PLR0913, PLR0917 - what is disguised, how, and by what chance
    bench: Bench,
    chain: TextChain,
    texts: Sequence[str],
    judged: Judged,
    disguise: Disguise,
    rng: np.random.Generator,
) -> dict[str, Any]:
    reason = find_obstacle(judged.y_true)
    if reason:
        empty = (NOTHING.named(name) for name in ("auc_change", "auc_change_hidden", "moved"))
        return {name: None for figures in empty for name in figures} | {"reason": reason}
    for_words, for_all, for_hidden, for_moves = rng.spawn(4)
    scores = _score(bench, chain, [disguise_words(text, disguise, SHARE, for_words) for text in texts])
    is_hidden = judged.y_true == MISINFORMATION
    hidden = np.where(is_hidden, scores, judged.y_score)
    terms = bench.terms
    return {
        **measure_auc_change(judged, scores, terms, for_all).named("auc_change"),
        **measure_auc_change(judged, hidden, terms, for_hidden).named("auc_change_hidden"),
        **measure_mean(*_distances(judged, hidden, is_hidden, bench), terms, for_moves).named("moved"),
        "reason": None,
    }


def _distances(
    judged: Judged, after: FloatArray, of: npt.NDArray[np.bool_], bench: Bench
) -> tuple[FloatArray, list[str]]:
    """Return how many percentiles each claim moved up or down, and the claims' numbers."""
    before_rank, after_rank = (
        Standing.of(judged._replace(y_score=scores), bench.terms.prevalence).rank(scores)
        for scores in (judged.y_score, after)
    )
    moved = 100.0 * np.abs(after_rank - before_rank)[of]
    return np.asarray(moved, np.float64), [str(cluster) for cluster in judged.clusters[of]]


def _score(bench: Bench, chain: TextChain, texts: Sequence[str]) -> FloatArray:
    return bench.candidate.predict_or_prior([chain.prepare(text) for text in texts])
