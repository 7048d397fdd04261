"""The sparse path beside scikit-learn's own vectorisers, and its promise of the same bits in any batch."""

import pickle
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.model import counts
from pipeline.model.counts import TermCounter
from pipeline.model.features import CHAR, WORD, extract_terms
from pipeline.model.linear import Block, Calibrator, LinearModel
from pipeline.text.chain import PreparedText

SYLLABLES = "ba bi bu ka ki ku sa si su ra ri ru ma mi mu ta ti tu na ni".split()
N_HEADS = 3


def prepare(text: str) -> PreparedText:
    tokens = tuple(text.split())
    return PreparedText(
        text, tokens, tuple(token.removesuffix("nya") for token in tokens), "id-ms", None, tokens
    )


def invent_texts(n_texts: int, seed: int) -> list[PreparedText]:
    """Make texts of few frequent and many rare words; some are empty, some say one word often."""
    rng = np.random.default_rng(seed)
    words = ["".join(rng.choice(SYLLABLES, size)) for size in rng.integers(1, 5, 400)] + ["<URL>", "bisnya"]
    weights = 1 / np.arange(1, len(words) + 1)
    lengths = rng.integers(0, 25, n_texts)
    return [prepare(" ".join(rng.choice(words, size, p=weights / weights.sum()))) for size in lengths]


@pytest.fixture(scope="module", params=[((1, 2), (3, 5)), ((2, 3), (2, 2)), ((1, 1), (1, 4))])
def oracle(request: pytest.FixtureRequest):
    """Return our model and what scikit-learn's vectorisers and heads say of a text."""
    blocks, vectorisers, offset = [], [], 0
    train = invent_texts(200, seed=1)
    for name, ngrams in zip((WORD, CHAR), request.param, strict=True):
        vectoriser = TfidfVectorizer(
            analyzer=lambda text, name=name, ngrams=ngrams: extract_terms(name, text, ngrams),
            sublinear_tf=True,
        ).fit(train)
        vocabulary = {term: int(column) for term, column in vectoriser.vocabulary_.items()}
        blocks.append(Block(name, ngrams, offset, vocabulary, vectoriser.idf_))
        vectorisers.append(vectoriser)
        offset += len(vectoriser.idf_)

    def features(texts):
        return np.hstack([vectoriser.transform(texts).toarray() for vectoriser in vectorisers])

    rng = np.random.default_rng(2)
    heads = [
        LogisticRegression().fit(features(train), rng.integers(0, 2, len(train))) for _ in range(N_HEADS)
    ]
    model = LinearModel(
        tuple(blocks),
        np.vstack([head.coef_ for head in heads]),
        np.concatenate([head.intercept_ for head in heads]),
        np.array([0.5, 0.3, -0.2]),
        Calibrator(1.0, 0.0),
        0.0,
        0.1,
    )
    return (
        model,
        lambda texts: model.combination @ [head.decision_function(features(texts)) for head in heads],
    )


def test_decisions_equal_scikit_learn_to_a_billionth(oracle):
    model, expected = oracle
    texts = [*invent_texts(3000, seed=3), prepare(""), prepare("baba " * 5000)]
    assert np.max(np.abs(model.decide(texts) - expected(texts))) < 1e-9


def test_no_batch_order_or_history_changes_a_bit(oracle, monkeypatch: pytest.MonkeyPatch):
    model, _ = oracle
    texts = invent_texts(2500, seed=4)
    decisions = model.decide(texts)
    backwards = model.decide(texts[::-1])[::-1]
    alone = [float(model.decide([text])[0]) for text in texts[:300]]
    monkeypatch.setattr(counts, "MAX_TOKENS", 50)
    forgetful = np.concatenate([model.decide(texts[start : start + 7]) for start in range(0, 2500, 7)])
    assert np.array_equal(decisions, backwards)
    assert decisions[:300].tolist() == alone
    assert np.array_equal(decisions, forgetful)


@given(st.lists(st.lists(st.sampled_from(["satu", "dua", "<URL>", "é", "-"]), max_size=8), max_size=6))
@settings(deadline=None)
def test_counts_are_those_of_the_terms(texts: list[list[str]]):
    blocks = [
        Block(WORD, (1, 2), 0, {"satu": 0, "dua": 1, "satu dua": 2, "dua <URL>": 3}, np.ones(4)),
        Block(CHAR, (3, 4), 4, {" sa": 0, "atu": 1, "ua ": 2, " é ": 3}, np.ones(4)),
    ]
    prepared = [prepare(" ".join(words)) for words in texts]
    for block, counted in zip(blocks, TermCounter(blocks).count(prepared), strict=True):
        expected = [
            [extract_terms(block.name, text, block.ngrams).count(term) for term in block.vocabulary]
            for text in prepared
        ]
        assert counted.toarray().tolist() == expected


def test_threads_share_a_counter(oracle):
    model, _ = oracle
    texts = invent_texts(400, seed=5)
    expected = model.decide(texts).tolist()
    results: dict[int, list[float]] = {}

    def score(number: int) -> None:
        rows = np.random.default_rng(number).permutation(len(texts))
        decisions = dict(zip(rows.tolist(), model.decide([texts[row] for row in rows]), strict=True))
        results[number] = [float(decisions[row]) for row in range(len(texts))]

    threads = [Thread(target=score, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [results[number] for number in range(4)] == [expected] * 4


def test_a_model_with_its_counter_can_be_sent_to_another_process(oracle):
    model, _ = oracle
    texts = invent_texts(20, seed=6)
    expected = model.decide(texts).tolist()
    assert pickle.loads(pickle.dumps(model)).decide(texts).tolist() == expected
