"""A candidate's way of fitting in; the same figures under ever harder splits, from flattering to honest, out.

| rung | what never stands on both sides |
|---|---|
| random | nothing: reports are dealt out by chance |
| near-duplicates grouped | a claim, whatever sources report it |
| source-disjoint | a source, nor what is nearly the same as its claims |
| claim-disjoint | a claim, nor any rewording of it, near to it directly or through others |
| forward, retrained | time: each quarter of the test by what was known when it began |
| forward, frozen | time: the whole test by what was known when it began |
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.errors import ModelError
from pipeline.evaluation.cases import Bench, Rows, earliest_rows, headline_rows
from pipeline.evaluation.headline import Compared, Section
from pipeline.evaluation.metrics import METRICS, Judged, find_obstacle, measure_parts, replace_nan
from pipeline.evaluation.refits import fit_claims, predict_rows
from pipeline.evaluation.sources import leave_source_out, rows_before
from pipeline.evaluation.splits import draw_share

RANDOM: Final = "random"
GROUPED: Final = "near-duplicates grouped"
SOURCES: Final = "source-disjoint"
CLAIMS: Final = "claim-disjoint"
RETRAINED: Final = "forward, retrained each quarter"
FROZEN: Final = "forward, frozen"

FIGURES: Final = tuple(f"{metric}{end}" for metric in METRICS for end in ("", "_lower", "_upper"))
COLUMNS: Final = ("rung", "split", "n_claims", "n_misinformation", "n_models", *FIGURES, "reason")


class Part(NamedTuple):
    """Rows that one model judges, and rows that fit it."""

    judged: Rows
    fitted: Rows


def measure_ladder(bench: Bench, compared: Compared, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a rung, columns as in COLUMNS, at the queue's prevalence; NaN where not computable.

    A rung of several models is the mean of their parts. The first and the last rung are those of `compared`.
    """
    rows = [
        _take_section(RANDOM, compared.random.section),
        *(_measure_rung(bench, rung, [*plan(bench)], rng) for rung, plan in RUNGS.items()),
        _take_section(FROZEN, compared.headline.section),
    ]
    counts = dict.fromkeys(("n_claims", "n_misinformation", "n_models"), "int64")
    words = dict.fromkeys(("rung", "split", "reason"), "str")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        counts | words | dict.fromkeys(FIGURES, "float64")
    )


def nest_ladder(ladder: pd.DataFrame) -> Section:
    """Return the table as JSON: a section for each rung, in the order of its `rung` number."""
    rows = ladder.assign(step=range(1, len(ladder) + 1)).set_index("rung").to_dict("index")
    return {str(rung): replace_nan(row) for rung, row in rows.items()}


def _plan_grouped(bench: Bench) -> Iterator[Part]:
    yield _deal_groups(bench, bench.cases.table["claim_id"].astype("str").tolist())


def _plan_claims(bench: Bench) -> Iterator[Part]:
    """Deal out clusters of rewordings, joined with what `claim_id` joins."""
    table = bench.cases.table
    clusters = bench.likeness.group(np.arange(len(table)), table["cluster"].to_numpy(np.int64))
    names = table["claim_id"].astype("str").groupby(clusters).transform("min")
    yield _deal_groups(bench, names.tolist())


def _deal_groups(bench: Bench, groups: Sequence[str]) -> Part:
    """Let a share of whole groups be judged, one row a claim, and the others train."""
    table, params = bench.cases.table, bench.params
    drawn = np.array([draw_share(f"ladder:{group}", params.run.seed) for group in groups], np.float64)
    tests = pd.Series(drawn < params.preprocess.test_share, table.index)
    return Part(earliest_rows(table, tests), np.flatnonzero(~tests))


def _plan_sources(bench: Bench) -> Iterator[Part]:
    for source in sorted(bench.cases.table["source"].astype(str).unique()):
        plan = leave_source_out(bench, source)
        if plan.reason is None:
            yield Part(plan.judged, plan.fitted)


def _plan_quarters(bench: Bench) -> Iterator[Part]:
    table, tested = bench.cases.table, headline_rows(bench.cases.table)
    quarters = quarter_of(table["reported_at"].iloc[tested])
    for quarter in np.unique(quarters):
        judged = tested[quarters == quarter]
        yield Part(judged, rows_before(table, judged, judged))


def quarter_of(moments: "pd.Series[pd.Timestamp]") -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Count the quarters since the year 0.

    >>> quarter_of(pd.Series(pd.to_datetime(["2024-03-31", "2024-04-01"]))).tolist()
    [8096, 8097]
    """
    return np.asarray(4 * moments.dt.year + moments.dt.quarter - 1, np.int64)


RUNGS: Final[dict[str, Callable[[Bench], Iterator[Part]]]] = {
    GROUPED: _plan_grouped,
    SOURCES: _plan_sources,
    CLAIMS: _plan_claims,
    RETRAINED: _plan_quarters,
}


def _measure_rung(bench: Bench, rung: str, parts: Sequence[Part], rng: np.random.Generator) -> dict[str, Any]:
    judged, reasons = [], []
    for part in parts:
        try:
            judged.append(_judge(bench, part))
        except ModelError as error:
            reasons.append(str(error))
    labels = np.concatenate([part.y_true for part in judged]) if judged else np.empty(0, np.int8)
    one_class = all(find_obstacle(part.y_true) for part in judged)
    reason = (find_obstacle(labels) or "no part holds both classes") if one_class else None
    return {
        "rung": rung,
        "split": rung,
        "n_claims": len(labels),
        "n_misinformation": int(labels.sum()),
        "n_models": len(judged),
        "reason": (reasons[0] if reasons and not judged else reason),
        **measure_parts(judged, bench.terms, rng),
    }


def _judge(bench: Bench, part: Part) -> Judged:
    cases = bench.cases
    model = fit_claims(cases, part.fitted, bench.params)
    return cases.judge(part.judged, predict_rows(model, cases, part.judged))


def _take_section(rung: str, section: Section) -> dict[str, Any]:
    named = {name: section[name] for name in ("split", "n_claims", "n_misinformation", "reason", *FIGURES)}
    return {"rung": rung, "n_models": 1, **named}
