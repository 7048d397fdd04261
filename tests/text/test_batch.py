"""Whole batches beside the chain that takes text by text: the same tokens, stems and reasons, whatever the text."""

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import batch, markers, normalise, redact
from pipeline.text.batch import BatchChain
from pipeline.text.batch.prefilter import Prefilter
from pipeline.text.chain import TextChain
from pipeline.text.fold import fold
from pipeline.text.names.openers import ABSORBED
from pipeline.text.rules import TextRules
from tests.text.test_chain import CHAIN, PARAMS
from tests.text.test_signs import texts

NAMES = (
    "pak |bu |presiden |Gubernur |kpu |pilkada |di |dan |partai |demokrasi |perjuangan |buruh |rakyat |keadilan |"
    "sejahtera |Sejahtera |joko |widodo |Prabowo |jawa |timur |Timur |medan |Medan |MEDAN |bekasi |surya |Surya |"
    "bagus |Indah |sri |nur |islam |kristen |Wxyz |wxyz |Qwerty Wxyz |Warga |warga |desa |Kemarin |dua |satu |"
    "nomor |urut |calon |01 |2 |17 |kotak |kosong |suku |agama |jakarta |yogyakarta |amin |hari |tri |yang |tidak |"
    ", |. |rt |rt 5g |5g |covid19 |pasal 27 |p |i |forwarded |fakta |cek "
).split("|")
named = st.lists(st.sampled_from(NAMES), max_size=9).map("".join)
CHAINS = [
    CHAIN,
    *(
        TextChain(TextRules.from_params(PARAMS.model_copy(update=change)))
        for change in (
            {"mask_names": False},
            {"drop_unknown": False},
            {"strip_markers": False, "slang": False, "stem": False, "min_tokens": 0},
        )
    ),
]
BATCHES = [BatchChain(chain) for chain in CHAINS]


def check(chain: TextChain, batch_chain: BatchChain, raw: list[str]) -> None:
    words, tokens, reasons = batch_chain.prepare(raw)
    rows = [tokens.row(number) for number in range(len(tokens))]
    found = [(words.spell(row), [words.stems[number] for number in row]) for row in rows]
    prepared = [chain.prepare(text) for text in raw]
    assert found == [(list(text.tokens), list(text.stems)) for text in prepared]
    assert reasons == [text.abstain_reason for text in prepared]


@settings(max_examples=250, deadline=None)
@given(st.lists(st.one_of(texts, named, named.map(str.title)), max_size=12))
def test_a_batch_says_what_the_chain_says_of_each_text(raw: list[str]) -> None:
    check(CHAIN, BATCHES[0], raw)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3), st.lists(st.one_of(texts, named), max_size=8))
def test_it_does_so_with_other_rules(number: int, raw: list[str]) -> None:
    check(CHAINS[number], BATCHES[number], raw)


def test_a_name_takes_with_it_only_what_it_takes_from_the_text_alone() -> None:
    check(
        CHAIN,
        BATCHES[0],
        ["partai keadilan", "sejahtera warga", "kata Bagus", "bagus", "medan", "pilkada medan"],
    )


def test_what_is_forgotten_is_learnt_again(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = ["warga desa memilih pak Budi di Medan", "01 dan 2 orang, hub 081234567890"]
    forgetful = BatchChain(CHAIN)
    monkeypatch.setattr(batch, "MAX_WORDS", 3)
    for _ in range(3):
        check(CHAIN, forgetful, raw)
    assert len(forgetful.prepare(["satu"]).words) < len(BATCHES[0].prepare(["satu"]).words) + 1


@settings(max_examples=300, deadline=None)
@given(texts)
def test_a_prefilter_passes_over_no_text_that_its_step_changes(text: str) -> None:
    text = fold(text)
    column = pa.array([text], pa.large_string())
    assert Prefilter(redact.PATTERNS).mark(column)[0] or redact.redact_folded(text).text == text
    assert Prefilter(markers.PATTERNS).mark(column)[0] or markers.strip_markers(text) == text
    cut = normalise.split_chunks(text) == normalise.cut_chunks(text)
    assert Prefilter(normalise.HEADER_PATTERNS).mark(column)[0] or cut


@pytest.mark.parametrize(
    ("pattern", "found", "passed_over"),
    [
        (r"(?<![a-z])rt(?![a-z])|x", ["rt", "di rt 5", "xyz"], ["sport", "arti"]),
        (r"(?i:[\]a]++)b{2,}+\b", ["A]bbb", "abb"], ["cbb"]),
        (r"(?P<word>dr)(?=\.(?:[a-z]|$)) ?(?<=x)\Z", ["dr y"], ["d r"]),
    ],
)
def test_a_prefilter_finds_what_its_pattern_would(
    pattern: str, found: list[str], passed_over: list[str]
) -> None:
    marks = Prefilter([re.compile(pattern)]).mark(pa.array([*found, *passed_over], pa.large_string()))
    assert marks.tolist() == [True] * len(found) + [False] * len(passed_over)


def test_what_a_name_absorbs_is_dropped_anyway() -> None:
    """`names.traits` needs no trait for it."""
    assert not any(map(CHAIN.names.keeps, ABSORBED))
