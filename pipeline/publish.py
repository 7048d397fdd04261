"""A candidate's metrics, and its paired comparison with the champion, in; what the gate says out."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from pipeline import config
from pipeline.evaluation.bootstrap import FloatArray, draw_counts, take_interval
from pipeline.evaluation.metrics import (
    Judged,
    Terms,
    auc,
    average_precision,
    find_obstacle,
    rank,
    weigh_to_prevalence,
)

CELLS_AT_ONCE: Final = 1_000_000
FIRST_CHAMPION: Final = "first champion: there is none to compare with"


class Comparison(NamedTuple):
    """Candidate minus champion on the same claims; every figure is None when `reason` says why.

    AUC does not depend on the prevalence; average precision is stated at the queue's.
    """

    auc: float | None
    auc_lower: float | None
    auc_upper: float | None
    average_precision: float | None
    n_claims: int
    n_misinformation: int
    reason: str | None = None


class Gate(NamedTuple):
    """Whether a candidate may become champion: what blocks it, and what is worth knowing."""

    passed: bool
    blocks: tuple[str, ...]
    notes: tuple[str, ...]


def compare_models(candidate: Judged, champion: Judged, terms: Terms, rng: np.random.Generator) -> Comparison:
    """Compare two models on the same rows by a paired cluster bootstrap.

    Both hold the same labels and clusters, row by row, of texts that the candidate has not seen. Each
    draw of claims serves both models, so that what they have in common does not widen the interval.
    """
    labels, first_rows = candidate.y_true, np.unique(candidate.clusters, return_index=True)[1]
    n_claims, n_misinformation = len(first_rows), int(np.sum(labels[first_rows] == 1))
    obstacle = find_obstacle(labels)
    if obstacle:
        return Comparison(None, None, None, None, n_claims, n_misinformation, obstacle)
    observed = _subtract(candidate, champion, np.ones((1, len(labels))), terms.prevalence)
    drawn = [
        _subtract(candidate, champion, counts, terms.prevalence)[0]
        for counts in _draw_in_chunks(candidate, terms.bootstraps, rng)
    ]
    lower, upper = take_interval(np.concatenate(drawn), terms.interval)
    return Comparison(float(observed[0][0]), lower, upper, float(observed[1][0]), n_claims, n_misinformation)


def decide_gate(
    metrics: Mapping[str, Any], comparison: Comparison | None, profile: config.GateProfile
) -> Gate:
    """Let a candidate pass when nothing blocks it; `comparison` is None when there is no champion.

    Blocking: a headline that is not surely good enough or cannot be computed, a probe inside the
    headline's design that surely sees the label without a claim, a swapped name that moves a score, and a
    ranking that may be worse than the champion's by more than is allowed. The rest is noted.
    """
    blocks = (
        *_judge_headline(metrics.get("headline", {}), profile),
        *_judge_probes(metrics.get("probes", {}), profile),
        *_judge_names(metrics.get("neutrality", {}), profile),
        *_judge_comparison(comparison, profile),
    )
    return Gate(not blocks, blocks, tuple(_note(metrics, comparison)))


def _judge_headline(headline: Mapping[str, Any], profile: config.GateProfile) -> Iterator[str]:
    lower = headline.get("auc_lower")
    if lower is None:
        reason = headline.get("reason") or "not measured"
        yield f"headline: AUC is not computable ({reason}); expected a figure"
    elif lower < profile.min_auc_lower:
        yield (
            f"headline: AUC {headline['auc']:.3f} is surely above {lower:.3f} only; "
            f"expected at least {profile.min_auc_lower}"
        )


def _judge_probes(probes: Mapping[str, Any], profile: config.GateProfile) -> Iterator[str]:
    for name, probe in sorted(probes.items()):
        lower = probe.get("auc_lower")
        if lower is not None and lower > profile.max_probe_lower:
            yield (
                f"leak probe: {name} alone reaches AUC {probe['auc']:.3f}, surely above {lower:.3f}; "
                f"expected at most {profile.max_probe_lower}"
            )


def _judge_names(neutrality: Mapping[str, Any], profile: config.GateProfile) -> Iterator[str]:
    shift = neutrality.get("max_shift")
    if shift is None:
        reason = neutrality.get("reason") or "not measured"
        yield f"neutrality: how far swapped names move a score is not known ({reason}); expected a figure"
    elif shift > profile.max_name_shift:
        yield (
            f"neutrality: a swapped name moves a logit by {shift:.3f}; "
            f"expected at most {profile.max_name_shift}"
        )


def _judge_comparison(comparison: Comparison | None, profile: config.GateProfile) -> Iterator[str]:
    if comparison is None:
        return
    if comparison.auc_lower is None:
        yield f"ranking: cannot be compared with the champion's ({comparison.reason}); expected a comparison"
    elif comparison.auc_lower < -profile.max_ranking_loss:
        yield (
            f"ranking: may lose {-comparison.auc_lower:.3f} AUC against the champion "
            f"({describe_comparison(comparison)}); expected at most {profile.max_ranking_loss}"
        )


def _note(metrics: Mapping[str, Any], comparison: Comparison | None) -> Iterator[str]:
    if comparison is None:
        yield FIRST_CHAMPION
    elif comparison.auc is not None:
        yield f"against the champion: {describe_comparison(comparison)}"
    for name, probe in sorted(metrics.get("probes", {}).items()):
        if probe.get("auc") is None:
            yield f"leak probe: {name} is not computable ({probe.get('reason') or 'not measured'})"
    gap = metrics.get("gap", {}).get("auc")
    if gap is not None:
        yield f"gap: the random split flatters the AUC by {gap:+.3f}"


def describe_comparison(comparison: Comparison) -> str:
    """Say the difference with its interval, or why there is none."""
    if comparison.auc is None:
        return f"not computable ({comparison.reason}) on {comparison.n_claims} claims"
    return (
        f"AUC {comparison.auc:+.3f}, from {comparison.auc_lower:+.3f} to {comparison.auc_upper:+.3f}, "
        f"average precision {comparison.average_precision:+.3f}, on {comparison.n_claims} claims"
    )


def _subtract(
    candidate: Judged, champion: Judged, counts: FloatArray, prevalence: float
) -> tuple[FloatArray, FloatArray]:
    """Return the differences in AUC and in average precision, one for each row of `counts`."""
    weights = weigh_to_prevalence(candidate.y_true, counts, prevalence)
    ours, theirs = rank(candidate, weights), rank(champion, weights)
    return auc(ours) - auc(theirs), average_precision(ours) - average_precision(theirs)


def _draw_in_chunks(judged: Judged, n_draws: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    at_once = max(1, CELLS_AT_ONCE // len(judged.y_true))
    for start in range(0, n_draws, at_once):
        yield draw_counts(judged.clusters, judged.y_true, min(at_once, n_draws - start), rng)
