"""`saring stems` prints what PySastrawi prints."""

import subprocess
import sys
from pathlib import Path

from Sastrawi.Stemmer.StemmerFactory import StemmerFactory
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import make_pipeline

from pipeline.model.stemming import StemTransformer

LINES = [
    "Mereka MENYEBARKAN pesan-pesan berantai!",
    "",
    "  ",
    "pemilu, 12.000 pemilih",
    "ſılakan K",
    "a\tb -- c",
]


def expected() -> str:
    oracle = StemmerFactory().create_stemmer()
    return "".join(f"{oracle.stem(line)}\n" for line in LINES)


def test_a_file_is_stemmed_line_by_line(saring, tmp_path: Path):
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(LINES), encoding="utf-8")
    assert saring("stems", path).stdout == expected()


def test_standard_input_is_stemmed_without_a_file():
    command = [Path(sys.executable).with_name("saring"), "stems"]
    text = "\r\n".join(LINES) + "\r\n"
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    assert done.stdout.decode() == expected()


def test_bytes_that_are_not_utf_8_end_a_word(saring, tmp_path: Path):
    (tmp_path / "lines.txt").write_bytes(b"menyebar\xffkan\n")
    assert saring("stems", tmp_path / "lines.txt").stdout == "sebar kan\n"


def test_a_missing_file_is_one_line(saring, tmp_path: Path):
    result = saring("stems", tmp_path / "none.txt")
    assert result.exit_code == 2
    assert "cannot be read (no such file or directory); expected a text file" in result.output


def test_the_transformer_works_in_a_pipeline_and_can_be_cloned():
    stems = clone(StemTransformer(protected_words=["pemilu"]))
    counts = make_pipeline(stems, CountVectorizer()).fit(["menyebarkan pemilu", "sebar"])
    assert counts[-1].get_feature_names_out().tolist() == ["pemilu", "sebar"]
