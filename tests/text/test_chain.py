import subprocess
import sys
from time import perf_counter, process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import Text
from pipeline.text.chain import TextChain
from pipeline.text.fold import fold
from pipeline.text.markers import strip_markers
from pipeline.text.names import find_capitalised
from pipeline.text.redact import redact, redact_folded
from pipeline.text.rules import TextRules
from pipeline.text.tokens import NEGATIONS

PARAMS = Text(
    strip_markers=True,
    slang=True,
    slang_lexicon=None,
    mask_names=True,
    drop_unknown=True,
    names_list=None,
    stem=True,
    protected_words=[],
    min_tokens=3,
)
CHAIN = TextChain(TextRules.from_params(PARAMS))
PIECES = (
    "[SALAH] |NARASI: |Faktanya |JAKARTA, KOMPAS.com - |Sebarkan!!! |yg |gak |org2 |tidak |"
    "bukan |Jokowi |paslon 02 |Jawa Timur |0812-3456-7890 |@budi |https://x.co |😀|Рalsu |"
    "J4B4TAN |v4k51n |p@l5u |k174 |5kali |54l4h |n4r451: |"
    "bangeeet |p.k.i |k o r u p s i |&amp;amp; |\u200b|<URL> |<NIK>|pasal 27 |\n|"
    "Diteruskan berkali-kali\n|membagikan |beras-beras |x|1|-|.|\x00|\ud800|#CekFakta "
).split("|")
texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))


def test_one_text_goes_through_every_link() -> None:
    prepared = CHAIN.prepare(
        "[SALAH] JAKARTA, KOMPAS.com - *Jokowi* gak membagikan b3ras ke org2 di Jаwa Timur, hub 0812-3456-7890 😀"
    )
    assert prepared.normalised == (
        "jokowi tidak membagikan beras ke orang-orang di jawa timur hub <PHONE> <EMOJI>"
    )
    assert prepared.masked == tuple(
        "<PERSON> tidak membagikan beras ke orang-orang di <PLACE> hub <PHONE> <EMOJI>".split()
    )
    assert prepared.tokens == tuple("tidak membagikan beras ke orang-orang di hub <PHONE> <EMOJI>".split())
    assert prepared.stems == tuple("tidak bagi beras ke orang di hub <PHONE> <EMOJI>".split())
    assert (prepared.language, prepared.abstain_reason) == ("id-ms", None)


@pytest.mark.parametrize("text", ["", "\x00", "😀", "\ud800", "https://x.co", "!!!"])
def test_a_text_without_words_abstains(text: str) -> None:
    prepared = CHAIN.prepare(text)
    assert prepared.abstain_reason == "no text"
    assert len(prepared.tokens) == len(prepared.stems) == len(prepared.normalised.split())


def test_steps_that_are_off_are_skipped() -> None:
    off = {"strip_markers": False, "slang": False, "mask_names": False, "stem": False}
    chain = TextChain(TextRules.from_params(PARAMS.model_copy(update=off)))
    prepared = chain.prepare("Faktanya Jokowi yg membagikan beras")
    assert prepared.tokens == prepared.stems == tuple("faktanya jokowi yg membagikan beras".split())


def test_protected_words_keep_their_shape() -> None:
    chain = TextChain(TextRules.from_params(PARAMS.model_copy(update={"protected_words": ["membantah"]})))
    assert chain.prepare("pejabat membantah membagikan beras").stems == (
        "jabat",
        "membantah",
        "bagi",
        "beras",
    )


@settings(max_examples=400, deadline=None)
@given(texts)
def test_prepare_is_total_and_says_the_same_each_time(text: str) -> None:
    prepared = CHAIN.prepare(text)
    assert prepared == CHAIN.prepare(text)
    assert len(prepared.tokens) == len(prepared.stems)
    assert all(token and " " not in token for token in prepared.tokens)
    assert " ".join(prepared.tokens + prepared.stems).isascii()


@settings(max_examples=400, deadline=None)
@given(texts)
def test_preparing_what_is_normalised_changes_nothing_but_what_capitals_told(text: str) -> None:
    prepared = CHAIN.prepare(text)
    again = CHAIN.prepare(prepared.normalised)
    assert again.normalised == prepared.normalised
    assert CHAIN.prepare(again.normalised) == again
    if not find_capitalised(strip_markers(redact_folded(fold(text)).text)):
        assert (again.tokens, again.stems) == (prepared.tokens, prepared.stems)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_text_that_ingest_redacted_prepares_as_the_raw_text_does(text: str) -> None:
    assert CHAIN.prepare(redact(text).text) == CHAIN.prepare(text)


@settings(max_examples=200, deadline=None)
@given(before=texts, negation=st.sampled_from(sorted(NEGATIONS)), after=texts)
def test_a_negation_among_words_reaches_the_tokens(before: str, negation: str, after: str) -> None:
    tokens = CHAIN.prepare(f"{before}\nwarga {negation} setuju\n{after}").tokens
    assert negation in tokens


@pytest.mark.parametrize(
    "text",
    [f"&{'amp;' * 1_000_000}lt;", "a" + "\u0301" * 1_500_000, "korupsi" * 714_000],
    ids=["entities nested a million deep", "megabytes of marks", "a token of 5 MB"],
)
def test_the_longest_tricks_take_seconds(text: str) -> None:
    start = process_time()
    CHAIN.prepare(text)
    assert process_time() - start < 20


@pytest.mark.parametrize("unit", ["a", "kata ", "0812", "&amp;", "😀", "a-", "[SALAH] ", "\u0301"])
def test_a_text_of_a_megabyte_is_prepared_in_seconds(unit: str) -> None:
    start = perf_counter()
    CHAIN.prepare(unit * (1_000_000 // len(unit)))
    assert perf_counter() - start < 10


def test_the_path_from_text_to_stems_loads_no_heavy_library() -> None:
    program = (
        "import sys; from pipeline.text.chain import TextChain; from pipeline.text.rules import TextRules; "
        "print(sorted({'pandas', 'numpy', 'sklearn', 'mlflow', 'pydantic', 'yaml'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
