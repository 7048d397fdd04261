"""A sheet, what shape alone reaches, and ceilings in; the protocol's table and the verdict on a model out."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.config import Params
from pipeline.evaluation.background import Background, build_background, select_background
from pipeline.evaluation.cases import build_cases
from pipeline.evaluation.metrics import Terms
from pipeline.evaluation.probes import describe_shapes, score_out_of_fold
from pipeline.evaluation.protocol.figures import RowFigure, measure_rows, rescale, share_wrongly_read
from pipeline.evaluation.protocol.run import SHEET_COLUMNS, Corpus, Fit, Scorer
from pipeline.evaluation.protocol.trials import ROWS, Trial
from pipeline.evaluation.refits import fit_claims
from pipeline.text.chain import PreparedText

FOLDS = 5


class ProtocolTable(NamedTuple):
    """What a model reached: figures by row, and what they are worth.

    `shares` are rescaled by the ceilings; `shapes` is the AUC of a probe that sees length and shape only, learnt
    on the judged reports themselves; `wrongly_read` the share of ordinary tweets that stands above the
    threshold at which nine tenths of the hoaxes do.
    """

    figures: dict[str, RowFigure]
    shares: dict[str, RowFigure]
    shapes: dict[str, RowFigure]
    wrongly_read: RowFigure | None
    ceilings: Mapping[str, float]

    @property
    def weakest(self) -> str | None:
        """The row of the smallest share, by which a model is judged; None while a row has no share."""
        if set(self.shares) != set(ROWS):
            return None
        return min(self.shares, key=lambda row: self.shares[row].value)

    def to_json(self) -> dict[str, Any]:
        """Return everything by row; None where a row is not computable."""
        rows = {
            row: {
                "auc": _as_json(self.figures.get(row)),
                "share": _as_json(self.shares.get(row)),
                "shape_auc": _as_json(self.shapes.get(row)),
                "ceiling": self.ceilings.get(row),
            }
            for row in ROWS
        }
        return {"rows": rows, "weakest": self.weakest, "wrongly_read": _as_json(self.wrongly_read)}


def fit_as_train(params: Params) -> Fit:
    """Return the way of fitting of `train`, with these parameters."""

    def fit(train: Corpus) -> Scorer:
        talk = take_background(train, params)
        cases = build_cases(train.table, train.prepared, params.evaluate.verdict_delay_days, talk)
        model = fit_claims(cases, np.arange(len(cases.table)), params)
        return lambda judged: model.predict_or_prior(judged.prepared)

    return fit


def take_background(train: Corpus, params: Params) -> Background:
    """Take the ordinary talk that `train` would, from what this trial lets train."""
    taken = select_background(train.table, params)
    places = pd.Index(train.table["report_id"]).get_indexer(taken["report_id"])
    return build_background(taken, [train.prepared[place] for place in places.tolist()])


def gather_read(corpus: Corpus, trials: Sequence[Trial], params: Params) -> list[PreparedText]:
    """Return the texts that models of these trials read: the labelled, the judged, and ordinary talk."""
    labelled = np.flatnonzero(corpus.table["label"].notna().to_numpy(np.bool_))
    rows = np.unique(np.concatenate([labelled, *(trial.judged for trial in trials)]))
    talks = [take_background(corpus.take(trial.fitted), params) for trial in trials]
    return [
        *(corpus.prepared[row] for row in rows.tolist()),
        *(text for talk in talks for text in talk.prepared),
    ]


def tabulate(
    corpus: Corpus, sheet: pd.DataFrame, ceilings: Mapping[str, float], terms: Terms, seed: int
) -> ProtocolTable:
    """Measure a sheet of `run_trials` on `corpus`."""
    figures = measure_rows(sheet, terms, seed)
    shapes = measure_rows(_probe_shapes(corpus, sheet, seed), terms, seed)
    wrongly_read = share_wrongly_read(sheet, terms, seed)
    return ProtocolTable(figures, rescale(figures, ceilings), shapes, wrongly_read, ceilings)


def _probe_shapes(corpus: Corpus, sheet: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Score every judged report by its shape, learnt on the row's other reports: the most that shape can do."""
    place = pd.Series(np.arange(len(corpus.table)), corpus.table["report_id"].astype("str"))
    parts = []
    for _, own in sheet.groupby("row", sort=False):
        features = describe_shapes(corpus.table.iloc[place.loc[own["report_id"]]])
        folds = np.random.default_rng(seed).permutation(len(own)) % FOLDS
        parts.append(own.assign(score=score_out_of_fold(features, own["y_true"].to_numpy(np.int8), folds)))
    return pd.concat(parts, ignore_index=True)[list(SHEET_COLUMNS)]


def _as_json(figure: RowFigure | None) -> dict[str, Any] | None:
    return figure._asdict() if figure else None
