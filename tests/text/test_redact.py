from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.fold import fold
from pipeline.text.redact import contains_identity, redact
from pipeline.text.tokens import TYPED_TOKENS

PIECES = (
    "0812|3456|7890|08123456789|+62|62|0|2|021|5551234|3273104108900002|20|3273|1041|0890|0002|-|"
    " |.|\n|(|)|/|@|_|%|<|>|,|０|\u200b|budi|gmail|.com|a@b.co|x|<PHONE>|<NIK>|facebook.com/|"
    "https://|t.me/|wa.me/|rek |BCA |Rp|1.500.000| juta| orang|B 1234 XYZ|D|12|AB|plat |"
    "RT 03/RW 05|Jl. Melati |hub |NIK |tidak |&amp;|&#64;"
).split("|")
tricky_texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
texts = st.one_of(st.text(), tricky_texts)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("NIK 3273104108900002 hilang", "NIK <NIK> hilang"),
        ("3273 1041 0890 0002", "<NIK>"),
        ("no KTP: 3273-1041-0890-0002", "no KTP: <NIK>"),
        ("KK 9999999999999999", "KK <NIK>"),
        ("hub 0812-3456-7890 ya", "hub <PHONE> ya"),
        ("0812 3456 7890", "<PHONE>"),
        ("0812.3456.7890", "<PHONE>"),
        ("+62 812-3456-7890", "+<PHONE>"),
        ("+62 (0)812 3456 7890", "+<PHONE>"),
        ("6281234567890", "<PHONE>"),
        ("0 8 1 2 3 4 5 6 7 8 9 0", "<PHONE>"),
        ("0812-3456\n7890", "<PHONE>"),
        ("telp 021-5551234", "telp <PHONE>"),
        ("WA 81234567890", "WA <PHONE>"),
        ("https://wa.me/6281234567890", "<PHONE>"),
        ("kirim ke budi.s@contoh.co.id, segera", "kirim ke <EMAIL>, segera"),
        ("RT @budi_s: halo", "RT <HANDLE>: halo"),
        ("https://www.facebook.com/budi.santoso?x=1 palsu", "<HANDLE> palsu"),
        ("instagram.com/budi_s", "<HANDLE>"),
        ("rek BCA 1234567890 a.n. Budi", "rek BCA <ACCOUNT> a.n. Budi"),
        ("transfer BRI 0123-01-012345-50-1", "transfer BRI <ACCOUNT>"),
        ("mobil B 1234 XYZ kabur", "mobil <PLATE> kabur"),
        ("plat D 12 AB", "plat <PLATE>"),
        ("Jl. Melati No. 5 RT 03/RW 05", "<ADDRESS>"),
    ],
)
def test_redact_masks_what_identifies_a_person(text: str, masked: str) -> None:
    assert redact(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "27-11-2024 pukul 08.00-12.00 WIB",
        "jadwal 08.15 10.30 13.45",
        "tanggal 2024-11-27T10:30",
        "Rp 1.500.000.000 untuk 12.345 orang",
        "Rp150000000 dana desa",
        "rekening BCA Rp 20.000.000.000",
        "total 204.807.222 pemilih, 1.234.567 suara",
        "hubungi 112, 119 atau 129",
        "call center 1500 567",
        "paslon 02, nomor urut 3",
        "pasal 27 ayat 3 UU 11 Tahun 2008",
        "koordinat -7.250445, 112.768845",
        "pesanan #1234567890",
        "periode 2019-2024 2024-2029",
        "nasi goreng @15.000",
        "TPS 03 RT 02",
        "skor 2-1, 3-0, 4-4",
        "1 2 3 4 5 6 7 8 9 10",
        "https://instagram.com/p/ABC123/ dan https://www.facebook.com/groups/123456789012345",
        "",
        "😀\x00",
    ],
)
def test_redact_leaves_other_numbers_alone(text: str) -> None:
    assert redact(text) == (text, {})


def test_disguised_digits_are_masked_in_the_original_and_nothing_else_changes() -> None:
    found = redact("“Hub” ０８１２\u200b-3456-٧٨٩٠ «ya» &amp; cеpat")
    assert found.text == "“Hub” <PHONE> «ya» &amp; cеpat"
    assert found.counts == {"PHONE": 1}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("0️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣0️⃣", "<PHONE>"),
        ("WA 0️⃣8️⃣1️⃣2️⃣-3️⃣4️⃣5️⃣6️⃣-7️⃣8️⃣9️⃣0️⃣ ya", "WA <PHONE> ya"),
        ("٠٨١٢٣٤٥٦٧٨٩٠", "<PHONE>"),
        ("hub ۰۸۱۲-۳۴۵۶-۷۸۹۰", "hub <PHONE>"),
        ("NIK ٣٢٧٣١٠٤١٠٨٩٠٠٠٠٢", "NIK <NIK>"),
        ("foto_ktp_3273104108900002.jpg", "foto_ktp_<NIK>.jpg"),
        ("https://warta.example/u?nik=3273104108900002&hal=1", "https://warta.example/u?nik=<NIK>&hal=1"),
    ],
)
def test_digits_of_other_scripts_and_digits_inside_names_are_read(text: str, masked: str) -> None:
    assert redact(text).text == masked


def test_counts_say_how_many_of_each_kind_were_masked() -> None:
    assert redact("0812-3456-7890 / 0813-3456-7890 a@b.co").counts == {"PHONE": 2, "EMAIL": 1}


def test_an_identity_in_an_id_or_a_url_is_seen() -> None:
    assert contains_identity("lapor-081234567890")
    assert contains_identity("https://x.com/?nik=3273104108900002")
    assert not contains_identity("lapor-2024-11-27-000123")
    assert not contains_identity("https://t.co/7BXHMzo2Kn")


@settings(max_examples=500, deadline=None)
@given(texts)
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once


@settings(max_examples=300, deadline=None)
@given(tricky_texts)
def test_what_ingest_masked_prepares_as_the_raw_text_does(text: str) -> None:
    assert fold(redact(text).text) == redact(fold(text)).text


@settings(max_examples=300, deadline=None)
@given(texts)
def test_an_identity_is_seen_exactly_where_something_is_masked(text: str) -> None:
    assert contains_identity(text) == bool(redact(text).counts)


@settings(max_examples=200, deadline=None)
@given(before=texts, after=texts)
def test_a_negation_is_never_masked(before: str, after: str) -> None:
    assert "tidak" in redact(f"{before}, tidak , {after}").text


def test_typed_tokens_pass_unchanged() -> None:
    text = " ".join(TYPED_TOKENS)
    assert redact(text) == (text, {})


def test_a_typed_token_gives_no_context_to_the_number_behind_it() -> None:
    assert redact("<PHONE> 5551234567 <NIK> 9999999999999999").counts == {}


def test_ten_thousand_digits_are_no_identity_and_cost_nothing() -> None:
    start = perf_counter()
    assert redact("1" * 10_000).counts == {}
    assert redact("3273104108900002" * 625).counts == {}
    assert perf_counter() - start < 1


@pytest.mark.parametrize(
    "unit",
    [
        "0812 ",
        "12 ",
        "0 8 1 2 ",
        "(021) 5",
        "@a",
        "a@b.",
        "Jl ",
        "RT 1/2 ",
        "B 1234 ",
        "x.com/",
        "rek 1-",
        "B 1 A ",
        "0\ufe0f\u20e3",
        "٠٨١ ",
        "RT 1 ",
        "no rek ",
        "delapan nol ",
        "a",
    ],
)
def test_redact_takes_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = perf_counter()
        redact(text)
        return perf_counter() - start

    assert seconds(200_000) < 40 * seconds(20_000) + 1
