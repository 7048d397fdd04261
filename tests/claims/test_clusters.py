import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.claims.agreement import Facts, find_difference, read_facts
from pipeline.claims.clusters import Limits, group_texts
from pipeline.config import load_params
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

ROOT = Path(__file__).parents[2]
NOTICE = "besok pagi semua warga diminta datang ke balai desa membawa kartu keluarga asli"


CHAIN = TextChain(TextRules.from_params(load_params(ROOT / "params.yaml").text))


def read(written: str) -> Facts:
    prepared = CHAIN.prepare(written)
    return read_facts(written, prepared.normalised.split(" "), prepared.masked, CHAIN.rules.names)


def group(texts: list[str]) -> list[int]:
    return group_texts(texts, [read(text) for text in texts], Limits(0.6, 128, 32)).tolist()


def test_identical_texts_are_one_claim():
    assert group([NOTICE, "harga beras naik lagi di pasar", NOTICE]) == [0, 1, 0]


def test_a_copy_with_a_typo_and_a_cut_joins():
    assert group([NOTICE, NOTICE.replace("warga", "wrga"), NOTICE[:-8]]) == [0, 0, 0]


def test_another_number_is_another_claim():
    text = "pilihlah paslon {} karena janjinya jelas untuk desa kita semua tahun ini"
    assert group([text.format("01"), text.format("02")]) == [0, 1]


def test_a_negation_is_another_claim():
    assert group([NOTICE, NOTICE.replace("diminta", "tidak diminta")]) == [0, 1]


def test_a_copy_that_lost_its_number_still_joins():
    assert group([f"{NOTICE} jam 07.00", NOTICE]) == [0, 0]


def test_a_copy_without_its_number_does_not_fuse_two_contestants():
    text = "pilihlah paslon {} karena janjinya jelas untuk desa kita semua tahun ini"
    groups = group([text.format("01"), text.format("02"), text.format("")])
    assert groups[0] != groups[1]


def test_negations_are_read_from_the_normalised_text():
    assert read("vaksin gak aman untuk anak").negations == (("tidak", 1),)


def test_empty_texts_stay_alone():
    assert group(["", "", NOTICE]) == [0, 1, 2]


def test_one_text_and_no_text():
    assert group([NOTICE]) == [0]
    assert group([]) == []


def test_digits_in_links_and_words_are_no_facts():
    assert read("lihat https://contoh.id/2024/11 soal m4fi42 dan 5 orang").numbers == ("5",)


def test_agreement_is_symmetric():
    first, second = read("pilih paslon 01 dan paslon 02"), read("pilih paslon 02")
    assert find_difference(first, second) is None
    assert find_difference(second, first) is None


def test_a_crowded_bucket_is_one_claim():
    texts = [f"{NOTICE} {'ya' * (number % 3)} {chr(97 + number % 26)}" for number in range(200)]
    assert len(set(group(texts))) == 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([NOTICE, NOTICE[:-5], NOTICE + " ya", "", "apa", "tidak apa"])), st.randoms())
def test_the_partition_does_not_depend_on_the_order(texts: list[str], chance: random.Random):
    shuffled = list(range(len(texts)))
    chance.shuffle(shuffled)
    straight = group(texts)
    mixed = group([texts[place] for place in shuffled])
    together = {(a, b) for a in range(len(texts)) for b in range(a) if straight[a] == straight[b]}
    places = np.argsort(shuffled).tolist()
    again = {(a, b) for a in range(len(texts)) for b in range(a) if mixed[places[a]] == mixed[places[b]]}
    assert together == again


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ("Pak Suryono", "Pak Darsono"),
        ("Gubernur Ratna", "Gubernur Wulan"),
        ("kota Medan", "kota Padang"),
        ("jokowi", "prabowo"),
        ("umat Islam", "umat Kristen"),
        ("nomor urut dua", "nomor urut tiga"),
        ("jam 07.00", "jam 09.00"),
        ("diminta datang", "jangan datang"),
        ("sudah terbukti", "belum terbukti"),
        ("paslon nomor urut satu", "paslon nomor urut 2"),
        ("paslon 02", "kotak kosong"),
        ("dua juta", "tiga juta"),
        ("Rp2jt", "Rp3jt"),
        ("2 juta", "2 miliar"),
        ("anies-sandi", "jokowi-amin"),
    ],
)
def test_what_differs_in_one_fact_is_two_claims(written: str, changed: str):
    text = "menurut kabar yang beredar di grup keluarga sejak semalam, {} soal bantuan beras untuk semua warga desa"
    first, second = text.format(written), text.format(changed)
    assert group([first, second, first.replace("semalam", "smalam")]) == [0, 1, 0]


def test_a_longer_name_of_the_same_person_joins():
    text = "menurut kabar yang beredar di grup keluarga sejak semalam, {} soal bantuan beras untuk semua warga desa"
    assert group([text.format("prabowo"), text.format("prabowo subianto")]) == [0, 0]


@pytest.mark.parametrize(
    ("written", "copied"),
    [("2,5 juta", "2.500.000"), ("nomor urut dua", "nomor urut 2"), ("prabowo-gibran", "prabowo gibran")],
)
def test_the_same_fact_in_other_words_joins(written: str, copied: str):
    text = "menurut kabar yang beredar di grup keluarga sejak semalam, {} soal bantuan beras untuk semua warga desa"
    assert group([text.format(written), text.format(copied)]) == [0, 0]


def test_a_number_that_stands_elsewhere_too_is_no_copy():
    text = (
        "satu kampung diminta mencoblos paslon {} supaya jembatan desa kita cepat dibangun kembali tahun ini"
    )
    assert group([text.format("3"), text.format("1")]) == [0, 1]


def test_of_a_name_that_no_list_holds_the_first_word_counts():
    words = "warga jawa timur dan pak surya datng".split()
    tokens = "warga <PLACE> dan pak <PERSON>".split()
    facts = read_facts("", words, tokens, {"jawa timur"})
    assert (facts.listed, facts.unlisted) == (("jawa", "timur"), ("surya",))
    assert read_facts("", words, words, {"jawa timur"}).unlisted == ()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("pak sukiyat", "pak sukiiyat", True),
        ("pak sukiyat", "pak wagiman", False),
        ("pak wagiman", "jokowi", False),
        ("di kaltim", "di kaltara", False),
    ],
)
def test_names_that_no_list_holds_may_be_mistyped(first: str, second: str, same: bool):
    assert (find_difference(read(first), read(second)) is None) is same
