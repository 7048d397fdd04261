import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline, make_union

from pipeline.config import Background, Heads, Train
from pipeline.errors import ModelError
from pipeline.model.estimator import Examples, build_matrix, fit_model, weigh_claims
from pipeline.model.features import extract_terms
from pipeline.model.linear import P_MIN, LinearModel, logit, sigmoid
from pipeline.text.chain import PreparedText

PARAMS = Train(
    heads=Heads(naive_bayes=1.0, naive_bayes_chars=1.0, logistic=1.0),
    C=2.0,
    smoothing=0.5,
    group_prior=0.0,
    source_variance=0.0,
    source_forgetting=0.0,
    near_cosine=None,
    background=Background(sources=[], max_claims=10, weight=1.0),
    encoder=None,
    word_ngrams=(1, 2),
    char_ngrams=(3, 4),
    min_claims=1,
    max_char_features=10_000,
    min_labelled_claims=4,
)
FALSE = ["dana kaget bagi semua warga", "segera sebar sebelum dihapus", "kata orang dalam semua sudah diatur"]
LOGISTIC_ALONE = PARAMS.model_copy(
    update={"heads": Heads(naive_bayes=0.0, naive_bayes_chars=0.0, logistic=1.0)}
)
TRUE = ["jadwal posyandu selasa pagi", "harga cabai turun di pasar", "rapat desa membahas jalan"]


def prepare(text: str) -> PreparedText:
    tokens = tuple(text.split())
    return PreparedText(text, tokens, tokens, "id-ms", None, tokens)


def examples(weights: list[float] | None = None) -> Examples:
    texts = FALSE + TRUE
    y_true = np.array([1] * len(FALSE) + [0] * len(TRUE), np.int8)
    return Examples([prepare(text) for text in texts], y_true, np.array(weights or [1.0] * len(texts)))


@pytest.fixture(scope="module")
def model() -> LinearModel:
    return fit_model(examples(), examples(), PARAMS, prevalence=0.1)


def test_decisions_of_the_logistic_head_equal_scikit_learn():
    model = fit_model(examples(), examples(), LOGISTIC_ALONE, prevalence=0.1)
    words = TfidfVectorizer(analyzer=lambda text: extract_terms("word", text, (1, 2)), sublinear_tf=True)
    chars = TfidfVectorizer(analyzer=lambda text: extract_terms("char", text, (3, 4)), sublinear_tf=True)
    oracle = make_pipeline(make_union(words, chars), LogisticRegression(C=2.0, tol=1e-8, max_iter=1000))
    data = examples()
    oracle.fit(data.prepared, data.y_true)
    new = [prepare("sebar dana desa sebelum rapat"), prepare("pasar"), prepare("")]
    told = model.decide(new) / model.combination[0]
    assert told == pytest.approx(oracle.decision_function(new), abs=1e-5)


def test_rows_and_matrix_agree(model: LinearModel):
    data = examples()
    matrix = build_matrix(model.blocks, data.prepared)
    direct = (matrix @ model.weights.T + model.intercepts) @ model.combination
    assert model.decide(data.prepared) == pytest.approx(direct, abs=1e-12)


def test_a_score_does_not_depend_on_its_batch(model: LinearModel):
    texts = [prepare(text) for text in FALSE + TRUE]
    alone = [float(model.predict([text])[0]) for text in texts]
    assert model.predict(texts).tolist() == alone
    assert model.predict(texts[::-1]).tolist() == alone[::-1]


def test_copies_of_a_claim_change_nothing():
    data = examples()
    copied = Examples(
        [*data.prepared, data.prepared[0]],
        np.append(data.y_true, data.y_true[0]),
        weigh_claims(["c0", "c1", "c2", "c3", "c4", "c5", "c0"]),
    )
    once = fit_model(data, data, PARAMS, 0.1)
    twice = fit_model(copied, copied, PARAMS, 0.1)
    assert twice.predict(data.prepared) == pytest.approx(once.predict(data.prepared), abs=1e-4)


def test_the_mean_probability_moves_with_the_prevalence():
    high = fit_model(examples(), examples(), PARAMS, prevalence=0.5)
    low = fit_model(examples(), examples(), PARAMS, prevalence=0.1)
    texts = examples().prepared
    shift = logit(high.predict(texts)) - logit(low.predict(texts))
    assert shift == pytest.approx(np.full(6, float(logit(0.5) - logit(0.1))), abs=1e-6)


def judge_among_known(n_known: int, n_later: int) -> Examples:
    """Known claims that the model gets right, and later ones of which it gets every fourth wrong."""
    known = [*[(text, 1) for text in FALSE], *[(text, 0) for text in TRUE]] * n_known
    later = [(text, label if number % 4 else 1 - label) for number, (text, label) in enumerate(known)][
        :n_later
    ]
    texts, labels = zip(*known, *later, strict=True)
    marked = np.arange(len(texts)) >= len(known)
    return Examples(
        [prepare(text) for text in texts], np.array(labels, np.int8), np.ones(len(texts)), None, marked
    )


def test_later_claims_alone_calibrate_where_there_are_enough():
    judged = judge_among_known(n_known=20, n_later=60)
    later = judged.take_later(20)
    assert len(later.prepared) == 60
    assert later.later is not None
    assert later.later.all()
    told, alone, deaf = (
        fit_model(examples(), data, PARAMS, 0.1).calibrator.slope
        for data in (judged, later, judged._replace(later=None))
    )
    assert told == pytest.approx(alone, rel=0.05)
    assert told < deaf / 2


def test_few_later_claims_calibrate_with_the_others():
    judged = judge_among_known(n_known=20, n_later=12)
    assert judged.take_later(20) is judged


def test_one_class_is_refused():
    data = examples()
    one = Examples(data.prepared, np.ones(6, np.int8), data.weights)
    with pytest.raises(ModelError, match="train split: holds only label 1; expected both classes"):
        fit_model(one, data, PARAMS, 0.1)
    with pytest.raises(ModelError, match="calibration split: holds no labelled claim"):
        fit_model(data, Examples([], np.empty(0, np.int8), np.empty(0)), PARAMS, 0.1)


def test_rare_and_surplus_terms_are_left_out():
    narrow = PARAMS.model_copy(update={"min_claims": 2, "max_char_features": 7})
    words, chars = fit_model(examples(), examples(), narrow, 0.1).blocks
    assert list(words.vocabulary) == ["semua"]
    assert len(chars.vocabulary) == 7


def test_a_head_without_a_vote_is_not_fitted(model: LinearModel):
    assert model.weights.shape[0] == 3
    assert fit_model(examples(), examples(), LOGISTIC_ALONE, 0.1).weights.shape[0] == 1


def test_naive_bayes_is_scikit_learns_complement_naive_bayes(model: LinearModel):
    data = examples()
    n_words = len(model.blocks[0].idf)
    features = build_matrix(model.blocks, data.prepared)
    for head, terms in enumerate((slice(n_words), slice(n_words, None))):
        oracle = ComplementNB(alpha=PARAMS.smoothing).fit(features[:, terms], data.y_true)
        told = oracle.feature_log_prob_[1] - oracle.feature_log_prob_[0]
        assert model.weights[head, terms] == pytest.approx(told, abs=1e-9)
        assert np.count_nonzero(model.weights[head]) == np.count_nonzero(told)


def test_heads_vote_at_one_spread(model: LinearModel):
    data = examples()
    votes = build_matrix(model.blocks, data.prepared) @ (model.weights * model.combination[:, None]).T
    assert votes.std(axis=0) == pytest.approx(np.full(3, 1 / 3))


def test_a_large_source_does_not_outvote_a_small_one():
    """Each source says the opposite of the other about a word; the large one has three times the claims."""
    small = [prepare(text) for text in ("pasar desa", "pasar jalan", "rapat desa", "rapat jalan")]
    large = [prepare(f"{word} {n}{word}") for word in ("pasar", "rapat") for n in range(6)]
    y_true = np.array([1, 1, 0, 0] + [0] * 6 + [1] * 6, np.int8)
    pooled = Examples([*small, *large], y_true, np.ones(16))
    apart = pooled._replace(sources=["small"] * 4 + ["large"] * 12)
    word = prepare("pasar")
    lean = [
        float(np.subtract(*fit_model(data, data, PARAMS, 0.1).decide([word, prepare("rapat")])))
        for data in (pooled, apart)
    ]
    assert lean[0] < lean[1] < -lean[0]


def test_an_intercept_takes_what_only_tells_the_source():
    """All that is checked says "katanya", ordinary talk never does; with an intercept it tells less."""
    checked = [prepare(f"katanya {text}") for text in FALSE + TRUE]
    data = examples()._replace(prepared=checked, sources=["checked"] * 6)
    talk = [prepare("selamat pagi semua"), prepare("selamat malam semua")]
    lean = []
    for variance in (0.0, 1.0, 100.0):
        params = LOGISTIC_ALONE.model_copy(update={"source_variance": variance})
        word, none = fit_model(data, data, params, 0.1, talk).decide([prepare("katanya"), prepare("")])
        lean.append(word - none)
    assert lean[0] > 1.1 * lean[1] > 1.1 * lean[2]


def test_ordinary_talk_lowers_what_sounds_like_it():
    data = examples()
    talk = [prepare("selamat pagi semua"), prepare("selamat malam semua")]
    heard = fit_model(data, data, PARAMS, 0.1, talk)
    assert heard.decide([prepare("selamat pagi")])[0] < heard.decide([prepare("dana kaget")])[0]
    assert "selamat" in heard.blocks[0].vocabulary
    deaf = PARAMS.model_copy(update={"background": Background(sources=[], max_claims=10, weight=0.0)})
    assert "selamat" not in fit_model(data, data, deaf, 0.1, talk).blocks[0].vocabulary


@given(st.floats(-800, 800))
def test_sigmoid_and_logit_are_inverse_and_never_overflow(value: float):
    p = float(sigmoid(np.array(value)))
    assert 0 <= p <= 1
    if P_MIN < p < 1 - P_MIN:
        assert float(logit(p)) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("typed", ["<EMOJI>", "<URL>", "<NUMBER>", "<PHONE>"])
def test_typed_tokens_change_no_decision(model: LinearModel, typed: str):
    bare = prepare("sebar sebelum dihapus")
    for text in (f"{bare.normalised} {typed}", f"{typed} sebar {typed} {typed} sebelum dihapus"):
        assert model.decide([prepare(text)]).tolist() == model.decide([bare]).tolist()
        assert extract_terms("word", prepare(text), (1, 2)) == extract_terms("word", bare, (1, 2))
