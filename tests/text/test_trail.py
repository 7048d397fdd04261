import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.chain import TextChain
from pipeline.text.fold import fold
from pipeline.text.rules import TextRules
from pipeline.text.trail import Place, PlacedWord, follow, join_places, locate_tokens
from tests.text.test_chain import CHAIN, PARAMS, PIECES, texts

UNLISTED = TextChain(TextRules.from_params(PARAMS.model_copy(update={"slang": False, "mask_names": False})))
PLAIN_WORDS = "warga desa rumah banjir sekolah pasar jembatan listrik".split()


def written(text: str, chain: TextChain = CHAIN) -> list[tuple[str, str]]:
    traced = chain.trace(text)
    return [
        (token, text[start:end])
        for token, (start, end) in zip(traced.prepared.tokens, traced.places, strict=True)
    ]


def test_each_token_is_shown_as_people_wrote_it() -> None:
    text = (
        "[SALAH] JAKARTA, KOMPAS.com - *Jоkowi* gak BAGIIII b3ras&amp;minyak ke org2\u200b di Jawa Timur, "
        "hub ０８１２-3456-7890 #TolakKorupsi"
    )
    assert written(text) == [
        ("tidak", "gak"),
        ("bagi", "BAGIIII"),
        ("beras", "b3ras"),
        ("minyak", "minyak"),
        ("ke", "ke"),
        ("orang-orang", "org2"),
        ("di", "di"),
        ("hub", "hub"),
        ("<PHONE>", "０８１２-3456-7890"),
        ("tolak", "Tolak"),
        ("korupsi", "Korupsi"),
    ]


def test_what_comes_of_two_readings_is_still_found() -> None:
    assert written("#Cek #Fakta: warga p i l i h BANJIR") == [
        ("warga", "warga"),
        ("pilih", "p i l i h"),
        ("banjir", "BANJIR"),
    ]


def test_an_explanation_that_is_cut_off_leaves_the_rest_in_place() -> None:
    text = "WARGA banjir === PENJELASAN: akun itu. Faktanya tidak ada"
    assert written(text) == [("warga", "WARGA"), ("banjir", "banjir")]


def test_words_are_given_back_as_written_but_identities_are_not() -> None:
    traced = CHAIN.trace("KORUPSIII di\n banjir, hub0812-3456-7890")
    told = dict(zip(traced.prepared.tokens, map(traced.written_at, range(5)), strict=True))
    assert (told["banjir"], told["korupsi"], told["<PHONE>"]) == ("banjir", "KORUPSIII", "<PHONE>")


@settings(max_examples=500, deadline=None)
@given(texts)
def test_tracing_changes_nothing_and_every_place_lies_in_the_text(text: str) -> None:
    traced = CHAIN.trace(text)
    assert traced.prepared == CHAIN.prepare(text)
    assert {type(word) for word in traced.prepared.tokens + traced.prepared.stems} <= {str}
    assert len(traced.places) == len(traced.prepared.tokens)
    assert all(0 <= start < end <= len(text) for start, end in traced.places)


@settings(max_examples=300, deadline=None)
@given(
    before=st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    word=st.sampled_from(PLAIN_WORDS),
    after=st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
)
def test_a_plain_word_among_anything_stands_where_it_was_written(before: str, word: str, after: str) -> None:
    text = f"{before}\n{word.upper()}\n{after}"
    found = [original for token, original in written(text, UNLISTED) if token == word]
    assert found == [word.upper()] or not found


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(PLAIN_WORDS), max_size=12), st.sampled_from([" ", "\n", ", ", "/", " *", "… "])
)
def test_plain_words_stand_one_behind_the_other(words: list[str], joint: str) -> None:
    traced = written(joint.join(map(str.title, words)), UNLISTED)
    assert traced == [(word, word.title()) for word in words]


@settings(max_examples=300, deadline=None)
@given(texts)
def test_what_stands_at_a_place_reads_as_its_token(text: str) -> None:
    """Where a place holds a single word of plain letters, that word is the token, unless a lexicon knows it."""
    for token, original in written(text, UNLISTED):
        folded = fold(original)
        if folded.isascii() and folded.isalpha() and len(set(folded)) == len(folded):
            assert folded.lower() == token


def test_places_in_a_chunk_are_those_of_its_pieces() -> None:
    def read(chunk: str) -> tuple[str, ...]:
        return tuple(chunk.lower().replace("0", "o").split("/"))

    assert locate_tokens("b0la/(kata)", ("bola", "kata"), lambda piece: (piece.replace("0", "o"),)) == [
        Place(0, 4),
        Place(6, 10),
    ]
    assert locate_tokens("satu-dua", ("satu", "dua"), read) == [Place(0, 4), Place(5, 8)]
    assert locate_tokens("xyz", ("lain",), read) == [Place(0, 3)]


def test_new_words_take_the_place_of_those_that_are_gone() -> None:
    words = [PlacedWord(word, Place(2 * n, 2 * n + 1)) for n, word in enumerate("abcdef")]
    a, b, c, d, _, f = words
    assert follow(words, [a, "x", c, "y", f]) == [(0, 1), (2, 3), (4, 5), (6, 9), (10, 11)]
    assert follow(words, ["x", "y"]) == [(0, 11), (0, 11)]
    assert follow(words, [b, d]) == [(2, 3), (6, 7)]


@pytest.mark.parametrize(
    "unit", ["a", "kata ", "0812", "&amp;", "😀", "a-", "[SALAH] ", "\u0301", "K0RUPSI/", "a."]
)
def test_a_long_text_is_traced_in_seconds(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    assert CHAIN.trace(text).prepared == CHAIN.prepare(text)


def test_a_text_of_a_thousand_identities_masks_each_and_nothing_beside_them() -> None:
    traced = CHAIN.trace("warga desa 0812-3456-7890 dan budi@contoh.id " * 1000)
    written = [traced.written_at(index) for index in range(len(traced.places))]
    assert written[: len(written) // 1000] * 1000 == written
    assert {"<PHONE>", "<EMAIL>", "warga"} <= set(written)
    assert not any("0812" in word or "@" in word for word in written)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=8))
def test_joined_places_hold_the_same_characters(spans: list[tuple[int, int]]) -> None:
    joined = join_places(Place(start, start + size) for start, size in spans)
    held = {char for start, size in spans for char in range(start, start + size)}
    assert {char for place in joined for char in range(*place)} == held
    assert all(before.end < after.start for before, after in itertools.pairwise(joined))
