"""A candidate in; the honest figure, the flattering one beside it, and the gap between them out."""

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.errors import ModelError
from pipeline.evaluation.cases import Bench, Cases, RandomSplit, Rows, fitting_rows, headline_rows
from pipeline.evaluation.metrics import METRICS, Judged, find_obstacle, measure
from pipeline.evaluation.refits import fit_reports, predict_rows
from pipeline.schema.columns import TEST

RANDOM: Final = "random"
NO_ROWS: Final = np.empty(0, np.int64)

Section = dict[str, Any]


class Measured(NamedTuple):
    """Figures as JSON, and the rows and scores that they were computed from."""

    section: Section
    rows: Rows
    judged: Judged


class Compared(NamedTuple):
    """The honest figure, the same without what training nearly holds, and the flattering one."""

    headline: Measured
    unlike: Measured
    random: Measured

    def to_json(self) -> Section:
        """Return a section for each, and the gap between the flattering figure and the honest one."""
        sections = {name: measured.section for name, measured in self._asdict().items()}
        return sections | {"gap": subtract_figures(self.random.section, self.headline.section)}


def compare_splits(bench: Bench, deal: RandomSplit, rng: np.random.Generator) -> Compared:
    """Measure forward in time and by chance."""
    for_headline, for_unlike, for_random = rng.spawn(3)
    headline = measure_headline(bench, for_headline)
    unlike = measure_unlike(bench, headline, for_unlike)
    return Compared(headline, unlike, measure_random_split(bench, deal, for_random))


def measure_headline(bench: Bench, rng: np.random.Generator) -> Measured:
    """Measure the candidate on the forward test: later in time, unseen claims, one row a claim."""
    cases, rows = bench.cases, headline_rows(bench.cases.table)
    judged = cases.judge(rows, predict_rows(bench.candidate, cases, rows))
    times = cases.table["reported_at"].iloc[rows]
    section = {
        **_count(cases, rows),
        "split": TEST,
        "first_reported_at": _format_day(times.min()),
        "last_reported_at": _format_day(times.max()),
        "reason": find_obstacle(judged.y_true),
    }
    return Measured(section | measure(judged, bench.terms, rng), rows, judged)


def measure_unlike(bench: Bench, headline: Measured, rng: np.random.Generator) -> Measured:
    """Measure the forward test without claims that the candidate has seen in nearly the same words."""
    near = bench.likeness.find_near(headline.rows, fitting_rows(bench.cases.table))
    rows = headline.rows[~near]
    judged = bench.cases.judge(rows, headline.judged.y_score[~near])
    section = {
        **_count(bench.cases, rows),
        "split": f"{TEST}, unlike training",
        "reason": find_obstacle(judged.y_true),
    }
    return Measured(section | measure(judged, bench.terms, rng), rows, judged)


def measure_random_split(bench: Bench, deal: RandomSplit, rng: np.random.Generator) -> Measured:
    """Measure a model of the same parameters on reports dealt out by chance: flattering on purpose."""
    cases, rows, reason = bench.cases, deal.test, None
    try:
        judged = cases.judge(rows, predict_rows(fit_reports(cases, deal, bench.params), cases, rows))
    except ModelError as error:
        reason, judged = str(error), cases.judge(NO_ROWS, np.empty(0))
    section = {
        **_count(cases, rows),
        "split": RANDOM,
        "n_reports": len(rows),
        "reason": reason or find_obstacle(judged.y_true),
    }
    return Measured(section | measure(judged, bench.terms, rng), rows, judged)


def subtract_figures(random: Section, headline: Section) -> Section:
    """Return by how much the random split flatters each figure; None where either is missing."""
    pairs = {name: (random[name], headline[name]) for name in METRICS}
    return {name: None if None in pair else pair[0] - pair[1] for name, pair in pairs.items()}


def _count(cases: Cases, rows: Rows) -> Section:
    claims = cases.table.iloc[rows].drop_duplicates("claim_id")
    return {
        "n_claims": len(claims),
        "n_misinformation": int(claims["label"].sum()),
        "n_abstained": int(claims["abstains"].sum()),
    }


def _format_day(moment: pd.Timestamp) -> str | None:
    return None if pd.isna(moment) else moment.strftime("%Y-%m-%d")
