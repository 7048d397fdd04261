"""Vectors that outlive a process: kept in a file, recalled from it, whatever state it is in."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.model.encoder import Encoder

TEXTS = ["air pasang", "angin kencang", "hujan"]


class Lengths:
    """Encodes a text as its length, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: list[str]) -> list[list[float]]:
        self.asked += texts
        return [[float(len(text)), 1.0] for text in texts]


def test_what_was_kept_is_not_encoded_again(tmp_path: Path):
    path = tmp_path / "vectors/lengths-1.safetensors"
    first = Encoder("lengths", Lengths(), "1")
    vectors = first.encode(TEXTS)
    first.keep(path)

    lengths = Lengths()
    second = Encoder("lengths", lengths, "1")
    second.recall(path)
    assert second.find_new([*TEXTS, "banjir", "banjir"]) == ["banjir"]
    assert second.encode(TEXTS).tolist() == vectors.tolist() == [[10.0, 1.0], [13.0, 1.0], [5.0, 1.0]]
    assert second.encode(["hujan", "banjir"]).tolist() == [[5.0, 1.0], [6.0, 1.0]]
    assert lengths.asked == ["banjir"]


def test_the_file_holds_no_text(tmp_path: Path):
    path = tmp_path / "lengths.safetensors"
    encoder = Encoder("lengths", Lengths(), "1")
    encoder.encode(TEXTS)
    encoder.keep(path)
    content = path.read_bytes()
    assert not any(text.encode() in content for text in TEXTS)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_cut_file_keeps_nothing_and_stops_nobody(tmp_path: Path, share: float):
    path = tmp_path / "lengths.safetensors"
    encoder = Encoder("lengths", Lengths(), "1")
    encoder.encode(TEXTS)
    encoder.keep(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    again = Encoder("lengths", Lengths(), "1")
    again.recall(path)
    again.recall(tmp_path / "missing.safetensors")
    assert again.find_new(TEXTS) == TEXTS
    assert np.array_equal(again.encode(TEXTS), encoder.encode(TEXTS))
