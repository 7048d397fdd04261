import pytest

from pipeline.model.linear import LinearModel
from pipeline.model.reference import Reference, count_between, stability_index
from pipeline.model.unknown import count_words, measure_unknown
from pipeline.text.chain import TextChain


@pytest.fixture(scope="module")
def chain(rules) -> TextChain:
    return TextChain(rules)


def test_words_without_a_feature_are_unknown_and_links_and_names_are_no_words(
    model: LinearModel, chain: TextChain
):
    text = chain.prepare(
        "surat suara dicoblos, zorgblat qwrtpl, menurut https://a.example dan KPU 5 😂 layangan"
    )
    words = count_words(model, text)
    assert words.n_known >= 3
    assert words.n_words - words.n_known >= 3  # two that no list knows, and one that nobody said in training
    alone = count_words(model, chain.prepare("https://a.example 😂 5"))
    assert alone == (0, 0)


def test_the_share_of_unknown_words_goes_by_weight(model: LinearModel, chain: TextChain):
    known, unknown = chain.prepare("surat suara dicoblos"), chain.prepare("zorgblat qwrtpl vkrts")
    assert measure_unknown(model, [known]) == 0
    assert measure_unknown(model, [known, unknown]) == pytest.approx(0.5)
    assert measure_unknown(model, []) is None


def test_a_reference_of_an_older_model_is_read():
    old = Reference.from_json({"edges": [0.1], "abstain_rate": 0.2})
    assert old.unknown_rate is None
    assert Reference.from_json(old.to_json()) == old


def test_an_edge_belongs_above_and_tenths_are_stable():
    assert count_between([0.05, 0.1, 0.5], (0.1, 0.4)) == [1, 1, 1]
    assert stability_index([10] * 10) == pytest.approx(0)
