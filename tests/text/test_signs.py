from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.fold import fold
from pipeline.text.markers import strip_markers
from pipeline.text.normalise import cut_chunks, split_chunks
from pipeline.text.redact import redact_folded
from pipeline.text.signs import HEADER, IDENTITY, MARKER, read_signs
from tests.text.test_chain import CHAIN, PIECES

TRICKS = (
    "budi at gmail dot com |budi (at) gmail.com|budi ( AT ) x.id |a_at_b|wa.me/62812345678|fb.com/budi|"
    "budi titik s et gmail titik com |budi ( a ) gmail.com|budi©gmail.com |er te |er we |rukun warga |gang melati rt |"
    "tiga |rw |lima |IV |kosong delapan |o delapan satu |rek bca |plat|plat BA1882TG|b u d i @ g . c o m|"
    "nol delapan satu dua tiga empat lima enam tujuh |delapan lapan |o8l2 3456 l890|B 1234 XY|rt 02/03 |"
    "( Benar )|[ hoaks ]|[|]|(|)|(arsip)|[link counter: x] |Narasi |PENJELASAN|: |Sumber (1) :|Cek Fakta |"
    "CNN Indonesia -- |VOI - |Kompas.com - |hasil cek fakta |first draft |kategori konten palsu |#cekfakta|"
    "https://archive.md/x |===|Penjelasan |Fwd: |Forwarded many times\n|12/11/24, 20.15 - Budi: |[1.2.24 9:05] x: |"
    "[Forwarded from x]\n|kata Dr. Budi |Dr Budi |"
    "\\n|\\xf0\\x9f|p a k |\n|\u1680| |-"
).split("|")
tricky = st.lists(st.sampled_from([*PIECES, *TRICKS]), max_size=10).map("".join)
texts = st.one_of(st.text(), tricky, tricky.map(str.upper), tricky.map(str.title))


def sign_all(text: str) -> int:
    signs = 0
    for chunk in cut_chunks(text):
        signs |= read_signs(chunk)
    return signs


@settings(max_examples=1_000, deadline=None)
@given(texts)
def test_no_step_changes_a_text_in_which_no_chunk_has_its_sign(text: str) -> None:
    text = fold(text)
    signs = sign_all(text)
    assert signs & IDENTITY or redact_folded(text).text == text
    assert signs & MARKER or strip_markers(text) == text
    assert signs & HEADER or split_chunks(text) == cut_chunks(text)


@settings(max_examples=600, deadline=None)
@given(texts)
def test_skipping_steps_gives_what_taking_them_all_gives(text: str) -> None:
    assert CHAIN.prepare(text) == CHAIN.trace(text).prepared


def test_ordinary_words_have_no_sign() -> None:
    text = "Warga desa menunggu pembagian beras sejak pagi, kata lurah kemarin!"
    assert sign_all(text) == 0
