"""Our stemmer against the installed PySastrawi 1.2.1, which is the oracle throughout."""

import os
import pickle
import random
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from Sastrawi.Dictionary.ArrayDictionary import ArrayDictionary
from Sastrawi.Stemmer.Filter.TextNormalizer import normalize_text
from Sastrawi.Stemmer.Stemmer import Stemmer as SastrawiStemmer
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from benchmarks.affix_stacks import (
    ALPHABET,
    CONSONANTS,
    INFIXES,
    PREFIXES,
    ROOTS,
    distinct_stacks,
    random_strings,
)
from pipeline.errors import ConfigError
from pipeline.text import root_words
from pipeline.text.root_words import installed_words, word_list_digest
from pipeline.text.stem import Stemmer

SASTRAWI = StemmerFactory().create_stemmer()  # remembers its results for the whole run


@pytest.fixture(scope="module")
def stemmer() -> Stemmer:
    return Stemmer()


def assert_same_stems(stemmer: Stemmer, texts: list[str]) -> None:
    differing = [text for text in texts if stemmer.stem(text) != SASTRAWI.stem(text)]
    assert not differing, f"{len(differing)} differ, such as {differing[:5]!r}"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("keberuntunganmu", "untung"),
        ("menyalakan", "nyala"),
        ("mengecat", "cat"),
        ("belajar", "ajar"),
        ("kaubaca", "baca"),
        ("berbalas-balasan", "balas"),
        ("meniru-nirukan", "tiru"),
        ("malaikat-malaikat-nya", "malaikat"),
        ("nikmat-Ku", "nikmat"),
        ("masukan", "masuk"),
        ("kinerja", "kerja"),
        ("bola-bola-bola", "bola-bola-bola"),
        ("", ""),
    ],
)
def test_published_rules_hold(stemmer: Stemmer, word: str, expected: str) -> None:
    assert stemmer.stem(word) == expected == SASTRAWI.stem(word)


@pytest.mark.parametrize(
    ("word", "fault"),
    [("pemilu", "milu"), ("bali", "bal"), ("pemerintah", "perintah"), ("membantah", "ban")],
)
def test_faults_are_kept(stemmer: Stemmer, word: str, fault: str) -> None:
    assert stemmer.stem(word) == fault == SASTRAWI.stem(word)


def test_all_root_words_stem_alike(stemmer: Stemmer) -> None:
    assert_same_stems(stemmer, ROOTS)


@pytest.mark.parametrize("quarter", range(4))
def test_affix_stacks_stem_alike(stemmer: Stemmer, quarter: int) -> None:
    assert_same_stems(stemmer, distinct_stacks(100_000, seed=1)[quarter::4])


def test_random_strings_stem_alike(stemmer: Stemmer) -> None:
    assert_same_stems(stemmer, list(random_strings(10_000, seed=2)))


def test_every_character_normalises_alike(stemmer: Stemmer) -> None:
    text = " ".join(f"a{chr(point)}b" for point in range(sys.maxunicode + 1))
    assert stemmer.normalise(text) == normalize_text(text)


class WatchedDictionary(ArrayDictionary):
    """A dictionary that notes what is looked up in it."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(words)
        self.looked_up: dict[str, None] = {}

    def contains(self, word: str) -> bool:
        self.looked_up[word] = None
        return super().contains(word)


def forms_tried(word: str, words: list[str]) -> list[str]:
    """Return what PySastrawi looks up for a word, in its order, besides the word itself."""
    watched = WatchedDictionary(words)
    SastrawiStemmer(watched).stem_word(word)
    return [form for form in watched.looked_up if form and form != word]


def openings() -> Iterator[str]:
    """Yield short words that open in every way that a rule tells apart."""
    for head, x, y in product(PREFIXES, "abcdefghijklmnopqrstuvwxyz0ıſ", ("", "a", "b", "r", "0")):
        for tail in ("q", "era", "erb", "er0"):
            yield head + x + y + tail
    for first, infix, x in product(CONSONANTS + "a0", INFIXES, "abeiou0"):
        yield f"{first}{infix}{x}q"


def foreign_forms(word: str) -> list[str]:
    fronts = ("", *"mpntksrl", "ng", "ny", "pe", "ke", "nge")
    return [front + word[n:] for n in range(1, 7) for front in (fronts if 1 < n < 6 else ("",))]


@pytest.mark.parametrize("kind", ["openings", "stacks"])
def test_the_same_forms_are_tried_in_the_same_order(kind: str) -> None:
    """A word in which PySastrawi looks for some forms must find the first of them that is a root word."""
    stacks = [word for word in distinct_stacks(3_000, seed=3) if "-" not in word]
    for word in [*openings(), "belajar", "pelajar", "belajarq"] if kind == "openings" else stacks:
        forms = forms_tried(word, [])
        for rank, form in enumerate(forms):
            assert Stemmer(forms[rank:], memo_size=0).stem_word(word) == form, (word, forms[rank:])
        for form in set(foreign_forms(word)).difference(forms, [word]):
            assert Stemmer([form], memo_size=0).stem_word(word) == word, (word, form)


def test_short_words_stem_alike() -> None:
    words = ["".join(letters) for n in range(4) for letters in product("adeiklmnpsu", repeat=n)]
    roots = [word for word in words if len(word) == 1 or word in {"ad", "ma", "pun", "dia"}]
    ours, theirs = Stemmer(roots), SastrawiStemmer(ArrayDictionary(roots))
    assert [ours.stem_word(word) for word in words] == [theirs.stem_word(word) for word in words]


@pytest.mark.parametrize(("root", "expected"), [("tik", "tik"), ("dik", "dikan"), ("sebak", "sebakan")])
def test_a_restored_k_does_not_save_a_plain_prefix(root: str, expected: str) -> None:
    theirs = SastrawiStemmer(ArrayDictionary([root]))
    assert Stemmer([root]).stem_word(f"{root}an") == expected == theirs.stem_word(f"{root}an")


def test_plurals_with_other_dictionaries_stem_alike() -> None:
    rng = random.Random(6)
    for word in [word for word in distinct_stacks(20_000, seed=6) if "-" in word][:700]:
        forms = forms_tried(word, []) or [word]
        for words in (rng.sample(forms, k=min(len(forms), k)) for k in (1, 1, 2, 3)):
            expected = SastrawiStemmer(ArrayDictionary(words)).stem_word(word)
            assert Stemmer(words, memo_size=0).stem_word(word) == expected, (word, words)


def find_stem_pairs() -> Path | None:
    shared = os.environ.get("SARING_SHARED")
    folders = [Path(shared)] if shared else [folder / "shared" for folder in Path(__file__).resolve().parents]
    paths = [folder / "stemming" / "stem_pairs.tsv" for folder in folders]
    return next((path for path in paths if path.exists()), None)


def test_integration_suites_of_other_ports_pass(stemmer: Stemmer) -> None:
    path = find_stem_pairs()
    if path is None:
        pytest.skip("stem_pairs.tsv is neither in SARING_SHARED nor in a folder 'shared' above")
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    pairs = [(row[-2], row[-1]) for row in rows if "integration" in row[0]]
    assert len(pairs) >= 70
    assert [(word, stemmer.stem(word)) for word, _ in pairs] == pairs


@given(st.text(max_size=60))
def test_any_text_stems_alike(text: str) -> None:
    assert shared_stemmer().stem(text) == SASTRAWI.stem(text)


@given(st.text(alphabet=ALPHABET, max_size=20), st.lists(st.text(alphabet="abeinklrstu-", max_size=6)))
@settings(max_examples=300)
def test_any_dictionary_stems_alike(word: str, words: list[str]) -> None:
    assert Stemmer(words).stem_word(word) == SastrawiStemmer(ArrayDictionary(words)).stem_word(word)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = shared_stemmer().normalise(text)
    assert shared_stemmer().normalise(once) == once == normalize_text(text)


@cache
def shared_stemmer() -> Stemmer:
    return Stemmer()


LONG_TEXTS = {
    "hyphens": "-",
    "ber": "ber",
    "me-": "me-",
    "letters": "kopi",
    "clitics": "lah-nya",
    "kan": "kan",
    "spaces": " \n",
    "dotted": "İ",
}


@pytest.mark.parametrize("piece", LONG_TEXTS.values(), ids=LONG_TEXTS.keys())
@pytest.mark.parametrize("frame", ["{}", "makan{}lah", "be{}an", "di{}", "{}-{}"])
def test_long_texts_stem_alike(stemmer: Stemmer, frame: str, piece: str) -> None:
    texts = [frame.replace("{}", piece * n) for n in (1, 2, 3, 5, 8, 40, 200)]
    assert_same_stems(stemmer, texts)


@pytest.mark.parametrize("piece", LONG_TEXTS.values(), ids=LONG_TEXTS.keys())
def test_twice_the_length_takes_about_twice_the_time(stemmer: Stemmer, piece: str) -> None:
    def fastest(n_letters: int) -> float:
        text = "makan" + piece * (n_letters // len(piece)) + "lah"
        return min(seconds_to_stem(stemmer, text) for _ in range(7))

    assert fastest(800_000) < 8 * fastest(200_000) + 0.01


def test_twenty_thousand_hyphens_take_no_time(stemmer: Stemmer) -> None:
    assert seconds_to_stem(stemmer, "-" * 20_000) < 1
    assert stemmer.stem("-" * 20_000) == "-" * 20_000


def seconds_to_stem(stemmer: Stemmer, text: str) -> float:
    start = time.perf_counter()
    stemmer.stem(text)
    return time.perf_counter() - start


def remembered(stemmer: Stemmer) -> set[str]:
    return {*stemmer._younger, *stemmer._older}


def test_memo_is_bounded() -> None:
    stemmer = Stemmer(memo_size=100, memo_word_length=10)
    for number in range(1_000):
        stemmer.stem(f"kata{number} {'panjang' * 2}{number}")
        assert len(stemmer._younger) + len(stemmer._older) <= 100
    assert 1 <= max(map(len, remembered(stemmer))) <= 10


def test_memo_of_size_zero_stays_empty() -> None:
    stemmer = Stemmer(memo_size=0)
    assert stemmer.stem("makanan makanan") == "makan makan"
    assert not remembered(stemmer)


def test_invented_words_do_not_displace_words_in_use() -> None:
    stemmer = Stemmer(memo_size=2_000)
    stemmer.stem("makanan")
    for number in range(20_000):
        stemmer.stem(f"karangan{number}")
        if number % 500 == 0:
            assert "makanan" in remembered(stemmer)
            stemmer.stem("makanan")


def test_forgotten_words_are_remembered_again() -> None:
    stemmer = Stemmer(memo_size=2_000)
    stemmer.stem(f"makanan {' '.join(f'karangan{number}' for number in range(20_000))}")
    assert "makanan" not in remembered(stemmer)
    stemmer.stem("makanan")
    assert "makanan" in remembered(stemmer)


def test_a_small_memo_changes_no_stem() -> None:
    words = random.Random(4).choices(distinct_stacks(500, seed=4), k=5_000)
    small, none = Stemmer(memo_size=8), Stemmer(memo_size=0)
    assert [small.stem(word) for word in words] == [none.stem(word) for word in words]


def test_threads_share_a_memo() -> None:
    words = random.Random(5).choices(distinct_stacks(500, seed=5), k=20_000)
    shared, expected = Stemmer(memo_size=64), Stemmer(memo_size=0).stem(" ".join(words))
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(shared.stem, [" ".join(words)] * 8))
    finally:
        sys.setswitchinterval(interval)
    assert set(results) == {expected}
    assert len(shared._younger) + len(shared._older) <= 64 + 2 * 4


def test_protected_words_stay_as_they_are() -> None:
    stemmer = Stemmer(protected=frozenset({"pemilu", "bali", "kupu-kupu"}))
    assert stemmer.stem("Pemilu di Bali, pemilu-pemilu kupu-kupu") == "pemilu di bali pemilu kupu-kupu"
    assert stemmer.stem("pemerintah") == "perintah"


def test_pickle_carries_neither_memo_nor_installed_words() -> None:
    stemmer = Stemmer(protected=frozenset({"bali"}))
    stemmer.stem("makanan")
    copied = pickle.loads(pickle.dumps(stemmer))
    assert len(pickle.dumps(stemmer)) < 300
    assert copied.stem("bali makanan") == "bali makan"
    assert pickle.loads(pickle.dumps(Stemmer(["gulo"]))).stem("gulokan") == "gulo"


def test_digest_names_the_word_list_of_1_2_1() -> None:
    assert word_list_digest() == Stemmer().word_list_digest == Stemmer(reversed(ROOTS)).word_list_digest
    assert word_list_digest() == word_list_digest([*StemmerFactory().get_words(), "", "  "])
    assert word_list_digest().startswith("6c2c298fad69211e")


@pytest.fixture
def _uncached_words() -> Iterator[None]:
    installed_words.cache_clear()
    yield
    installed_words.cache_clear()


@pytest.mark.usefixtures("_uncached_words")
def test_the_slow_namesake_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = tmp_path / "Sastrawi-1.0.1.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: Sastrawi\nVersion: 1.0.1\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match=re.escape("Sastrawi 1.0.1; expected PySastrawi")) as caught:
        Stemmer()
    assert "pip uninstall Sastrawi" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("_uncached_words")
def test_a_missing_installation_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if "site-packages" not in folder])
    with pytest.raises(ConfigError, match=r"pip install .*PySastrawi==1\.2\.1"):
        Stemmer()


@pytest.mark.usefixtures("_uncached_words")
def test_a_missing_word_list_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root_words, "WORD_LIST", "Sastrawi/Stemmer/data/no-such-list.txt")
    with pytest.raises(ConfigError, match="no-such-list"):
        Stemmer()
