from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.text.names import Names, read_names
from pipeline.text.tokens import NEGATIONS, TYPED_TOKENS

OURS = read_names(None)
KNOWN = frozenset(
    "warga desa bertemu dan pilih menang di ke dari pasal ayat tiga orang nasib pasir nomor urut".split()
)
NAMES = Names(OURS, KNOWN.__contains__)
PROVINCES = (
    "aceh;sumatera utara;sumatera barat;riau;kepulauan riau;jambi;sumatera selatan;bengkulu;lampung;"
    "kepulauan bangka belitung;dki jakarta;jawa barat;jawa tengah;di yogyakarta;jawa timur;banten;"
    "nusa tenggara barat;nusa tenggara timur;kalimantan barat;kalimantan tengah;kalimantan selatan;"
    "kalimantan timur;kalimantan utara;sulawesi utara;gorontalo;sulawesi tengah;sulawesi barat;"
    "sulawesi selatan;sulawesi tenggara;maluku;maluku utara;papua;papua barat;papua barat daya;"
    "papua tengah;papua pegunungan;papua selatan;bali"
).split(";")


@pytest.mark.parametrize("province", PROVINCES)
def test_every_province_is_one_place(province: str) -> None:
    assert NAMES.mask(province.split()) == ["<PLACE>"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("jokowi bertemu prabowo subianto", "<PERSON> bertemu <PERSON>"),
        ("joko widodo dan anies baswedan", "<PERSON> dan <PERSON>"),
        ("pdip dan partai golkar", "<PARTY> dan <PARTY>"),
        ("umat islam dan kristen", "<RELIGION> dan <RELIGION>"),
        ("orang jawa di jawa timur", "<PEOPLE> di <PLACE>"),
        ("pilih paslon 02 dan nomor urut 3", "pilih <BALLOT> dan <BALLOT>"),
        ("pilih nomor urut tiga", "pilih <BALLOT>"),
        ("02 menang", "<BALLOT> menang"),
        ("pasal 27 ayat 3", "pasal 27 ayat 3"),
        ("tiga orang warga", "tiga orang warga"),
        ("nasib malang warga padang pasir", "nasib malang warga padang pasir"),
        ("warga kota malang", "warga <PLACE>"),
        ("", ""),
    ],
)
def test_names_become_typed_tokens(text: str, masked: str) -> None:
    assert NAMES.mask(text.split()) == masked.split()


def test_the_longest_name_counts() -> None:
    names = Names({"jawa": "people", "jawa timur": "place", "jawa timur park": "place"}, KNOWN.__contains__)
    assert names.mask("jawa jawa timur jawa timur park timur".split()) == (
        "<PEOPLE> <PLACE> <PLACE> timur".split()
    )


def test_the_users_list_counts_beside_ours(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("name,kind\nSari Wulandari,person\nPartai Lontar,PARTY\n\n", encoding="utf-8")
    names = Names(read_names(path), KNOWN.__contains__)
    assert names.mask("sari wulandari dari partai lontar bertemu jokowi".split()) == (
        "<PERSON> dari <PARTY> bertemu <PERSON>".split()
    )


def test_a_kind_that_does_not_exist_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("Sari,orang\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"names\.csv: row 1 has the kind 'orang'; expected one of person"):
        read_names(path)


def test_names_with_regex_characters_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("(.*),person\n[a-z]+ (x,place\n", encoding="utf-8")
    assert Names(read_names(path), KNOWN.__contains__).mask(["warga", "desa"]) == ["warga", "desa"]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*" ".join(OURS).split()[::5], *NEGATIONS, "02", "3", "nomor", "urut", "<URL>"]))
)
def test_masking_twice_is_masking_once_and_keeps_negations(tokens: list[str]) -> None:
    once = NAMES.mask(tokens)
    assert NAMES.mask(once) == once
    assert [token for token in once if token in NEGATIONS] == [
        token for token in tokens if token in NEGATIONS
    ]


def test_typed_tokens_pass_unchanged() -> None:
    assert NAMES.mask(list(TYPED_TOKENS)) == list(TYPED_TOKENS)
