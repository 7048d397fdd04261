"""Marks, bars and the memo: what pages are made of."""

import time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.score.explain import WordPart
from pipeline.text.trail import Place
from pipeline.web.marks import find_cut, mark_words
from pipeline.web.memo import Memo


def word(start: int, end: int, part: float) -> WordPart:
    return WordPart("x", Place(start, end), ("x",), part)


def test_only_words_that_moved_the_score_are_marked():
    marked = mark_words("satu dua tiga", [word(0, 4, 1.0), word(5, 8, 0.1), word(9, 13, -0.3)])
    assert [tuple(piece) for piece in marked.pieces] == [
        ("satu", "up strong"),
        (" dua ", ""),
        ("tiga", "down"),
    ]


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), st.floats(-9, 9))),
    st.integers(1, 70),
)
def test_the_pieces_are_the_text_up_to_the_cut(text: str, places, most_chars: int):
    words = [
        word(start, start + length, part) for start, length, part in places if start + length <= len(text)
    ]
    marked = mark_words(text, words, most_chars)
    assert "".join(piece.text for piece in marked.pieces) == text[: find_cut(text, most_chars)]
    assert sum(len(piece.text) for piece in marked.pieces) + marked.n_hidden == len(text)


def test_a_cut_parts_no_emoji():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert find_cut(family * 100, 6) == 5
    assert find_cut("a" + "\u0301" * 500, 100) < 100


def test_a_memo_is_made_anew_beside_who_asks_and_waited_for_when_it_is_far_too_old():
    clock, made = SimpleNamespace(now=0.0), []
    memo = Memo(lambda: clock.now)

    def make() -> int:
        made.append(clock.now)
        return len(made)

    assert [memo.recall("a", 10, make), memo.recall("a", 10, make), memo.recall("b", 10, make)] == [1, 1, 2]
    clock.now = 10.0
    assert memo.recall("a", 10, make) == 1
    until = time.monotonic() + 10
    while memo.recall("a", 10, make) != 3 and time.monotonic() < until:
        time.sleep(0.001)
    assert made == [0.0, 0.0, 10.0]
    clock.now = 40.0
    assert memo.recall("a", 10, make) == 4


def test_what_cannot_be_made_is_not_kept():
    memo = Memo()
    with pytest.raises(ZeroDivisionError, match="division"):
        memo.recall("a", 10, lambda: 1 // 0)
    assert memo.recall("a", 10, lambda: 1) == 1
