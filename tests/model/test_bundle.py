import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import pipeline
from pipeline.errors import ModelError
from pipeline.model.bundle import ARRAYS, GOLDEN, MODEL, PARTS, golden_texts, load_bundle, write_candidate
from pipeline.model.linear import LinearModel
from pipeline.model.manifest import write_manifest
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

SERVED = ("score.py", "errors.py", "schema/columns.py", "model", "text", "storage")
UNPICKLES = re.compile(
    r"\b(?:import|from)\s+(?:pickle|joblib|dill|shelve|marshal)\b|allow_pickle|np\.load\b|read_pickle"
)


@pytest.fixture
def copy(candidate: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(candidate, tmp_path / "candidate"))


def refuse(directory: Path, match: str) -> None:
    with pytest.raises(ModelError, match=match) as caught:
        load_bundle(directory, "v1-00000000")
    assert "\n" not in str(caught.value)


def test_a_loaded_model_scores_as_the_fitted_one_to_the_last_bit(
    candidate: Path, model: LinearModel, rules: TextRules
) -> None:
    bundle = load_bundle(candidate, "v1-00000000")
    texts = ["sebarkan sebelum dihapus", "harga cabai naik", "", "😂", "<PHONE> sebarkan kode"]
    prepared = [TextChain(rules).prepare(text) for text in texts]
    assert 1e-5 < model.predict(prepared).min() < model.predict(prepared).max() < 0.99
    np.testing.assert_array_equal(bundle.model.predict(prepared), model.predict(prepared))
    assert (bundle.version, bundle.u_ref) == ("v1-00000000", 1000.0)


def test_the_same_model_gives_the_same_bytes(
    candidate: Path, model: LinearModel, rules: TextRules, tmp_path: Path
) -> None:
    write_candidate(tmp_path / "again", model, rules, 1000.0)
    for name in PARTS:
        assert (tmp_path / "again" / name).read_bytes() == (candidate / name).read_bytes()


def test_golden_reports_hold_the_edges() -> None:
    texts = golden_texts()
    assert 20 <= len(texts) <= 30
    assert "" in texts
    assert any("<PHONE>" in text for text in texts)
    assert any(text and not re.search(r"\w", text) for text in texts)
    assert not any(re.search(r"\d{10}", text) for text in texts)


@pytest.mark.parametrize("name", PARTS)
def test_a_missing_part_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()
    refuse(copy, "is not a whole model")


@pytest.mark.parametrize("name", PARTS)
def test_a_cut_part_is_refused(copy: Path, name: str) -> None:
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content[:-2])
    refuse(copy, "is not a whole model")


def test_an_empty_part_is_refused(copy: Path) -> None:
    (copy / GOLDEN).write_bytes(b"")
    refuse(copy, "is not a whole model")


def test_a_newer_format_is_refused(copy: Path) -> None:
    content = json.loads((copy / MODEL).read_text())
    (copy / MODEL).write_text(json.dumps(content | {"format": 2}))
    refuse(copy, "has format 2; expected 1; update saring")


@pytest.mark.parametrize("name", ["weights", "idf.word", "combination", "intercepts"])
def test_an_array_of_the_wrong_shape_is_refused(copy: Path, name: str) -> None:
    arrays = load_file(copy / ARRAYS)
    save_file(arrays | {name: np.zeros((3, 7))}, copy / ARRAYS)
    refuse(copy, "has shape")


def test_an_array_with_nan_is_refused(copy: Path) -> None:
    arrays = load_file(copy / ARRAYS)
    arrays["weights"][0, 0] = np.nan
    save_file(arrays, copy / ARRAYS)
    refuse(copy, "'weights' holds float64, expected finite")


def test_an_array_of_another_type_is_refused(copy: Path) -> None:
    arrays = load_file(copy / ARRAYS)
    save_file(arrays | {"weights": arrays["weights"].astype(np.float32)}, copy / ARRAYS)
    refuse(copy, "'weights' holds float32")


def test_other_weights_are_refused_by_the_golden_reports(copy: Path) -> None:
    arrays = load_file(copy / ARRAYS)
    save_file(arrays | {"intercepts": arrays["intercepts"] + 1e-6}, copy / ARRAYS)
    refuse(copy, "golden reports score differently")


def test_other_text_rules_are_refused_by_the_word_list(copy: Path) -> None:
    content = json.loads((copy / "text.json").read_text())
    (copy / "text.json").write_text(json.dumps(content | {"word_list_digest": "0" * 64}))
    refuse(copy, "word list")


def test_a_manifest_is_verified_where_there_is_one(copy: Path) -> None:
    write_manifest(copy, {"version": "v1-00000000", "content_digest": "0" * 64})
    assert load_bundle(copy, "v1-00000000").version == "v1-00000000"
    (copy / "added.txt").write_text("")
    refuse(copy, "'added.txt' was added")


def test_a_line_separator_in_a_golden_report_is_no_end_of_line(
    candidate: Path, model: LinearModel, rules: TextRules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.model.bundle.golden_texts", lambda: ["satu\u2028dua\x85tiga empat"])
    write_candidate(tmp_path / "odd", replace(model), rules, 1.0)
    load_bundle(tmp_path / "odd", "v1-00000000")


def test_nothing_on_the_served_path_unpickles() -> None:
    home = Path(pipeline.__file__).parent
    places = [home / place for place in SERVED]
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))]
    assert len(files) > 15
    for file in files:
        assert not UNPICKLES.search(file.read_text(encoding="utf-8")), file


def test_loading_needs_neither_scikit_learn_nor_mlflow_nor_pandas() -> None:
    code = (
        "import sys, pipeline.model.registry, pipeline.score; "
        "print(sorted({'sklearn', 'mlflow', 'pandas', 'joblib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
