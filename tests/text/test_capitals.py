import pytest

from pipeline.text.names import find_capitalised


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kemarin malam ada Pak Surya dan Ma'ruf datang ke Batu", {"pak", "surya", "maruf", "batu"}),
        ("Surya datang. Surya pulang", set()),
        ("kader PAN menang", {"PAN"}),
        ("Warga Desa Temui Pak Surya Kemarin", set()),
        ("SEBARKAN SEKARANG JUGA", set()),
        ("semua huruf kecil", set()),
        ("", set()),
    ],
)
def test_capitals_count_where_none_is_due(text: str, found: set[str]) -> None:
    assert find_capitalised(text) == found
