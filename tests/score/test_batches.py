"""Many texts at once beside one by one: the same scores to the last bit, whatever the batch."""

import pickle

import numpy as np
import pytest

from pipeline.model import counts
from pipeline.score import score_texts
from pipeline.score.texts import MIN_BATCH
from pipeline.text.batch import BatchChain
from tests.model.conftest import REPORTS
from tests.score.test_explain import BUNDLE
from tests.text.test_chain import CHAIN

WRITTEN = [
    f"{start}{text}{end}"
    for text, _ in REPORTS
    for start in ("", "Kata Pak Budi, ")
    for end in ("", "!!", " 02")
]
TEXTS = [
    *WRITTEN,
    "",
    "😀",
    "the people of the world are one",
    "hub 0812-3456-7890 <URL> https://x.co",
    "[SALAH] KTP",
]


def test_a_batch_is_scored_as_its_texts_are() -> None:
    assert len(TEXTS) >= MIN_BATCH
    alone = [score_texts(BUNDLE, [text]) for text in TEXTS]
    together = score_texts(BUNDLE, TEXTS)
    assert together.score == [one.score[0] for one in alone]
    assert together.abstain_reason == [one.abstain_reason[0] for one in alone]
    assert together.model_version == ["v1-0"] * len(TEXTS)
    assert score_texts(BUNDLE, TEXTS[::-1]).score == together.score[::-1]


def test_counters_that_forget_count_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MAX_TOKENS", 5)
    model = pickle.loads(pickle.dumps(BUNDLE.model))
    for chain in (BatchChain(CHAIN), BatchChain(CHAIN)):
        for part in (TEXTS, TEXTS[:9], TEXTS[40:]):
            expected = BUNDLE.model.predict([CHAIN.prepare(text) for text in part])
            assert np.array_equal(model.predict_batch(chain.prepare(part)), expected)


def test_no_text_is_a_batch_too() -> None:
    assert BUNDLE.model.predict_batch(BUNDLE.batch_chain.prepare([])).shape == (0,)


def test_a_bundle_travels_with_what_it_learnt_from_batches() -> None:
    score_texts(BUNDLE, TEXTS)
    assert score_texts(pickle.loads(pickle.dumps(BUNDLE)), TEXTS) == score_texts(BUNDLE, TEXTS)
