from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.text.slang import Slang, find_slang_faults, read_slang
from pipeline.text.tokens import NEGATIONS, TYPED_TOKENS

OURS = read_slang(None)


def write_list(folder: Path, content: str | bytes) -> Path:
    path = folder / "slang.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_chat_spellings_become_standard_ones() -> None:
    assert Slang(OURS).expand("yg gak mau krn org2 sdh tau".split()) == (
        "yang tidak mau karena orang-orang sudah tahu".split()
    )


def test_reduplication_is_written_out() -> None:
    assert Slang({}).expand(["warga2", "ibu2nya"]) == ["warga-warga", "ibu-ibunya"]


def test_our_own_list_is_large_plain_and_settled() -> None:
    assert len(OURS) >= 800
    assert all(slang == slang.strip().lower() and " " not in slang for slang in OURS)
    assert all(word not in OURS for formal in OURS.values() for word in formal.split())


def test_our_own_list_replaces_no_negation() -> None:
    assert not NEGATIONS & set(OURS)
    assert all(OURS[word] == "tidak" for word in ("gak", "nggak", "tdk", "ga"))


def test_the_users_word_counts_before_ours(tmp_path: Path) -> None:
    path = write_list(tmp_path, "slang,formal\nyg,yaitu\nmantul,mantap betul\n")
    entries = read_slang(path)
    assert (entries["yg"], entries["mantul"]) == ("yaitu", "mantap betul")
    assert entries["gak"] == "tidak"


def test_a_list_without_a_header_in_latin_1_is_read(tmp_path: Path) -> None:
    path = write_list(tmp_path, "kafé,kedai\nngopss,minum kopi\n".encode("latin-1"))
    assert read_slang(path)["ngopss"] == "minum kopi"


def test_a_chain_of_the_users_entries_is_followed_to_its_end(tmp_path: Path) -> None:
    entries = read_slang(write_list(tmp_path, "aax,bbx\nbbx,ccx\nccx,selesai sudah\n"))
    assert Slang(entries).expand(["aax", "bbx"]) == ["selesai", "sudah", "selesai", "sudah"]


def test_a_cycle_in_the_users_list_ends(tmp_path: Path) -> None:
    slang = Slang(read_slang(write_list(tmp_path, "aax,bbx\nbbx,aax\nccx,ccx ddx\nyg,yang\n")))
    for word in ("aax", "bbx", "ccx"):
        once = slang.expand([word])
        assert slang.expand(once) == once


def test_conflicts_and_cycles_get_a_line_each_that_names_their_rows(tmp_path: Path) -> None:
    path = write_list(tmp_path, "aax,bbx\nbbx,aax\ngpp,tidak apa\ngpp,bukan apa\ngpp,tidak apa\nyg,yang\n")
    assert list(find_slang_faults(path)) == [
        f"{path}: a word has another standard form in row 4; expected one; the first counts",
        f"{path}: a word leads back to itself in 2 rows (1, 2); expected a standard form; left out",
    ]
    assert read_slang(path)["gpp"] == "tidak apa"
    assert not {"aax", "bbx"} & set(read_slang(path))


def test_a_list_without_faults_gets_no_line(tmp_path: Path) -> None:
    assert not list(find_slang_faults(write_list(tmp_path, "yg,yang\naax,bbx\nbbx,selesai\n")))


@pytest.mark.parametrize("content", ["satu\n", "a,b\n\nsaja\n"])
def test_a_row_of_one_cell_is_one_line_that_names_it(tmp_path: Path, content: str) -> None:
    with pytest.raises(ConfigError, match=r"slang\.csv: row \d has one cell; expected two columns"):
        read_slang(write_list(tmp_path, content))


def test_a_list_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_slang(tmp_path / "nirgends.csv")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*sorted(OURS)[::7], "tidak", "warga2", "x2", "2", "<URL>", "orang-orang"])))
def test_expanding_twice_is_expanding_once(tokens: list[str]) -> None:
    slang = Slang(OURS)
    once = slang.expand(tokens)
    assert slang.expand(once) == once


def test_typed_tokens_and_negations_pass_unchanged() -> None:
    tokens = [*TYPED_TOKENS, *sorted(NEGATIONS)]
    assert Slang(OURS).expand(tokens) == tokens
