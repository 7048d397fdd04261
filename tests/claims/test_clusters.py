import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.claims.agreement import agree, read_facts
from pipeline.claims.clusters import group_texts, shingle

NOTICE = "besok pagi semua warga diminta datang ke balai desa membawa kartu keluarga asli"


def group(texts: list[str]) -> list[int]:
    return group_texts(texts, [read_facts(text, text) for text in texts], 0.6, 128, 32).tolist()


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
    written = "vaksin gak aman untuk anak"
    assert read_facts(written, "vaksin tidak aman untuk anak").negations == (("tidak", 1),)


def test_empty_texts_stay_alone():
    assert group(["", "", NOTICE]) == [0, 1, 2]


def test_one_text_and_no_text():
    assert group([NOTICE]) == [0]
    assert group([]) == []


def test_digits_in_links_and_words_are_no_facts():
    text = "lihat https://contoh.id/2024/11 soal m4fi42 dan 5 orang"
    assert read_facts(text, text).numbers == ("5",)


def test_agreement_is_symmetric():
    first, second = read_facts("paslon 01 dan 02", ""), read_facts("paslon 02", "")
    assert agree(first, second)
    assert agree(second, first)


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


def test_shingles_of_a_short_text_are_the_text():
    assert shingle("apa") == {"apa"}
