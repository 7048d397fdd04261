from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.markers import strip_markers
from pipeline.text.tokens import NEGATIONS, TYPED_TOKENS

PIECES = (
    "[|]|(|)|SALAH|[SALAH]| |\n|  |NARASI|:|Narasi:|PENJELASAN|Penjelasan| Berdasarkan|===|= = =|"
    '-----|"|faktanya|hasil periksa fakta| Kompas|cek fakta|-|JAKARTA, |KOMPAS.com| - |Tempo.co|'
    "(Link Counter |link counter|abc |kata|https://|archive.md/|turnbackhoax.id|(arsip)|"
    "dengan kategori konten menyesatkan|first draft|,|<URL>"
).split("|")
texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
CLAIM = "Warga diminta mengambil beras di balai desa"


@pytest.mark.parametrize(
    "marked",
    [
        f"[SALAH] {CLAIM}",
        f"[HOAX]: {CLAIM}",
        f"(HOAKS) {CLAIM}",
        f"[KLARIFIKASI] {CLAIM}",
        f"NARASI: {CLAIM}",
        f"[NARASI]: {CLAIM}",
        f"KATEGORI: {CLAIM}",
        f"{CLAIM} Sumber :",
        f"{CLAIM} SUMBER (1):",
        f"Narasi 2: {CLAIM}",
        f"disertai narasi sebagai berikut: {CLAIM}",
        f"{CLAIM} https://archive.md/PJW1L (Arsip)",
        f"{CLAIM} (Link Counter: 12 kali)",
        f"Hasil periksa fakta {CLAIM.lower()}",
        f"Faktanya, {CLAIM}",
        f"JAKARTA, KOMPAS.com - {CLAIM}",
        f"TEMPO.CO, Jakarta - {CLAIM}",
        f"Jakarta, CNN Indonesia -- {CLAIM}",
        f"{CLAIM} turnbackhoax.id",
    ],
)
def test_the_wording_of_fact_checkers_is_removed_and_the_claim_stays(marked: str) -> None:
    assert strip_markers(marked).lower().split() == CLAIM.lower().split()


def test_an_explanation_that_is_set_off_from_the_claim_goes() -> None:
    text = f'"{CLAIM}" = = = PENJELASAN: Akun itu membagikan video lama. Faktanya beras tidak ada.'
    assert CLAIM in strip_markers(text)
    assert "video lama" not in strip_markers(text)


def test_a_tag_before_an_explanation_does_not_make_it_one_of_a_claim() -> None:
    assert "Akun itu" in strip_markers("[SALAH] PENJELASAN: Akun itu membagikan video lama.")


def test_a_text_that_is_all_explanation_keeps_its_words() -> None:
    assert "Akun itu" in strip_markers("= = = PENJELASAN: Akun itu membagikan video lama.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        CLAIM,
        "Salah satu warga bilang benar ada beras",
        "[penting] bawa KTP ya",
        "Jokowi - Ma'ruf menang di Jakarta",
        "Sumber air di desa kami kering",
        "minta penjelasan KPU soal kategori pemilih",
        "belanja di tokopedia.com murah",
    ],
)
def test_everyday_words_stay(text: str) -> None:
    assert strip_markers(text) == text


@settings(max_examples=500, deadline=None)
@given(texts)
def test_stripping_twice_is_stripping_once(text: str) -> None:
    once = strip_markers(text)
    assert strip_markers(once) == once


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["kata", "warga", "faktanya", "NARASI:", "[SALAH]", *NEGATIONS]), max_size=12)
)
def test_negations_stay(words: list[str]) -> None:
    negations = [word for word in words if word in NEGATIONS]
    assert [word for word in strip_markers(" ".join(words)).split() if word in NEGATIONS] == negations


def test_typed_tokens_pass_unchanged() -> None:
    assert strip_markers(" ".join(TYPED_TOKENS)) == " ".join(TYPED_TOKENS)


@pytest.mark.parametrize(
    "unit", ["[SALAH] ", "[ ", "= = = ", "PENJELASAN ", "Jakarta, ", "https://", "(link counter ", "A"]
)
def test_strip_markers_takes_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = perf_counter()
        strip_markers(text)
        return perf_counter() - start

    assert seconds(200_000) < 40 * seconds(20_000) + 1
