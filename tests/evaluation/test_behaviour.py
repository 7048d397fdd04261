"""Behaviour: models that do one thing by hand, and the sample's candidate on all of it."""

import json

import numpy as np
import pandas as pd
import pytest

from pipeline.evaluation.behaviour import MAX_CLAIMS, N_WORST, measure_behaviour
from pipeline.evaluation.behaviour.invariance import CHANGES
from pipeline.evaluation.metrics import Terms
from pipeline.evaluation.sentences import read_sentences
from pipeline.model.linear import Block, Calibrator, LinearModel
from pipeline.text.chain import PreparedText

TERMS = Terms(0.1, 0.3, 100, 0.95)
FILES = ("swaps", "directions", "extremes", "silences")


class PlainChain:
    """Words as they are; nothing is undone."""

    def prepare(self, text):
        words = tuple(text.split())
        return PreparedText(" ".join(words), words, words, "id-ms", None if words else "no text", words)


def know(**weights):
    """Build a model that knows these words and no other."""
    words = {word: number for number, word in enumerate(weights)}
    block = Block("word", (1, 1), 0, words, np.ones(len(words)))
    values = np.array([list(weights.values())], float)
    return LinearModel(
        (block,), values, np.zeros(1), np.ones(1), Calibrator(1.0, 0.0), float(np.log(1 / 9)), 0.1
    )


def build_claims(*texts):
    return pd.DataFrame(
        {
            "claim_id": [f"c{number}" for number in range(len(texts))],
            "text": texts,
            "transcript": None,
            "ocr_text": None,
            "label": np.array([number % 2 for number in range(len(texts))], np.int8),
        }
    )


def measure(model, *texts):
    claims = build_claims(*texts)
    return measure_behaviour(model, PlainChain(), claims, TERMS, np.random.default_rng(5))


@pytest.mark.parametrize(
    ("name", "least"), [("swaps", 50), ("directions", 100), ("extremes", 100), ("silences", 50)]
)
def test_every_group_has_fifty_sentences_of_its_own(name, least):
    texts = [text for kind in read_sentences(name).values() for text in kind]
    assert len(texts) >= least
    assert len(set(texts)) == len(texts)


def test_a_model_of_one_written_form_fails_where_that_form_changes():
    section = measure(know(vaksin=3.0), "vaksin itu palsu", "vaksin tiba pagi").to_json()["invariance"]
    assert section["capitals"]["right"] == 0.0
    assert section["capitals"]["mean_amount"] == pytest.approx(-3.0)
    assert section["[SALAH] added"]["right"] == 1.0
    assert section["[SALAH] added"]["max_amount"] == 0.0
    assert section["no capitals"]["n_subjects"] == 2


def test_a_model_that_knows_a_party_is_found_out():
    behaviour = measure(know(Golkar=0.3), "a b c", "d e f")
    swaps = behaviour.to_json()["swaps"]
    assert swaps["party"]["max_amount"] > 0.2
    assert swaps["party"]["right"] < 1.0
    assert swaps["province"]["right"] == 1.0
    assert any("Golkar" in str(change) for change in behaviour.worst["change"])


def test_a_model_that_lowers_denials_and_raises_demands_is_right():
    words = {"Tidak": -2.0, "tidak": -2.0, "membantah": -2.0, "OTP": 2.0, "verifikasi": 2.0}
    direction = measure(know(**words), "a b c", "d e f").to_json()["direction"]
    assert direction["a denial lowers"]["right"] > 0.9
    assert direction["a demand for a code raises"]["right"] == 1.0
    turned = measure(know(**{word: -weight for word, weight in words.items()}), "a b c", "d e f")
    assert turned.to_json()["direction"]["a denial lowers"]["right"] < 0.1


def test_without_claims_the_rest_is_measured():
    behaviour = measure(know(vaksin=1.0))
    assert set(behaviour.kinds["group"]) == {"swaps", "direction", "abstention"}
    json.dumps(behaviour.to_json(), allow_nan=False)


def test_the_sample(sample):
    behaviour = measure_behaviour(
        sample.bench.candidate, sample.chain, sample.tested, sample.bench.terms, np.random.default_rng(5)
    )
    kinds = behaviour.kinds.set_index("kind")
    assert behaviour.n_cases > 2000
    assert set(CHANGES) <= set(kinds.index)
    assert len(behaviour.worst) <= N_WORST
    assert kinds.loc["capitals", "n_cases"] == min(MAX_CLAIMS, len(sample.tested))
    assert (kinds["right_lower"] <= kinds["right"]).all()
    assert (kinds["right"] <= kinds["right_upper"]).all()
    for kind in ("[SALAH] added", "outlet's name added", "zero-width characters"):
        assert kinds.loc[kind, "right"] == 1.0, kind
    for kind in ("empty", "emoji only"):
        assert kinds.loc[kind, "right"] == 1.0, kind
    json.dumps(behaviour.to_json(), allow_nan=False)


def test_swaps_of_known_names_are_exact(sample):
    behaviour = measure_behaviour(
        sample.bench.candidate,
        sample.chain,
        sample.tested.iloc[:0],
        sample.bench.terms,
        np.random.default_rng(5),
    )
    swaps = behaviour.kinds[behaviour.kinds["group"] == "swaps"]
    assert swaps["max_amount"].max() <= 1e-9


def test_no_word_of_a_claim_is_told(sample):
    behaviour = measure_behaviour(
        sample.bench.candidate, sample.chain, sample.tested, sample.bench.terms, np.random.default_rng(5)
    )
    real = behaviour.worst[behaviour.worst["group"] == "invariance"]
    assert set(real["subject"]) <= set(sample.tested["claim_id"])
