from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import load_params
from pipeline.model.bundle import Bundle
from pipeline.model.estimator import Examples, fit_model
from pipeline.model.linear import logit
from pipeline.score import score_texts
from pipeline.score.explain import ScoreTerms, explain_score, rank_words
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules
from tests.model.conftest import REPORTS
from tests.text.test_chain import texts


def fit_bundle() -> Bundle:
    params = load_params(Path(__file__).parents[2] / "params.yaml")
    chain = TextChain(TextRules.from_params(params.text))
    labels = np.array([label for _, label in REPORTS], np.int8)
    examples = Examples([chain.prepare(text) for text, _ in REPORTS], labels, np.ones(len(REPORTS)))
    few = params.train.model_copy(update={"min_claims": 1})
    return Bundle("v1-0", fit_model(examples, examples, few, prevalence=0.1), chain, 1.0)


BUNDLE = fit_bundle()
SURE = replace(BUNDLE, model=replace(BUNDLE.model, weights=BUNDLE.model.weights * 1e6))


def explain(text: str, bundle: Bundle = BUNDLE) -> ScoreTerms | None:
    return explain_score(bundle, bundle.chain.trace(text))


def test_words_are_shown_as_written_with_all_that_was_read_from_them():
    terms = explain("GATAU kenapa surat suara DICOBLOS di gudang, hub 0812-3456-7890")
    assert terms is not None
    told = {word.written: word.tokens for word in terms.words}
    assert told["GATAU"] == ("tidak", "tahu")
    assert told["DICOBLOS"] == ("dicoblos",)
    assert told["<PHONE>"] == ("<PHONE>",)
    assert [word.place for word in terms.words] == sorted(word.place for word in terms.words)


def test_the_strongest_words_come_first_and_a_repeated_one_counts_once():
    text = "sebarkan surat suara, sebarkan sebelum dihapus, hub 0812-3456-7890"
    terms = explain(text)
    assert terms is not None
    ranked = rank_words(terms.words)
    assert [word.written for word in ranked].count("sebarkan") == 1
    assert sum(word.part for word in ranked) == pytest.approx(sum(word.part for word in terms.words))
    raising = [word.written for word in ranked if word.part > 0 and word.written != "<PHONE>"]
    assert score_texts(BUNDLE, [text], n_words=3).words == [raising[:3]]


def test_a_text_without_a_score_has_no_words():
    assert explain("sebarkan") is None
    assert score_texts(BUNDLE, ["sebarkan"], n_words=3).words == [[]]


@pytest.mark.parametrize("bundle", [BUNDLE, SURE], ids=["usual", "sure"])
@settings(max_examples=150, deadline=None)
@given(
    odd=texts,
    words=st.lists(st.sampled_from(" ".join(text for text, _ in REPORTS).split()), min_size=3, max_size=12),
)
def test_the_terms_sum_to_the_logit_of_the_score(bundle: Bundle, odd: str, words: list[str]):
    """Whatever the text, however sure the model: to 1e-9."""
    for text in (odd, f"{odd} {' '.join(words)}"):
        terms = explain(text, bundle)
        [score] = score_texts(bundle, [text]).score
        assert (terms is None) == (score is None)
        if terms is not None and score is not None:
            assert terms.logit == pytest.approx(float(logit(score)), abs=1e-9)
            assert all(text[start:end] for _, (start, end), _, _ in terms.words)
