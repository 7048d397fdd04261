import math

import pandas as pd

from pipeline.text.parts import join_parts


def test_join_parts_puts_the_three_parts_below_each_other() -> None:
    assert (
        join_parts("lihat ini", "suara rekaman", "PENGUMUMAN") == "lihat ini\n\nsuara rekaman\n\nPENGUMUMAN"
    )


def test_join_parts_leaves_out_what_is_not_there() -> None:
    assert join_parts("lihat ini", None, math.nan) == "lihat ini"
    assert join_parts(None, pd.NA, "PENGUMUMAN") == "PENGUMUMAN"
    assert join_parts("lihat ini", "", "  \n") == "lihat ini"


def test_join_parts_of_nothing_is_an_empty_text() -> None:
    assert join_parts(None, None, None) == ""
    assert join_parts(math.nan) == ""


def test_join_parts_changes_no_part() -> None:
    assert join_parts("  dua spasi  ") == "  dua spasi  "
