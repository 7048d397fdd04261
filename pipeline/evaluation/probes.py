"""Labelled reports in; how well the label is guessed without reading a claim: by date, source, shape, wording.

A probe that does well inside the headline's design says that the headline may measure the probe's
column instead of the claim.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression

from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.cases import Bench, Cases, RandomSplit, Rows, fitting_rows, headline_rows
from pipeline.evaluation.metrics import Terms, find_obstacle, measure, replace_nan
from pipeline.model.estimator import weigh_claims
from pipeline.model.linear import sigmoid
from pipeline.schema.columns import TEXT_PARTS
from pipeline.text.markers import MARKERS
from pipeline.text.parts import join_parts

HEADLINE: Final = "headline"
POOLED: Final = "pooled"
FIGURES: Final = ("auc", "auc_lower", "auc_upper")
COLUMNS: Final = ("probe", "design", "n_claims", "n_misinformation", *FIGURES, "alarm", "reason")

MIN_FIRST_WORDS: Final = 5
"""How many texts must begin with a word for it to be known by."""

_URL: Final = re.compile(r"(?:https?://|www\.)\S+")
_EMOJI_RANGES: Final = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff"
_EMOJI: Final = re.compile(f"[{_EMOJI_RANGES}]")
_PUNCTUATION: Final = re.compile(rf"[^\w\s{_EMOJI_RANGES}]")
_EPOCH: Final = pd.Timestamp("2020-01-01", tz="UTC")


class Design(NamedTuple):
    """Where a probe learns, how much each of its rows weighs there, and where it is judged."""

    name: str
    fitted: Rows
    weights: FloatArray
    judged: Rows


def measure_probes(bench: Bench, random: RandomSplit, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a probe and design, columns as in COLUMNS.

    The `headline` design learns from the train and calibration splits and is judged on the forward test;
    `pooled` uses the random split of reports and only informs. `alarm`: the lower bound is above
    evaluate.probe_alarm.
    """
    cases = bench.cases
    fitted = fitting_rows(cases.table)
    weights = weigh_claims(cases.table["claim_id"].iloc[fitted].tolist())
    known = np.concatenate([random.train, random.calibration])
    designs = (
        Design(HEADLINE, fitted, weights, headline_rows(cases.table)),
        Design(POOLED, known, np.ones(len(known)), random.test),
    )
    rows = []
    for probe, describe in PROBES.items():
        features = describe(cases.table)
        rows += [
            {"probe": probe, **_measure_probe(cases, features, design, bench.terms, rng)}
            for design in designs
        ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    alarms = table["auc_lower"].astype("float64") > bench.params.evaluate.probe_alarm
    floats = dict.fromkeys(FIGURES, "float64")
    return table.assign(alarm=alarms).astype(floats | {"reason": "str"})


def nest_probes(probes: pd.DataFrame) -> dict[str, Any]:
    """Return the table as JSON: for each probe the headline's design, and the pooled figures beside it."""
    nested: dict[str, Any] = {}
    for row in probes.to_dict("records"):
        design, probe = row.pop("design"), row.pop("probe")
        figures = {name: row[name] for name in FIGURES} if design == POOLED else row
        start = "pooled_" if design == POOLED else ""
        named = {f"{start}{name}": value for name, value in replace_nan(figures).items()}
        nested.setdefault(str(probe), {}).update(named)
    return nested


def describe_dates(table: pd.DataFrame) -> FloatArray:
    """Return time as a line, as a place in the year, week and day, and whether it is known at all.

    All NaN when no report has a time.
    """
    moments = table["reported_at"]
    if moments.isna().all():
        return np.full((len(table), 1), np.nan)
    days = ((moments - _EPOCH) / pd.Timedelta(days=1)).to_numpy(np.float64, na_value=np.nan)
    cycles = [wave(2.0 * np.pi * days / period) for period in (365.25, 7.0, 1.0) for wave in (np.sin, np.cos)]
    unknown = np.isnan(days)
    columns = np.column_stack([days, *cycles])
    centred = np.where(unknown[:, np.newaxis], np.mean(columns[~unknown], axis=0), columns)
    return np.column_stack([centred, unknown])


def describe_sources(table: pd.DataFrame) -> FloatArray:
    """Return where a report came from, one column for each value of source and platform."""
    return _spread(table[["source", "platform"]])


def describe_reporters(table: pd.DataFrame) -> FloatArray:
    """Return who reported, one column for each reporter group."""
    return _spread(table[["reporter_group"]])


def describe_first_words(table: pd.DataFrame) -> FloatArray:
    """Return the first word of each text as one column for each that begins at least five texts."""
    firsts = pd.Series([next(iter(text.lower().split()), "") for text in join_columns(table)], dtype="object")
    counts = firsts.value_counts()
    kept = counts.index[counts >= MIN_FIRST_WORDS]
    return pd.get_dummies(firsts.where(firsts.isin(kept)), dummy_na=True).to_numpy(np.float64)


def describe_markers(table: pd.DataFrame) -> FloatArray:
    """Return, for each kind of fact-checkers' wording, how often each raw text holds it (log)."""
    counts = [[len(marker.pattern.findall(text)) for marker in MARKERS] for text in join_columns(table)]
    return np.log1p(np.array(counts, np.float64).reshape(len(table), len(MARKERS)))


def join_columns(table: pd.DataFrame) -> list[str]:
    """Return the one text of every report."""
    return [join_parts(*row) for row in zip(*(table[part] for part in TEXT_PARTS), strict=True)]


def describe_shapes(table: pd.DataFrame) -> FloatArray:
    """Return what each raw text looks like: length, and shares of kinds of characters."""
    return np.array([describe_shape(text) for text in join_columns(table)]).reshape(len(table), 7)


def describe_shape(text: str) -> tuple[float, ...]:
    """Return log characters, log words, shares of capitals, digits, punctuation and emoji, log links.

    >>> [round(value, 2) for value in describe_shape("AWAS 5G!")]
    [2.2, 1.1, 0.62, 0.12, 0.12, 0.0, 0.0]
    """
    n_chars = max(1, len(text))
    return (
        float(np.log1p(len(text))),
        float(np.log1p(len(text.split()))),
        sum(char.isupper() for char in text) / n_chars,
        sum(char.isdigit() for char in text) / n_chars,
        len(_PUNCTUATION.findall(text)) / n_chars,
        len(_EMOJI.findall(text)) / n_chars,
        float(np.log1p(len(_URL.findall(text)))),
    )


PROBES: Final[dict[str, Callable[[pd.DataFrame], FloatArray]]] = {
    "date": describe_dates,
    "source": describe_sources,
    "shape": describe_shapes,
    "first word": describe_first_words,
    "markers": describe_markers,
    "reporter group": describe_reporters,
}


def _spread(origin: pd.DataFrame) -> FloatArray:
    return pd.get_dummies(origin.astype("object"), dummy_na=True).to_numpy(np.float64)


def _measure_probe(
    cases: Cases, features: FloatArray, design: Design, terms: Terms, rng: np.random.Generator
) -> dict[str, Any]:
    labels = cases.table["label"].to_numpy(np.int8)
    claims = cases.table.iloc[design.judged].drop_duplicates("claim_id")["label"]
    row = {"design": design.name, "n_claims": len(claims), "n_misinformation": int(claims.sum())}
    reason = _find_obstacle(features, labels, design)
    if reason:
        return row | {"reason": reason}
    scores = _fit_and_score(features, labels, design)
    figures = measure(cases.judge(design.judged, scores), terms, rng)
    return row | {name: figures[name] for name in FIGURES}


def _find_obstacle(features: FloatArray, labels: npt.NDArray[np.int8], design: Design) -> str | None:
    if np.isnan(features).any():
        return "no dates"
    judged, fitted = find_obstacle(labels[design.judged]), find_obstacle(labels[design.fitted])
    if judged:
        return f"test: {judged}"
    return f"training: {fitted}" if fitted else None


def score_out_of_fold(
    features: FloatArray, labels: npt.NDArray[np.int8], folds: npt.NDArray[np.int64]
) -> FloatArray:
    """Score each row by a model of the other folds' rows, shape (n,); the prior where those hold one class."""
    scores = np.full(len(labels), 0.5)
    for fold in np.unique(folds):
        inside = folds == fold
        if find_obstacle(labels[~inside]) is None:
            fitted, judged = np.flatnonzero(~inside), np.flatnonzero(inside)
            scores[inside] = _fit_and_score(
                features, labels, Design("", fitted, np.ones(len(fitted)), judged)
            )
    return scores


def _fit_and_score(features: FloatArray, labels: npt.NDArray[np.int8], design: Design) -> FloatArray:
    """Fit a logistic regression on scaled features; rounded, so that equal features give equal scores."""
    spread = features[design.fitted].std(axis=0)
    scaled = (features - features[design.fitted].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(max_iter=1000)
    model.fit(scaled[design.fitted], labels[design.fitted], sample_weight=design.weights)
    return sigmoid(np.round(model.decision_function(scaled[design.judged]), 9))
