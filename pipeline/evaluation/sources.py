"""Labelled reports in, one row for each source out: how well it is ranked by what was known before.

Forward in time where a source has dates and both classes in its test split; where it has not, left out as
a whole; else not computable, with the reason. What other sources hold of its claims, in the same claim or in
nearly the same words, never trains.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import ModelError
from pipeline.evaluation.cases import Bench, Rows, earliest_rows, fitting_rows, headline_rows
from pipeline.evaluation.metrics import Figures, Judged, find_obstacle, measure, replace_nan
from pipeline.evaluation.refits import fit_claims, predict_rows

MIN_PER_CLASS: Final = 10
FORWARD: Final = "forward in time"
LEFT_OUT: Final = "source left out"
NOT_COMPUTABLE: Final = "not computable"
SHOWN: Final = ("auc", "average_precision")
FIGURE_COLUMNS: Final = tuple(f"{metric}{end}" for metric in SHOWN for end in ("", "_lower", "_upper"))
COLUMNS: Final = ("source", "n_claims", "n_misinformation", "protocol", *FIGURE_COLUMNS, "reason")


class Plan(NamedTuple):
    """How a source is judged: on which rows, by a model of which rows; or why it cannot be."""

    protocol: str
    judged: Rows
    fitted: Rows
    reason: str | None = None


def measure_sources(bench: Bench, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table source by source, columns as in COLUMNS; figures are NaN where not computable.

    The candidate itself is judged where it was fitted on exactly the rows that may train; elsewhere a
    model of the same parameters is.
    """
    names = sorted(bench.cases.table["source"].cat.categories.astype(str))
    rows = [
        _measure_source(bench, name, own_rng)
        for name, own_rng in zip(names, rng.spawn(len(names)), strict=True)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    counts = dict.fromkeys(("n_claims", "n_misinformation"), "int64")
    words = dict.fromkeys(("source", "protocol", "reason"), "str")
    return table.astype(counts | words | dict.fromkeys(FIGURE_COLUMNS, "float64"))


def nest_sources(sources: pd.DataFrame) -> dict[str, Any]:
    """Return the table as JSON: a section of figures for each source."""
    rows = sources.set_index("source").to_dict("index")
    return {str(source): replace_nan(row) for source, row in rows.items()}


def plan_source(bench: Bench, source: str) -> Plan:
    """Choose how one source is judged: forward, left out, or not at all."""
    table = bench.cases.table
    own = table["source"] == source
    plan = _choose_plan(table, own, alone=bench.params.preprocess.split_by == "source")
    foreign = ~own.to_numpy(np.bool_)[plan.fitted]
    near = bench.likeness.find_near(plan.fitted, plan.judged)
    return plan._replace(fitted=plan.fitted[~(foreign & near)])


def _choose_plan(table: pd.DataFrame, own: "pd.Series[bool]", alone: bool) -> Plan:
    tests = headline_rows(table)
    forward = tests[own.to_numpy(np.bool_)[tests]]
    if find_obstacle(_labels(table, forward), MIN_PER_CLASS) is None:
        return Plan(FORWARD, forward, rows_before(table, forward, forward if alone else tests))
    judged = earliest_rows(table, own)
    reason = find_obstacle(_labels(table, judged), MIN_PER_CLASS)
    return Plan(NOT_COMPUTABLE, judged, judged[:0], reason) if reason else _leave_out(table, own)


def leave_source_out(bench: Bench, source: str) -> Plan:
    """Plan to judge all claims of one source by what the others hold."""
    table = bench.cases.table
    plan = _leave_out(table, table["source"] == source)
    reason = find_obstacle(_labels(table, plan.judged), MIN_PER_CLASS)
    near = bench.likeness.find_near(plan.fitted, plan.judged)
    return plan._replace(fitted=plan.fitted[~near], reason=reason)


def _leave_out(table: pd.DataFrame, own: "pd.Series[bool]") -> Plan:
    shared = table["claim_id"].isin(table.loc[own, "claim_id"])
    return Plan(LEFT_OUT, earliest_rows(table, own), np.flatnonzero(~own & ~shared & ~table["repeats"]))


def rows_before(table: pd.DataFrame, judged: Rows, tested: Rows) -> Rows:
    """Return what was reported and known when the test of `tested` began, but for the claims judged."""
    test_at = table["reported_at"].iloc[tested].min()
    later = (table["reported_at"] >= test_at) | (table["known_at"] > test_at)
    own = table["claim_id"].isin(table["claim_id"].iloc[judged])
    return np.flatnonzero(~later & ~own & ~table["repeats"])


def _measure_source(bench: Bench, source: str, rng: np.random.Generator) -> dict[str, Any]:
    plan = plan_source(bench, source)
    labels = _labels(bench.cases.table, plan.judged)
    row = {"source": source, "n_claims": len(labels), "n_misinformation": int(labels.sum())}
    if plan.reason:
        return row | {"protocol": plan.protocol, "reason": plan.reason}
    try:
        judged = _judge(bench, plan)
    except ModelError as error:
        return row | {"protocol": NOT_COMPUTABLE, "reason": str(error)}
    return row | {"protocol": plan.protocol} | _pick(measure(judged, bench.terms, rng))


def _judge(bench: Bench, plan: Plan) -> Judged:
    cases = bench.cases
    same = len(plan.fitted) > 0 and np.array_equal(plan.fitted, fitting_rows(cases.table))
    model = bench.candidate if same else fit_claims(cases, plan.fitted, bench.params)
    return cases.judge(plan.judged, predict_rows(model, cases, plan.judged))


def _labels(table: pd.DataFrame, rows: Rows) -> npt.NDArray[np.int8]:
    return table["label"].to_numpy(np.int8)[rows]


def _pick(figures: Figures) -> Figures:
    return {name: figures[name] for name in FIGURE_COLUMNS}
