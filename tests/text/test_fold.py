import sys
from itertools import chain
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.fold import fold, fold_with_offsets
from pipeline.text.tokens import TYPED_TOKENS

PIECES = (
    "&|;|amp;|lt;|#38;|#x26;|&#59|&аmp;|&#1072;|＆|；|Â|Ã|â|ð|€|™|©|é|\x80|\u0301|\u0489|\u200b|"
    "\u200d|\ufeff|\u202e|а|о|Р|Σ|я|x|Kata |PEMILU |\ud800|\udc00|😀|1\ufe0f\u20e3|𝐉|ß|\x00|"
    "\u2028|İ|ſ|ﷺ|한|ᅠ|か\u3099|٣|½|🅱|<NIK>|\n|\t| "
).split("|")
tricky_texts = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)
texts = st.one_of(st.text(), tricky_texts)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Ｐｉｌｋａｄａ ２０２４", "Pilkada 2024"),
        ("𝐒𝐞𝐛𝐚𝐫𝐤𝐚𝐧 🅂🄴🄶🄴🅁🄰", "Sebarkan SEGERA"),
        ("pem\u200bil\u00adu \u202eaman\u202c", "pemilu aman"),
        ("Рilkada раlsu", "Pilkada palsu"),
        ("ꮪebar Ꮪalah kօrupsi", "sebar Salah korupsi"),
        ("&lt;b&gt; &amp;amp;amp; &#8203;&#x41;ceh", "<b> & Aceh"),
        ("kata â€œresmiâ€\x9d", 'kata "resmi"'),
        ("dÃ©sa", "desa"),
        ("“kutipan” – ‘lama’…", "\"kutipan\" - 'lama'..."),
        ("séhat Acéh", "sehat Aceh"),
        ("٠٨١٢ ०८१२", "0812 0812"),
        ("1\ufe0f\u20e32\ufe0f\u20e3", "12"),
        ("orang²", "orang2"),
        ("a\x00b", "ab"),
        ("x\ud800y", "x\ufffdy"),
        ("", ""),
    ],
)
def test_fold_writes_what_looks_the_same_in_one_way(written: str, plain: str) -> None:
    assert fold(written) == plain


def test_fold_keeps_case_line_breaks_and_emoji() -> None:
    assert fold("KPU: Tetap TENANG\n\tya 😀") == "KPU: Tetap TENANG\n\tya 😀"


def test_fold_leaves_other_scripts_in_texts_of_their_own() -> None:
    for text in ("Россия и Украина", "你好世界", "صباح الخير", "Ελλάδα και Κύπρος"):
        assert not fold(text).isascii()


def test_fold_takes_no_entity_for_what_is_none() -> None:
    for text in ("R&D; Bank", "A & B; C", "&tidakada;", "&;", "&&&;;;", "5 &lt 6"):
        assert fold(text) == text


def test_every_single_character_folds_to_something_that_stays() -> None:
    planes = chain(range(0x20000), range(0xE0000, 0xE0200), range(sys.maxunicode - 0x100, sys.maxunicode + 1))
    assert [code for code in planes if fold(fold(chr(code))) != fold(chr(code))] == []


@settings(max_examples=400, deadline=None)
@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=400, deadline=None)
@given(texts)
def test_fold_leaves_no_lone_surrogate(text: str) -> None:
    fold(text).encode("utf-8")


@settings(max_examples=400, deadline=None)
@given(texts)
def test_offsets_point_at_the_characters_that_were_folded(text: str) -> None:
    view = fold_with_offsets(text)
    assert view.text == fold(text)
    assert len(view.starts) == len(view.ends) == len(view.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(view.starts, view.ends, strict=True))
    assert list(view.starts) == sorted(view.starts)
    for place, char in enumerate(view.text):
        original = text[view.starts[place] : view.ends[place]]
        assert original == char or original[0] == "&" or not (original.isascii() and original.isprintable())


def test_typed_tokens_pass_unchanged() -> None:
    text = " ".join(TYPED_TOKENS)
    assert fold(text) == text
    assert fold(f"“{text}” ﬁ") == f'"{text}" fi'


@pytest.mark.parametrize(
    "unit", ["amp;", "&#59", "Â", "\u0301\u0316", "\u064b\u0670", "а", ";", "&", "\ud800", "ﷺ", "mp;#1072;"]
)
def test_fold_takes_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = "&" + unit * (size // len(unit)) + "lt;"
        start = perf_counter()
        fold(text)
        return perf_counter() - start

    assert seconds(200_000) < 40 * seconds(20_000) + 1
