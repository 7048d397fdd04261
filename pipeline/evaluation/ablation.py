"""A bench in; what each step of text and training gives to the forward test, as a paired difference, out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from Sastrawi.StopWordRemover.StopWordRemoverFactory import StopWordRemoverFactory

from pipeline.config import Params
from pipeline.errors import ModelError
from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.cases import Bench, Cases, fitting_rows, headline_rows
from pipeline.evaluation.metrics import auc, find_obstacle, rank, replace_nan
from pipeline.evaluation.paired import NOTHING, Figure, measure_auc_change
from pipeline.evaluation.refits import fit_claims, predict_rows
from pipeline.schema.columns import TEST, TEXT_PARTS
from pipeline.text.chain import PreparedText, TextChain
from pipeline.text.parts import join_parts
from pipeline.text.rules import TextRules
from pipeline.text.tokens import NEGATIONS


class Setup(NamedTuple):
    """What a model is fitted on and with."""

    cases: Cases
    params: Params


Change = Callable[[Setup, TextChain], Setup | None]
"""Takes a step away; None where the candidate does without it anyway."""


class Ablation(NamedTuple):
    """A row for each step: step, split, n_claims, n_misinformation, auc (without it), auc_change, reason.

    `auc_change` is the AUC without the step minus the AUC with it, with its bounds: below 0 the step helps.
    """

    ablation: pd.DataFrame

    def to_json(self) -> dict[str, Any]:
        """Return a section for each step."""
        return {str(row.pop("step")): replace_nan(row) for row in self.ablation.to_dict("records")}

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The table under the name of its file."""
        return self._asdict()


def measure_ablation(bench: Bench, chain: TextChain, rng: np.random.Generator) -> Ablation:
    """Fit models like the candidate without one step each, and judge them on the forward test.

    Both sides are fitted here, in the same way and on the same reports, so that nothing but the step differs.
    """
    whole = Setup(bench.cases, bench.params)
    judged_rows = headline_rows(bench.cases.table)
    labels = bench.cases.table["label"].to_numpy(np.int8)[judged_rows]
    told = {"split": TEST, "n_claims": len(labels), "n_misinformation": int(labels.sum())}
    reason = find_obstacle(labels)
    try:
        scores = None if reason else _fit_and_score(whole)
    except ModelError as error:
        scores, reason = None, str(error)
    rows = [
        {"step": step, **told, **_measure_step(bench, chain, change, scores, reason, own_rng)}
        for (step, change), own_rng in zip(STEPS.items(), rng.spawn(len(STEPS)), strict=True)
    ]
    return Ablation(pd.DataFrame(rows))


def _measure_step(  # noqa: PLR0913, PLR0917 - a step, what it is compared with, and by what chance
    bench: Bench,
    chain: TextChain,
    change: Change,
    scores: FloatArray | None,
    reason: str | None,
    rng: np.random.Generator,
) -> dict[str, Any]:
    if scores is None:
        return _tell(None, NOTHING, reason)
    without = change(Setup(bench.cases, bench.params), chain)
    if without is None:
        return _tell(None, NOTHING, "the candidate does without it")
    try:
        changed = _fit_and_score(without)
    except ModelError as error:
        return _tell(None, NOTHING, str(error))
    judged = bench.cases.judge(headline_rows(bench.cases.table), scores)
    left = auc(rank(judged._replace(y_score=changed), np.ones((1, len(changed)))))
    return _tell(float(left[0]), measure_auc_change(judged, changed, bench.terms, rng), None)


def _tell(value: float | None, change: Figure, reason: str | None) -> dict[str, Any]:
    return {"auc": value, **change.named("auc_change"), "reason": reason}


def _fit_and_score(setup: Setup) -> FloatArray:
    table = setup.cases.table
    model = fit_claims(setup.cases, fitting_rows(table), setup.params)
    return predict_rows(model, setup.cases, headline_rows(table))


def _without_stemming(setup: Setup, chain: TextChain) -> Setup | None:
    rules = chain.rules
    return _prepare_again(setup, replace(rules, stem=False)) if rules.stem else None


def _without_slang(setup: Setup, chain: TextChain) -> Setup | None:
    rules = chain.rules
    return _prepare_again(setup, replace(rules, slang=False, slang_entries={})) if rules.slang else None


def _without_markers(setup: Setup, chain: TextChain) -> Setup | None:
    rules = chain.rules
    return _prepare_again(setup, replace(rules, strip_markers=False)) if rules.strip_markers else None


def _without_names(setup: Setup, chain: TextChain) -> Setup | None:
    rules = chain.rules
    return _prepare_again(setup, replace(rules, mask_names=False, names={})) if rules.mask_names else None


def _without_characters(setup: Setup, _chain: TextChain) -> Setup | None:
    train = setup.params.train.model_copy(update={"max_char_features": 0})
    return setup._replace(params=setup.params.model_copy(update={"train": train}))


def _without_stop_words(setup: Setup, _chain: TextChain) -> Setup | None:
    """Take Sastrawi's stop words out, but for negations."""
    stopped = frozenset(StopWordRemoverFactory().get_stop_words()) - NEGATIONS
    cases = setup.cases
    prepared = [_leave_out(text, stopped) for text in cases.prepared]
    talk = [_leave_out(text, stopped) for text in cases.background.prepared]
    background = cases.background._replace(prepared=talk)
    return setup._replace(cases=cases._replace(prepared=prepared, background=background))


def _without_claims(setup: Setup, _chain: TextChain) -> Setup | None:
    """Let every report weigh 1 in training, however many tell the same claim."""
    table = setup.cases.table
    rows = fitting_rows(table)
    alone = table["claim_id"].astype(object).to_numpy(copy=True)
    alone[rows] = table["report_id"].to_numpy()[rows]
    return setup._replace(cases=setup.cases._replace(table=table.assign(claim_id=alone.astype(str))))


def _leave_out(text: PreparedText, stopped: frozenset[str]) -> PreparedText:
    kept = [pair for pair in zip(text.tokens, text.stems, strict=True) if pair[0] not in stopped]
    return text._replace(tokens=tuple(pair[0] for pair in kept), stems=tuple(pair[1] for pair in kept))


def _prepare_again(setup: Setup, rules: TextRules) -> Setup:
    """Prepare every text by other rules; who abstains stays as it was, so that the rows are the same."""
    chain, table = TextChain(rules), setup.cases.table
    texts: Sequence[str] = [
        join_parts(*parts) for parts in zip(*(table[part] for part in TEXT_PARTS), strict=True)
    ]
    prepared = [
        chain.prepare(text)._replace(abstain_reason=before.abstain_reason)
        for text, before in zip(texts, setup.cases.prepared, strict=True)
    ]
    talk = setup.cases.background
    background = talk._replace(prepared=[chain.prepare(text) for text in talk.texts])
    return setup._replace(cases=setup.cases._replace(prepared=prepared, background=background))


STEPS: Final[Mapping[str, Change]] = MappingProxyType(
    {
        "stemming": _without_stemming,
        "slang expanded": _without_slang,
        "fact-checkers' markers removed": _without_markers,
        "names masked": _without_names,
        "character n-grams": _without_characters,
        "stop words kept": _without_stop_words,
        "claims weigh alike": _without_claims,
    }
)
"""What is taken away, one at a time."""
