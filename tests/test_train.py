import pandas as pd

from pipeline.train import mark_later


def test_later_is_what_came_after_all_that_trains_of_its_source():
    rows = [
        ("checked", "train", "2024-01-01", False, 1),
        ("checked", "train", "2024-02-01", False, 0),
        ("checked", "train", "2024-06-01", True, 0),
        ("checked", "calibration", "2024-01-15", False, 1),
        ("checked", "calibration", "2024-02-02", False, 1),
        ("checked", "calibration", None, False, 0),
        ("other", "train", None, False, 1),
        ("other", "calibration", "2024-05-01", False, 1),
    ]
    reports = pd.DataFrame(rows, columns=["source", "split", "reported_at", "repeats", "label"])
    reports = reports.assign(reported_at=pd.to_datetime(reports["reported_at"], utc=True))
    assert mark_later(reports).tolist() == [False, False, True, False, True, False, False, False]
