"""Attacks: copies that know nothing of clusters, brigades that move a claim, disguises that cost rank."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest

import pipeline.evaluation.adversary.brigade as brigade_module
from pipeline.evaluation.adversary import Adversary
from pipeline.evaluation.adversary.brigade import ATTACKS, ONE_LABEL, measure_brigade
from pipeline.evaluation.adversary.copies import CHANGES, copy_text
from pipeline.evaluation.adversary.obfuscation import measure_obfuscation
from pipeline.evaluation.disguise import KINDS

TEXT = "Kantor kecamatan membuka layanan Sabtu pagi. Warga membawa kartu keluarga. Antrean dibatasi."
COPIES = Path(brigade_module.__file__).with_name("copies.py")


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@pytest.mark.parametrize(
    "path", [COPIES, COPIES.parents[1] / "disguise.py", COPIES.parents[1] / "sentences.py"]
)
def test_copies_are_made_without_the_code_that_finds_them(path):
    assert not [
        module for module in imported(path) if module.startswith(("pipeline.claims", "pipeline.text"))
    ]


def test_copies_differ_from_the_text_and_each_other():
    copies = [copy_text(TEXT, rng) for rng in np.random.default_rng(2).spawn(50)]
    assert TEXT not in copies
    assert len(set(copies)) >= 48
    assert copies == [copy_text(TEXT, rng) for rng in np.random.default_rng(2).spawn(50)]


@pytest.mark.parametrize("text", ["", " ", "ya", "😀", "satu kata"])
def test_any_text_can_be_copied(text):
    for rng in np.random.default_rng(3).spawn(len(CHANGES) * 5):
        assert isinstance(copy_text(text, rng), str)


@pytest.fixture(scope="module")
def brigade(sample):
    few = (ATTACKS[0], ATTACKS[2], ATTACKS[-1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(brigade_module, "ATTACKS", few)
        patch.setattr(brigade_module, "MAX_TARGETS", 4)
        return measure_brigade(sample.bench, sample.chain, np.random.default_rng(4)).set_index("attack")


def test_a_wrong_label_in_training_is_seen(brigade):
    assert brigade.loc[ONE_LABEL, "moved"] > 0
    assert (brigade["n_claims"] == 4).all()
    assert (brigade["moved_lower"] <= brigade["moved"]).all()


def test_copies_that_find_each_other_make_few_claims(brigade):
    assert brigade.loc["20 copies, weighed by claim", "n_groups"] < 20
    assert brigade.loc["100 copies, each copy weighs 1", "n_groups"] == 100


def test_training_was_not_changed(sample, brigade):
    assert not sample.bench.cases.table["report_id"].str.startswith("copy-").any()


def test_disguises_cost_by_kind(sample):
    obfuscation = measure_obfuscation(sample.bench, sample.chain, np.random.default_rng(4)).set_index("kind")
    assert set(obfuscation.index) == set(KINDS)
    assert obfuscation.loc["zero-width", ["auc_change", "auc_change_lower", "moved"]].tolist() == [0, 0, 0]
    assert obfuscation.loc["typos", "moved"] > obfuscation.loc["dots", "moved"]


def test_one_class_is_not_computable(sample):
    bench = sample.bench
    one = bench.cases.table.assign(label=np.int8(1))
    bench = bench._replace(cases=bench.cases._replace(table=one))
    rng = np.random.default_rng(4)
    adversary = Adversary(
        measure_brigade(bench, sample.chain, rng), measure_obfuscation(bench, sample.chain, rng)
    )
    told = json.loads(json.dumps(adversary.to_json(), allow_nan=False))
    assert told["brigade"][ONE_LABEL]["reason"] == "only label 1"
    assert told["obfuscation"]["dots"]["auc_change"] is None
    assert told["obfuscation"]["dots"]["reason"] == "only label 1"
