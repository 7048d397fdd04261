from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import Text
from pipeline.errors import ConfigError
from pipeline.text.chain import TextChain
from pipeline.text.names import Names, read_names
from pipeline.text.names.parts import TELLING
from pipeline.text.rules import TextRules
from pipeline.text.slang import read_slang
from pipeline.text.tokens import NAME_KINDS, NEGATIONS, TYPED_TOKENS

OURS = read_names(None)
KNOWN = frozenset(
    (
        "warga rakyat desa bertemu dan pilih menang di ke dari pasal ayat tiga orang nasib pasir nomor urut "
        "harapan bukan"
    ).split()
)
NAMES = Names(OURS, KNOWN.__contains__)
CHAIN = TextChain(
    TextRules.from_params(
        Text(
            strip_markers=True,
            slang=True,
            slang_lexicon=None,
            mask_names=True,
            drop_unknown=False,
            names_list=None,
            stem=True,
            protected_words=[],
            min_tokens=3,
        )
    )
)
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


@pytest.mark.parametrize(
    ("text", "capitalised", "masked"),
    [
        ("warga bertemu pak zarkoni", "", "warga bertemu <PERSON>"),
        (
            "warga bertemu gus zarkoni bukan di desa karang mekar",
            "",
            "warga bertemu <PERSON> bukan di <PLACE>",
        ),
        ("pak presiden bertemu warga", "presiden pak", "pak presiden bertemu warga"),
        ("gubernur zarkoni menang", "", "gubernur <PERSON> menang"),
        ("warga dan zarkoni harapan menang", "zarkoni harapan", "warga dan <PERSON> menang"),
        ("warga dan pasir menang", "pasir", "warga dan pasir menang"),
        ("partai obor rakyat menang", "", "<PARTY> menang"),
        ("suku zarkon dan umat zarkon", "", "<PEOPLE> dan <RELIGION>"),
        ("haji dr jokowi dan presiden prabowo", "", "<PERSON> dan presiden <PERSON>"),
        ("pilih kotak kosong bukan paslon ii", "", "pilih <BALLOT> bukan <BALLOT>"),
        ("bupati batang menang", "", "bupati <PLACE> menang"),
        ("warga surya menang", "", "warga surya menang"),
        ("warga surya menang", "surya", "warga <PERSON> menang"),
        ("warga ke pan", "", "warga ke <PARTY>"),
        ("warga bertemu pak tidak", "", "warga bertemu pak tidak"),
    ],
)
def test_titles_and_capitals_give_names_away(text: str, capitalised: str, masked: str) -> None:
    assert NAMES.mask(text.split(), frozenset(capitalised.split())) == masked.split()


SLANG = read_slang(None)
SPELLED_SO = frozenset(name for name in OURS if " " in name or name not in SLANG)
"""All but a few words that our own slang lexicon takes for others."""


def test_known_names_of_a_kind_leave_equal_tokens_and_stems() -> None:
    by_kind: dict[str, list[str]] = {}
    for name, kind in OURS.items():
        by_kind.setdefault(kind, []).append(name)
    for kind in NAME_KINDS[:-1]:
        for template in ("kemarin {} di grup sebelah", "Sebarkan, katanya {} yang menang"):
            prepared = {
                CHAIN.prepare(template.format(name))[1:3] for name in by_kind[kind] if name in SPELLED_SO
            }
            assert len(prepared) == 1, kind


@pytest.mark.parametrize("written", ["Dr. Zarkoni", "dr. zarkoni", "Dr Zarkoni"])
def test_an_abbreviated_title_announces_a_name(written: str) -> None:
    assert CHAIN.prepare(f"menurut {written} vaksin aman").masked == (
        "menurut",
        "dokter",
        "<PERSON>",
        "vaksin",
        "aman",
    )


def test_names_in_context_are_equal_behind_a_title_or_with_a_capital() -> None:
    for name, kind in OURS.items():
        title = {"person?": "pak", "place?": "desa", "party?": "partai"}.get(kind)
        if title is not None and name in SPELLED_SO:
            mask = f"<{kind.removesuffix('?').upper()}>"
            assert CHAIN.prepare(f"kemarin {title} {name} di grup sebelah").tokens[1] == mask, name
            assert CHAIN.prepare(f"kemarin ada {name.capitalize()} di grup sebelah").tokens[2] == mask, name


def test_names_and_words_that_no_list_knows_are_dropped() -> None:
    kept = list(filter(NAMES.keeps, "nasib zarkoni covid 5g <PERSON> pasal <URL> malang".split()))
    assert kept == "nasib covid 5g pasal <URL> malang".split()


def test_what_announces_names_and_what_they_are_made_of_is_dropped() -> None:
    assert list(filter(NAMES.keeps, "pak gubernur desa harapan orang nasib".split())) == ["nasib"]


def test_words_that_many_parties_bear_tell_nothing() -> None:
    parties = [set(name.split()) for name, kind in OURS.items() if kind.startswith("party")]
    assert [word for word in sorted(TELLING) if sum(word in party for party in parties) > 2] == []
    assert [word for word in ("warga", "rakyat") if NAMES.keeps(word)] == ["warga"]


def test_an_unknown_name_of_ordinary_words_leaves_nothing_behind() -> None:
    chain = TextChain(replace(CHAIN.rules, drop_unknown=True))
    told = [
        chain.prepare(f"sebarkan {name} menang curang").tokens
        for name in ("partai obor harapan", "tanjung jati", "mbah gunung", "xqzwv")
    ]
    assert told == [("sebarkan", "menang", "curang")] * 4


def test_the_longest_name_counts() -> None:
    names = Names({"jawa": "people", "jawa timur": "place", "jawa timur park": "place"}, KNOWN.__contains__)
    assert names.mask("jawa jawa timur jawa timur park timur".split()) == ("<PEOPLE> <PLACE> timur".split())


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


def test_a_users_list_may_be_long_and_say_what_is_no_name(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    rows = "".join(
        f"zark{'on' * (number % 9)}{chr(97 + number % 26)} oni,person\n" for number in range(20_000)
    )
    path.write_text(f"{rows}\nzarkoni,none\n", encoding="utf-8")
    names = Names(read_names(path), KNOWN.__contains__)
    assert names.mask("warga zarkonb oni dan pak zarkoni".split()) == "warga <PERSON> dan pak zarkoni".split()
