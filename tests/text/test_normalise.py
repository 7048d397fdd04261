import re
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.normalise import normalise
from pipeline.text.tokens import NEGATIONS, TYPED_TOKENS

PIECES = (
    "4|1|0|2|5|00|a|e|n|v|k|t|r|bang|orang|-|.|'|/|:|,|#|_| |\n|<NIK>|<URL>|😀|:)|http://|www.|"
    ".com|x.id|pasal |paslon |nomor |urut |02|27|juni|tgl |diteruskan |berkali-kali|forwarded|from |]|dr. |Dr Budi|"
    " many times|fwd:|rp|1.000|rb|g|an|iii|ppp|haha|wk|<|covid|19|[12/05/24 10.33] Budi: |~|*"
).split("|")
texts = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
TOKEN = re.compile(r"<[A-Z]+>|[a-z0-9]+(?:-[a-z0-9]+)*")


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("PEMILU Aman", "pemilu aman"),
        ("*tebal* _miring_ ~coret~", "tebal miring coret"),
        ("bangeeet tolooong", "banget tolong"),
        ("partai PPP", "partai ppp"),
        ("J4B4TAN m4fi42 KORVPSI", "jabatan mafia2 korupsi"),
        ("1ndonesia", "indonesia"),
        ("p.k.i dan K.P.U.", "pki dan kpu"),
        ("k o r u p s i", "korupsi"),
        ("jum'at, do'a", "jumat doa"),
        ("hoaks!!!??? iya...", "hoaks iya"),
        ("orang-orang orang2", "orang-orang orang2"),
        ("lihat https://x.co/a?b=1 atau www.kpu.go.id atau bit.ly/x", "lihat <URL> atau <URL> atau <URL>"),
        ("https://wa.me/<PHONE>", "<URL> <PHONE>"),
        ("siap 😀👍🏽 ya", "siap <EMOJI> ya"),
        ("1.000.000 orang, 12,5% pada 27/11/2024", "<NUMBER> orang <NUMBER> pada <NUMBER>"),
        ("10rb dan Rp500.000", "<NUMBER> rb dan rp <NUMBER>"),
        ("5G Covid19 covid-19 pasal 27 ayat 3", "5g covid19 covid-19 pasal 27 ayat 3"),
        ("paslon 02 nomor urut 3 no. urut 1", "paslon 02 nomor urut 3 no urut 1"),
        ("02 menang", "02 menang"),
        ("paslon02 pasal27 no2", "paslon 02 pasal 27 no <NUMBER>"),
        ("tanggal 02 atau 02 Juni", "tanggal <NUMBER> atau <NUMBER> juni"),
        ("#IndonesiaHijau", "indonesia hijau"),
        ("Diteruskan berkali-kali\nAwas penipuan", "awas penipuan"),
        ("Forwarded many times\nAwas penipuan", "awas penipuan"),
        ("[Forwarded from Grup RT]\nAwas banjir", "awas banjir"),
        ("Forwarded from Info Warga\nAwas banjir", "awas banjir"),
        ("Forwarded message:\nAwas banjir", "awas banjir"),
        ("[Diteruskan dari Pak Budi] Awas banjir", "awas banjir"),
        ("forwarded from grup sebelah awas banjir", "from grup sebelah awas banjir"),
        ("kata Dr. Ratna, dr.Budi dan Dr Ani", "kata dokter ratna dokter budi dan dokter ani"),
        ("info dr desa, x.id/dr.Budi", "info dr desa <URL>"),
        ("[12/05/24 10.33] Budi: awas\n12/05/24, 10.34 - Ani: ya", "awas ya"),
        ("", ""),
        ("\x00 \ufffd ... !!!", ""),
        ("你好", ""),
    ],
)
def test_normalise_writes_plain_tokens(text: str, normalised: str) -> None:
    assert normalise(text) == normalised


@settings(max_examples=600, deadline=None)
@given(texts)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@settings(max_examples=400, deadline=None)
@given(texts)
def test_every_token_is_typed_or_in_the_shape_of_sastrawi(text: str) -> None:
    assert all(TOKEN.fullmatch(token) and len(token) <= 64 for token in normalise(text).split())


@settings(max_examples=300, deadline=None)
@given(before=texts, negation=st.sampled_from(sorted(NEGATIONS)), after=texts)
def test_normalise_keeps_negation(before: str, negation: str, after: str) -> None:
    assert negation in normalise(f"{before}\n, {negation} {after}").split()


def test_typed_tokens_pass_unchanged() -> None:
    assert normalise(" ".join(TYPED_TOKENS)) == " ".join(TYPED_TOKENS)


@pytest.mark.parametrize(
    "unit", ["a", "ab", "a.", "a-", "1", "1.", "😀", "forwarded ", "a ", "'", "h4", "x.y/", "[1/1 "]
)
def test_normalise_takes_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = perf_counter()
        normalise(text)
        return perf_counter() - start

    assert seconds(200_000) < 40 * seconds(20_000) + 1
