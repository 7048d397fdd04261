from pathlib import Path

import pytest

from pipeline.config import load_params
from pipeline.text.chain import TextChain
from pipeline.text.names import find_capitalised
from pipeline.text.rules import TextRules
from pipeline.text.tokens import is_word

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kemarin malam ada Pak Surya dan Ma'ruf datang ke Batu", {"pak", "surya", "maruf", "batu"}),
        ("Surya datang. Surya pulang", set()),
        ("kader PAN menang", {"PAN"}),
        ("Warga Desa Temui Pak Surya Kemarin", set()),
        ("SEBARKAN SEKARANG JUGA", set()),
        ("semua huruf kecil", set()),
        ("", set()),
    ],
)
def test_capitals_count_where_none_is_due(text: str, found: set[str]) -> None:
    assert find_capitalised(text) == found


@pytest.mark.parametrize("added", ["[SALAH] ", "😱 ", "   ", "!! "])
def test_what_is_no_word_does_not_make_a_headline_longer(added: str) -> None:
    chain = TextChain(TextRules.from_params(load_params(ROOT / "params.yaml").text))
    headline = "kabar: Pak Surya Bertemu warga"
    plain = chain.prepare(headline)
    for text in (added + headline, f"{headline} {added}"):
        assert [token for token in chain.prepare(text).tokens if is_word(token)] == list(plain.tokens)
