"""Likeness: reworded copies are found, other texts are not."""

import numpy as np

from pipeline.evaluation.likeness import Likeness
from pipeline.text.chain import PreparedText


def build_prepared(text):
    words = tuple(text.split())
    return PreparedText(text, words, words, "indonesian", None, words)


def test_a_reworded_copy_is_near_and_another_claim_is_not():
    texts = [
        "minum air rebusan daun sirih menyembuhkan virus dalam tiga hari",
        "kabar: minum air rebusan daun sirih menyembuhkan virus cuma tiga hari",
        "jadwal debat calon bupati diundur ke hari minggu sore",
        "",
    ]
    likeness = Likeness([build_prepared(text) for text in texts])
    assert likeness.find_near(np.array([1, 2, 3]), np.array([0])).tolist() == [True, False, False]


def test_nothing_is_near_to_nothing():
    likeness = Likeness([build_prepared("minum air")])
    assert likeness.find_near(np.array([0]), np.array([], np.int64)).tolist() == [False]
    assert Likeness([]).find_near(np.array([], np.int64), np.array([], np.int64)).tolist() == []


def test_clusters_join_what_is_near_through_others_and_what_is_told_to_be_one():
    texts = [
        "satu dua tiga empat",
        "dua tiga empat lima",
        "tiga empat lima enam",
        "tujuh delapan",
        "sembilan",
    ]
    likeness = Likeness([build_prepared(text) for text in texts])
    rows = np.arange(5)
    assert likeness.group(rows).tolist() == [0, 0, 0, 1, 2]
    assert likeness.group(rows, np.array([0, 1, 2, 3, 0])).tolist() == [0, 0, 0, 1, 0]
    assert likeness.group(rows[:0]).tolist() == []
