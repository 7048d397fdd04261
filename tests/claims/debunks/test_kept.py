"""What is kept beside a library: weighed words and vectors, as they were, or not at all."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.claims.debunks.features import FEATURES, FeatureMaker, WordHabits
from pipeline.claims.debunks.index import DebunkIndex, weigh_words
from pipeline.claims.debunks.reading import MatchWords
from pipeline.claims.debunks.saved import read_weighed, write_weighed
from pipeline.claims.debunks.vectors import VectorFile

TITLES = ["Air galon beracun", "Surat suara tercoblos", "", "Bansos Rp600 ribu untuk warga"]


def split(text: str) -> MatchWords:
    words = tuple(text.casefold().split())
    return MatchWords(words, words)


def test_weighed_words_come_back_as_they_were(tmp_path: Path):
    weighed = weigh_words([*map(split, TITLES)], [split("air minum"), *map(split, TITLES[1:])])
    write_weighed(weighed, "key", tmp_path / "index.npz")
    again = read_weighed(tmp_path / "index.npz", "key")
    assert again is not None
    assert (again.title_words, again.title_stems) == (weighed.title_words, weighed.title_stems)
    claims = [split("awas air galon"), split("surat untuk warga"), split("lain")]
    ours, theirs = (list(DebunkIndex(one).find(claims)) for one in (again, weighed))
    assert [[part.tolist() for part in one] for one in ours] == [
        [part.tolist() for part in one] for one in theirs
    ]
    assert again.grams.numbers == weighed.grams.numbers


@pytest.mark.parametrize("size", [0, 30, 400])
def test_weighed_words_that_are_cut_missing_or_of_other_rows_are_made_anew(tmp_path: Path, size: int):
    path = tmp_path / "index.npz"
    assert read_weighed(path, "key") is None
    write_weighed(weigh_words([split("air")], [split("")]), "key", path)
    assert read_weighed(path, "other") is None
    path.write_bytes(path.read_bytes()[:size])
    assert read_weighed(path, "key") is None


def test_a_nearest_vector_is_a_candidate_that_shares_no_word():
    vectors = np.eye(4, dtype=np.float32)
    index = DebunkIndex(weigh_words([*map(split, TITLES)], [split("")] * 4), vectors)
    (found,) = index.find([split("kata lain")._replace(vector=np.array([0.6, 0.8, 0, 0], np.float32))])
    assert found.rows.tolist() == [0, 1, 2, 3]
    assert found.nearness[:, 0] == pytest.approx([0.6, 0.8, 0, 0])
    measured = FeatureMaker(index, WordHabits({}, 0.5, 0.01)).measure(split("kata lain"), found)
    assert measured.shape == (4, len(FEATURES) + 1)
    assert measured[:, len(FEATURES)] == pytest.approx([-0.2, 0, -0.8, -0.8])


def test_an_empty_library_has_no_candidates_whoever_reads():
    index = DebunkIndex(weigh_words([], []))
    found = index.find([split("air"), split("air")._replace(vector=np.ones(3, np.float32))])
    assert [one.nearness.shape for one in found] == [(0, 0), (0, 1)]


def test_vectors_of_a_stopped_import_are_found_again_and_leave_with_their_titles(tmp_path: Path):
    path, vectors = tmp_path / "vectors.safetensors", np.arange(12, dtype=np.float32).reshape(4, 3)
    first = VectorFile(path, "one")
    assert first.list_missing([*TITLES, TITLES[0]]) == TITLES
    first.add(TITLES[:1], vectors[:1])
    first.add(TITLES[1:3], vectors[1:3])
    (tmp_path / "vectors.parts/000001.safetensors").write_bytes(b"cut")
    second = VectorFile(path, "one")
    assert second.list_missing(TITLES) == TITLES[1:]
    second.add(TITLES[1:], vectors[1:])
    second.settle(TITLES[1:])
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.safetensors"]
    third = VectorFile(path, "one")
    assert third.find(TITLES[:0:-1]).tolist() == vectors[:0:-1].tolist()
    assert third.list_missing(TITLES) == TITLES[:1]
    assert VectorFile(path, "another").list_missing(TITLES) == TITLES
    before = path.stat().st_mtime_ns
    third.settle(TITLES[1:])
    assert path.stat().st_mtime_ns == before
