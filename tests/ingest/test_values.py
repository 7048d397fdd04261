from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Ingest, Source
from pipeline.errors import ConfigError
from pipeline.ingest.characters import clean_text
from pipeline.ingest.tables import Nested
from pipeline.ingest.times import read_moment
from pipeline.ingest.values import Fault, Value, build_readers

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 10, 1, tzinfo=UTC)
FIRST_HOUR = datetime(2026, 4, 3, 7, 30, tzinfo=UTC)


def read(column: str, value: object, labels: dict[str | int, int] | None = None) -> Value | Fault:
    source = Source(
        name="desa",
        path=Path("x.csv"),
        columns={},
        constants={},
        label_values=labels or {},
        timezone="Asia/Jakarta",
        day_first=True,
    )
    params = Ingest(
        sources=[source],
        max_rejected_share=0.05,
        max_text_chars=20,
        max_views=1000,
        mask_identities=True,
        pseudonym_key=None,
    )
    return build_readers(source, params, NOW, lambda text: text.replace("081234567890", "<PHONE>"))[column](
        value
    )


def reason(found: Value | Fault) -> str:
    assert isinstance(found, Fault)
    return found.reason


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-03 14:30",
        "2026-04-03T14:30:00.000",
        "2026/04/03 14:30:00",
        "2026-04-03T07:30Z",
        "2026-04-03 07:30:00 UTC",
        "2026-04-03T09:30:00+02:00",
        "2026-04-03 03:30:00-0400",
        "2026-04-03 16:30 WIT",
        "03/04/2026 14:30",
        "3/4/2026 14.30",
        "03-04-2026 14:30:00 WIB",
        "03.04.2026, 14:30",
        "3 April 2026 pukul 14.30",
        " 3 Apr 2026 14:30 ",
    ],
)
def test_a_time_without_zone_takes_the_zone_of_the_source(text):
    assert read_moment(text, JAKARTA, day_first=True) == FIRST_HOUR


def test_year_first_is_never_turned_round_and_day_first_decides_the_rest():
    assert read_moment("2026-04-03", UTC, day_first=True) == datetime(2026, 4, 3, tzinfo=UTC)
    assert read_moment("04/03/2026", UTC, day_first=False) == datetime(2026, 4, 3, tzinfo=UTC)
    assert read_moment("04/03/2026", UTC, day_first=True) == datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize("name", ["17 Agustus 2026", "17 agt 2026", "17-Aug-2026", "17 AGS 2026"])
def test_months_are_read_in_indonesian_and_english(name):
    assert read_moment(name, UTC, day_first=False) == datetime(2026, 8, 17, tzinfo=UTC)


def test_times_that_are_no_strings_are_read():
    assert read_moment(FIRST_HOUR, JAKARTA, day_first=True) == FIRST_HOUR
    assert read_moment(datetime(2026, 4, 3, 14, 30), JAKARTA, day_first=True) == FIRST_HOUR
    assert read_moment(date(2026, 4, 3), UTC, day_first=True) == datetime(2026, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "31/02/2026",
        "04/25/2026",
        "03/04/26",
        "2026-13-01",
        "2026-04-03 25:00",
        "2026-04-03T10:00+99:99",
        "20260403",
        "45292",
        "1775200000",
        1775200000,
        12.5,
        True,
        "kemarin",
        "3 foo 2026",
        "2026-04-03 14:30 lalu",
        "٢٠٢٦-٠٤-٠٣",
        "0001-01-01",
        Nested("a list"),
    ],
)
def test_what_is_no_time_is_a_fault(value):
    assert reason(read("reported_at", value)) == "reported_at cannot be read as a time"


def test_now_has_come_and_a_second_later_has_not():
    assert read("reported_at", "2026-10-01T07:00:00") == NOW
    assert reason(read("observed_at", NOW + timedelta(seconds=1))) == "observed_at is in the future"


@pytest.mark.parametrize("value", [None, "", "  ", "NaN", "null", "NaT", float("nan")])
@pytest.mark.parametrize("column", ["labelled_at", "views", "label"])
def test_nothing_is_none(column, value):
    assert read(column, value) is None


@pytest.mark.parametrize(("value", "count"), [("12", 12), (" 12.0 ", 12), (12.0, 12), (0, 0), ("1000", 1000)])
def test_counts_are_whole_numbers(value, count):
    assert read("views", value) == count


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (-1, "is negative"),
        ("-5", "is negative"),
        (1001, "is above max_views"),
        ("9" * 5000, "is above max_views"),
        (1e300, "is above max_views"),
        ("12,5", "cannot be read as a count"),
        ("1.200", "cannot be read as a count"),
        ("banyak", "cannot be read as a count"),
        (float("inf"), "cannot be read as a count"),
        (True, "cannot be read as a count"),
        ("١٢", "cannot be read as a count"),
        (Nested("a list"), "cannot be read as a count"),
    ],
)
def test_what_is_no_count_is_a_fault(value, why):
    assert reason(read("shares", value)) == f"shares {why}"


@pytest.mark.parametrize("value", [1, 1.0, "1", "1.0", " Hoaks ", "HOAKS"])
def test_labels_are_alike_however_they_are_written(value):
    assert read("label", value, {"hoaks": 1, "bukan hoaks": 0, 1: 1, 0: 0}) == 1


def test_a_label_outside_the_map_says_what_the_map_knows():
    fault = read("label", "maybe", {"hoaks": 1, 0: 0})
    assert fault == Fault(
        "label 'maybe' is not in label_values",
        "column 'label' holds 'maybe'",
        "one of 'hoaks', 0; map it in params.yaml: ingest.sources.desa.label_values",
    )


def test_a_label_outside_the_map_is_shown_without_identities_and_without_sentences():
    assert reason(read("label", "hub 081234567890")) == "label 'hub <PHONE>' is not in label_values"
    assert reason(read("label", "x" * 41)) == "label a text of 41 characters is not in label_values"


def test_a_missing_word_may_be_a_label():
    assert read("label", "none", {"none": 0}) == 0


def test_a_label_map_that_contradicts_itself_is_refused():
    with pytest.raises(ConfigError, match=r"desa\.label_values: .* is there twice, as 0 and as 1"):
        read("label", "x", {"Hoaks": 0, "hoaks": 1})


def test_texts_keep_their_blanks_and_other_strings_lose_them():
    assert (read("text", " a\n"), read("report_id", " a\n")) == (" a\n", "a")
    assert (read("report_id", 12.0), read("report_id", 7), read("text", " \n")) == ("12", "7", None)


def test_a_text_that_is_too_long_or_a_list_is_a_fault():
    assert read("text", "x" * 20) == "x" * 20
    assert reason(read("text", "x" * 21)) == "text is longer than max_text_chars"
    assert reason(read("text", Nested("a list"))) == "text holds a list"


@given(st.text(st.characters() | st.characters(categories=["Cs"]) | st.just("\0")))
def test_cleaned_text_can_be_stored_and_stays_as_it_is(text):
    cleaned = clean_text(text, Counter())
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert "\0" not in cleaned
    assert clean_text(cleaned, Counter()) == cleaned
