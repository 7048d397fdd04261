"""Ablation: every step taken away in turn, what is off anyway said so."""

import json
from dataclasses import replace

import numpy as np
import pytest

import pipeline.evaluation.ablation as ablation_module
from pipeline.evaluation.ablation import STEPS, Setup, measure_ablation
from pipeline.text.chain import TextChain


def take_away(sample, step):
    return STEPS[step](Setup(sample.bench.cases, sample.bench.params), sample.chain)


def test_each_step_changes_what_a_model_is_fitted_on(sample):
    whole = Setup(sample.bench.cases, sample.bench.params)
    for step in STEPS:
        without = take_away(sample, step)
        same_texts = list(without.cases.prepared) == list(whole.cases.prepared)
        same_claims = without.cases.table["claim_id"].equals(whole.cases.table["claim_id"])
        if step != "fact-checkers' markers removed":  # the sample holds none
            assert not (same_texts and same_claims and without.params == whole.params), step
        assert len(without.cases.prepared) == len(whole.cases.prepared)


def test_stop_words_go_and_negations_stay(sample):
    texts = take_away(sample, "stop words kept").cases.prepared
    words = {token for text in texts for token in text.tokens}
    assert "tidak" in words
    assert not words & {"yang", "dan", "di"}
    assert all(len(text.tokens) == len(text.stems) for text in texts)


def test_what_is_off_is_not_taken_away(sample):
    chain = TextChain(replace(sample.chain.rules, stem=False, mask_names=False, names={}))
    setup = Setup(sample.bench.cases, sample.bench.params)
    assert STEPS["stemming"](setup, chain) is None
    assert STEPS["names masked"](setup, chain) is None


def test_a_paired_difference_for_each_step(sample, monkeypatch):
    few = {step: STEPS[step] for step in ("character n-grams", "fact-checkers' markers removed")}
    monkeypatch.setattr(ablation_module, "STEPS", few)
    told = measure_ablation(sample.bench, sample.chain, np.random.default_rng(6)).to_json()
    without = told["character n-grams"]
    assert without["auc_change_lower"] <= without["auc_change"] <= without["auc_change_upper"]
    assert without["auc_change"] != 0.0
    assert told["fact-checkers' markers removed"]["auc_change"] == pytest.approx(0.0, abs=0.02)
    json.dumps(told, allow_nan=False)


def test_one_class_is_not_computable(sample):
    table = sample.bench.cases.table.assign(label=np.int8(0))
    bench = sample.bench._replace(cases=sample.bench.cases._replace(table=table))
    told = measure_ablation(bench, sample.chain, np.random.default_rng(6)).to_json()
    assert {section["reason"] for section in told.values()} == {"only label 0"}
