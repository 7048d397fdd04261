"""Letters written as digits: undone where that makes a word, a number left alone."""

import pytest

from pipeline.text.leet import undo_leet

WORDS = frozenset("besar kita palsu kelas kali teman rekomendasi lama buka orang keras geng".split())


@pytest.mark.parametrize(
    ("chunk", "read"),
    [
        ("8354r,", "besar,"),
        ("k174", "kita"),
        ("p@l$u", "palsu"),
        ("r3k0m3nd451", "rekomendasi"),
        ("1am4", "lama"),
        ("(8uk4)", "(buka)"),
        ("0rang", "orang"),
        ("73m4n2", "teman2"),
        ("k3r45-k3r45", "keras-keras"),
        ("9en9!", "geng!"),
    ],
)
def test_a_word_is_read_through_its_digits(chunk: str, read: str) -> None:
    assert undo_leet(chunk, WORDS.__contains__) == read


@pytest.mark.parametrize(
    "chunk",
    [
        "5kali",
        "kelas1",
        "17an",
        "350k",
        "11am",
        "covid19",
        "5g",
        "1.000",
        "10.11am",
        "#b354r",
        "x.id/8354r",
        "<URL>",
        "@@!",
    ],
)
def test_a_number_with_its_unit_a_link_and_a_tag_stay(chunk: str) -> None:
    assert undo_leet(chunk, {*WORDS, "italan", "esok", "lian", "siam"}.__contains__) == chunk


def test_of_several_readings_the_likelier_letter_counts() -> None:
    assert undo_leet("pa1u", {"palu", "paiu"}.__contains__) == "paiu"
    assert undo_leet("pa1u", {"palu"}.__contains__) == "palu"


def test_what_may_mean_anything_is_not_tried_for_long() -> None:
    asked: list[str] = []

    def is_word(word: str) -> bool:
        asked.append(word)
        return False

    assert undo_leet("a" + "1" * 60 + "a", is_word) == "a" + "1" * 60 + "a"
    assert len(asked) <= 16
