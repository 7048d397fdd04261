import pytest

from pipeline.claims.numbers import read_numbers, read_spelled


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("Rp 2.500.000,- tunai", ["2500000"]),
        ("Rp2,5jt", ["2500000"]),
        ("2,5 juta rupiah", ["2500000"]),
        ("500rb saja", ["500000"]),
        ("jam 07.30 atau 7:30", ["7.30", "7.30"]),
        ("paslon no.02", ["2"]),
        ("3x lipat, 20-an orang, ke-4", ["3", "20", "4"]),
        ("12/11/2024", ["12", "11", "2024"]),
        ("m4fi42 #2019Ganti https://contoh.id/77", []),
        ("1.2.3 juta", ["1.2.3"]),
        ("0", ["0"]),
        ("0,21 persen", ["0.21"]),
        ("007", ["7"]),
    ],
)
def test_one_number_is_written_in_many_ways(written: str, numbers: list[str]):
    assert read_numbers(written, []) == numbers


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("dua puluh lima ribu", ["25000"]),
        ("seratus dua belas", ["112"]),
        ("lima ratus juta tujuh ribu satu", ["500007001"]),
        ("satu dua tiga", ["1", "2", "3"]),
        ("seribu lima ratus", ["1500"]),
        ("<NUMBER> juta lima orang", ["5"]),
        ("puluhan ribu orang", []),
        ("sepuluh sebelas", ["10", "11"]),
        ("", []),
    ],
)
def test_spelled_numbers_are_read_as_digits(words: str, numbers: list[str]):
    assert list(read_spelled(words.split())) == numbers
